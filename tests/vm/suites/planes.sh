#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Multi-planar devices: each plane at its place, and data that begins behind an offset.
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/picture.sh"

load_vivid node_types=0x1 num_inputs=1 input_types=0 multiplanar=2
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "planes in memories of their own, and data that begins behind an offset"
pixels 1 NM12 3
pixels 0 YM12 3
pixels 1 YM21 3
pixels 1 NM16 3		# the driver puts 128 bytes in front of the first plane,
pixels 1 NM61 3		# of the second,
pixels 0 YUYV 3		# and of the only one
pixels 1 YM24 3
pixels 10 RGB3 3
way "zero-copy (userptr)"

case_begin "... through the driver's memory"
DEVICE=v4l2:$VIDEO,io=mmap
pixels 1 NM16 3
pixels 1 NM61 3
pixels 0 YUYV 3
pixels 1 YM12 3
way "copied (mmap)"

case_begin "... through dma-bufs, one for each plane"
DEVICE=v4l2:$VIDEO,io=dmabuf
if kernel_since 6.12; then
	S=640x480	# planes of whole pages
	pixels 1 NM12 3 --mem memfd
	way "zero-copy (dmabuf)"
	S=320x180
	expect_exit 78 grab -d "$DEVICE" -s "$S" -p NM12 --mem memfd
	check grep -q 'a plane does not begin at a page' "$ERR"
else
	case_skip "no /dev/udmabuf before 6.12"
fi

done_testing
