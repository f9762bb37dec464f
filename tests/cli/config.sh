#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configuration: option before environment before the user's file before the system's.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

format() { grab --explain --json "$@" | jq -c '[.format.w, .format.fourcc, .buffers]'; }

cat >conf <<'END'
# for all devices
size = 320x240
pixel-format Y12
buffers 9

[device sim:seed=2]
size 160x120
[device sim:seed=3]
buffers = 11
END
expect_same "a named file" '[320,"Y12",9]' "$(format --config conf)"
expect_same "an option is stronger" '[64,"Y12",9]' "$(format --config conf -s 64x48)"
expect_same "wherever it stands" '[64,"Y12",9]' "$(format -s 64x48 --config conf)"
expect_same "a section" '[160,"Y12",9]' "$(format --config conf -d sim:seed=2)"
expect_same "another" '[320,"Y12",11]' "$(format --config conf -d sim:seed=3)"
expect_same "no file" '[640,"YUYV",1]' "$(format --config conf --no-config)"

# where files are looked for
unset GRAB_CONFIG
mkdir -p "$HOME/.config/grab" xdg/grab
echo 'size 80x60' >"$HOME/.config/grab/config"
echo 'size 40x30' >xdg/grab/config
expect_same "the user's" 80 "$(grab --explain --json | jq .format.w)"
expect_same "XDG_CONFIG_HOME" 40 "$(XDG_CONFIG_HOME=$PWD/xdg grab --explain --json | jq .format.w)"
expect_same "GRAB_CONFIG" 320 "$(GRAB_CONFIG=conf grab --explain --json | jq .format.w)"
rm "$HOME/.config/grab/config"
expect 0 grab --explain

# the device can be named by it; the environment is stronger
echo 'device sim:size=8x8' >dev
expect_same "device" 8 "$(GRAB_DEVICE='' grab --config dev --explain --json | jq .format.w)"
expect_same "GRAB_DEVICE" 16 "$(GRAB_DEVICE=sim:size=16x16 grab --config dev --explain --json | jq .format.w)"
echo 'mem-budget 1M' >budget
expect_same "GRAB_MEM_BUDGET" 2097152 "$(GRAB_MEM_BUDGET=2M grab --config budget --explain --json | jq .budget)"
expect_same "from the file" 1048576 "$(grab --config budget --explain --json | jq .budget)"
expect 64 env GRAB_MEM_BUDGET=lots grab --explain
expect_err 'GRAB_MEM_BUDGET'

# it works for a run, too
echo 'overwrite' >yes
touch a.raw
expect 73 grab -o a.raw
expect 0 grab --config yes -o a.raw

# what is wrong is told with file and line, and nothing is done
bad() {
	printf '%s\n' "$1" >bad
	expect 78 grab --config bad -o not.png
	expect_err "^grab: bad:$2: "
	[ ! -e not.png ] || fail "captured in spite of: $1"
}
bad 'sice 1x1' 1
bad $'\n\nsize big' 3
bad '--size 1x1' 1
bad 'size' 1
bad 'relax yes' 1
bad '[device sim:' 1
bad '[camera]' 1
bad $'[device x]\nsize big' 2
bad 'config other' 1
expect 78 grab --config not-there
expect_err 'not-there'
expect 78 grab --config .
head -c 2000000 /dev/zero | tr '\0' '#' >long
expect 78 grab --config long
printf 'relax\0quiet\n' >binary
expect 78 grab --config binary
