#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A bar on a terminal, and nothing of it anywhere else.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires script jq stty

# on_terminal COLUMNS COMMAND: what a terminal of that width would get
on_terminal() {
	script -qefc "stty cols $1 rows 24; $2" /dev/null </dev/null
}
slow='grab -d sim:size=64x48,fps=25 -n 20 -o f.raw -y'

expect 0 on_terminal 100 "$slow"
expect_out '\[#+\.+\] +[0-9]+% [0-9]+/20 frames +[0-9.]+ fps +[0-9]:[0-9]{2} left +lost 0 +memory [0-9]+/20'
expect_out $'\r\033\\[K'
expect_out '20 written of 20'	# the report is for people, too
# no line is longer than the terminal is wide: it would not be wiped
longest() { tr '\r' '\n' <"$work/.out" | sed 's/\x1b\[[0-9;]*[mK]//g' | grep -a 'fps' | awk '{ if (length > n) n = length } END { print n + 0 }'; }
[ "$(longest)" -lt 100 ] || fail "a line of $(longest) columns on a terminal of 100"
expect 0 on_terminal 40 "$slow --stats none"
[ "$(longest)" -lt 40 ] || fail "a line of $(longest) columns on a terminal of 40"
[ "$(longest)" -gt 10 ] || fail "no bar on a narrow terminal"
expect 0 on_terminal 100 "grab -d sim:size=64x48,fps=25 -n 0 -t 500ms -f null"
expect_out 'left'

# losses in red, unless the user wants no colours
lossy='grab -d sim:size=64x48,fps=25,drop=@1 -n 20 -f null --stats none'
expect 1 on_terminal 100 "$lossy"
expect_out $'\033\\[31m'
expect 1 on_terminal 100 "NO_COLOR=1 $lossy"
! grep -q $'\033\\[31m' "$work/.out" || fail "colours in spite of NO_COLOR"
expect_out 'lost 1'

# a message does not land in the middle of the bar
expect 75 on_terminal 100 'grab -d sim:fps=25,stall=forever@8 -n 20 -f null -T 500ms --stats none'
grep -aqE $'^\033\\[Kgrab: .*no frame within' <(tr '\r' '\n' <"$work/.out") || fail "the message stands in the bar"

# nothing unless there is a terminal, or it is asked for
expect 0 on_terminal 100 "$slow -q"
expect_same "quiet" '' "$out"
expect 0 on_terminal 100 "$slow --progress none --stats none"
expect_same "none" '' "$out"
expect 0 grab -d sim:size=64x48,fps=25 -n 10 -o f.raw -y
expect_quiet
expect 0 grab -d sim:size=64x48,fps=25 -n 10 -o f.raw -y --progress bar
expect_quiet

# for programs
expect 0 grab -d sim:size=64x48,fps=25 -n 40 -o f.raw -y --progress json
jq -se 'length >= 2 and all(.schema == "grab.progress/1") and .[-1].written == 40 and .[0].written < 40
	and all(has("captured") and has("lost") and has("fps") and .ring.depth == 40)' "$work/.err" >/dev/null ||
	fail "JSON progress"
