#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How many frames and which: --frames, --duration, --skip, --every, --interval.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq
small=sim:size=8x8,depth=1000

stats grab -d $small -f null
expect_same "one by default" '[1,1,"count"]' "$(of '[.requested, .written, .end]')"
stats grab -d $small,fps=50 -t 400ms -f null
expect_same "for a time" '[null,20,"duration",0]' "$(of '[.requested, .written, .end, .exit]')"
stats grab -d $small,fps=50 -t 0.4 -n 5 -f null
expect_same "whichever comes first" '[5,"count",0]' "$(of '[.written, .end, .exit]')"
stats grab -d $small,fps=50 -t 200ms -n 50 -f null
expect_same "too few" '[10,"duration",2]' "$(of '[.written, .end, .exit]')"
# the device falls silent before the time is over: that ends it, too
stats grab -d $small,fps=50,stall=forever@10 -t 300ms -f null
expect_same "a silent device" '[10,"duration",0]' "$(of '[.written, .end, .exit]')"

stats grab -d $small -S 7 -n 3 -f null
expect_same "skip frames" '[7,3,["7","9"]]' "$(of '[.skipped, .written, .seq]')"
stats grab -d $small,fps=50 -S 200ms -n 3 -f null
expect_same "skip a time" '[10,3,["10","12"]]' "$(of '[.skipped, .written, .seq]')"
stats grab -d $small --every 5 -n 4 -f null
expect_same "every" '[12,4,["0","15"]]' "$(of '[.skipped, .written, .seq]')"
stats grab -d $small,fps=100 -i 50ms -n 4 -f null
expect_same "interval" '[4,0,["0","15"]]' "$(of '[.written, .lost.slots, .seq]')"
stats grab -d $small,fps=100 -i 35ms -n 5 -f null
expect_same "an interval that is no multiple does not drift" '["0","14"]' "$(of .seq)"
stats grab -d $small,fps=100,drop=10@8 -i 50ms -n 5 -f null
expect_same "missed slots" '[5,1,10,1]' "$(of '[.written, .lost.slots, .lost.device, .exit]')"
stats grab -d $small,fps=100,drop=2@6 -i 50ms -n 5 -f null
expect_same "what is lost between slots does no harm" '[0,0,2]' "$(of '[.lost.slots, .exit, .lost.device]')"

# files are numbered by what is written
expect 0 grab -d $small --every 3 -S 2 -n 4 -q -o f.png
expect_files 1 f-000003.png
expect_files 4

# waiting
stats grab -d $small,stall=300ms@3 -T 0 -n 6 -f null
expect_same "for ever" '[6,0]' "$(of '[.written, .exit]')"
stats grab -d $small,stall=300ms@3 -n 6 -f null
expect_same "long enough" '[6,0]' "$(of '[.written, .exit]')"
stats grab -d $small,stall=forever@3 -T 2s -n 6 -o six.raw
expect_same "not long enough" '[3,75,"timeout"]' "$(of '[.written, .exit, .end]')"
expect_same "what came before is kept" 384 "$(stat -c %s six.raw)"
# transfers that fail are not what is waited for, neither while frames are skipped
for option in '-n 3' '-n 3 -S 5' '-n 3 -S 1s'; do
	# shellcheck disable=SC2086 # options and their values
	expect 75 grab -d $small,fps=100,fail-frame=1 -T 200ms $option -f null
done
# the longest times that can be named are no overflow
expect 0 grab -d $small -T 9223372036 -t 9223372036 -n 3 -f null
expect 64 grab -d $small -T 9223372037 -n 3 -f null
expect 64 grab -d $small -n 9223372036854775808 -f null
for option in '-t 0' '-i 0s'; do
	# shellcheck disable=SC2086 # an option and its value
	expect 64 grab -d $small $option -n 3 -f null
	expect_err 'more than 0'
done
expect 75 grab -d $small,stall=forever@0 -T 100ms -o none.raw
expect_files 0 none.raw
