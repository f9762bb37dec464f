#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# udma_pci on QEMU's own edu device, which reaches 28 bits of addresses and is restarted for every
# piece of 4 KiB: the contract in all kinds of memory.
# machine: edu iommu
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/pci.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

CONFORMANCE=$(built tests/conformance/conformance)

case_begin "it is a grabber of udma's"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
check wait_for 10 [ -c "$UDMA" ]
expect_exit 0 grab -L
check grep -q "edu" "$OUT"

case_begin "the same frames as through VFIO"
expect_exit 0 grab -d udma:0 -s 97x89 -n 2 -o "$TMP/udma.raw" --stats text
check grep -qF "zero-copy (dma)" "$ERR"
let_go
expect_exit 0 grab -d udma:0 -s 97x89 -n 2 --chunk 4k --window 1 -o "$TMP/window.raw" --stats "json:$TMP/stats"
equal "most bytes pinned at once" "$(jq .mem.pinned_peak "$TMP/stats")" 4096
check cmp "$TMP/udma.raw" "$TMP/window.raw"
check rmmod udma_pci
device=$(pci_find 1234 11e8 | head -n 1)
expect_exit 0 grab-vfio bind "$device"
expect_exit 0 grab -d "vfio:$device" -s 97x89 -n 2 -o "$TMP/vfio.raw"
expect_exit 0 grab-vfio unbind "$device"
check cmp "$TMP/udma.raw" "$TMP/vfio.raw"
check insmod "$udma_modules/udma_pci.ko"
check wait_for 10 [ -c "$UDMA" ]

# a piece takes a tenth of a second, twice; a frame of more than a page, for memory that ends in it
LIMIT=900
TAP_NAME="edu, whole frames"
import_tap "$CONFORMANCE" udma:0 --size 72x60 --frames 2
TAP_NAME="edu, a window of one page"
import_tap "$CONFORMANCE" udma:0 --size 100x90 --chunk 4096 --window 1 --frames 1 \
	--only silence: --only "memory: malloc"
LIMIT=60

case_begin "killed in the middle: nothing stays pinned, and the next one starts"
for _ in 1 2 3; do
	begin_stream udma:0
	kill -KILL "$stream"
	wait "$stream" 2>/dev/null
	let_go
done
expect_exit 0 grab -y -d udma:0 -s 97x89 -n 1 -o "$TMP/udma.raw"
check cmp -n $((97 * 89)) "$TMP/udma.raw" "$TMP/vfio.raw"
let_go

done_testing
