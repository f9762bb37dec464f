#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures of our own through the driver's output and back: every frame is one that was fed.
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/picture.sh"

# feed FOURCC BYTES: four random pictures of 640x480 on the output; the input is set alike
feed()
{
	local node

	# different timings at the ends make vivid scale, and read behind its buffers
	for node in "$VIDEO" "$VIDEO_OUT"; do
		v4l2-ctl -d "$node" --set-dv-bt-timings index=0 >/dev/null || fail "no timings"
		equal "the width of $node" \
			"$(v4l2-ctl -d "$node" --get-dv-timings | sed -nE 's/.*Active width: //p')" 640
	done
	v4l2-ctl -d "$VIDEO_OUT" --set-fmt-video-out "width=640,height=480,pixelformat=$1" ||
		fail "the output does not take the format"
	head -c $((4 * $2)) /dev/urandom >"$TMP/pictures"
	"$(built tests/vm/feeder)" "$VIDEO_OUT" "$TMP/pictures" >"$TMP/feeding" &
	feeder=$!
	wait_for 60 [ -s "$TMP/feeding" ]
}

end_feed()
{
	kill "$feeder"
	wait "$feeder"
}

# compare BYTES: two numbers: frames that were never fed, and how many different ones came
compare()
{
	perl -e '
		sub frames { open my $f, "<", shift or die; binmode $f; local $/ = \shift; <$f> }
		my ($size, $pictures, $captured) = @ARGV;
		my %fed = map { $_ => 1 } frames($pictures, $size);
		my @seen = frames($captured, $size);
		my %kinds = map { $_ => 1 } @seen;
		print scalar(grep { !$fed{$_} } @seen), " ", scalar keys %kinds' "$1" "$TMP/pictures" "$TMP/frames"
}

# looped FOURCC BYTES URI-OPTIONS [OPTION...]: every frame is one of the pictures, and not always the same
looped()
{
	local strange kinds

	expect_exit 0 grab -y -d "v4l2:$VIDEO$3" -p "$1" -S 4 -n 12 --every 3 -f raw -o "$TMP/frames" \
		--loss ignore --stats text "${@:4}" || return
	equal "bytes" "$(stat -c %s "$TMP/frames")" $((12 * $2))
	read -r strange kinds < <(compare "$2")
	equal "frames that were never fed" "$strange" 0
	check [ "${kinds:-0}" -ge 2 ]
}

# connect: true if the input was connected to the output before. A work of the driver's that its loading
# began may still take the connection back.
connect()
{
	[[ $(v4l2-ctl -d "$VIDEO" -C hdmi_000_0_is_connected_to) != *": 2 "* ]] || return 0
	vivid_ctrl hdmi_000_0_is_connected_to=2
	return 1
}

load_vivid node_types=0x101 num_inputs=1 input_types=3 num_outputs=1 output_types=1
# the driver would write the time into pictures that come through the loop, too
if kernel_since 6.12; then
	vivid_ctrl osd_text_mode=2
	wait_for 60 connect
else
	vivid_ctrl osd_text_mode=2,loop_video=1
fi

case_begin "every frame is one that was fed, straight"
feed YUYV 614400
looped YUYV 614400 ""
way "zero-copy (userptr)"

case_begin "... by the copy"
looped YUYV 614400 ",io=mmap"
way "copied (mmap)"

case_begin "... by dma-bufs"
if kernel_since 6.12; then
	looped YUYV 614400 ",io=dmabuf" --mem memfd
	way "zero-copy (dmabuf)"
else
	case_skip "no /dev/udmabuf before 6.12"
fi
end_feed

case_begin "... in RGB too"
feed RGB3 921600
looped RGB3 921600 ""
end_feed

done_testing
