#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several outputs of one run: each has every frame, and each is as it would be alone.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq pngcheck

export GRAB_DEVICE=sim:size=64x48,format=RGB3
expect 0 grab -n 5 -o 'a%d.png' -o run.raw -o b.pnm -M frames.jsonl --check
expect_files 12
expect 0 pngcheck -q a?.png
expect 0 grab -n 5 -o alone.raw
cmp run.raw alone.raw || fail "not the same frames"
for i in 0 1 2 3 4; do
	piece run.raw $((i * 9216)) 9216 >frame
	tail -c 9216 "b-00000$i.pnm" | cmp - frame || fail "frame $i"
done

# what is told: as for one output of the first, and of all in a list
expect_same "files" '["a0.png","a1.png","a2.png","a3.png","a4.png"]' "$(jq -sc 'map(.file)' frames.jsonl)"
expect_same "places" '[{"written":true,"file":"a1.png","offset":null},{"written":true,"file":"run.raw","offset":9216},{"written":true,"file":"b-000001.pnm","offset":null}]' \
	"$(jq -sc '.[1].outputs' frames.jsonl)"
rm -f ./*
stats grab -n 3 -o 'a%d.png' -o run.raw
expect_same "outputs" '[["a%d.png","png",3,null],["run.raw","raw",3,"buffered"]]' \
	"$(of '[.outputs[] | [.name, .format, .written, .way]]')"
expect_same "written" 3 "$(of .written)"
expect 0 grab -y -v -n 3 -o 'a%d.png' -o run.raw
expect_err 'output +a%d.png, png, 3 frames'
expect_err 'output +run.raw, raw, 3 frames, buffered: frames are small'
stats grab -n 3
expect_same "no outputs" '[]' "$(of .outputs)"

# the plan has them too
rm -f ./*
run grab --explain --json -n 4 -o 'a%d.png' -o run.raw
expect_json '.sink.format == "png" and .files.last == "a3.png" and [.outputs[].files.first] == ["a0.png", "run.raw"]'
expect_json '.outputs[1].sink.need == 4 * 9216 and .exit == 0'
expect 0 grab --explain -n 4 -o 'a%d.png' -o run.raw
expect_out 'output +a0.png to a3.png, png'
expect_out 'output +run.raw, raw'
expect_files 0

# standard output is one of them, once
expect 0 grab -q -n 3 -o - -f pnm -o run.raw
expect_same "a stream" $((3 * (13 + 9216))) "$(stat -c %s "$work/.out")"
expect_same "the file" 27648 "$(stat -c %s run.raw)"
rm -f ./*
expect 64 grab -o - -o a.png -o -
expect_err 'standard output'
expect 64 grab -o - -o a.png -M -

# numbers go with frames: all begin behind the highest of any
touch a-000007.png b-000003.pnm
expect 0 grab -q -n 2 --start auto -o a.png -o b.pnm -o c.raw
[ -e a-000009.png ] && [ -e b-000008.pnm ] && [ -e b-000009.pnm ] || fail "numbers: $(ls)"
rm -f ./*

# --format is for names that tell none
expect 0 grab -q -f pnm -o a -o b.png
expect_same "a by --format, b by its name" 'P6 PNG' "$(head -c 2 a) $(head -c 4 b.png | tail -c 3)"
rm -f ./*
expect 64 grab -o a.png -o b
expect_err 'b: the name has no ending'
expect_files 0

# the same place twice is a mistake, however it is written
mkdir real && ln -s real link
for pair in 'a.raw ./a.raw' 'a%d.png a%06d.png' 'a.png a-#.png' 'real/a.raw link/a.raw' \
	'a%q.png a%d.png' 'a%{%s%f}.png a%d.png'; do
	# shellcheck disable=SC2086 # two names
	set -- $pair
	expect 64 grab -n 3 -o "$1" -o "$2"
	expect_err 'can give the same file'
done
expect 64 grab -n 3 -o 'a%d.png' -M a1.png
expect 0 grab -n 3 -o /dev/null -f raw -o real/a.raw -o b.raw
rm -rf ./*
bash -c 'exec grab -q -n 3 -f raw -o - -o out.raw -y >out.raw' 2>.err
expect_same "standard output is that file" 64 $?
rm -f ./* .err

# one that exists is enough to begin none
touch b-000002.pnm
expect 73 grab -n 3 -o a.raw -o b.pnm
expect_err 'b-000002.pnm exists'
expect 73 grab --explain -n 3 -o a.raw -o b.pnm
expect_files 1
rm -f ./*
expect 73 grab -n 3 -o a.raw -o no/b.raw
expect_files 0

# together they may need more than there is, each alone not
half=$(($(stat -f -c '%a * %S' .) * 6 / 10 / 9216 + 1))
expect 0 grab --explain -n $half -o a.raw
expect 74 grab --explain -n $half -o a.raw -o b.raw
expect_out 'bytes are to be written'
expect_files 0

# one that fails ends the run with its status; what is in the others is whole
(ulimit -f 40 && exec grab -q --mem-budget 64k -n 2000 -o 'p%d.png' -o k.raw -M m.jsonl) 2>.err
expect_same "a limit on the size of files" 74 $?
grep -q 'k.raw: .*the 4 frames before are kept' .err || fail "not told: $(cat .err)"
expect_same "whole frames" 36864 "$(stat -c %s k.raw)"
for f in p*.png; do
	pngcheck -q "$f" || fail "$f is damaged"
done
expect_same "a line for each frame that is anywhere" "$(set -- p*.png; echo $#)" "$(wc -l <m.jsonl)"
expect_same "those in both" 4 "$(jq -s 'map(select(.outputs[1].written)) | length' m.jsonl)"
expect_same "those in one" '[null,null]' "$(jq -sc 'last | [.outputs[1].file, .outputs[1].offset]' m.jsonl)"
rm -f ./* .err
expect 74 grab -n 3 -f raw -o a.raw -o /dev/full
expect_files "$([ -e a.raw ] && echo 1 || echo 0)"
rm -f ./*

# a reader that goes away ends it as ever, and the file has whole frames
bash -c 'grab -q -n 100000 -r 2000 -f raw -o - -o k.raw | head -c 20000 >/dev/null; exit ${PIPESTATUS[0]}'
expect_same "the reader went away" 141 $?
[ $(($(stat -c %s k.raw) % 9216)) = 0 ] || fail "half a frame"
rm -f ./*

# memory is bounded by buffers, not by outputs: the slowest has them all
stats grab -b 4 -n 20 -o 'a%d.png' -o a.raw -o b.raw -o c.raw
expect_same "buffers" 4 "$(of .ring.depth)"
[ "$(of .ring.high_water)" -le 4 ] || fail "more than there is"

# in a configuration file, too; the command line begins anew
rm -f ./*
printf 'output one.raw\noutput two.png\n' >conf
expect 0 grab --config conf -q
expect_files 3
expect 0 grab --config conf -q -o three.raw
expect_files 4
