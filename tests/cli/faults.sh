#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The counts of the report equal the faults that the simulator was told to make.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

# How many of the device's frames 0 to $1 are the $2th, 2*$2th, ...?
hits() { echo $((($1 + 1) / $2)); }

# expect_lost NAME N WHEN-KEY: every Nth frame of 100 is lost so, and nothing else is
expect_lost() {
	local name=$1 n=$2 key=$3 last
	stats grab -y -d "sim:size=64x48,seed=1,$key=$n" -n 100 -o frames.raw
	last=$(of '.seq[1] | tonumber')
	expect_same "$key: $name" "$(hits "$last" "$n")" "$(of ".lost.$name")"
	expect_same "$key: all" "$(hits "$last" "$n")" "$(of '[.lost[] | values] | add')"
	expect_same "$key: frames" '[100,100,100,1,"count",false]' \
		"$(of '[.requested, .captured, .written, .exit, .end, .ok]')"
	expect_same "$key: exit" 1 "$status"
	expect_same "$key: every frame is accounted for" $((last + 1)) "$(of "100 + .lost.$name")"
	expect_same "$key: the file has 100 frames" $((100 * 64 * 48 * 2)) "$(stat -c %s frames.raw)"
}
expect_lost device 7 drop
expect_lost corrupt 9 error
expect_lost short 11 short
expect_lost transfer 13 fail-frame

# several at once: each frame is lost once, a dropped one is nothing else as well
stats grab -d sim:size=64x48,drop=10,error=@1+@25,short=@3,fail-frame=@30+@31 -n 50 -f null
expect_same "several" "[$(hits "$(of '.seq[1] | tonumber')" 10),2,1,2]" \
	"$(of '[.lost.device, .lost.corrupt, .lost.short, .lost.transfer]')"

# shares: the same in every run, and every frame accounted for
stats grab -d sim:size=64x48,seed=5,drop=10%,error=5% -n 200 -f null
first=$(of '[.lost, .seq]')
stats grab -d sim:size=64x48,seed=5,drop=10%,error=5% -n 200 -f null
expect_same "two runs" "$first" "$(of '[.lost, .seq]')"
expect_same "the sum" 200 "$(of '(.seq[1] | tonumber) + 1 - .lost.device - .lost.corrupt')"

# what is late, repeated or trembling is whole
for fault in late=3 repeat=3 jitter=2ms wrap=20 fail-queue=5; do
	stats grab -d "sim:size=64x48,seed=2,$fault" -n 50 -f null
	expect_same "$fault" '[0,50,0]' "$(of '[.exit, .captured, ([.lost[] | values] | add)]')"
done

# more buffers than the device holds: a refused one is no lost frame, and comes again
stats grab -d sim:size=64x48,depth=2,fail-queue=5 -n 50 -b 10 -f null
expect_same "refused buffers" '[0,50,0,["0","49"]]' \
	"$(of '[.exit, .captured, ([.lost[] | values] | add), .seq]')"
for end in unplug fatal; do
	stats grab -d "sim:size=64x48,depth=2,$end=12" -n 50 -b 10 -f null
	expect_same "$end" '[76,12,0]' "$(of '[.exit, .captured, ([.lost[] | values] | add)]')"
done

# what happens while the first frames are skipped does not count
stats grab -d sim:size=64x48,drop=@1,error=@2 -S 5 -n 10 -f null
expect_same "skip" '[0,5]' "$(of '[.exit, .skipped]')"

# the rules
stats grab -d sim:size=64x48,drop=7 -n 20 -f null --loss ignore
expect_same "ignore" '[0,3]' "$(of '[.exit, .lost.device]')"
stats grab -d sim:size=64x48,drop=@2 -n 20 -f null --loss abort
expect_same "abort" '[2,"loss",3]' "$(of '[.exit, .end, .captured]')"
stats grab -d sim:size=64x48,error=5 -n 20 -f null --damaged keep
expect_same "keep" '[1,20,20,4]' "$(of '[.exit, .written, (.seq[1] | tonumber) + 1, .lost.corrupt]')"
# what a short one leaves of its memory is no part of an earlier frame: there is one buffer, and it was full
for where in "" "-o other.png"; do
	# shellcheck disable=SC2086 # words
	expect 1 grab -q -y -d sim:size=64x48,format=GREY,short=@2 -n 3 -b 1 --damaged keep -M lines -o short.raw $where
	bytes=$(jq -s '.[2].bytes' lines)
	[ "$bytes" -gt 0 ] && [ "$bytes" -lt 3072 ] || fail "the third frame has $bytes bytes"
	cmp <(tail -c "$((3072 - bytes))" short.raw) <(head -c "$((3072 - bytes))" /dev/zero) || fail "not zeros"
	cmp <(tail -c 3072 short.raw | head -c "$bytes") <(head -c "$bytes" /dev/zero) >/dev/null && fail "zeros alone"
done

# memory is full: the reader of a fifo is slow, and there are two buffers
mkfifo slow
{ head -c 614400 >/dev/null; sleep 0.5; cat >rest; } <slow &
stats grab -d sim:fps=200 -n 60 -b 2 -o slow -f raw
wait
expect_same "ring full: exit" 1 "$status"
expect_err 'buffers wait to be written'
expect_same "ring full: frames" '[60,60,0,2]' \
	"$(of '[.captured, .written, .lost.device, .ring.high_water]')"
[ "$(of .lost.ring_full)" -gt 0 ] || fail "ring_full is 0"
expect_same "ring full: accounted for" 60 "$(of '(.seq[1] | tonumber) + 1 - .lost.ring_full')"
expect_same "ring full: bytes" $((59 * 614400)) "$(stat -c %s rest)"

# the same reader, and memory for all
{ head -c 614400 >/dev/null; sleep 0.5; cat >/dev/null; } <slow &
stats grab -d sim:fps=200,depth=100 -n 60 -o slow -f raw
wait
expect_same "memory for all" '[0,60]' "$(of '[.exit, .written]')"
