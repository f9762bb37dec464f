#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupts as messages: MSI, MSI-X and the line of one device, through VFIO and through udma. The
# device is the emulated Bt878 with messages, which no real one has; bttv has accepted it as well.
# machine: bt878msi iommu
# limit: 900
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

# capture URI COUNT [OPTION...]: every byte as computed, and the report in $TMP/stats
capture()
{
	rm -f "$TMP/frames"
	expect_exit 0 grab -d "$1" -p YUYV -s 640x480 -n "$2" --format raw -o "$TMP/frames" \
		-y --stats "json:$TMP/stats" "${@:3}" || return
	bttv_right YUYV 640x480 interlaced "$2" || fail "$1: $BTTV_WHY"
}

# The kinds of message that the kernel has given the device; nothing: its line.
messages()
{
	cat "/sys/bus/pci/devices/$DEVICE"/msi_irqs/* 2>/dev/null
}

# stream_by URI KIND: the device's interrupts are of this kind while it runs
stream_by()
{
	begin_stream "$1" -s 320x240
	equal "interrupts of $1" "$(messages)" "$2"
	kill -INT "$stream"
	wait "$stream"
}

case_begin "bttv takes it, by its line"
bttv_load
device_tell "fps 0"
bttv_capture YUYV 640x480 interlaced user 3
bttv_unload

case_begin "VFIO by the line, MSI and MSI-X: the same frames"
expect_exit 0 grab-vfio bind "$DEVICE"
capture "vfio:$DEVICE,irq=intx" 20
capture "vfio:$DEVICE,irq=msi" 20
capture "vfio:$DEVICE,irq=msix" 20
capture "vfio:$DEVICE,irq=msix" 6 --chunk 64k --window 2
stream_by "vfio:$DEVICE,irq=intx" ""
stream_by "vfio:$DEVICE,irq=msi" msi
stream_by "vfio:$DEVICE,irq=msix" msix
stream_by "vfio:$DEVICE" msi

case_begin "a message that is lost costs no frame, and is counted"
for irq in msi msix; do
	device_tell "lose-irq 1"
	capture "vfio:$DEVICE,irq=$irq" 8
	check [ "$(jq .interrupts_lost "$TMP/stats")" -ge 1 ]
done

case_begin "an error that stops the device comes as a message, too"
device_tell "stray@3"
expect_exit 76 grab -d "vfio:$DEVICE,irq=msix" -s 320x240 -n 100 --format raw -o "$TMP/x.raw"
check grep -q 'not mapped' "$ERR"
capture "vfio:$DEVICE,irq=msix" 3
expect_exit 0 grab-vfio unbind "$DEVICE"

case_begin "udma by messages"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
check wait_for 10 [ -c "$UDMA" ]
capture udma:0 20
stream_by udma:0 msix
let_go
device_tell "lose-irq 1"
capture udma:0 8
check [ "$(stat_of interrupts_lost)" -ge 1 ]
device_tell "stray@3"
expect_exit 1 grab -d udma:0 -s 320x240 -n 12 --format raw -o "$TMP/x.raw" -y
equal "faults" "$(stat_of faults)" 1
let_go

case_begin "nothing else was reached that was not given"
equal "accesses outside" "$(device_count dma_refused)" 2

done_testing
