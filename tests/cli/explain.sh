#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The plan: true, and without consequences.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

expect 0 grab --explain -n 100 -o out.png
expect_files 0
expect_quiet
expect_out 'backend +sim: named by GRAB_DEVICE'
expect_out 'not v4l2 +another device was named'
expect_out '640x480 YUYV, 614400 bytes'
expect_out 'out-000000.png to out-000099.png, png'
expect_out 'exist +0 of 100'
expect_out 'verdict +lossless: the source waits until memory is free'

# plan FILTER ARGUMENT...
plan() {
	local filter=$1
	shift
	run grab --explain --json "$@"
	expect_json "$filter"
}
plan '.format == {w: 320, h: 240, fourcc: "Y12", stride: 640, bytes: 153600, fps: "60/1"}' \
	-s 320x240 -p Y12 -r 60 -n 10 -o a.png
plan '.buffers == 10 and .memory == 10 * 155648 and .in_bps == 9216000' -d sim:size=320x240,format=Y12,fps=60 -n 10 -o a.pnm
plan '.buffers == 1' -n 1 -o a.png
plan '.buffers == 4' -n 1 -r 10 -o a.png
plan '.buffers == 7' -b 7 -n 100 -o a.png
plan '.chunk == 65536 and .window == 1 and .pinned == 65536' --chunk 64k --window 1 -n 9 -o a.png
plan '.files == {first: "a-0005.png", last: "a-0014.png", exist: 0}' -o 'a-####.png' --start 5 -n 10
plan '.files.first == "a-000000.png" and .files.last == null' -n 0 -o a.png
plan '.files == null and .sink.format == "null" and (.verdict | startswith("lossless"))' -n 10
plan '.sink.need == 3 * 614400' -n 3 -o a.raw
plan '.sink.est_fps > 0 and .sink.writers >= 1 and .sink.free > 0' -n 3 -o a.png
plan '.why == "named by --device"' -d sim:
GRAB_DEVICE='' plan '.why | test("only device of the backend")' -B sim
plan '.verdict | startswith("lossless: all frames")' -d sim:fps=1000 -n 50 -o a.png
plan '(.verdict | startswith("lossless: the source waits")) and .buffers < 100' \
	-d sim:size=1920x1080 -n 100000 --writers 2 -o a.png --png 9,all
plan '.verdict | startswith("lossy after about")' \
	-d sim:size=1920x1080,fps=100000 -n 100000 --mem-budget 100M -o a.png --png 9,all
plan '.verdict | startswith("lossless: writing")' -d sim:size=64x48,fps=1 -n 100000 -b 8 -o a.png

# an environment variable that names the device gives way to an option
expect_same "device" '"sim:size=8x8"' "$(GRAB_DEVICE=sim: grab --explain --json -d sim:size=8x8 | jq .uri)"

# what would be refused is told with the status it would end in, and nothing is touched
touch a-000003.png
before=$(stat -c '%Y %s' a-000003.png)
expect 73 grab --explain -n 10 -o a.png
expect_out 'refused: .*a-000003.png'
plan '.exit == 73 and .files.exist == 1 and (.verdict | startswith("refused"))' -n 10 -o a.png
plan '.exit == 0 and .files.exist == 1' -n 10 -o a.png -y
expect_same "untouched" "$before" "$(stat -c '%Y %s' a-000003.png)"
expect 74 grab --explain -s 4096x4096 -n 1000000 -o huge.raw
expect 78 grab --explain -p MJPG -s 99999x99999
expect 71 grab --explain -b 1000000 --mem-budget 10M
expect 0 grab --explain --mkdir -o sub/a.png
[ ! -e sub ] || fail "a folder was made"
expect 0 grab -N -n 2
expect 0 grab --dry-run -n 2
expect_files 1
