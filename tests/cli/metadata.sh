#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A line for each frame written, in order, whatever the order in which writers end.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

expect 1 grab -d sim:size=320x240,drop=10,error=7 -n 60 --writers 4 -o f.png -M f.jsonl
expect_same "lines" 60 "$(wc -l <f.jsonl)"
jq -se 'map(.index) == [range(60)]' f.jsonl >/dev/null || fail "not in order"
jq -se 'map(.seq | tonumber) | . == sort and (unique | length) == 60' f.jsonl >/dev/null || fail "sequence"
# damaged frames are not among them; lost ones are told by the next one
jq -se 'all(.flags | index("corrupt") | not) and ([.[].gap] | add) > 0' f.jsonl >/dev/null || fail "gaps"
for f in $(jq -r .file f.jsonl); do
	[ -e "$f" ] || fail "$f is named and not there"
done
expect_files 61

# in a container: where each frame begins
expect 0 grab -d sim:size=16x16 -n 5 -o c.raw -M c.jsonl
expect_same "offsets" '[0,512,1024,1536,2048]' "$(jq -sc 'map(.offset)' c.jsonl)"
expect_same "file" '"c.raw"' "$(jq -sc 'map(.file) | unique | .[]' c.jsonl)"
expect 0 grab -d sim:size=16x16 -n 3 -o c.y4m -M y.jsonl
for offset in $(jq .offset y.jsonl); do
	expect_same "a frame at $offset" FRAME "$(piece c.y4m "$offset" 5)"
done

# damaged frames that are kept say so
expect 1 grab -d sim:size=16x16,error=@1,short=@3 -n 5 --damaged keep -f null -M k.jsonl
expect_same "flags" '[[],["corrupt"],[],["incomplete"],[]]' "$(jq -sc 'map(.flags)' k.jsonl)"

# it is a file like others: not replaced unasked, and not there if it is not whole
expect 73 grab -f null -M k.jsonl
expect_err 'k.jsonl.*exists'
expect 0 grab -y -f null -M k.jsonl
expect_same "replaced" 1 "$(wc -l <k.jsonl)"
expect 74 grab -n 5 -f null -M /dev/full

# the report too; and what cannot be kept is told before the first frame
rm -f ./*
touch there
mkdir folder
for option in '-M there' '--stats json:there' '-M folder' '--stats text:folder' '-M no/x' '--stats json:no/x'; do
	# shellcheck disable=SC2086 # an option and its value
	expect 73 grab -n 3 -o f.png $option
	expect_files 2
	# shellcheck disable=SC2086
	expect 73 grab -n 3 -o f.png $option --explain
done
expect 0 grab -q -n 3 -o f.png -y -M there --stats json:report
expect_files 6

# each at a place of its own
rm -rf ./*
expect 64 grab -o x.png -M x.png
expect_err 'both go to x.png'
expect 64 grab -f null -M x --stats text:x
expect 64 grab -o x.raw --stats json:x.raw
expect_files 0
expect 0 grab -f null -M /dev/null --stats text:/dev/null

# a run that fails tells of the frames it has
expect 76 grab -d sim:size=16x16,fps=20,unplug=3 -n 9 -o u.png -M u.jsonl
expect_same "until it was unplugged" '[0,1,2]' "$(jq -sc 'map(.index)' u.jsonl)"
