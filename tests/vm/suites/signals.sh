#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Connectors, what comes in there, and what does not.
. "$GRAB_SRC/tests/vm/lib.sh"

# captured_size FILE OPTION...: of the picture that grab makes of the next frame, as WxH
captured_size()
{
	local file=$TMP/$1.png

	expect_exit 0 grab -y -o "$file" "${@:2}" || return
	size=$(perl -e 'open F, "<", shift; read F, $b, 24; print join "x", unpack "x16NN", $b' "$file")
}

# HDMI and S-Video
load_vivid node_types=0x1 num_inputs=2 input_types=0x0b
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "a connector by name and by number"
# the kernels call it "S-Video 0" and "S-Video 000-0"
name=$(v4l2-ctl -d "$VIDEO" --list-inputs | sed -nE 's/.*Name +: (S-Video.*)/\1/p')
check [ -n "$name" ]
expect_exit 0 grab -d "$DEVICE" -I "$name" -s 720x576
captured_size hdmi -d "$DEVICE" -I 0 -p RGB3
equal "size" "$size" 1280x720
expect_exit 78 grab -d "$DEVICE" -I SCART
check grep -q 'no input is called' "$ERR"

case_begin "TV standards: named, unknown"
captured_size ntsc -d "$DEVICE,std=NTSC" -I 1
equal "size" "$size" 720x480
captured_size pal -d "$DEVICE,std=PAL"
equal "size" "$size" 720x576
expect_exit 78 grab -d "$DEVICE,std=BETAMAX"
check grep -q 'it has .*PAL' "$ERR"

# no_signal MODE WORDS CONTROL: no frame and no file, unless asked
no_signal()
{
	vivid_ctrl "$3=$1"
	expect_exit 75 grab -d "$DEVICE" -o "$TMP/none.png"
	check grep -q "^grab: $VIDEO: .*\($2\).*signal=ignore" "$ERR"
	check_not [ -e "$TMP/none.png" ]
}

case_begin "S-Video without a signal, or with an unstable one: 75"
no_signal 1 "no signal" standard_signal_mode
expect_exit 0 grab -y -d "$DEVICE,signal=ignore" -o "$TMP/noise.pgm"
no_signal 2 "no horizontal sync lock\|not stable" standard_signal_mode
vivid_ctrl standard_signal_mode=0

case_begin "HDMI without a signal, unstable, out of range: 75 at once, no noise"
expect_exit 0 grab -d "$DEVICE" -I 0
no_signal 1 "no signal" dv_timings_signal_mode
expect_exit 0 grab -y -d "$DEVICE,signal=ignore" -o "$TMP/noise.pgm"
no_signal 2 "no horizontal sync lock\|not stable" dv_timings_signal_mode
no_signal 3 "range" dv_timings_signal_mode
vivid_ctrl dv_timings_signal_mode=0
expect_exit 0 grab -d "$DEVICE"

case_begin "the source's timings are followed"
# what comes in is the timing that vivid's control names, not the one that is set
first=$(v4l2-ctl -d "$VIDEO" --list-ctrls-menus | sed -nE '/dv_timings 0x/,/^ *[a-z_]+ 0x[0-9a-f]+ \(/ {
	s/^\s+([0-9]+): 1920x1080p60.*/\1/p }' | head -n 1)
vivid_ctrl "dv_timings=${first:-0},dv_timings_signal_mode=4"
captured_size followed -d "$DEVICE"
equal "size" "$size" 1920x1080

done_testing
