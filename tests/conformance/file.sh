#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract on recordings that do not end: raw with padded rows, and YUV4MPEG2 at a rate.
. "$GRAB_SRC/tests/conformance/functions.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/grab-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
grab -q -d sim:size=161x120,format=NV12,pattern=bytes,align=64 -n 7 -o "$work/run.raw" || exit 99
grab -q -d sim:size=65x49,format=YU12 -n 5 -o "$work/run.y4m" || exit 99

conform "file:$work/run.raw,size=161x120,format=NV12,stride=192,loop=1"
conform "file:$work/run.y4m,loop=1,fps=500"
finish
