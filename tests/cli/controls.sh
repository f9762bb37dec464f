#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Controls: listed, set by number, share, name or default; refused with the remedy.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

expect 0 grab --list-ctrls
expect_out '^gain +integer +0 +\[0 to [0-9]+, default 0\] in %'
expect_out '^test_pattern +menu +0 \(scene\)'
expect_out '^  1  bars'
expect_out '^horizontal_flip +boolean'
expect_out '^sensor_temperature .*read-only volatile'
expect 0 grab --list-controls
first=$out
expect 0 grab --list-ctrls
expect_same "both spellings" "$first" "$out"

# what a control does is seen in the picture
picture() { grab -d sim:size=64x48,format=GREY -q -o - "$@" | sha256sum | cut -d' ' -f1; }
plain=$(picture)
expect_same "the same again" "$plain" "$(picture)"
white=$(picture -c test_pattern=white)
[ "$white" != "$plain" ] || fail "test_pattern has no effect"
expect_same "by number" "$white" "$(picture -c test_pattern=5)"
expect_same "by title, any case" "$white" "$(picture -c 'Test Pattern=WHITE')"
expect_same "another option" "$white" "$(picture --set-ctrl test-pattern=white)"
expect_same "several" "$white" "$(picture -c horizontal_flip=on,test_pattern=white,horizontal-flip=off)"
expect_same "the last one counts" "$plain" "$(picture -c test_pattern=white -c test_pattern=default)"
expect_same "all" "$plain" "$(picture -c test_pattern=white,gain=50 -c all=default)"
expect_same "all first" "$white" "$(picture -c all=default -c test_pattern=white)"
expect_same "a share" "$(picture -c gain=50%)" "$(picture --gain 50%)"
[ "$(picture --exposure 1ms)" != "$(picture --exposure 30ms)" ] || fail "--exposure has no effect"
expect_same "exposure in its unit" "$(picture -c exposure_time_absolute=50)" "$(picture --exposure 5ms)"
expect 0 grab -c gain=50 --restore-ctrls -f null
expect_quiet
# a button has no value
expect 76 grab -c disconnect=1 -f null

refused() {
	local regex=$1
	shift
	expect 78 grab -f null "$@"
	expect_err "$regex"
}
refused "no control is named 'nosuch'; see --list-ctrls" -c nosuch=1
refused 'gain' -c gain=1000000
refused 'gain=loud: not a value' -c gain=loud
refused 'test_pattern' -c test_pattern=50%
refused 'read-only' -c sensor_temperature=1
refused 'exposure' --exposure 1d
expect 64 grab -c gain
expect 64 grab -c gain=
expect 64 grab -c all=1
expect 64 grab --exposure 0
