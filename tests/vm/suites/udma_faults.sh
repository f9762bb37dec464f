#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that fail: every fault is reported as what it is, and ends where it should.
# limit: 900
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

# A reader in the background that has the device; its number in $READER.
start_reader()
{
	dd if="$UDMA" of=/dev/null bs=1000000 >"$TMP/reader.out" 2>&1 &
	READER=$!
	wait_for 20 is_state running
}

is_pinned()
{
	[ "$(stat_of pinned)" -gt 0 ]
}

is_over()
{
	! kill -0 "$READER" 2>/dev/null
}

case_begin "frames that the device loses"
load_udma fps=0 drop_every=5
expect_exit 1 grab -d udma:0 --frames 20 -f null
check [ "$(stat_of lost)" -gt 0 ]
let_go

case_begin "frames that end early"
load_udma fps=0 short_every=4
expect_exit 0 dd if="$UDMA" of="$TMP/frames" bs=921600 count=4
equal "bytes of three frames and a half" "$(stat -c %s "$TMP/frames")" $((921600 * 7 / 2))
let_go

case_begin "frames that fail"
load_udma fps=0 error_every=3
dd if="$UDMA" of=/dev/null bs=921600 count=1 status=none || fail "the first frame failed"
check_not dd if="$UDMA" of=/dev/null bs=921600 count=3 status=none
check [ "$(stat_of failed)" -gt 0 ]
let_go

case_begin "a device that hangs is reset, and goes on"
load_udma fps=0 hang_every=3 timeout_ms=300
check_not dd if="$UDMA" of=/dev/null bs=921600 count=3 status=none
check [ "$(stat_of timeouts)" -gt 0 ]
check dd if="$UDMA" of=/dev/null bs=921600 count=2 status=none
let_go

case_begin "a device that never falls silent: quarantine"
load_udma fps=0 hang_every=1 timeout_ms=600000 silence=3
start_reader
wait_for 20 is_pinned
kill -KILL "$READER"
wait_for 20 is_state dead
held=$(stat_of quarantined)
check [ "$held" -gt 0 ]
equal "bytes charged" "$(cat "$UDMA_PARAMETERS/pinned")" "$held"
equal "pages pinned" "$(($(pinned_pages) * 4096))" "$held"
check_not dd if="$UDMA" of=/dev/null bs=921600 count=1 status=none
check_not grab -d udma:0 --frames 1 -f null
check grep -q "restart the machine" <(grab -d udma:0 --frames 1 -f null 2>&1)
unload_udma
# not even the modules' end gives them back
equal "pages pinned" "$(($(pinned_pages) * 4096))" "$held"
quarantined_pages=$(pinned_pages)

case_begin "unplugged in the middle of a transfer"
load_udma fps=0 rate=2
start_reader
check fault unplug 1
wait_for 20 is_over
wait_for 20 [ ! -e "$UDMA" ]
wait_for 20 nothing_pinned

case_begin "the driver is unbound, and bound again"
load_udma fps=0 rate=2
start_reader
check eval 'echo udma_sim.0 >/sys/bus/platform/drivers/udma_sim/unbind'
wait_for 20 is_over
check [ ! -e "$UDMA" ]
wait_for 20 nothing_pinned
check eval 'echo udma_sim.0 >/sys/bus/platform/drivers/udma_sim/bind'
wait_for 10 [ -c "$UDMA" ]
check dd if="$UDMA" of=/dev/null bs=921600 count=1 status=none
let_go

case_begin "a module in use does not go, and goes afterwards"
load_udma fps=0 rate=2
start_reader
check_not rmmod udma_sim
check_not rmmod udma
kill -KILL "$READER"
wait_for 20 is_over
check unload_udma

case_begin "loaded and unloaded under load"
for ((i = 0; i < 5; i++)); do
	load_udma fps=0 rate=8 late_ms=10
	start_reader
	kill -KILL "$READER"
	unload_udma || break
done
load_udma fps=0
check dd if="$UDMA" of=/dev/null bs=921600 count=1 status=none
let_go

case_begin "every request is fuzzed"
load_udma fps=0
LIMIT=400 expect_exit 0 "$(built tests/udma/udma_fuzz)" "$UDMA" "${FUZZ_ROUNDS:-4000}" 1
note "$(cat "$OUT")"
let_go

done_testing
