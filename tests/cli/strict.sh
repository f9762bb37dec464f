#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What was named and is not given ends the run, unless --relax; what was not named
# is chosen for the output.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

fourcc() { grab --explain --json "$@" | jq -r .format.fourcc; }

expect 78 grab -s 40000x40000 -f null
expect_err '40000x40000 is not offered, the nearest is 32768x32768; see --list-formats'
expect 78 grab -p ABCD -f null
expect_err 'ABCD is not offered'
expect 78 grab -r 5000000 -f null
expect_err '5000000 fps is not offered, the nearest is 1000000 fps'
expect_files 0
expect 0 grab -d sim:size=64x48 -p ABCD --relax -f null
expect_err 'ABCD was asked for and'
expect 0 grab -s 64x48 -p Y16 -r 30000/1001 -f null -n 2
expect 0 grab -s 64x48 -r 29.97 -f null -n 2
expect_quiet

# a format that the device has now is kept if the output can hold it
expect_same "kept" NV12 "$(fourcc -d sim:format=NV12 -o a.png)"
expect_same "kept, 16 bits" Y12 "$(fourcc -d sim:format=Y12 -o a.png)"
expect_same "compressed is not, if there is another" no "$([ "$(fourcc -d sim:format=MJPG -o a.png)" = MJPG ] || echo no)"
expect_same "raw holds all" MJPG "$(fourcc -d sim:format=MJPG -o a.raw)"
expect_same "so does nothing" MJPG "$(fourcc -d sim:format=MJPG)"
expect_same "named is named" MJPG "$(fourcc -p MJPG -o a.png)"
expect_same "a common name" RGB3 "$(fourcc -p rgb24 -o a.png)"
# what the file format cannot hold is refused, with the remedy
expect 78 grab -p 'Y14 ' --depth native -o a.y4m
expect_err '14-bit'
expect_files 0

expect 0 grab -d sim:format=MJPG,size=64x48 -p MJPG -n 2 -o jpeg.png -q
expect 0 grab --check -n 2
expect_same "offered formats" '' "$(grab --list-formats --json |
	jq -r '[.formats[].fourcc] | group_by(.)[] | select(length > 1) | .[0]')"
