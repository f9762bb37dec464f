#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every exit status of the manual, each by a run that ends so, with its message.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq
seen=' '

# expect_status STATUS ID REGEX COMMAND...: and the same again as a JSON error
expect_status() {
	local wanted=$1 id=$2 regex=$3
	shift 3
	expect "$wanted" "$@"
	seen+="$wanted "
	[ -z "$regex" ] || expect_err "$regex"
	[ -n "$id" ] || return 0
	expect "$wanted" "$@" --json
	jq -e --arg id "$id" --argjson code "$wanted" 'select(.schema == "grab.error/1") |
		.id == $id and .code == $code and (.msg | length > 0) and has("hint") and has("errno")' \
		"$work/.err" >/dev/null || fail "no such JSON error: $id"
}

expect_status 0 '' '' grab -n 3 -o ok.png
expect_status 1 loss '3 frames are written, but others were lost: 1 by the device' \
	grab -d sim:drop=@1 -n 3 -y -o loss.raw
expect_status 2 early '10 of 1000 frames: the time is over' \
	grab -d sim:size=64x48,fps=100 -n 1000 -t 100ms -f null
expect_status 2 early 'first loss: 1 by the device; 2 frames are written' \
	grab -d sim:drop=@1 -n 10 --loss abort -f null

expect_status 64 '' 'unrecognized option' grab --frobnicate
expect_status 64 '' 'did you forget -o' grab out.png
expect_status 64 '' 'requires an argument' grab -n
expect_status 64 '' "'many' is not understood" grab -n many
expect_status 64 usage "'.xyz' is no ending" grab -o picture.xyz
expect_status 64 usage 'bad|token|%y' grab -n 2 -o 'a%y.png'
expect_status 64 usage 'sim:.*unknown option' grab -d sim:frobnicate=1
expect_status 64 usage 'not a device of the backend v4l2' grab -B v4l2 -d sim:
expect_status 65 mismatch 'frame 3.*should be' grab -d sim:flip=@3 -n 5 --check
expect_status 66 no-device 'no such|No such' grab -d /dev/video-that-is-not-there
expect_status 69 no-backend 'no backend is named' grab -d nosuch:device
expect_status 71 memory 'mem-budget' grab -n 2 --mem-budget 4k
expect_status 71 memory 'buffers' grab -b 100000 --mem-budget 1M
expect_status 73 create 'ok-000000.png.*exist' grab -n 3 -o ok.png
expect_status 73 create 'mkdir' grab -o no/such/folder/a.png
expect_status 74 write 'No space left' grab -n 3 -f raw -o /dev/full
expect_status 75 timeout 'no frame within 0.1 s' grab -d sim:stall=forever@0 -T 100ms
expect_status 75 timeout 'no good frame within' grab -d sim:fps=100,error=1 -T 2s
expect_status 75 timeout 'busy' grab -d sim:fail-open=EBUSY
expect_status 75 timeout '' grab -d sim:fail-start=ENOLINK
expect_status 76 gone 'unplugged' grab -d sim:unplug=2 -n 5 -f null
expect_status 76 gone 'dead' grab -d sim:fatal=2 -n 5 -f null
expect_status 77 permission 'denied' grab -d sim:fail-open=EACCES
expect_status 78 config 'nearest is' grab -p MJPG -s 99999x99999
expect_status 78 config 'no control is named' grab -c nosuch=1
echo 'sice 1x1' >bad.conf
expect_status 78 config 'bad.conf:1' grab --config bad.conf

# by a signal: the shell sees 128 and the signal
expect_signal() {
	local number=$1
	rm -f .progress
	grab -d sim:size=16x16,fps=50 -n 100000 -b 4 -o "signal-$number.raw" --progress json 2>.progress &
	wait_until grep -qs '"captured":[1-9]' .progress
	kill "-$number" $!
	wait $!
	status=$?
	[ $status = $((128 + number)) ] || fail "signal $number: exit $status"
	[ -s "signal-$number.raw" ] || fail "signal $number: no file"
	seen+="$status "
}
expect_signal 2
expect_signal 15
expect_signal 1
bash -c 'grab -n 0 -f raw -o - 2>.quiet; echo $? >.status' | head -c 1000000 >/dev/null
expect_same "closed pipe" 141 "$(cat .status)"
expect_same "closed pipe: messages" '' "$(grep -v 'raw frames' .quiet)"

# an error in grab itself: nothing that a user does brings it about
if command -v strace >/dev/null && [ "${GRAB_SANITIZERS:-no}" = no ] &&
   strace -o /dev/null true 2>/dev/null; then
	expect_status 70 internal 'signals' strace -qq -o .trace -e trace=signalfd4 \
		-e inject=signalfd4:error=EMFILE grab
else
	seen+='70 '
fi

# nothing of the table in the manual is left out
for s in 0 1 2 64 65 66 69 70 71 73 74 75 76 77 78; do
	[[ $seen == *" $s "* ]] || fail "exit status $s was not produced"
done
