#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names of files: tokens, numbering, what is refused, and nothing that reaches printf.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99

# names WANTED... -- ARGUMENT...: a run of three small frames makes exactly these files
names() {
	local wanted=()
	while [ "$1" != -- ]; do wanted+=("$1"); shift; done
	shift
	rm -rf ./* ./.??*
	expect 0 grab -d sim:size=8x8,fps=1000 -n 3 -q "$@"
	expect_same "names of: $*" "${wanted[*]}" "$(shopt -s dotglob; echo *)"
}
# refused REGEX -- ARGUMENT...
refused() {
	local regex=$1
	shift 2
	rm -rf ./*
	expect 64 grab -d sim:size=8x8,fps=1000 -n 3 "$@"
	expect_err "$regex"
	expect_files 0
}

names a-000000.png a-000001.png a-000002.png -- -o a.png
names a-000000.b.png a-000001.b.png a-000002.b.png -- -o 'a-######.b.png'
names 0.png 1.png 2.png -- -o '%d.png'
names 'a  0.png' 'a  1.png' 'a  2.png' -- -o 'a%3d.png'
names a0000000.png a0000001.png a0000002.png -- -o 'a%07d.png'
names a000000.png a000001.png a000002.png -- -o 'a#.png'
names a00.png a01.png a02.png -- -o 'a##.png'
names a0007.png a0008.png a0009.png -- --start 7 -o 'a####.png'
names 0-0.png 1-1.png 2-2.png -- -o '%d-%d.png'
names 'f%0.png' 'f%1.png' 'f%2.png' -- -o 'f%%%d.png'
names a0.pgm a1.pgm a2.pgm -- -p GREY -o 'a%q.pgm'
names 'a#%d-000000.png' 'a#%d-000001.png' 'a#%d-000002.png' -- --no-template -o 'a#%d.png'
names .png-000000 .png-000001 .png-000002 -- -o ./.png -f png
names all.raw -- -o all.raw
names run-0.y4m -- -o 'run-%d.y4m'

# one frame: the name as it is
rm -rf ./* ./.??*
expect 0 grab -o one.png
expect 0 grab -o 'one-###.png'
expect 0 grab -n 1 -o 'at-%{%Y%m%d}.png'
expect_files 1 one.png
expect_files 1 one-000.png
expect_files 1 "at-$(date -u +%Y%m)??.png"
expect_files 3

# what crashed others, or made them write one file over and over
refused '%y' -- -o '%y.png'
refused '%' -- -o 'a%'
refused '%{' -- -o 'a%{%H'
refused '%' -- -o 'a%-3d.png'
refused '%' -- -o 'a%99999999d.png'
refused '%' -- -o 'a%*d.png'
refused '%' -- -o 'a%1$s.png'
refused '%hhn' -- -o 'a%hhn.png'
refused 'faster than the time' -- -o 'at-%{%Y}.png'
refused 'faster than the time' -- -o 'at-%{%S}.png'

# a camera without a serial number; and %n is the time, not a store
run grab -d sim:size=8x8 -n 2 -o 'a%s.png'
[ "$status" != 0 ] && [ "$status" -lt 128 ] || fail "%s: exit $status"
rm -rf ./*
expect 0 grab -d sim:size=8x8 -n 2 -q -o 'a%n.png'
expect_files 2 'a[0-9]*[0-9].png'

# after the highest number that is there
rm -rf ./*
touch a-000041.png a-7.png b-000099.png a-000041.pgm
expect 0 grab -d sim:size=8x8 -n 2 -q --start auto -o a-######.png
expect_files 1 a-000042.png
expect_files 1 a-000043.png
expect_files 6
expect 64 grab -n 1 --start auto -o a-%n.png

# folders
expect 73 grab -o sub/folder/a.png
expect 0 grab -d sim:size=8x8 -n 2 -q --mkdir -o 'sub/f-%d/a.png'
expect_files 1 sub/f-0/a.png
expect_files 1 sub/f-1/a.png
expect 73 grab -f png -o sub
expect_err 'sub'
expect 64 grab -f png -o sub/

# the name and the content say different things: a note
expect 0 grab -f pnm -o really.png
expect_err 'the name says png, the content will be pnm'
