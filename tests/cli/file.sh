#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A recorded run is a source: what comes out is what went in, and its end is told.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

raw=file:run.raw,size=64x48,format=RGB3
expect 0 grab -q -d sim:size=64x48,format=RGB3 -n 12 -o run.raw

# all of it, and the end is no failure
stats grab -d "$raw" -n 0 -o copy.raw
expect_same "all" '[0,"source",12,0,["0","11"]]' \
	"$(of '[.exit, .end, .written, ([.lost[] | values] | add), .seq]')"
cmp -s run.raw copy.raw || fail "the copy differs"

# no driver is there that could write into memory with a descriptor, whose pages are small
expect_same "memory" '["normal"]' "$(of '[.mem.kind]')"

# as many as were asked for, and not as many as were asked for
stats grab -d "$raw" -n 12 -o some-##.png --check
expect_same "12 of 12" '[0,"count","seq+content"]' "$(of '[.exit, .end, .proof]')"
expect_files 12 'some-*.png'
stats grab -d "$raw" -n 13 -f null
expect_same "13 of 12" '[2,"source",12]' "$(of '[.exit, .end, .written]')"
expect 2 grab -d "$raw" -n 13 -f null
expect_err 'recording is over after 12 frames'
expect 2 grab -d "$raw" -t 1h -f null
stats grab -d "$raw,loop=1" -n 30 -f null
expect_same "looped" '[0,30,["0","29"]]' "$(of '[.exit, .written, .seq]')"

# pictures made of the recording are those made of the camera
expect 0 grab -q -d sim:size=64x48,format=RGB3 -n 12 -o camera-##.ppm
expect 0 grab -q -d "$raw" -n 0 -o replay-##.ppm
for picture in camera-*.ppm; do
	cmp -s "$picture" "replay-${picture#camera-}" || fail "$picture differs"
done

# y4m in, y4m out, the same: every layout, odd sizes, the rate and the range too
for format in YU12 422P YM24 GREY Y16 NV12 RGB3; do
	expect 0 grab -q -y -d "sim:size=63x47,format=$format,fps=500" -n 3 -o run.y4m
	expect 0 grab -q -y -d file:run.y4m -n 0 -o again.y4m
	cmp -s run.y4m again.y4m || fail "$format: the y4m differs"
done

# pictures of planes that are not padded, though their width is odd
for format in YU12 422P YM24 GREY; do
	expect 0 grab -q -y -d "sim:size=63x47,format=$format" -n 2 -o run.y4m
	expect 0 grab -q -y -d "sim:size=63x47,format=$format" -n 2 -f pnm -o camera-##
	expect 0 grab -q -y -d file:run.y4m -n 0 -f pnm -o replay-##
	for picture in camera-0?; do
		cmp -s "$picture" "replay-${picture#camera-}" || fail "$format: $picture differs"
	done
done

# the clock: frame n comes after n periods, none lost with memory for all
stats grab -d "$raw,fps=200" -n 0 -f null -M frames.jsonl
expect_same "200 fps" '[0,12]' "$(of '[.exit, .written]')"
expect_same "periods" '[5000000]' \
	"$(jq -cs '[.[].ts | tonumber] | [.[1:], .[:-1]] | transpose | map(.[0] - .[1]) | unique' frames.jsonl)"
expect 0 grab -d "$raw" -r 100 -n 2 -f null
expect 78 grab -d "$raw" -s 32x32 -n 1 -f null

# what another program wrote
if command -v ffmpeg >/dev/null; then
	for pixels in yuv420p yuv422p yuv444p gray gray16le; do
		expect 0 ffmpeg -v error -y -f lavfi -i testsrc2=size=63x47:rate=25 -frames:v 3 \
			-pix_fmt $pixels -strict -1 theirs.y4m
		expect 0 ffmpeg -v error -y -i theirs.y4m -f rawvideo -pix_fmt $pixels theirs.raw
		expect 0 grab -q -y -d file:theirs.y4m -n 0 -o ours.raw
		cmp -s theirs.raw ours.raw || fail "$pixels: what was read of ffmpeg's file differs"
	done
fi

# pictures in, the same frames out, whatever PNG has a kind of pixels for
for format in GREY Y10 Y12 Y14 Y16 RGB3; do
	expect 0 grab -q -y -d "sim:size=63x47,format=$format" -n 12 -o run.raw
	expect 0 grab -q -y -d "sim:size=63x47,format=$format" -n 12 -o shot-##.png
	expect 0 grab -q -y -d file:shot-##.png -n 0 -o again.raw
	cmp -s run.raw again.raw || fail "$format: what was read of pictures differs"
done
stats grab -d file:shot-%02d.png,fps=200 -n 12 -f null --check
expect_same "pictures" '[0,12,"seq+content",["0","11"]]' "$(of '[.exit, .written, .proof, .seq]')"
stats grab -d file:shot-07.png,loop=1 -n 3 -o single.raw
cmp -s <(piece single.raw 0 $((63 * 47 * 3))) <(piece run.raw $((7 * 63 * 47 * 3)) $((63 * 47 * 3))) ||
	fail "a single picture differs"

# their order is that of their numbers, and only names with nothing but a number belong to them
mkdir pictures
for number in 2 9 10 100; do
	expect 0 grab -q -d "sim:size=8x4,format=GREY,seed=$number" -n 1 -o "pictures/p$number.png"
	expect 0 grab -q -d "sim:size=8x4,format=GREY,seed=$number" -n 1 -o "pictures/p$number.raw"
done
cp shot-00.png pictures/p03.png
cp shot-00.png pictures/p4x.png
expect 0 grab -q -y -d file:pictures/p%d.png -n 0 -o again.raw
cmp -s again.raw <(cat pictures/p{2,9,10,100}.raw) || fail "the order of pictures"

# pictures that other programs make: each kind as itself, or refused with a remedy
if command -v convert >/dev/null; then
	for kind in 'PNG8 RGB3' 'PNG24 RGB3' 'PNG32 AB24'; do
		convert -size 16x8 gradient:red-blue "${kind% *}:theirs.png"
		expect 0 grab -d file:theirs.png -n 1 -f null --check
		expect 0 grab -d file:theirs.png -n 1 -f null --explain
		expect_out "${kind#* }"
	done
	convert -size 16x8 pattern:checkerboard -monochrome theirs.png
	expect 0 grab -q -y -d file:theirs.png -n 1 -f pnm -o ours.pgm
	cmp -s <(convert theirs.png -depth 8 gray:-) <(tail -c 128 ours.pgm) || fail "one bit a pixel differs"
	convert -size 16x8 gradient:red-blue PNG48:theirs.png
	expect 78 grab -d file:theirs.png -n 1 -f null
	expect_err 'ffmpeg -pix_fmt rgb24'
	convert -size 16x8 gradient:red-blue -interlace PNG PNG24:theirs.png
	expect 78 grab -d file:theirs.png -n 1 -f null
	expect_err 'convert -interlace none'
fi

# pictures that do not belong together, that are damaged, that are not there
cp theirs.png shot-12.png
expect 64 grab -d file:shot-##.png -n 0 -f null
expect_err 'shot-12.png differs'
head -c 900 shot-00.png >shot-12.png
expect 76 grab -d file:shot-##.png -n 0 -f null
expect_err 'shot-12.png: .*; the picture is damaged'
expect 66 grab -d file:none-##.png -n 0 -f null
expect_err 'no file has a name like none-##.png'
expect 64 grab -d file:shot-00.png,size=63x47 -n 0 -f null
expect_err 'leave size out'

# what cannot be played
expect 66 grab -d file:none.raw -n 0 -f null
expect_err 'no file none.raw'
expect 64 grab -d file:run.raw -n 0 -f null
expect_err 'size=WxH'
expect 64 grab -d file:run.raw,size=64x49,format=RGB3 -n 0 -f null
expect_err 'check size'
head -c -5 run.y4m >cut.y4m
expect 65 grab -d file:cut.y4m -n 0 -f null
expect_err 'cut short in frame 1'
keep=$(grep -oE 'truncate -s [0-9]+' <<<"$err") || fail "no remedy"
$keep cut.y4m
stats grab -d file:cut.y4m -n 0 -f null
expect_same "the whole one" '[0,1]' "$(of '[.exit, .written]')"
