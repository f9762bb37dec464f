#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The application's memory: kinds, budget, and no more of it for a longer run.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

for kind in auto normal memfd; do
	stats grab --mem $kind -n 5 --check
	expect_same "$kind" 0 "$(of .exit)"
	[ $kind = auto ] || expect_same "$kind is what it says" "\"$kind\"" "$(of .mem.kind)"
done
# what the machine has not is refused, with the remedy; never replaced
run grab --mem thp -n 5 --check
[ "$status" = 0 ] || { expect 78 grab --mem thp -n 5; expect_err 'transparent_hugepage'; }
run grab --mem huge -n 5 --check
[ "$status" = 0 ] || { expect 71 grab --mem huge -n 5; expect_err 'nr_hugepages'; }

# as many buffers as asked for, or as there are frames, within the budget
stats grab -n 20 -b 3 --check
expect_same "asked for" 3 "$(of .ring.depth)"
stats grab -r 1000 -n 20 --check
expect_same "one a frame" 20 "$(of .ring.depth)"
stats grab -n 20 -b all --mem-budget 13M --check
expect_same "all" 20 "$(of .ring.depth)"
stats grab -n 30 --mem-budget 3M --check
expect_same "the budget" 5 "$(of .ring.depth)"

# a source that waits loses nothing: what keeps the writers busy will do, however many frames there are
stats grab -n 200 --check --writers 2 -o w%d.pnm
expect_same "the simulator waits" '[0,200,8]' "$(of '[.exit, .written, .ring.depth]')"
stats grab -n 100 --writers 10 -y -o w%d.pnm
expect_same "more writers" '[0,100,22]' "$(of '[.exit, .written, .ring.depth]')"
stats grab -n 100 --writers 4 -y -o w%d.pnm -o v%d.pnm
expect_same "writers of several outputs" '[0,100,18]' "$(of '[.exit, .written, .ring.depth]')"
stats grab -n 5 -y -o w%d.pnm
expect_same "fewer frames" 5 "$(of .ring.depth)"
rm -f ./*.pnm
expect 0 grab -q -d sim:size=32x32,fps=500 -n 40 -o run.y4m
stats grab -d file:run.y4m -n 40 --writers 1 -o replay%d.pnm
expect_same "a recording waits, whatever its own rate is" '[0,40,8]' "$(of '[.exit, .written, .ring.depth]')"
stats grab -d file:run.y4m,fps=file -n 40 -y -o replay%d.pnm
expect_same "played at it it does not" '[0,40,40]' "$(of '[.exit, .written, .ring.depth]')"
stats grab -d file:run.y4m -r 500 -n 40 -y -o replay%d.pnm
expect_same "nor at another that is asked for" '[0,40,40]' "$(of '[.exit, .written, .ring.depth]')"
stats env GRAB_MEM_BUDGET=2M grab -n 30 --check
expect_same "the environment" 3 "$(of .ring.depth)"
expect 71 grab -n 20 -b all --mem-budget 10M
expect_err '20 buffers of 614400 bytes do not fit the budget of 10485760'
expect 71 grab -n 20 -b 50 --mem-budget 10M
expect 71 grab -n 1 --mem-budget 100k
expect 71 grab -s 32768x32768 -p RGB3 -n 100 -b all -f null
expect 64 grab -b all -n 0

# chunk and window reach the device, and the report tells what was pinned
stats grab --chunk 64k --window 1 -n 5 --check
[ "$(of .mem.pinned_peak)" -le $((65536 + 4096)) ] || fail "pinned $(of .mem.pinned_peak)"
stats grab --chunk 16k --window 3 -n 5 --check
[ "$(of .mem.pinned_peak)" -le $((3 * 16384 + 4096)) ] || fail "pinned $(of .mem.pinned_peak)"
expect 64 grab --chunk 3000
expect 64 grab --window 0
run grab --chunk 1024
[ "$status" = 64 ] || [ "$status" = 78 ] || fail "a chunk below a page: exit $status"

# The same memory after 10 frames and after 100,000. Sanitizers keep what was freed.
[ "${GRAB_SANITIZERS:-no}" = no ] || exit 0
peak_kb() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status"; }
frames() { jq -s '.[-1].captured' .log 2>/dev/null || echo 0; }
beyond() { [ "$(frames)" -gt "$1" ] 2>/dev/null; }
for output in 'null null' 'raw /dev/null' 'png /dev/null'; do
	read -r format file <<<"$output"
	[ "$format" = null ] && file='' || file="-o $file"
	rm -f .log
	# shellcheck disable=SC2086 # two words or none
	grab -d sim:size=16x16,pattern=black -n 0 -b 8 -f "$format" $file --progress json 2>.log &
	pid=$!
	wait_until beyond 10
	early=$(peak_kb $pid)
	wait_until beyond 100000
	late=$(peak_kb $pid)
	kill -INT $pid
	wait $pid || fail "$format: exit $?"
	[ "$late" -le $((early + 256)) ] || fail "$format: $early kB after $(head -n 1 .log), $late kB after $(tail -n 1 .log)"
done
