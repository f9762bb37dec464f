#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The programs in the manual pages, as they stand there, on a real driver.
. "$GRAB_SRC/tests/vm/lib.sh"

# is_black FILE: one frame of 320x180 black pixels in RGB
is_black()
{
	equal "the length of $1" "$(stat -c %s "$1")" 172800
	check cmp -n 172800 "$1" /dev/zero
}

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2 test_pattern=5
check vivid_format 320 180 RGB3 30
cd "$TMP" || exit

case_begin "libcapture(3): frames into memory from malloc"
timeout "$LIMIT" "$(built tests/man/libcapture)" "v4l2:$VIDEO" 20 last.raw >"$OUT" 2>"$ERR"
status=$?
# a slow guest may lose frames; then the program must say so
[ "$status" = 0 ] || check grep -q 'frames lost or damaged' "$ERR"
equal "what it says" "$(cat "$OUT")" "last.raw: 320x180, RGB3"
is_black last.raw

case_begin "capture_attach(3): a frame straight into a file"
expect_exit 0 "$(built tests/man/capture_attach)" "$VIDEO"
equal "what it says" "$(cat "$OUT")" "172800 bytes"
is_black frame.raw

case_begin "capture_grab(3): one call, and a size that not every kernel's vivid has"
if v4l2-ctl -d "$VIDEO" --list-framesizes=GREY | grep -q 320x240; then
	expect_exit 0 "$(built tests/man/capture_grab)" "$VIDEO"
	equal "what it says" "$(cat "$OUT")" "mean 0"
else
	expect_exit 1 "$(built tests/man/capture_grab)" "$VIDEO"
	check grep -q 'no 8-bit grey' "$ERR"
fi

case_begin "a device that goes away is told in the library's words"
expect_exit 1 "$(built tests/man/libcapture)" v4l2:/dev/video99 1 last.raw
check grep -q '/dev/video99: no such device' "$ERR"

done_testing
