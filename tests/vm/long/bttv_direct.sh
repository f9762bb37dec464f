#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bttv on the emulated Bt878 in a machine without an IOMMU.
# machine: bt878
# limit: 600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"

case_begin "there is no IOMMU"
bttv_load
device_tell "fps 0"
check_not [ -e "/sys/bus/pci/devices/$DEVICE/iommu_group" ]

case_begin "frames into the driver's and the application's memory"
bttv_capture YUYV 640x480 interlaced mmap 4
bttv_capture YUYV 640x480 interlaced user 4
bttv_capture 422P 320x240 interlaced user 3
bttv_capture GREY 320x240 top mmap 3

case_begin "grab, straight into memory from malloc"
bttv_grab BGR3 640x480 5
bttv_grab YUYV 320x240 4 --mem normal

done_testing
