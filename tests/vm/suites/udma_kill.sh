#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing is let go before the device is silent: processes that die, and descriptors that are closed,
# in the middle of transfers to a device that writes on for a while.
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

ROUNDS=${ROUNDS:-15}
LATE_MS=15

# watched HOW SEED [ROUNDS]
watched()
{
	LIMIT=${LIMIT_OF_ONE:-600} expect_exit 0 "$(built tests/udma/udma_kill)" "$UDMA" "${3:-$ROUNDS}" \
		"$2" "$1" "$LATE_MS"
	note "$(cat "$OUT")"
	printf '%s\n' "$(cat "$OUT")" >>"$GRAB_SHARE/udma-kill.out"
	let_go
}

: >"$GRAB_SHARE/udma-kill.out"
load_udma fps=0 rate=40 late_ms=$LATE_MS

# Told to write late, to deny it and to need no bus mastering, the device is caught: the tests that
# follow can fail. It writes for so long that also a slow guest has taken its memory back and watches
# by then.
case_begin "a device that lies is found out"
fault lies 2
fault late_ms 500
expect_exit 1 "$(built tests/udma/udma_kill)" "$UDMA" 10 1 stop 500
fault late_ms $LATE_MS
let_go

case_begin "a device that lies, and needs bus mastering, does no harm"
fault lies 1
for how in stop close kill; do
	watched "$how" 6
done
fault lies 0

for how in stop close kill int kept; do
	case_begin "late writes: $how"
	watched "$how" 2
done

case_begin "a device that stops at once"
fault late_ms 0
LATE_MS=0
watched kill 5
LATE_MS=15
fault late_ms $LATE_MS

case_begin "late writes: silent only without bus mastering"
fault silence 1
watched kill 3 5

case_begin "late writes: silent only after a reset"
fault silence 2
watched kill 4 5
fault silence 0
check [ "$(stat_of resets)" -gt 0 ]
equal "bytes in quarantine" "$(stat_of quarantined)" 0

# The last one: Linux marks itself as not to be trusted any more.
case_begin "unloaded by force: not below another module, and not under an open descriptor"
load_udma fps=0 rate=2
check_not rmmod -f udma
dd if="$UDMA" of=/dev/null bs=1000000 >"$TMP/dd" 2>&1 &
exec {open}<"$UDMA"
wait_for 20 is_state running
rmmod -f udma_sim {open}<&- &
forced=$!
wait_for 20 [ ! -e "$UDMA" ]
wait_for 20 nothing_pinned
check_not dd bs=1000000 count=1 of=/dev/null status=none <&"$open"
check kill -0 "$forced"
exec {open}<&-
check wait "$forced"
check unload_udma

done_testing
