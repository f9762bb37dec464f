#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Linux's test driver for cameras: it is there, it writes into the application's memory, and its
# pixels are those that other suites compute.
. "$GRAB_SRC/tests/vm/lib.sh"

# Two frames of the pattern "16x16 checkers" as RGB24: perl is on every Debian.
checkers()
{
	perl -e '
		my ($w, $h) = @ARGV;
		for my $y (0 .. $h - 1) {
			$f .= (($_ >> 4 ^ $y >> 4) & 1 ? "\0" : "\xff") x 3 for 0 .. $w - 1;
		}
		print $f, $f' "$1" "$2"
}

load_vivid node_types=0x1 num_inputs=1 input_types=0

case_begin "a capture node"
check v4l2-ctl -d "$VIDEO" --info
check vivid_format 320 180 RGB3 30
equal "the format" "$(v4l2-ctl -d "$VIDEO" --get-fmt-video |
	sed -nE 's/.*(Width.Height|Pixel Format|Size Image) *: ([^ ]*).*/\2/p' | tr '\n' ' ')" \
	"320/180 'RGB3' 172800 "

# v4l2-ctl ends with 0 whatever happens: only the bytes tell.
case_begin "frames into the application's memory are as computed"
vivid_ctrl osd_text_mode=2 test_pattern=10
expect_exit 0 v4l2-ctl -d "$VIDEO" --stream-user=3 --stream-count=2 --stream-to="$TMP/frames"
checkers 320 180 >"$TMP/computed"
check cmp "$TMP/frames" "$TMP/computed"

case_begin "a control of vivid changes the picture"
vivid_ctrl test_pattern=5
expect_exit 0 v4l2-ctl -d "$VIDEO" --stream-user=3 --stream-count=2 --stream-to="$TMP/frames"
check cmp "$TMP/frames" <(head -c 345600 /dev/zero)

case_begin "vivid goes and comes"
check unload_vivid
check_not [ -e "$VIDEO" ]
check load_vivid node_types=0x101 num_inputs=1 input_types=3 num_outputs=1 output_types=1
check [ -c "$VIDEO" ]
check [ -c "$VIDEO_OUT" ]

case_begin "udev names the node"
load_vivid node_types=0x1 num_inputs=1 input_types=0
check start_udev
wait_for 30 [ -e /dev/v4l/by-path/platform-vivid.0-video-index0 ]
equal "the named node" "$(readlink -f /dev/v4l/by-path/platform-vivid.0-video-index0)" "$VIDEO"

case_begin "udmabuf, which 6.1 does not have"
if kernel_since 6.12; then
	check [ -c /dev/udmabuf ]
else
	check_not [ -e /dev/udmabuf ]
fi

done_testing
