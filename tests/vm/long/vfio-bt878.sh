#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The vfio backend on the emulated Bt878 behind the emulated IOMMU: the camera's bytes in all kinds of
# memory, never more mapped than the window, the device's faults, and bttv before and after.
# machine: bt878 iommu
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"

CONFORMANCE=$(built tests/conformance/conformance)
PROGRAM_MOST=$((1024 * 1024))	# of memory for the device's programs

# vfio_capture FOURCC WxH FIELDS COUNT [OPTION...]: raw frames, every byte as computed
vfio_capture()
{
	rm -f "$TMP/frames"
	expect_exit 0 grab -d "vfio:$DEVICE,field=${3/interlaced/woven}${STD:+,std=$STD}" -p "$1" -s "$2" -n "$4" \
		--format raw -o "$TMP/frames" "${@:5}" || return
	bttv_right "$1" "$2" "$3" "$4" || fail "$1 $2 $3: $BTTV_WHY"
}

# mapped_most COMMAND...: sets MAPPED to the most bytes that were mapped for the device meanwhile
mapped_most()
{
	device_tell zero >/dev/null
	"$@"
	MAPPED=$(device_count mapped_most)
}

# lost_are_missing: none is damaged, and the report tells of as many that found no buffer as the numbers lack
lost_are_missing()
{
	equal "frames damaged" "$(jq '.lost.transfer + .lost.corrupt + .lost.short' "$TMP/stats")" 0
	equal "frames lost though there was a buffer" "$(jq .lost.device "$TMP/stats")" 0
	equal "frames lost" "$(jq .lost.ring_full "$TMP/stats")" \
		"$(awk 'NR > 1 { lost += $1 - last - 1 } { last = $1 } END { print lost + 0 }' "$TMP/numbers")"
}

case_begin "bttv has it, then user space"
bttv_load
device_tell "fps 0"
bttv_capture YUYV 320x240 interlaced user 2
expect_exit 0 grab-vfio bind "$DEVICE"
check grep -q "was bttv" "$OUT"
device_tell "pace handshake"
expect_exit 0 grab --list-devices
check grep -q "vfio:$DEVICE" "$OUT"

case_begin "frames of both fields"
vfio_capture YUYV 320x240 interlaced 4
vfio_capture YUYV 640x480 interlaced 6
vfio_capture GREY 640x480 interlaced 4
vfio_capture BGR4 640x480 interlaced 4
STD=pal vfio_capture BGR4 768x576 interlaced 4

case_begin "single fields"
vfio_capture YUYV 320x240 top 4
vfio_capture GREY 320x240 bottom 4

case_begin "every format"
for format in UYVY BGR3 RGBP RGBO 422P YU12 YV12 411P; do
	vfio_capture "$format" 160x128 interlaced 2
done

case_begin "the smallest and the largest frame"
vfio_capture GREY 64x32 top 3
STD=pal vfio_capture YUYV 768x576 interlaced 3
STD=ntsc vfio_capture YUYV 768x480 interlaced 3

# The beam waits for the driver, but not for the application, which on a busy machine is late with its
# buffers: where nothing may be lost, each frame has one of its own, as many as the device can have.
case_begin "a frame for every buffer, none lost"
vfio_capture YUYV 320x240 interlaced 31 -b 31

case_begin "a hundred frames: those that found no buffer are counted, each of them"
vfio_capture YUYV 320x240 interlaced 100 --loss ignore --stats "json:$TMP/stats" -y
lost_are_missing

case_begin "a window: the device reaches no more than that and its program"
for window in 1 2 4; do
	mapped_most vfio_capture YUYV 640x480 interlaced 3 --chunk 64k --window "$window"
	[ "$MAPPED" -le $((window * 65536 + PROGRAM_MOST)) ] || fail "$MAPPED bytes were mapped"
	mapped_most vfio_capture GREY 320x240 interlaced 3 --chunk 4k --window "$window"
	[ "$MAPPED" -le $((window * 4096 + PROGRAM_MOST)) ] || fail "$MAPPED bytes were mapped"
done
equal "accesses outside" "$(device_count dma_refused)" 0

LIMIT=900
TAP_NAME="bt878, whole frames"
import_tap "$CONFORMANCE" "vfio:$DEVICE" --size 320x240 --frames 4
TAP_NAME="bt878, a window"
import_tap "$CONFORMANCE" "vfio:$DEVICE" --size 160x120 --chunk 4096 --window 2 --frames 3 \
	--only memory: --only silence: --only remap: --only order:
LIMIT=60

case_begin "nothing is reached after all that"
equal "accesses outside" "$(device_count dma_refused)" 0

case_begin "an address that is not mapped stops the device, and is named"
device_tell "pabort@3"
expect_exit 76 grab -d "vfio:$DEVICE" -s 320x240 -n 100 --format raw -o "$TMP/x.raw"
check grep -q 'not mapped' "$ERR"
vfio_capture YUYV 320x240 interlaced 2

case_begin "a write that goes astray is stopped by the IOMMU, and the report names it"
device_tell zero
device_tell "stray@3"
expect_exit 76 grab -d "vfio:$DEVICE" -s 320x240 -n 100 --format raw -o "$TMP/x.raw" -y --stats "json:$TMP/stats"
check grep -q 'not mapped' "$ERR"
equal "accesses outside" "$(device_count dma_refused)" 1
equal "faults" "$(jq .faults.count "$TMP/stats")" 1
check grep -q 'not mapped' <(jq -r .faults.last "$TMP/stats")
vfio_capture YUYV 320x240 interlaced 2 -y --stats "json:$TMP/stats"
equal "faults of the next run" "$(jq -c .faults "$TMP/stats")" '{"count":0,"last":null}'

case_begin "a field that is too short is one damaged frame"
device_tell "short 5@2"
expect_exit 1 grab -d "vfio:$DEVICE" -s 640x480 -n 6 --format raw -o "$TMP/short.raw"

case_begin "interrupts that are lost, and that nobody sent, cost no frame"
device_tell "lose-irq 1"
vfio_capture YUYV 320x240 interlaced 6 -y --stats "json:$TMP/stats"
check [ "$(jq .interrupts_lost "$TMP/stats")" -ge 1 ]
device_tell "spurious-irq 5"
vfio_capture YUYV 320x240 interlaced 6

# Opening the device resets it, which ends a storm: it must come when the stream runs.
case_begin "an interrupt storm costs no frame"
device_tell "fps 2"
before=$(device_count interrupts)
rm -f "$TMP/frames"
grab -d "vfio:$DEVICE,field=woven" -p YUYV -s 320x240 -n 31 -b 31 --timeout 300s --format raw -o "$TMP/frames" \
	2>"$TMP/told" &
stream=$!
wait_for 60 counted interrupts "$((before + 1))"
before=$(device_count baseless)
device_tell "spurious-irq 900"
wait "$stream"
equal "exit status of grab" $? 0
equal "interrupts without a reason" "$(device_count baseless)" "$((before + 900))"
bttv_right YUYV 320x240 interlaced 31 || fail "$BTTV_WHY"

case_begin "one that does not end is told, and ends the capture"
begin_stream "vfio:$DEVICE" -s 320x240 -y
device_tell "spurious-irq 100000"
wait "$stream"
equal "exit status of grab" $? 76
check grep -q '1000 interrupts in a row without a reason' "$TMP/told"
check counted baseless "$((before + 1900))"
device_tell "spurious-irq 0"

case_begin "in a storm frames that find no buffer are counted, each of them, and none is damaged"
device_tell "fps 25"
begin_stream "vfio:$DEVICE,field=woven" -s 320x240 -p YUYV --stats "json:$TMP/stats" -y
before=$(device_count baseless)
device_tell "spurious-irq 400"
wait_for 120 counted baseless "$((before + 400))"
kill -INT "$stream"
wait "$stream"
device_tell "fps 0"
mv "$TMP/stream" "$TMP/frames"
bttv_right YUYV 320x240 interlaced "$(jq .written "$TMP/stats")" || fail "$BTTV_WHY"
lost_are_missing

case_begin "no signal"
device_tell "signal off"
expect_exit 75 grab -d "vfio:$DEVICE" -n 1 --format raw -o "$TMP/none.raw"
check grep -q 'no signal' "$ERR"
device_tell "signal on"

case_begin "a device that goes on writing after it was told to stop meets the IOMMU"
device_tell "late 20"
expect_exit 0 grab -d "vfio:$DEVICE" -s 640x480 -n 3 --format raw -o "$TMP/late.raw"
vfio_capture YUYV 640x480 interlaced 3

case_begin "bttv again"
expect_exit 0 grab-vfio unbind "$DEVICE"
check grep -q "bttv" "$OUT"
bttv_load
bttv_capture YUYV 640x480 interlaced user 3
expect_exit 0 grab-vfio bind "$DEVICE"
device_tell "pace handshake"

case_begin "pulled out while it captures, and there again"
begin_stream "vfio:$DEVICE" -s 320x240
device_tell gone
wait "$stream"
equal "exit status of grab" $? 76
check grep -q 'the device is gone' "$TMP/told"
device_tell back
vfio_capture YUYV 640x480 interlaced 3

done_testing
