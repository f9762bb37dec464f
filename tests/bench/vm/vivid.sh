#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What capture from a V4L2 device costs, grab beside other programs, on Linux's test driver: CPU
# time and system calls per frame, the start, the time to the first frame, memory.
# limit: 1000000
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/bench/guest.sh"

captures=(grab "v4l2-ctl mmap" "v4l2-ctl user" "yavta mmap" "yavta user" "ffmpeg copy" gst)
files=(grab "grab -b 8" "v4l2-ctl mmap" "v4l2-ctl user" "yavta mmap" "yavta user" "ffmpeg copy" gst)
pictures=(grab fswebcam "streamer (PPM)" ffmpeg gst)
repeats=3
# More frames than there are buffers, for which grab takes a second's worth: 25.
short=30 long=130
[ -z "$BENCH_SMOKE" ] || {
	captures=(grab "v4l2-ctl user")
	files=("grab -b 8" "yavta mmap")
	pictures=(grab)
	repeats=1
	long=40
}

# begin SINK WHAT TOOL...: sets name. The first run, in which memory is not warm, does not count.
begin()
{
	local sink=$1 tool

	name="$2, YUYV ${WIDTH}x$HEIGHT"
	shift 2
	case_begin "$name"
	for tool in "$@"; do
		learn "$tool" "$sink"
		RECORDS=/dev/null capture "$name" "$tool" "$sink" 1 warm
	done
}

# group SINK WHAT TOOL...: runs of $short and of $long frames.
group()
{
	local sink=$1 name rep tool

	begin "$@"
	shift 2
	for ((rep = 1; rep <= repeats; rep++)); do
		for tool in "$@"; do
			capture "$name" "$tool" "$sink" "$short" "$rep"
			capture "$name" "$tool" "$sink" "$long" "$rep"
		done
	done
}

# calls SINK WHAT TOOL...: likewise, system calls. The size of the pictures does not matter.
calls()
{
	local sink=$1 name="$2, YUYV ${WIDTH}x$HEIGHT" tool n

	shift 2
	for tool in "$@"; do
		progress "system calls: $name: $tool"
		for n in "$short" "$long"; do
			empty_out
			peer_capture "$tool" "$sink" "$n" &&
				under_grab "$tool" run_calls "$name" "$tool" "$n" "${command[@]}"
		done
	done
}

# one SINK WHAT TOOL...: a single frame, the whole run.
one()
{
	local sink=$1 name rep tool

	begin "$@"
	shift 2
	for ((rep = 1; rep <= repeats; rep++)); do
		for tool in "$@"; do
			capture "$name" "$tool" "$sink" 1 "$rep"
		done
	done
}

# The promise: a frame that nobody looks at costs three system calls, one of them to wait for it.
at_most_three()
{
	local each

	case_begin "at most 3 system calls a frame"
	each=$(jq -s --arg g "discarded, YUYV ${WIDTH}x$HEIGHT" '[.[] | select(.record == "calls" and
		.group == $g and .tool == "grab")] | sort_by(.frames) |
		(.[1].calls - .[0].calls) / (.[1].frames - .[0].frames)' "$RECORDS")
	check awk -v "n=$each" 'BEGIN { exit !(n != "" && n <= 3) }'
	note "system calls a frame: $each"
}

begin_camera
camera 640 480
group null "discarded" "${captures[@]}"
calls null "discarded" "${captures[@]}"
at_most_three
group raw "raw to a file in memory" "${files[@]}"
calls raw "raw to a file in memory" "${files[@]}"
one raw "one raw frame" grab "v4l2-ctl mmap" "yavta mmap"
one png "one PNG" "${pictures[@]}"

# The driver gives 5 frames a second of this size on Linux 6.1.
if [ -z "$BENCH_SMOKE" ]; then
	repeats=2 short=10 long=40
	camera 1920 1080
	group null "discarded" grab "v4l2-ctl user" "yavta user" "ffmpeg copy" gst
	group raw "raw to a file in memory" grab "grab -b 8" "v4l2-ctl user" "yavta user" "ffmpeg copy" gst
	one png "one PNG" "${pictures[@]}"
fi
done_testing
