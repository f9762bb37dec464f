#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which device: the one that is named, or the only one; never the simulator by itself.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq
unset GRAB_DEVICE

devices=$(grab -L --json | jq '[.devices[] | select(.simulated | not)] | length')
if [ "$devices" = 0 ]; then
	expect 66 grab -o a.png
	expect_err '-d sim:'
	expect 66 grab --list-formats
	expect 66 grab --explain
	expect 66 grab -B v4l2 -o a.png
	expect_err 'v4l2'
	expect_files 0
elif [ "$devices" -gt 1 ]; then
	expect 66 grab -o a.png
	expect_err 'choose one: -d '
fi

expect 0 grab -d sim: -o named.png
expect 0 env GRAB_DEVICE=sim: grab -o environment.png
expect 0 grab -B sim -o backend.png
expect 0 grab -B auto -d sim: -o any.png
expect 0 grab -L
expect_out '^sim:$'
expect_out 'used only where it is named'

expect 66 grab -d v4l2:/dev/not-there
expect 66 grab -d /dev/not-there
expect_err '/dev/not-there'
expect 66 grab -d v4l2:serial=none-has-this
expect 64 grab -d sim: -d sim:
expect_err 'given twice'
expect 64 grab -d ''
expect 64 grab -d "sim:$(head -c 2000 /dev/zero | tr '\0' x)"
expect 64 grab -d sim:size=big
expect 64 grab -d sim:size=8x8,size=9x9
expect 69 grab -d nosuch:
expect 69 grab -B nosuch
expect 64 grab -B v4l2 -d sim:

# inputs
expect 0 grab -d sim: -I 1 -f null
expect 0 grab -d sim: -I 'colour bars' -f null
expect 78 grab -d sim: -I 7 -f null
expect_err 'input'
