#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The vfio backend by iommufd and the device's own file, beside the way by group and container, on the
# emulated Bt878: the same bytes, the same bounds, rights, and what happens to a device in use.
#
# Debian's kernels have no iommufd; tests/vm/iommufd.sh builds its modules for one of them.
# machine: bt878 iommu
# modules: iommufd
# limit: 3600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"

CONFORMANCE=$(built tests/conformance/conformance)
IOMMUFD=$GRAB_BUILD/iommufd
PROGRAM_MOST=$((1024 * 1024))	# of memory for the device's programs
LIMIT=300

# vfio_capture OPTIONS FOURCC WxH COUNT [OPTION...]: raw frames to $TMP/frames, every byte as computed
vfio_capture()
{
	rm -f "$TMP/frames"
	expect_exit 0 grab -d "vfio:$DEVICE,field=woven,$1" -p "$2" -s "$3" -n "$4" --format raw -o "$TMP/frames" \
		"${@:5}" || return
	bttv_right "$2" "$3" interlaced "$4" || fail "$1 $2 $3: $BTTV_WHY"
}

# Has the running stream this file open?
has_open()
{
	find "/proc/$stream/fd" -lname "$1" | grep -q .
}

# VFIO's modules, the kernel's own or these
unload_vfio()
{
	local module

	for module in vfio_pci vfio_pci_core vfio_iommu_type1 vfio iommufd; do
		[ ! -d "/sys/module/$module" ] || wait_for 10 rmmod "$module"
	done
}

case_begin "a kernel with iommufd"
if [ "$(modinfo -F vermagic "$IOMMUFD/iommufd.ko" | cut -d' ' -f1)" != "$(uname -r)" ]; then
	case_skip "the modules are for another kernel; --kernel 6.12"
	done_testing
fi
unload_vfio
modprobe irqbypass || fail "no irqbypass"
for module in iommufd vfio vfio_iommu_type1 vfio-pci-core vfio-pci; do
	check insmod "$IOMMUFD/$module.ko"
done
check wait_for 10 [ -c /dev/iommu ]
device_find 109e 036e
device_tell "fps 0"
expect_exit 0 grab-vfio bind "$DEVICE" "$USER_ID"
FILE=$(echo "/sys/bus/pci/devices/$DEVICE"/vfio-dev/*)
FILE=/dev/vfio/devices/${FILE##*/}
check [ -c "$FILE" ]
equal "the owner of the device's file" "$(stat -c %u "$FILE")" "$USER_ID"
expect_exit 0 grab-vfio show "$DEVICE"
check grep -q "$FILE" "$OUT"

case_begin "the same bytes by both ways"
device_tell "still 7"
for way in type1 iommufd; do
	expect_exit 0 grab -d "vfio:$DEVICE,iommu=$way" -s 640x480 -n 4 --mem normal --format raw \
		-o "$TMP/$way.raw" --stats text
	check grep -qF "zero-copy (vfio)" "$ERR"
done
check cmp "$TMP/type1.raw" "$TMP/iommufd.raw"
device_tell "still off"

case_begin "frames of both fields, every byte"
for format in YUYV BGR4 422P YU12; do
	vfio_capture iommu=iommufd "$format" 320x240 4
done
vfio_capture iommu=iommufd YUYV 640x480 30

case_begin "a window: the device reaches no more than that and its program"
for window in 1 2 4; do
	device_tell zero
	vfio_capture iommu=iommufd YUYV 640x480 3 --chunk 64k --window "$window" --stats "json:$TMP/stats" -y
	mapped=$(device_count mapped_most)
	[ "$mapped" -le $((window * 65536 + PROGRAM_MOST)) ] || fail "$mapped bytes were mapped"
	check [ "$(jq .mem.pinned_peak "$TMP/stats")" -le $((window * 65536)) ]
done
equal "accesses outside" "$(device_count dma_refused)" 0

case_begin "nothing is said: by iommufd, where its files may be opened"
begin_stream "vfio:$DEVICE"
check has_open /dev/iommu
check has_open "$FILE"
check_not has_open /dev/vfio/vfio
kill -INT "$stream"
wait "$stream"

case_begin "without root: by iommufd with the right to both files, else by the group"
mkdir -m 777 "$TMP/user"
expect_exit 77 "$AS_USER" 8192 "$(command -v grab)" -d "vfio:$DEVICE,iommu=iommufd" -n 1 -o "$TMP/user/a.raw"
check grep -q '/dev/iommu' "$ERR"
expect_exit 0 "$AS_USER" 8192 "$(command -v grab)" -d "vfio:$DEVICE" -n 1 -o "$TMP/user/a.raw"
chmod 666 /dev/iommu
expect_exit 0 "$AS_USER" 8192 "$(command -v grab)" -d "vfio:$DEVICE,iommu=iommufd" -n 1 -o "$TMP/user/b.raw"
expect_exit 71 "$AS_USER" 512 "$(command -v grab)" -d "vfio:$DEVICE,iommu=iommufd" -s 640x480 -n 4 -b 4 \
	-o "$TMP/user/x.raw"
check grep -q 'ulimit -l' "$ERR"

LIMIT=1500
TAP_NAME="iommufd, whole frames"
import_tap "$CONFORMANCE" "vfio:$DEVICE,iommu=iommufd" --size 320x240 --frames 3 \
	--only memory: --only silence: --only remap: --only order:
TAP_NAME="iommufd, a window"
import_tap "$CONFORMANCE" "vfio:$DEVICE,iommu=iommufd" --size 160x120 --chunk 4096 --window 2 --frames 3 \
	--only memory: --only silence: --only remap:
LIMIT=300

case_begin "in use: the second one is told so, whichever way it takes"
begin_stream "vfio:$DEVICE,iommu=iommufd"
for way in iommufd type1; do
	expect_exit 75 grab -d "vfio:$DEVICE,iommu=$way" -n 1 -o "$TMP/x.raw"
done
kill -KILL "$stream"
wait "$stream" 2>/dev/null

case_begin "killed: nothing stays mapped, and the next one starts"
equal "bytes mapped" "$(device_count mapped)" 0
vfio_capture iommu=iommufd YUYV 320x240 2

case_begin "a write to an address that is not mapped"
device_tell zero
device_tell "stray@3"
expect_exit 76 grab -d "vfio:$DEVICE,iommu=iommufd" -s 320x240 -n 100 --format raw -o "$TMP/x.raw"
check grep -q 'not mapped' "$ERR"
equal "accesses outside" "$(device_count dma_refused)" 1

case_begin "given back while it captures"
begin_stream "vfio:$DEVICE,iommu=iommufd"
expect_exit 0 grab-vfio unbind "$DEVICE"
wait "$stream"
equal "exit status of grab" $? 76
unload_vfio

done_testing
