#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Buffers of 3 GiB through a window of 2 MiB: a limit that is a fiftieth of one frame is never in
# the way, and never exceeded.
# machine: large
# limit: 3600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

FRAME="32768x32768 -p RGB3"	# 3 GiB, to the byte
LIMIT_PINNED=$((64 << 20))

# one_frame OPTION...: of 3 GiB, checked to the last byte.
one_frame()
{
	# shellcheck disable=SC2086 # words
	LIMIT=1800 expect_exit 0 grab -yq -d udma:0 -s $FRAME --buffers 1 -n 1 -f null --check \
		--mem-budget 4G --timeout 1800s --stats "json:$TMP/stats" "$@"
	equal "bytes of a frame" "$(jq .bytes "$TMP/stats")" $((3 << 30))
	let_go
}

load_udma fps=0
for limit in max_pinned max_pinned_user; do
	echo "$LIMIT_PINNED" >"$UDMA_PARAMETERS/$limit"
done
echo 1800000 >/sys/class/udma/udma0/timeout_ms

case_begin "a frame of 3 GiB, two chunks at a time"
one_frame --window 2
equal "most bytes pinned at once" "$(jq .mem.pinned_peak "$TMP/stats")" $((2 << 20))
equal "most bytes charged" "$(cat "$UDMA_PARAMETERS/pinned_peak")" $((2 << 20))

case_begin "as much of it at once as the limit allows"
one_frame --window 64
equal "most bytes charged" "$(cat "$UDMA_PARAMETERS/pinned_peak")" "$LIMIT_PINNED"

case_begin "all of it at once is refused, and told why"
# shellcheck disable=SC2086 # words
expect_exit 71 grab -q -d udma:0,keep=1 -s $FRAME --buffers 1 -n 1 -f null --mem-budget 4G
check grep -q max_pinned "$ERR"
let_go

done_testing
