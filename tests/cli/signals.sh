#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Signals at random moments: no part of a file under its name, ever; the first one
# drains and reports, the second ends at once.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires pngcheck jq

seed=${GRAB_TEST_SEED:-$(date +%s)}
echo "seed $seed; GRAB_TEST_SEED=$seed repeats it"
RANDOM=$seed
frame=$((64 * 48 * 2))

whole_frames() {	# FILE: raw, if it is there
	[ ! -e "$1" ] || [ $(($(stat -c %s "$1") % frame)) = 0 ] || fail "$1 ends in the middle of a frame"
}
no_temporary() {
	local left=(.*.tmp)
	[ ${#left[@]} = 0 ] || fail "left behind: ${left[*]}"
}

for round in 1 2 3 4 5 6 7 8 9; do
	signal=$((round % 3))
	signal=$((signal == 0 ? 2 : signal == 1 ? 15 : 9))
	rm -f ./* ./.??*
	if ((RANDOM % 2)); then
		grab -d sim:size=64x48,fps=500 -n 100000 -b 20 -o f.png -v 2>.log &
	else
		grab -d sim:size=64x48,fps=500 -n 100000 -b 20 -o f.raw -v 2>.log &
	fi
	pid=$!
	# before that a shell in between, or the system, has it ignore SIGINT in the background
	wait_until test -s .log
	sleep "0.$(printf %03d $((RANDOM % 600)))"
	kill -$signal $pid
	wait $pid 2>/dev/null
	status=$?
	[ $status = $((128 + signal)) ] || fail "round $round: exit $status after signal $signal: $(cat .log)"
	[ $signal = 9 ] || no_temporary
	for f in f-*.png; do
		pngcheck -q "$f" || fail "round $round: $f is not whole"
	done
	whole_frames f.raw
done

# open-ended: that is how it is meant to end
rm -f ./* ./.??*
for signal in 2 15; do
	rm -f .log
	grab -d sim:size=64x48,fps=20 -n 0 -b 20 -o end-$signal.raw --progress json \
		--stats json:end-$signal.json 2>.log &
	wait_until grep -qs '"captured":[1-9]' .log
	kill -$signal $!
	wait $! || fail "open-ended: exit $? after signal $signal"
	whole_frames end-$signal.raw
	jq -e '.ok and .end == "signal" and .requested == null and .written > 0 and .captured == .written' \
		end-$signal.json >/dev/null || fail "the report of an open-ended run: $(cat end-$signal.json)"
	expect_same "frames in the file" "$(jq .written end-$signal.json)" \
		$(($(stat -c %s end-$signal.raw) / frame))
done

# nothing is lost of what was filled when the signal came: a reader holds the writer up, with more than a pipe takes
large=$((160 * 120 * 2))
rm -f .log
mkfifo slow
{ wait_until test -e .go; cat; } <slow >slow.raw &
reader=$!
grab -d sim:size=160x120,fps=200,depth=100 -n 100 -f raw -o slow --progress json --stats json:slow.json 2>.log &
pid=$!
wait_until grep -qs '"captured":100' .log
kill -INT $pid
wait_until grep -qs 'once more stops at once' .log
touch .go
wait $pid
expect_same "all captured before the signal" 0 $?
wait $reader
expect_same "all written after it" $((100 * large)) "$(stat -c %s slow.raw)"
expect_same "and so it reports" '["count",100]' "$(jq -c '[.end, .written]' slow.json)"
rm .go

# the second signal: at once, though the reader never comes back
rm -f .log
exec 8<>slow
grab -d sim:size=160x120,fps=200,depth=100 -n 100 -f raw -o slow --progress json 2>.log &
pid=$!
wait_until grep -qs '"captured":100' .log
kill -TERM $pid
wait_until grep -qs 'once more stops at once' .log
kill -INT $pid
wait $pid
expect_same "the second signal" 130 $?
grep -q 'stopped at once; [1-9][0-9]* frames' .log || fail "what is lost is not told"
exec 8>&-

# a fifo that nobody reads can be given up, before anything was captured
mkfifo nobody
holds_back() {	# PID SIGNAL: is it grab, and has it blocked that signal?
	# the shell that becomes grab blocks signals, too, and has SIGINT ignored meanwhile
	[[ $(readlink "/proc/$1/exe") == */grab ]] &&
		(($(sed -n 's/^SigBlk:\t/0x/p' "/proc/$1/status") >> ($2 - 1) & 1))
}
for option in -o -M; do
	format=null
	[ $option = -M ] || format=raw
	grab -f $format $option nobody --restore-ctrls -c gain=1 2>.log &
	pid=$!
	# until somebody reads, since there is a control to put back
	wait_until holds_back $pid 15
	kill -INT $pid
	wait $pid
	expect_same "$option: nobody reads" 130 $?
done
no_temporary

# the report in between
rm -f ./* ./.??*
grab -d sim:size=64x48,fps=20 -n 0 -f null --progress json --stats json 2>.log &
pid=$!
wait_until grep -qs '"captured":[1-9]' .log
kill -USR2 $pid
wait_until grep -qs '"end":"running"' .log
kill -INT $pid
wait $pid
expect_same "after SIGUSR2" 0 $?

# a hang-up ends it, but not under nohup
rm -f .log
nohup grab -d sim:size=64x48,fps=20 -n 40 -f null --progress json >.log 2>&1 &
pid=$!
wait_until grep -qs '"captured":[1-9]' .log
kill -HUP $pid
wait $pid
expect_same "nohup" 0 $?
