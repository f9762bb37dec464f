#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What other programs read in the files: the same numbers that the device sent.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires ffmpeg ffprobe pngcheck pngtopnm identify cmp

size=70x46
# The simulator shows the same pictures in every run, so the raw file is the truth.
# take FORMAT NAME [OPTION...]: one frame of that pixel format to that file
take() {
	local format=$1 name=$2
	shift 2
	expect 0 grab -q -d "sim:seed=5,size=$size" -p "$format" -o "$name" "$@"
}

# frames PIXFMT FILE [OPTION...]: what ffmpeg reads, as raw numbers
frames() {
	local pix_fmt=$1 file=$2
	shift 2
	ffmpeg -v error "$@" -i "$file" -f rawvideo -pix_fmt "$pix_fmt" - </dev/null
}

# ffmpeg_reads FILE PIXFMT RAW
ffmpeg_reads() {
	frames "$2" "$1" | cmp - "$3" || fail "ffmpeg reads other $2 in $1 than $3 has"
}

# probe FILE ENTRY
probe() { ffprobe -v error -show_entries "stream=$2" -of default=nw=1:nk=1 "$1"; }

# ---- samples that a file can hold as they are: to the last bit ----
for case in GREY:gray Y16:gray16le RGB3:rgb24 BGR3:bgr24; do
	format=${case%:*} pix_fmt=${case#*:}
	take "$format" "$format.raw"
	take "$format" "$format.png"
	take "$format" "$format.pnm"
	expect 0 pngcheck -q "$format.png"
	ffmpeg_reads "$format.png" "$pix_fmt" "$format.raw"
	ffmpeg_reads "$format.pnm" "$pix_fmt" "$format.raw"
	pngtopnm "$format.png" 2>/dev/null | cmp - "$format.pnm" || fail "netpbm reads $format.png otherwise"
	expect_same "$format.png for ImageMagick" "70x46 $(identify -format %z "$format.pnm")" \
		"$(identify -format '%wx%h %z' "$format.png")"
done

# ---- 12 bits: msb is what sBIT says, native is the device's number ----
take Y12 y12.raw
take Y12 native.pgm --depth native
take Y12 native.png --depth native
take Y12 msb.png
take Y12 msb.pgm
take Y12 eight.png --depth 8
ffmpeg_reads native.png gray16le y12.raw
tail -c $((70 * 46 * 2)) native.pgm | dd conv=swab status=none | cmp - y12.raw ||
	fail "native.pgm has other numbers than y12.raw"
expect_same "maxval" "P5 70 46 4095" "$(head -n 3 native.pgm | tr '\n' ' ' | sed 's/ $//')"
# netpbm takes the significant bits that sBIT names
pngtopnm msb.png 2>/dev/null | cmp - native.pgm || fail "sBIT does not lead back to the device's numbers"
frames gray16be msb.png | cmp - <(tail -c $((70 * 46 * 2)) msb.pgm) || fail "msb.png is not msb.pgm"
expect_same "depth 8" "8 Gray" "$(identify -format '%z %[colorspace]' eight.png)"

# ---- planes ----
for case in YU12:yuv420p 422P:yuv422p YM24:yuv444p GREY:gray; do
	format=${case%:*} pix_fmt=${case#*:}
	take "$format" "p-$format.raw" -n 3
	take "$format" "p-$format.y4m" -n 3
	expect_same "$format in y4m" "$pix_fmt" "$(probe "p-$format.y4m" pix_fmt)"
	ffmpeg_reads "p-$format.y4m" "$pix_fmt" "p-$format.raw"
done
take Y16 y16.y4m
ffmpeg_reads y16.y4m gray16le Y16.raw
take NV12 nv12.y4m -n 2 --fps 30000/1001
expect_same "y4m's size and rate" "yuv420p 70 46 30000/1001" "$(probe nv12.y4m pix_fmt) $(
	probe nv12.y4m width) $(probe nv12.y4m height) $(probe nv12.y4m r_frame_rate)"
take YUYV yuyv.y4m
expect_same "packed 4:2:2 in y4m" yuv422p "$(probe yuyv.y4m pix_fmt)"

# ---- camera JPEG ----
take MJPG camera.raw
take MJPG camera.png
take MJPG camera.y4m
mv camera.raw camera.jpg
expect_same "y4m keeps the planes of the camera" yuv422p "$(probe camera.y4m pix_fmt)"
# apart FILE FILE: the largest difference between two bytes at the same place
apart() {
	expect_same "bytes of $1" "$(wc -c <"$2")" "$(wc -c <"$1")"
	cmp -l "$1" "$2" | while read -r _ a b; do
		echo $((8#$a > 8#$b ? 8#$a - 8#$b : 8#$b - 8#$a))
	done | sort -n | tail -n 1
}
# decoders may differ by rounding
frames yuvj422p camera.jpg >planes.jpg
frames yuv422p camera.y4m >planes.y4m
[ "$(apart planes.jpg planes.y4m)" -le 2 ] || fail "camera.y4m has not the planes of camera.jpg"
expect_same "JPEG in png" "70x46 8 sRGB" "$(identify -format '%wx%h %z %[colorspace]' camera.png)"

# ---- colour of Bayer ----
take RG10 grey.png
take RG10 colour.png --debayer
take RGGB colour8.png --debayer
expect_same "Bayer as grey" "16 Gray" "$(identify -format '%z %[colorspace]' grey.png)"
expect_same "Bayer as colour" "16 sRGB" "$(identify -format '%z %[colorspace]' colour.png)"
expect_same "8-bit Bayer as colour" "8 sRGB" "$(identify -format '%z %[colorspace]' colour8.png)"
expect 0 pngcheck -q ./*.png

# ---- one stream of pictures ----
for format in png pnm; do
	decoder=${format/png/png_pipe}
	decoder=${decoder/pnm/ppm_pipe}
	grab -q -d "sim:seed=5,size=$size" -p RGB3 -n 3 -f "$format" -o - >"stream.$format" ||
		fail "no stream of $format"
	take RGB3 three.raw -n 3 -y
	frames rgb24 "stream.$format" -f "$decoder" | cmp - three.raw ||
		fail "ffmpeg reads other pictures in a stream of $format"
done

# ---- every level and filter ----
for level in 0 1 6 9; do
	for filter in none sub up avg paeth all; do
		take RGB3 level.png --png "$level,$filter" -y
		ffmpeg_reads level.png rgb24 RGB3.raw
	done
done
