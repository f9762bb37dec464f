#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# stdout carries only data that was asked for.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires script jq

# every format on a pipe: whole frames, and no word between them
frame=$((64 * 48 * 2))
expect_same "raw" $((3 * frame)) "$(grab -d sim:size=64x48 -n 3 -o - -q | wc -c)"
expect_same "y4m" 3 "$(grab -d sim:size=64x48 -n 3 -f y4m -o - | grep -ao FRAME | wc -l)"
expect_same "pnm" 3 "$(grab -d sim:size=64x48 -n 3 -f pnm -o - | grep -ac '^64 48$')"
expect_same "png" 3 "$(grab -d sim:size=64x48 -n 3 -f png -o - | grep -ao IEND | wc -l)"
expect_same "the same bytes as in a file" "$(grab -d sim:size=64x48 -n 5 -q -o - | sha256sum)" \
	"$(grab -d sim:size=64x48 -n 5 -q -o a.raw && sha256sum <a.raw)"

# a fifo and a device are streams, too; no name is numbered for them
mkfifo fifo
wc -c <fifo >count &
expect 0 grab -d sim:size=64x48 -n 3 -f raw -o fifo -q
wait
expect_same "fifo" $((3 * frame)) "$(cat count)"
expect 0 grab -d sim:size=64x48 -n 3 -f png -o /dev/null
[ -c /dev/null ] || fail "/dev/null is no device any more"

# memory that is used once goes into a pipe as pages, and is whole when it is read after the end
way() { jq -r '.outputs[0].way // "-"' stats; }
for format in raw y4m; do
	one=(-d "sim:size=160x120,format=YU12,error=7" -n 20 --loss ignore -f "$format" -q)
	grab "${one[@]}" -b 8 -o - --stats json:stats >written
	expect_same "$format: used again" - "$(way)"
	rm stats
	grab "${one[@]}" -b all -o - --stats json:stats | { wait_until test -s stats; cat >spliced; }
	expect_same "$format: used once" spliced "$(way)"
	cmp written spliced || fail "$format: not the same bytes"
	rm stats
done
mkfifo late
cat late >spliced &
expect 0 grab -d sim:size=640x480 -n 30 -b all -f raw -o late -q --stats json:stats
wait
expect_same "fifo" spliced "$(way)"
expect_same "same bytes" "$(grab -d sim:size=640x480 -n 30 -b 8 -q -o - | sha256sum)" "$(sha256sum <spliced)"
grab -d sim:size=640x480 -n 30 -b all -q -f raw -o - | head -c 1000000 >/dev/null
expect_same "closed pipe" '141 0' "${PIPESTATUS[*]}"

# the reader goes away: no message, no loss of what it had
grab -n 0 -q -f raw -o - 2>err | head -c 614400 >one.raw
expect_same "closed pipe" '141 0' "${PIPESTATUS[*]}"
expect_same "closed pipe: bytes" 614400 "$(stat -c %s one.raw)"
expect_same "closed pipe: words" '' "$(cat err)"
grab -n 0 -f null -M - 2>err | head -n 3 >lines
expect_same "closed pipe of metadata" 3 "$(grep -c grab.frame/1 lines)"

# pictures are not for terminals
expect 64 script -qec 'grab -f raw -o -' /dev/null
expect_out 'standard output is a terminal'

# all messages go to stderr
expect 0 grab -n 3 -o f.png -v --stats text
expect_same "stdout" '' "$out"
expect 0 grab --help
expect_quiet
expect_out '--frames'
expect 0 grab --usage
expect 0 grab --version
expect_out '^grab [0-9]+\.[0-9]+'
expect 0 grab -h
expect 0 grab -V

# two things on stdout would be one heap
expect 64 grab -n 2 -o - -f raw -M -
expect 64 grab -n 2 -o - -f raw --stats json:-
expect 0 grab -n 2 -f null --stats json:-
expect_out '^\{"schema":"grab.stats/1"'
expect_same "one line" 1 "$(grep -c . <<<"$out")"

# a list that cannot be written is an error
expect 74 bash -c 'grab -L >/dev/full'
