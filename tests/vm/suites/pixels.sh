#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every byte of a picture from a real driver against a formula.
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/picture.sh"

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "pixels in RGB: checkers, bars, squares, ramp"
pixels 10 RGB3
pixels 1 BGR3
pixels 4 RGB3
pixels 20 RGB3
way "zero-copy (userptr)"

case_begin "pixels in YCbCr, packed"
pixels 0 YUYV
pixels 1 UYVY
pixels 1 YVYU

case_begin "pixels in YCbCr, planar, and grey"
pixels 0 NV12
pixels 1 NV16
pixels 1 NV24
pixels 1 YU12
pixels 0 YV12
pixels 1 422P
pixels 5 GREY

case_begin "as PNG, its pixels are the same"
vivid_ctrl test_pattern=4
expect_exit 0 grab -d "$DEVICE" -s "$S" -p RGB3 -o "$TMP/squares.png"
pngtopnm "$TMP/squares.png" | tail -c 172800 >"$TMP/decoded"
check cmp "$TMP/decoded" <(perl "$GRAB_SRC/tests/vm/picture.pl" 4 RGB3 "$S")

case_begin "standard output carries frames and nothing else"
vivid_ctrl test_pattern=1
expect_exit 0 grab -d "$DEVICE" -s "$S" -p RGB3 -f raw -o -
check cmp "$OUT" <(perl "$GRAB_SRC/tests/vm/picture.pl" 1 RGB3 "$S")

case_begin "a hundred frames, a hundred files"
expect_exit 0 grab -d "$DEVICE" -s "$S" -p RGB3 -r 60 -n 100 -o "$TMP/many/out.ppm" --mkdir \
	--loss ignore -b all
equal "files" "$(find "$TMP/many" -type f -size 172815c | wc -l)" 100
check [ -e "$TMP/many/out-000099.ppm" ]

done_testing
