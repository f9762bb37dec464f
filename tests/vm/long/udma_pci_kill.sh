#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing is let go before a PCI device is silent, in a machine where no IOMMU would stop it: programs
# that die or let go in the middle of a frame while the emulated Bt878 writes on for a while.
# machine: bt878
# limit: 3600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/device.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

ROUNDS=${ROUNDS:-20}
LATE_LINES=40	# one a millisecond
WATCHED_MS=60

# kills HOW FAULT: each time anew, as a fault comes once
kills()
{
	local seed

	for ((seed = 1; seed <= ROUNDS; seed++)); do
		device_tell "$2"
		expect_exit 0 "$(built tests/udma/udma_kill)" "$UDMA" 1 "$seed" "$1" "$WATCHED_MS" || return
		device_tell defaults
		device_tell "fps 0"
	done
	let_go
}

device_find 109e 036e
device_tell "fps 0"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
wait_for 10 [ -c "$UDMA" ]

case_begin "there is no IOMMU, and the frames are right"
check_not [ -e "/sys/bus/pci/devices/$DEVICE/iommu_group" ]
expect_exit 0 grab -d udma:0 -s 640x480 -n 3 --format raw -o "$TMP/frames"
let_go

# As long as it says that it is busy, the ladder waits; what it writes then is still its own.
for how in kill int kept stop close; do
	case_begin "it is slow to stop, and says so: $how"
	kills "$how" "slow-stop $LATE_LINES"
done
check [ "$(device_count lines_late)" -gt 0 ]

# One that denies it is caught by bus mastering, which is off by then.
for how in kill kept stop close; do
	case_begin "it writes on after it said that it stopped: $how"
	kills "$how" "late $LATE_LINES"
done
check [ "$(device_count dma_without_master)" -gt 0 ]

case_begin "nothing is in quarantine, and nothing was reached that is no memory"
equal "bytes in quarantine" "$(stat_of quarantined)" 0
equal "accesses outside" "$(device_count dma_refused)" 0

case_begin "every request is fuzzed"
LIMIT=900 expect_exit 0 "$(built tests/udma/udma_fuzz)" "$UDMA" 1000 1
note "$(cat "$OUT")"
let_go

done_testing
