#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which frames are lost when the processors are busy, and which program says so? The kernel's own
# count of the frames that a program took is the judge.
# limit: 1000000
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/bench/guest.sh"

tools=(grab "grab -b 8" "v4l2-ctl mmap" "v4l2-ctl user" "yavta mmap" "yavta user" "ffmpeg rawvideo" ffmpeg gst)
frames=100
pictures=40
repeats=1
[ -z "$BENCH_SMOKE" ] || {
	tools=(grab "v4l2-ctl mmap")
	frames=5 pictures=3
}
hogs=()

# start_hogs COUNT: programs that do nothing but take processor time.
start_hogs()
{
	local i

	for ((i = 0; i < $1; i++)); do
		sh -c 'while :; do :; done' &
		hogs+=($!)
	done
}

stop_hogs()
{
	[ ${#hogs[@]} -eq 0 ] || kill "${hogs[@]}"
	wait
	hogs=()
}

# group SINK WHAT FRAMES HOGS
group()
{
	local sink=$1 name="$2, YUYV ${WIDTH}x$HEIGHT" n=$3 rep tool

	case_begin "$name"
	for tool in "${tools[@]}"; do
		learn "$tool" "$sink"
		RECORDS=/dev/null capture "$name" "$tool" "$sink" 2 warm
	done
	start_hogs "$4"
	for ((rep = 1; rep <= repeats; rep++)); do
		for tool in "${tools[@]}"; do
			capture "$name" "$tool" "$sink" "$n" "$rep"
		done
	done
	stop_hogs
}

said=yes
begin_camera
camera 640 480
group null "discarded, quiet" "$frames" 0
group null "discarded, 4 busy programs" "$frames" 4
group raw "raw to a file in memory, 4 busy programs" "$frames" 4
group png "PNG files, quiet" "$pictures" 0
done_testing
