#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The command once under valgrind: no leak, no wild access, no lost descriptor.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# grab under valgrind; the exit status is the command's own, or 99 for a finding
run() {
	local want=$1 status=0
	shift
	"$GRAB_BUILD/libtool" --mode=execute valgrind --quiet --error-exitcode=99 \
		--leak-check=full --errors-for-leak-kinds=definite,indirect --track-fds=yes \
		"$GRAB_BUILD/cli/grab" "$@" || status=$?
	[ "$status" = "$want" ] || { echo "grab $*: exit $status, not $want"; exit 1; }
}

run 0 -d sim:size=160x120 -n 3 -o a.png
run 0 -d sim:size=160x120,format=NV12 -n 3 -f y4m -o b.y4m
run 0 -d sim:size=160x120,format=Y12 -n 3 -o c.pgm
run 0 -d sim:size=160x120,format=MJPG -n 2 -o d.png
run 1 -d sim:size=160x120,drop=2 -n 3 -o e.raw --stats json
run 76 -d sim:size=160x120,unplug=2 -n 5 -o f.png
run 73 -d sim:size=160x120 -n 3 -o a.png
run 64 -d sim: --no-such-option
run 0 -d sim: --explain -n 10 -o g.png
run 0 --list-devices
