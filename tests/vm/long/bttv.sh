#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The judge of the emulated Bt878 is the driver that Linux has for the chip: through an IOMMU, which
# lets the device reach no byte more than it was given, bttv captures what the camera showed.
# machine: bt878 iommu
# limit: 900
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"

case_begin "bttv takes it for a Bt878"
bttv_load
check grep -q "Bt878 (rev 17) at $DEVICE" <(dmesg)
device_tell "fps 0"

case_begin "frames of both fields, into the driver's memory"
bttv_capture YUYV 320x240 interlaced mmap 4
bttv_capture YUYV 640x480 interlaced mmap 6
bttv_capture GREY 640x480 interlaced mmap 4
bttv_capture BGR4 640x480 interlaced mmap 4

case_begin "frames of both fields, into the application's memory"
bttv_capture YUYV 640x480 interlaced user 6
bttv_capture BGR3 320x240 interlaced user 4
bttv_capture GREY 64x48 interlaced user 4

case_begin "single fields"
bttv_capture YUYV 320x240 top mmap 4
bttv_capture GREY 320x240 bottom user 4

case_begin "every packed format"
for format in RGBP RGBR RGBO RGBQ UYVY RGB4; do
	bttv_capture "$format" 160x120 interlaced user 2
done

case_begin "planes"
bttv_capture 422P 640x480 interlaced user 3
bttv_capture 411P 320x240 interlaced mmap 2
bttv_capture YU12 320x240 interlaced user 2
bttv_capture YV12 320x240 interlaced mmap 2
bttv_capture YUV9 320x240 interlaced user 2
bttv_capture YVU9 320x240 bottom user 2
bttv_capture YU12 320x240 top user 2

case_begin "grab, straight into memory from malloc"
bttv_grab YUYV 640x480 6
bttv_grab BGR3 320x240 4 --mem normal
bttv_grab 422P 640x480 4 --mem memfd
bttv_grab GREY 64x48 4

case_begin "grab, into the file itself"
bttv_grab YUYV 640x480 8 -b 4 --direct on
check grep -q 'raw, in-place' "$ERR"

case_begin "grab, copied out of the driver's memory"
bttv_repeat YUYV 640x480 interlaced 4 grab -y -d "v4l2:$VIDEO,io=mmap" -s 640x480 -p YUYV -n 4 \
	-f raw -o "$TMP/frames" --loss ignore --stats text
check grep -q 'copied (mmap)' "$ERR"

case_begin "the largest frame, and the other norm"
bttv_capture YUYV 768x576 interlaced user 4
check v4l2-ctl -d "$VIDEO" -s ntsc
bttv_capture YUYV 640x480 interlaced user 3
check v4l2-ctl -d "$VIDEO" -s pal

case_begin "the blanking interval"
expect_exit 0 v4l2-ctl -d /dev/vbi0 --stream-mmap=4 --stream-count=2 --stream-to="$TMP/vbi"
check bttv_vbi_right

case_begin "a part of the picture, scaled, and the smallest"
bttv_repeat YUYV 200x150 interlaced 2 v4l2-ctl -d "$VIDEO" \
	-v width=200,height=150,pixelformat=YUYV,field=interlaced \
	--set-selection target=crop,left=100,top=60,width=400,height=300 \
	--stream-user=4 --stream-count=2 --stream-to="$TMP/frames"
bttv_capture YUYV 48x32 interlaced user 2

case_begin "the device reached nothing that it was not given"
equal "accesses outside" "$(device_count dma_refused)" 0
equal "accesses without bus mastering" "$(device_count dma_without_master)" 0

case_begin "the same with all memory open to the device"
group=$(readlink -f "/sys/bus/pci/devices/$DEVICE/iommu_group")
bttv_unload
echo identity >"$group/type" || fail "the group of $DEVICE does not change"
bttv_load
bttv_capture YUYV 640x480 interlaced user 3
bttv_capture GREY 320x240 interlaced mmap 3
bttv_unload
check eval 'echo DMA >"$group/type"'
done_testing
