#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# JPEG: a camera's own to the byte, and what four families of readers see in ours.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires djpeg ffmpeg ffprobe identify compare jq cmp

camera=sim:seed=5,size=150x94,format=MJPG

# ---- passed through ----
# one run, both outputs: the frames in the raw file are the pictures, to the byte
expect 0 grab -q -d $camera -p MJPG -n 3 -o 'c%d.jpg' -o c.raw -M c.jsonl
cat c0.jpg c1.jpg c2.jpg | cmp - c.raw || fail "other bytes than the device gave"
cmp -s c0.jpg c1.jpg && fail "the same picture twice"
expect_same "bytes as told" "$(jq -c .bytes c.jsonl | tr '\n' ' ')" "$(stat -c %s c?.jpg | tr '\n' ' ')"
expect_same "what it is" "JPEG 150x94" "$(identify -format '%m %wx%h' c0.jpg)"
expect 0 djpeg -pnm -outfile c.ppm c0.jpg
# on a pipe they follow each other
grab -q -d $camera -p MJPG -n 3 -f jpeg -o - | cmp - c.raw || fail "another stream"
expect_same "frames in the stream" 3 "$(ffprobe -v error -f mjpeg -count_frames \
	-show_entries stream=nb_read_frames -of default=nw=1:nk=1 c.raw)"

# what png does with a picture that came short, jpeg does too: it ends the run, and writes no part of it
for format in png jpeg; do
	expect 74 grab -d "$camera,short=2" -p MJPG -n 4 --damaged keep -f $format -o 's%d' --writers 1
	expect_err 'the JPEG picture is damaged'
	expect_files "$(grep -c . <<<"$(ls s* 2>/dev/null)")" 's*'
	for f in s*; do identify -regard-warnings "$f" >/dev/null || fail "$f is damaged"; done
	expect_files 0 '.*.tmp'
	rm -f s*
done
# one that lacks its end without a word of the device is found by what reads it: dropped, counted, replaced
for format in png jpeg; do
	stats grab -d "$camera,cut=3" -p MJPG -n 5 -f $format -o 'k%d'
	expect_same "$format" '[1,5,2,0]' "$(of '[.exit, .written, .lost.corrupt, .lost.writer]')"
	expect_files 5 'k?'
	for f in k?; do identify -regard-warnings "$f" >/dev/null || fail "$f is damaged"; done
	rm -f k?
done
expect 1 grab -d "$camera,cut=3" -p MJPG -n 5 -f y4m -o k.y4m
expect_err 'frame 2 of the device: the JPEG picture is damaged: its end is missing'
expect_err '5 frames are written, but others were lost: 2 damaged'
# nobody reads it here
stats grab -d "$camera,cut=3" -p MJPG -n 5 -f raw -o k.raw
expect_same "raw" '[0,5,0]' "$(of '[.exit, .written, .lost.corrupt]')"
rm k.*
# by default a short one is dropped, and counted
expect 1 grab -d "$camera,short=2" -p MJPG -n 4 -o 's%d.jpg'
expect_files 4 's?.jpg'
rm -f ./*

# ---- which pixel format ----
fourcc() { grab --explain --json "$@" | jq -r .format.fourcc; }
expect_same "a camera that is set to it" MJPG "$(fourcc -d sim:format=MJPG -o a.jpg)"
expect_same "what it is set to is kept" NV12 "$(fourcc -d sim:format=NV12 -o a.jpg)"
expect_same "with another output that has to decode it" no \
	"$([ "$(fourcc -d sim:format=MJPG -o a.jpg -o b.png)" = MJPG ] || echo no)"

# ---- compressed ----
# psnr FILE FILE: decibels between two pictures, "inf" if they are equal
psnr() { compare -metric PSNR "$1" "$2" null: 2>&1 | awk '{ print $1 }'; }
for format in RGB3 XR24 YUYV NV12 422P YM24 GREY Y12; do
	device="sim:seed=5,size=151x93,pattern=scene,format=$format"
	expect 0 grab -q -d "$device" -p $format -o t.pnm -o t.jpg --depth 8 --jpeg 95,444
	expect 0 identify -regard-warnings t.jpg
	djpeg -dct int -pnm t.jpg >d.pnm || fail "djpeg on $format"
	ffmpeg -v error -y -i t.jpg f.ppm </dev/null || fail "ffmpeg on $format"
	for decoded in t.jpg d.pnm f.ppm; do
		awk -v is="$(psnr t.pnm $decoded)" 'BEGIN { exit !(is == "inf" || is > 35) }' ||
			fail "$format in $decoded: $(psnr t.pnm $decoded) dB"
	done
	rm t.pnm t.jpg
done
# of more than 8 bits the top 8, whatever --depth says
for depth in msb native 8; do
	expect 0 grab -q -d sim:seed=5,size=64x48,format=Y12 -p Y12 --depth $depth -o $depth.jpg
	cmp $depth.jpg msb.jpg || fail "--depth $depth changes JPEG"
done

# colours as they were captured, unless asked for otherwise
sampling() { identify -format '%[jpeg:sampling-factor]' "$1"; }
for case in YUYV::2x1 NV12::2x2 RGB3::1x1 RGB3:90,420:2x2 NV12:90,same:2x2 YUYV:90,444:1x1; do
	IFS=: read -r format jpeg factor <<<"$case"
	expect 0 grab -q -y -d sim:size=64x48,format=$format -p "$format" ${jpeg:+--jpeg $jpeg} -o s.jpg
	expect_same "$case" "$factor" "$(sampling s.jpg | cut -d, -f1)"
done

# better is larger
last=0
for quality in 1 25 50 75 90 95 100; do
	expect 0 grab -q -y -d sim:seed=5,size=320x240,format=YUYV -p YUYV --jpeg $quality -o q.jpg
	size=$(stat -c %s q.jpg)
	[ "$size" -gt "$last" ] || fail "quality $quality: $size bytes after $last"
	expect_same "quality" $quality "$(identify -format %Q q.jpg)"
	last=$size
done
rm -f ./*

expect 64 grab --jpeg 0 -o a.jpg
expect_err 'a JPEG quality is 1 to 100'
expect 64 grab --jpeg 90,411 -o a.jpg
expect_err 'write same, 444, 422 or 420'
expect_files 0
