#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How fast are capture and files on this machine, with the simulator as the device? Beside it: other
# programs' test pictures, copies of the same bytes, and ffmpeg, which reads the same pictures from
# a file. grab pays for drawing them too; the row "grab to null" is what that costs.
# Run by run.sh.
set -u
. "$GRAB_SRC/tests/bench/lib.sh"

if [ -n "${BENCH_SMOKE:-}" ]; then
	WIDTH=64 HEIGHT=48 SHORT=1 LONG=3 REPS=1
else
	WIDTH=1920 HEIGHT=1080 SHORT=4 LONG=28 REPS=5
fi
SIZE=${WIDTH}x$HEIGHT
LEVEL1=(-compression_level 1 -pred sub)

# A folder in memory with room for the files, so that no disk is measured.
memory_folder()
{
	local folder

	for folder in /dev/shm "${XDG_RUNTIME_DIR:-/tmp}" "${TMPDIR:-/tmp}"; do
		[ "$(stat -f -c %T "$folder")" = tmpfs ] && [ -w "$folder" ] || continue
		[ "$(df --output=avail -k "$folder" | tail -n 1)" -gt 500000 ] || continue
		mktemp -d "$folder/bench.XXXXXX"
		return
	done
	say "no file system in memory with 500 MB free: files go to disk, and are slower for it"
	mktemp -d "$BENCH_TMP/files.XXXXXX"
}

FILES=$(memory_folder)
DISK=$(mktemp -d "${BENCH_OUT:-$BENCH_TMP}/disk.XXXXXX")
trap 'rm -rf "$FILES" "$DISK"' EXIT

# ---- one tool at a time -------------------------------------------------------

# A tool is a function that takes FRAMES and leaves its output in $FILES/out. Everything named in
# the format is the same for all tools of a group.

sim()
{
	printf 'sim:size=%s,format=%s,pattern=%s' "$SIZE" "$1" "$2"
}

grab_null() { run_grab -- -q -d "$(sim "$FORMAT" "$PATTERN")" -n "$1"; }
grab_null_cheap() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" -n "$1"; }
grab_raw() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" -n "$1" -o "$FILES/out/x.raw"; }
grab_raw_in_place() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" -n "$1" -b 8 --direct on -o "$FILES/out/x.raw"; }
grab_raw_8() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" -n "$1" -b 8 -o "$FILES/out/x.raw"; }
# to a disk: the kernel's own time for what is in its cache is nobody's
disk() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" --fsync none --direct "$2" -n "$1" -o "$FILES/out/x.raw"; }
grab_direct() { disk "$1" auto; }
grab_buffered() { disk "$1" off; }
grab_png() { run_grab -- -q -d "$(sim "$FORMAT" "$PATTERN")" -n "$1" -o "$FILES/out/x-%d.png"; }

copy_cat() { RUN_TO=$FILES/out/x.raw run_measured cat "$FILES/in.$1"; }
copy_dd()
{
	run_measured dd "if=$FILES/in.$1" "of=$FILES/out/x.raw" "bs=$((WIDTH * HEIGHT * 2))" status=none
}

copy_dd_direct()
{
	run_measured dd "if=$FILES/in.$1" "of=$FILES/out/x.raw" "bs=$((WIDTH * HEIGHT * 2))" oflag=direct status=none
}

# through a pipe: what the reader takes is not counted
into_pipe()
{
	cat "$FILES/pipe" >/dev/null &
	RUN_TO=$FILES/pipe "$@"
	wait $!
}
grab_stdout() { run_grab -- -q -d "$(sim "$FORMAT" bytes)" -n "$1" -b "$2" -f raw -o -; }
pipe_grab() { into_pipe grab_stdout "$1" 8; }
pipe_grab_once() { into_pipe grab_stdout "$1" all; }
pipe_cat() { into_pipe run_measured cat "$FILES/in.$1"; }
pipe_ffmpeg() { into_pipe ffmpeg_read "$FILES/in.$1" -c copy -f rawvideo -; }

ffmpeg_run() { run_measured ffmpeg -v error -nostdin -y "$@"; }
ffmpeg_read() { ffmpeg_run -f rawvideo -pix_fmt "$PIXELS" -video_size "$SIZE" -i "$@"; }
ffmpeg_raw() { ffmpeg_read "$FILES/in.$1" -c copy -f rawvideo "$FILES/out/x.raw"; }
ffmpeg_png() { ffmpeg_read "$FILES/in.$1" "$FILES/out/x-%d.png"; }
ffmpeg_png_1() { ffmpeg_read "$FILES/in.$1" "${LEVEL1[@]}" "$FILES/out/x-%d.png"; }
ffmpeg_source()
{
	ffmpeg_run -f lavfi -i "testsrc2=size=$SIZE:rate=1000,format=$PIXELS" -frames:v "$1" -f null -
}
gst_source()
{
	run_measured gst-launch-1.0 -q videotestsrc "num-buffers=$1" ! \
		"video/x-raw,format=YUY2,width=$WIDTH,height=$HEIGHT,framerate=1000/1" ! fakesink
}

# ---- groups -------------------------------------------------------------------

# compare GROUP FORMAT PIXELS PATTERN {TOOL FUNCTION}...: PIXELS is ffmpeg's name for the format.
# The tools take turns, so that a busy moment of the machine does not hit one alone.
compare()
{
	local group="$1, $2 $SIZE" rep n i tools
	FORMAT=$2 PIXELS=$3 PATTERN=$4
	shift 4
	tools=("$@")
	say "$group"
	for n in $SHORT $LONG; do
		run_grab -- -q -d "$(sim "$FORMAT" "$PATTERN")" -n "$n" -o "$FILES/in.$n" -f raw || failed=1
	done
	for ((rep = 1; rep <= REPS; rep++)); do
		for ((i = 0; i < ${#tools[@]}; i += 2)); do
			for n in $SHORT $LONG; do
				measure_tool "$group" "${tools[i]}" "$n" "$rep" "${tools[i + 1]}"
			done
		done
	done
	rm -f "$FILES"/in.*
}

failed=0
sources=("ffmpeg testsrc2" ffmpeg_source)
! command -v gst-launch-1.0 >/dev/null || sources+=("gst videotestsrc" gst_source)
compare "discarded" YUYV yuyv422 scene \
	grab grab_null "grab, pattern=bytes" grab_null_cheap "${sources[@]}"
compare "raw to a file in memory" YUYV yuyv422 bytes \
	grab grab_raw "grab -b 8" grab_raw_8 "grab -b 8 --direct on" grab_raw_in_place cat copy_cat "dd, bs=frame" copy_dd "ffmpeg copy" ffmpeg_raw
mkfifo "$FILES/pipe"
compare "raw through a pipe" YUYV yuyv422 bytes \
	"grab -b 8" pipe_grab "grab -b all" pipe_grab_once "grab to null" grab_null_cheap cat pipe_cat "ffmpeg copy" pipe_ffmpeg
memory=$FILES FILES=$DISK
compare "raw to a disk" YUYV yuyv422 bytes \
	grab grab_direct "grab --direct off" grab_buffered "grab to null" grab_null_cheap \
	cat copy_cat "dd, bs=frame" copy_dd "dd, oflag=direct" copy_dd_direct "ffmpeg copy" ffmpeg_raw
FILES=$memory
pictures=("YUYV yuyv422 scene" "RGB3 rgb24 scene" "GREY gray scene" "GREY gray noise")
[ -z "${BENCH_SMOKE:-}" ] || pictures=("${pictures[0]}")
for kind in "${pictures[@]}"; do
	read -r format pixels pattern <<<"$kind"
	compare "PNG of pattern=$pattern" "$format" "$pixels" "$pattern" \
		grab grab_png "grab to null" grab_null \
		"ffmpeg, level 1 sub" ffmpeg_png_1 "ffmpeg, default" ffmpeg_png
done
exit $failed
