#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# udma_pci on the emulated Bt878 behind the emulated IOMMU: the camera's bytes in all kinds of memory,
# frames larger than the window, the device's faults, unbinding and pulling it out while it captures.
# machine: bt878 iommu
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

CONFORMANCE=$(built tests/conformance/conformance)
DRIVER=/sys/bus/pci/drivers/udma_pci

# udma_capture FOURCC WxH FIELDS COUNT [OPTION...]: raw frames, every byte as computed
udma_capture()
{
	rm -f "$TMP/frames"
	expect_exit 0 grab -d "${URI:-udma:0}" -p "$1" -s "$2" -n "$4" --format raw -o "$TMP/frames" \
		"${@:5}" || return
	bttv_right "$1" "$2" "$3" "$4" || fail "$1 $2 $3: $BTTV_WHY"
}

has_timed_out()
{
	[ "$(stat_of timeouts)" -ge 1 ]
}

# more_frames COUNT: the device has so many by now
more_frames()
{
	[ "$(stat_of frames)" -ge "$1" ]
}

device_find 109e 036e
device_tell "fps 0"

case_begin "it takes the device that no other driver has, and gives it back"
insmod "$udma_modules/udma.ko" || fail "udma does not load"
check insmod "$udma_modules/udma_pci.ko"
check wait_for 10 [ -c "$UDMA" ]
expect_exit 0 grab -L
check grep -q "Bt878" "$OUT"
check rmmod udma_pci
check insmod "$udma_modules/udma_pci.ko"

case_begin "frames of both fields"
udma_capture YUYV 320x240 top 4
udma_capture YUYV 640x480 interlaced 6
udma_capture GREY 640x480 interlaced 4
udma_capture BGR4 640x480 interlaced 4
URI=udma:0,keep=1 udma_capture BGR4 640x480 interlaced 4
let_go

case_begin "every format"
for format in UYVY BGR3 RGBP RGBO 422P YU12 YV12 411P; do
	udma_capture "$format" 320x288 interlaced 2
done
let_go

case_begin "a window: a frame that is larger comes by twice, never more is pinned"
for window in 1 2 4; do
	udma_capture YUYV 640x480 interlaced 3 --chunk 64k --window "$window" --stats "json:$TMP/stats" -y
	[ "$(jq .mem.pinned_peak "$TMP/stats")" -le $((window * 65536)) ] || fail "window $window: too much is pinned"
	udma_capture GREY 320x240 top 3 --chunk 4k --window "$window"
done
let_go

case_begin "planes need all their chunks at once: said beforehand"
expect_exit 78 grab -d udma:0 -p 422P -s 640x480 -n 1 --chunk 64k --window 2 --format raw -o "$TMP/x.raw"
check grep -q 'window' "$ERR"
let_go

LIMIT=900
TAP_NAME="udma_pci, whole frames"
import_tap "$CONFORMANCE" udma:0 --size 320x240 --frames 4
TAP_NAME="udma_pci, a window"
import_tap "$CONFORMANCE" udma:0 --size 160x160 --chunk 4096 --window 2 --frames 3 \
	--only memory: --only silence: --only remap: --only order:
LIMIT=60

case_begin "nothing was reached that was not given"
let_go
equal "accesses outside" "$(device_count dma_refused)" 0
equal "accesses without bus mastering" "$(device_count dma_without_master)" 0

case_begin "an address that is not mapped stops the device, which is named and starts again"
device_tell "pabort@3"
expect_exit 1 grab -d udma:0 -s 320x240 -n 12 --format raw -o "$TMP/x.raw"
check grep -q 'not mapped' <(dmesg)
equal "faults" "$(stat_of faults)" 1
udma_capture YUYV 640x480 interlaced 3
let_go

case_begin "a write that goes astray is stopped by the IOMMU, and the report names it"
device_tell zero
device_tell "stray@3"
expect_exit 1 grab -d udma:0 -s 320x240 -n 12 --format raw -o "$TMP/x.raw" -y --stats "json:$TMP/stats" -v
check grep -q 'not mapped' "$ERR"
equal "accesses outside" "$(device_count dma_refused)" 1
equal "faults" "$(jq .faults.count "$TMP/stats")" 1
check grep -q 'not mapped' <(jq -r .faults.last "$TMP/stats")
equal "faults of the device" "$(stat_of faults)" 2
udma_capture YUYV 640x480 interlaced 3 -y --stats "json:$TMP/stats"
equal "faults of the next run" "$(jq -c .faults "$TMP/stats")" '{"count":0,"last":null}'
let_go

case_begin "it hangs: that is found in time, told, and frames come again"
echo 1000 >/sys/class/udma/udma0/timeout_ms
device_tell "hang@3"
begin_stream udma:0 -s 320x240 --stats "json:$TMP/stats" -y
wait_for 60 has_timed_out
device_tell unhang
before=$(stat_of frames)
wait_for 60 more_frames "$((before + 5))"
kill -INT "$stream"
wait "$stream"
check [ "$(jq .faults.count "$TMP/stats")" -ge 1 ]
check grep -q 'did not end in time' <(jq -r .faults.last "$TMP/stats")
echo 5000 >/sys/class/udma/udma0/timeout_ms
let_go

case_begin "a field that is too short is one damaged frame"
device_tell "short 5@2"
expect_exit 1 grab -d udma:0 -s 640x480 -n 6 --format raw -o "$TMP/short.raw"
let_go

case_begin "interrupts that are lost, and that nobody sent, cost no frame"
device_tell "lose-irq 1"
udma_capture YUYV 640x480 interlaced 6 -y --stats "json:$TMP/stats"
check [ "$(stat_of interrupts_lost)" -ge 1 ]
check [ "$(jq .interrupts_lost "$TMP/stats")" -ge 1 ]
device_tell "spurious-irq 5"
udma_capture YUYV 640x480 interlaced 6
let_go

case_begin "an interrupt storm costs no frame"
before=$(stat_of interrupts_spurious)
device_tell "spurious-irq 5000"
udma_capture YUYV 640x480 interlaced 6
check [ "$(stat_of interrupts_spurious)" -gt "$before" ]
let_go

case_begin "no signal"
device_tell "signal off"
expect_exit 75 grab -d udma:0 -n 1 --format raw -o "$TMP/none.raw"
check grep -q 'no signal' "$ERR"
device_tell "signal on"

case_begin "a device that goes on writing after it was told to stop"
device_tell "late 20"
expect_exit 0 grab -d udma:0 -s 640x480 -n 3 --format raw -o "$TMP/late.raw"
device_tell "slow-stop 20"
expect_exit 0 grab -y -d udma:0 -s 640x480 -n 3 --format raw -o "$TMP/late.raw"
udma_capture YUYV 640x480 interlaced 3
let_go

case_begin "killed in the middle: nothing stays pinned, and the next one starts"
for _ in 1 2 3; do
	begin_stream udma:0 -s 320x240
	kill -KILL "$stream"
	wait "$stream" 2>/dev/null
	let_go
done
udma_capture YUYV 640x480 interlaced 3

case_begin "unbound while it captures"
begin_stream udma:0 -s 320x240
echo "$DEVICE" >"$DRIVER/unbind"
wait "$stream"
equal "exit status of grab" $? 76
check [ ! -e "$UDMA" ]
wait_for 20 nothing_pinned
echo "$DEVICE" >"$DRIVER/bind"
wait_for 10 [ -c "$UDMA" ]
udma_capture YUYV 640x480 interlaced 3

case_begin "pulled out while it captures"
begin_stream udma:0 -s 320x240
device_tell gone
wait "$stream"
equal "exit status of grab" $? 76
let_go
echo "$DEVICE" >"$DRIVER/unbind"

done_testing
