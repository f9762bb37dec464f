#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two emulated Bt878 at once: both through udma, both through VFIO, and one through each.
# machine: bt878 bt878 iommu
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

device_line 1 /dev/ttyS3

COUNT=12
mapfile -t DEVICES < <(pci_find 109e 036e)

# begin_capture FILE URI: in the background
begin_capture()
{
	grab -d "$2" -s 640x480 -p YUYV -n "$COUNT" --format raw -o "$TMP/$1" 2>"$TMP/$1.told" &
	captures+=("$!")
}

# both URI URI: at the same time, every byte of both as computed
both()
{
	local captures=() pid n=0

	rm -f "$TMP"/one "$TMP"/two
	begin_capture one "$1"
	begin_capture two "$2"
	for pid in "${captures[@]}"; do
		wait "$pid"
		equal "exit status of grab $n" $? 0
		n=$((n + 1))
	done
	for n in one two; do
		note "$(cat "$TMP/$n.told")"
		rm -f "$TMP/frames"
		mv "$TMP/$n" "$TMP/frames" || { fail "no file $n"; continue; }
		bttv_right YUYV 640x480 interlaced "$COUNT" || fail "$n: $BTTV_WHY"
	done
}

for device_number in 0 1; do
	device_tell "fps 0"
done

case_begin "two devices"
equal "devices" "${#DEVICES[@]}" 2
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
check wait_for 10 [ -c /dev/udma1 ]

case_begin "both through udma"
both udma:0 udma:1
let_go

LIMIT=900
TAP_NAME="two through udma"
import_tap "$(built tests/conformance/conformance)" udma:0 --size 320x240 --frames 4 --second udma:1 \
	--only order: --only silence:
LIMIT=60

case_begin "one through udma, one through VFIO"
echo "${DEVICES[1]}" >/sys/bus/pci/drivers/udma_pci/unbind
expect_exit 0 grab-vfio bind "${DEVICES[1]}"
both udma:0 "vfio:${DEVICES[1]}"
let_go

case_begin "both through VFIO"
check rmmod udma_pci
expect_exit 0 grab-vfio bind "${DEVICES[0]}"
both "vfio:${DEVICES[0]}" "vfio:${DEVICES[1]}"

case_begin "nothing was reached that was not given"
for device_number in 0 1; do
	equal "accesses outside" "$(device_count dma_refused)" 0
	equal "accesses without bus mastering" "$(device_count dma_without_master)" 0
done

done_testing
