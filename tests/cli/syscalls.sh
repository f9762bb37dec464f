#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# At most three system calls a frame where nothing is written.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires strace
requires_that "strace may not trace here" strace -o /dev/null true

# calls FRAMES: those of the capture loop's thread; the simulator's is another one
calls() {
	expect 0 strace -o trace grab -d sim:size=64x48,fps=100,depth=1000 -n "$1" -b 8 -f null
	grep -c '(' trace
}
few=$(calls 20)
many=$(calls 120)
echo "20 frames: $few calls, 120 frames: $many calls"
# the simulator's lock is contended now and then: futex(2) is not the loop's
contended=$(grep -c '^futex' trace)
[ $((many - few)) -le $((3 * 100 + contended)) ] || fail "$(((many - few) / 100)) calls a frame"
