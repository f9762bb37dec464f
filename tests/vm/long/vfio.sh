#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The vfio backend on QEMU's own edu device behind the emulated IOMMU: binding, rights, limits, the
# contract in all kinds of memory, and what a device that goes away does.
# machine: edu iommu
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/pci.sh"

driver_of()
{
	basename "$(readlink "/sys/bus/pci/devices/$1/driver" || echo none)"
}

DEVICE=$(pci_find 1234 11e8 | head -n 1)
GROUP=$(basename "$(readlink "/sys/bus/pci/devices/$DEVICE/iommu_group" || echo none)")
CONFORMANCE=$(built tests/conformance/conformance)

case_begin "there is a device behind an IOMMU"
check test -n "$DEVICE"
check test "$GROUP" != none
modprobe vfio-pci || fail "no vfio-pci"

case_begin "the list tells what is missing"
expect_exit 0 grab --list-devices
check grep -q "vfio:$DEVICE" "$OUT"
check grep -q "grab-vfio bind $DEVICE" "$OUT"
expect_exit 66 grab -d "vfio:$DEVICE" -n 1 -o "$TMP/a.raw"
check grep -q "grab-vfio bind $DEVICE" "$ERR"

case_begin "bound to vfio-pci, and named by address and by ids"
expect_exit 0 grab-vfio bind "$DEVICE"
equal "the driver" "$(driver_of "$DEVICE")" vfio-pci
expect_exit 0 grab -d "vfio:$DEVICE" -n 1 -o "$TMP/a.raw"
equal "bytes" "$(stat -c %s "$TMP/a.raw")" 3072
check test "$(tr -d '\0' <"$TMP/a.raw" | wc -c)" -gt 2500
expect_exit 0 grab -d "vfio:${DEVICE#0000:}" -n 1 -o "$TMP/b.raw"
expect_exit 0 grab -d pci:1234:11e8 -n 1 -o "$TMP/c.raw"
check cmp "$TMP/a.raw" "$TMP/b.raw"
check cmp "$TMP/a.raw" "$TMP/c.raw"
expect_exit 0 grab -d vfio: -n 1 -o "$TMP/d.raw"

case_begin "an address that is none, one that nobody has, and one that is no grabber"
expect_exit 64 grab -d vfio:hello -n 1 -o "$TMP/x.raw"
expect_exit 66 grab -d vfio:0000:1e:1f.7 -n 1 -o "$TMP/x.raw"
expect_exit 66 grab -d vfio:0000:00:00.0 -n 1 -o "$TMP/x.raw"
check grep -q 'no grabber' "$ERR"

case_begin "larger than the device's memory, in odd pieces, by line and by message interrupts"
expect_exit 0 grab -d "vfio:$DEVICE,irq=intx" -s 97x89 -n 2 -o "$TMP/odd.raw" --stats json
expect_exit 0 grab -d "vfio:$DEVICE,irq=msi" -s 97x89 -n 2 -o "$TMP/msi.raw"
check cmp "$TMP/odd.raw" "$TMP/msi.raw"

case_begin "one chunk of a page at a time is the same frame"
expect_exit 0 grab -d "vfio:$DEVICE" -s 160x100 -n 1 -o "$TMP/whole.raw"
expect_exit 0 grab -d "vfio:$DEVICE" -s 160x100 -n 1 --chunk 4k --window 1 -o "$TMP/window.raw" --stats json
check cmp "$TMP/whole.raw" "$TMP/window.raw"
check grep -q '"pinned_peak": *4096' "$ERR" "$OUT"

case_begin "no right: who to ask; with the right: without root"
expect_exit 77 "$AS_USER" 8192 "$(command -v grab)" -d "vfio:$DEVICE" -n 1 -o "$TMP/x.raw"
check grep -q "/dev/vfio/$GROUP" "$ERR"
chown "$USER_ID" "/dev/vfio/$GROUP"
mkdir -m 777 "$TMP/user"
expect_exit 0 "$AS_USER" 8192 "$(command -v grab)" -d "vfio:$DEVICE" -n 2 -o "$TMP/user/a.raw"
check cmp -n 3072 "$TMP/a.raw" "$TMP/user/a.raw"

case_begin "too little memory that may be locked: said beforehand, with the number"
expect_exit 71 "$AS_USER" 1024 "$(command -v grab)" -d "vfio:$DEVICE" -s 2048x1024 -n 1 -o "$TMP/user/x.raw"
check grep -q 'ulimit -l' "$ERR"

case_begin "fewer buffers where not all may be locked, all frames, and a number that was asked for is kept"
expect_exit 0 "$AS_USER" 100 "$(command -v grab)" -d "vfio:$DEVICE" -s 64x192 -n 12 -v -o "$TMP/user/few.raw"
check grep -q 'buffers instead of' "$ERR"
equal "bytes" "$(stat -c %s "$TMP/user/few.raw")" $((12 * 64 * 192))
expect_exit 71 "$AS_USER" 100 "$(command -v grab)" -d "vfio:$DEVICE" -s 64x192 -n 12 -b 12 -o "$TMP/user/x.raw"

case_begin "in use: the second one is told so"
begin_stream "vfio:$DEVICE"
expect_exit 75 grab -d "vfio:$DEVICE" -n 1 -o "$TMP/x.raw"
check grep -q 'in use' "$ERR"
kill -INT "$stream"
wait "$stream"
expect_exit 0 grab -d "vfio:$DEVICE" -n 1 -y -o "$TMP/x.raw"

case_begin "killed in the middle: the next one starts"
for _ in 1 2 3; do
	begin_stream "vfio:$DEVICE"
	kill -KILL "$stream"
	wait "$stream" 2>/dev/null
	expect_exit 0 grab -d "vfio:$DEVICE" -n 1 -y -o "$TMP/x.raw"
	check cmp "$TMP/a.raw" "$TMP/x.raw"
done

case_begin "given back while it captures: the program is told, and the old state comes"
begin_stream "vfio:$DEVICE"
expect_exit 0 grab-vfio unbind "$DEVICE"
wait "$stream"
equal "exit status of grab" $? 76
check grep -q 'wants the device back' "$TMP/told"
equal "the driver" "$(driver_of "$DEVICE")" none
equal "the override" "$(cat "/sys/bus/pci/devices/$DEVICE/driver_override")" "(null)"
check grab-vfio bind "$DEVICE" "$USER_ID"
equal "the owner" "$(stat -c %u "/dev/vfio/$GROUP")" "$USER_ID"

# a piece takes a tenth of a second, twice; a frame of more than a page, for memory that ends in it
LIMIT=900
TAP_NAME="edu, whole frames"
import_tap "$CONFORMANCE" "vfio:$DEVICE" --size 72x60 --frames 2
TAP_NAME="edu, unprivileged"
import_tap "$AS_USER" 4096 "$CONFORMANCE" "vfio:$DEVICE" --size 72x60 --frames 2 --only order: --only "memory: m"
TAP_NAME="edu, a window of one page"
import_tap "$CONFORMANCE" "vfio:$DEVICE" --size 100x90 --chunk 4096 --window 1 --frames 1 \
	--only silence: --only "memory: malloc"
LIMIT=60

case_begin "given back"
expect_exit 0 grab-vfio unbind "$DEVICE"
equal "the driver" "$(driver_of "$DEVICE")" none

done_testing
