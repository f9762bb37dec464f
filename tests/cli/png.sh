#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every way of compressing PNG: the same pixels to four families of readers, and
# bytes that depend on nothing but the picture.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires ffmpeg pngcheck pngtopnm convert cmp perl

# pictures of more than one strip, and of many, and what is in them
size=701x900
many=1024x1200
frames=8
cases=('RGB3 noise rgb24' 'RGB3 scene rgb24' 'GREY scene gray' 'GREY noise gray'
	'Y16 scene gray16be' 'Y16 noise gray16be' 'YUYV scene rgb24' 'NV12 noise rgb24')
if [ "${GRAB_SANITIZERS:-no}" != no ]; then	# which make the coder slow
	size=401x700
	many=640x1200
	frames=3
	cases=('RGB3 noise rgb24' 'GREY scene gray' 'Y16 scene gray16be' 'YUYV scene rgb24')
fi

# take NAME FORMAT PATTERN [OPTION...]: one frame to that file
take() {
	local name=$1 format=$2 pattern=$3
	shift 3
	expect 0 grab -q -d "sim:seed=3,size=$size,pattern=$pattern" -p "$format" -o "$name" "$@"
}

# same_for_all PNG PNM FORMAT: all readers find in PNG what PNM has
same_for_all() {
	local pix_fmt=$3

	run pngcheck -q "$1"
	[ "$status" = 0 ] && [ -z "$out$err" ] || fail "pngcheck on $1"
	pngtopnm "$1" 2>/dev/null | cmp - "$2" || fail "libpng reads $1 otherwise"
	cmp <(ffmpeg -v error -i "$1" -f rawvideo -pix_fmt "$pix_fmt" - </dev/null) \
		<(ffmpeg -v error -i "$2" -f rawvideo -pix_fmt "$pix_fmt" - </dev/null) ||
		fail "ffmpeg reads $1 otherwise"
	convert "$1" "$1.pnm" 2>/dev/null && cmp "$1.pnm" "$2" || fail "ImageMagick reads $1 otherwise"
}

for case in "${cases[@]}"; do
	read -r format pattern pix_fmt <<<"$case"
	take want.pnm "$format" "$pattern"
	for level in fast 1 9,all 0; do
		take "$format-$pattern-$level.png" "$format" "$pattern" --png "$level"
		same_for_all "$format-$pattern-$level.png" want.pnm "$pix_fmt"
	done
	rm -f ./*
done

# ---- best takes its time: a small one ----
size=201x99
for format in RGB3:rgb24 GREY:gray Y16:gray16be; do
	take want.pnm "${format%:*}" scene
	take best.png "${format%:*}" scene --png best
	same_for_all best.png want.pnm "${format#*:}"
	rm -f ./*
done

# ---- the same bytes, whoever makes them ----
# data FILE: the compressed pixels of all pictures in it; times differ from run to run
data() {
	perl -0777 -ne '
		for (my $at = 0; $at < length;) {
			$at += 8, next if substr($_, $at, 8) eq "\x89PNG\r\n\x1a\n";
			my ($n, $name) = unpack("Na4", substr($_, $at, 8));
			print substr($_, $at + 8, $n) if $name eq "IDAT";
			$at += 12 + $n;
		}' "$@"
}

for path in scalar avx2 avx512; do
	GRAB_PNG_PATH=$path run grab -q -d sim:seed=8,size=$many -p RGB3 -o "$path.png"
	if [ "$status" != 0 ]; then
		expect_err "GRAB_PNG_PATH=$path: no such path on this processor"
		[ "$path" != scalar ] || fail "any processor has this one"
		continue
	fi
	data "$path.png" | cmp - <(data scalar.png) || fail "$path makes other bytes"
done
for writers in 1 2 5; do
	expect 0 grab -q -d sim:seed=8,size=$many -p RGB3 -n $frames --writers "$writers" -o "w$writers-#.png"
	grab -q -d sim:seed=8,size=$many -p RGB3 -n $frames --writers "$writers" -f png -o - >"w$writers.stream" ||
		fail "exit $? on standard output"
	[ "$(data "w$writers.stream" | wc -c)" -gt $((frames * 1000)) ] || fail "hardly any data in w$writers.stream"
	data "w$writers".stream | cmp - <(data w1.stream) || fail "$writers writers make other bytes"
	for file in "w$writers"-*.png; do data "$file"; done | cmp - <(data w1.stream) ||
		fail "$writers writers make other bytes in files"
done
GRAB_PNG_PATH=nonsense expect 78 grab -q -o no.png
expect_err 'GRAB_PNG_PATH=nonsense'
expect_files 0 no.png

# ---- a level that is none ----
expect 64 grab --png fastest -o no.png
expect_err 'fast, best, or 0 to 9'
expect 64 grab --png fast,sub -o no.png
