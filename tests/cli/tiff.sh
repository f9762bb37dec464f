#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# TIFF: the pixels of pnm to three families of readers; pages, streams, disks that get full.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires tiffinfo tiffcp tiffcmp ffmpeg identify convert jq cmp

# clean FILE: libtiff has nothing to say against any page
clean() {
	tiffinfo -D "$1" >"$work/info" 2>"$work/complaints" && [ ! -s "$work/complaints" ] || fail "$1: $(head -n 3 "$work/complaints")"
}
pages() { grep -c '^TIFF Directory at' <(tiffinfo "$1"); }

# ---- the same pixels as pnm ----
for case in RGB3:rgb24 BGR3:rgb24 YUYV:rgb24 GREY:gray Y16:gray16be Y12:gray16be RGGB:gray; do
	format=${case%:*} pix_fmt=${case#*:}
	for size in 70x46 701x233; do
		expect 0 grab -q -y -d sim:seed=5,size=$size -p "$format" -o t.tif -o t.pnm
		clean t.tif
		convert t.tif -strip c.pnm && cmp c.pnm t.pnm || fail "ImageMagick reads $format of $size otherwise"
		cmp <(ffmpeg -v error -i t.tif -f rawvideo -pix_fmt "$pix_fmt" - </dev/null) \
			<(ffmpeg -v error -i t.pnm -f rawvideo -pix_fmt "$pix_fmt" - </dev/null) ||
			fail "ffmpeg reads $format of $size otherwise"
	done
done
expect 0 grab -q -y -d sim:seed=5,size=70x46 -p Y12 -o n.tif -o n.raw --depth native
cmp <(ffmpeg -v error -i n.tif -f rawvideo -pix_fmt gray16le - </dev/null) n.raw ||
	fail "--depth native changes the device's numbers"
tiffinfo n.tif >info
grep -q 'Max Sample Value: 4095' info || fail "the largest number is not told"
grep -q 'Significant Bits: 12' info || fail "the real bits are not told"
expect 0 grab -q -d sim:seed=5,size=70x46 -p Y12 -o e.tif --depth 8
expect_same "8 bits" 8 "$(identify -format %z e.tif)"

# ---- what is told ----
expect 0 grab -q -d sim:seed=5,size=70x46 -n 2 -S 3 -o 'w%d.tif' -M w.jsonl
expect_files 2 'w?.tif'
tiffinfo w1.tif >info
grep -q "Source: sim:seed=5,size=70x46" info || fail "no Source"
grep -q "Software: grab " info || fail "no Software"
grep -q "Sequence: $(jq -r .seq w.jsonl | tail -n 1)" info || fail "no Sequence"
utc=$(jq -r .utc w.jsonl | tail -n 1)
grep -q "Creation Time: $utc" info || fail "no time of $utc"
grep -q "DateTime: $(sed 's/T/ /; s/-/:/g; s/\..*//' <<<"$utc")" info || fail "no DateTime of $utc"
rm -f ./*

# ---- pages, where the name has no token ----
expect 0 grab -q -d sim:seed=5,size=70x46,format=RGB3 -n 7 -o m.tiff -o m.raw -M m.jsonl
clean m.tiff
expect_same "pages" 7 "$(pages m.tiff)"
expect_same "pages for ImageMagick" 7 "$(identify m.tiff | wc -l)"
convert m.tiff rgb:m.rgb && cmp m.rgb m.raw || fail "other pixels in pages"
# the place that is told for a frame has its pixels
for i in 1 6; do
	at=$(jq -sr ".[$i].offset" m.jsonl)
	cmp <(piece m.tiff "$at" 9660) <(piece m.raw $((i * 9660)) 9660) || fail "frame $i is not at $at"
done
# the same on a pipe, whose last page is known as late
stream() { grab -q -d sim:seed=5,size=70x46,format=RGB3 "$@" -f tiff -o - | cat; }
stream -n 7 >s.tiff
clean s.tiff
tiffcmp m.tiff s.tiff >"$work/differences" || fail "another stream: $(head -n 3 "$work/differences")"
# of a length that is not known: 64 bits for places
grab -q -d sim:seed=5,size=70x46,format=RGB3,fps=100 -n 0 -t 60ms -f tiff -o - >open.tiff
clean open.tiff
expect_same "BigTIFF" 43 "$(piece open.tiff 2 1 | od -An -tu1 | tr -d ' ')"
[ "$(pages open.tiff)" -ge 2 ] || fail "$(pages open.tiff) pages in 60 ms"
convert open.tiff rgb:open.rgb && cmp open.rgb <(head -c "$(stat -c %s open.rgb)" m.raw) ||
	[ "$(pages open.tiff)" -gt 7 ] || fail "other pixels in BigTIFF"
expect_same "classic" 42 "$(piece m.tiff 2 1 | od -An -tu1 | tr -d ' ')"
# a run that ends early ends its file as well
expect 2 grab -q -d sim:size=70x46,format=GREY,fps=100 -n 1000000 -t 60ms -o early.tif
clean early.tif
[ "$(pages early.tif)" -ge 2 ] || fail "$(pages early.tif) pages in 60 ms"
rm -f ./*

# ---- many ----
expect 0 grab -q -d sim:size=8x8,format=GREY -n 10000 -o many.tif -o many.raw --mem-budget 1M
expect_same "pages" 10000 "$(grep -c Sequence <(tiffinfo many.tif))"
rm -f ./*

# ---- a disk that gets full keeps whole pages ----
for kib in 3 4 5 8 9 21; do
	(ulimit -f $kib && exec grab -q -d sim:size=64x15,format=GREY -n 100 -o k.tif) 2>.err
	expect_same "exit status with $kib KiB" 74 $?
	kept=$(sed -n 's/.*the \([0-9]*\) frames before are kept.*/\1/p' .err)
	[ "${kept:-0}" -ge $((kib / 2)) ] || fail "kept: $(cat .err)"
	clean k.tif
	expect_same "pages in $kib KiB" "$kept" "$(pages k.tif)"
	rm -f ./* .err
done
expect_files 0

# files that exist, and numbered ones
expect 0 grab -q -d sim:size=8x8 -n 3 -o 'a-###.tif'
expect_files 3 'a-00[012].tif'
expect 73 grab -q -d sim:size=8x8 -n 3 -o 'a-###.tif'
expect 0 grab -q -d sim:size=8x8 -o one.tif
expect 73 grab -q -d sim:size=8x8 -n 2 -o one.tif
expect_same "one page" 1 "$(pages one.tif)"
