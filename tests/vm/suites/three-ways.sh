#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One grabber, three ways, the same bytes: the emulated Bt878 behind an IOMMU fills memory from malloc
# through Linux's bttv and V4L2 USERPTR, through the udma module, and through VFIO.
# machine: bt878 iommu
# limit: 400
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

FORMAT=YUYV
SIZE=640x480
BYTES=614400
FRAMES=8
# Of each run these are compared, by the numbers that they carry: bttv begins with the second or third.
FIRST=4
LAST=6

# pages BYTES: the most that these can touch, wherever they begin
pages()
{
	echo $((($1 / 4096 + 1) * 4096))
}

# keep_frames WAY: the frames FIRST to LAST of $TMP/frames, of which $TMP/numbers tells the numbers
keep_frames()
{
	local number index=0

	: >"$TMP/$1.raw"
	while read -r number; do
		[ "$number" -lt "$FIRST" ] || [ "$number" -gt "$LAST" ] ||
			dd if="$TMP/frames" of="$TMP/$1.raw" bs="$BYTES" skip="$index" count=1 \
				oflag=append conv=notrunc status=none
		index=$((index + 1))
	done <"$TMP/numbers"
	equal "bytes of $1" "$(stat -c %s "$TMP/$1.raw")" $(((LAST - FIRST + 1) * BYTES))
}

# report_right WAY NAME: nothing was copied, and no more than a frame was pinned for one
report_right()
{
	local pinned

	cp "$ERR" "$GRAB_SHARE/three-ways.$1"
	check grep -qF "zero-copy ($2)" "$ERR"
	pinned=$(sed -n 's/.*at most \([0-9]*\) bytes pinned.*/\1/p' "$ERR")
	if [ "${pinned:-0}" -lt "$BYTES" ] || [ "$pinned" -gt "$(pages "$BYTES")" ]; then
		fail "$1: pinned for a frame of $BYTES bytes: '$pinned'"
	fi
}

# way NAME URI REPORTED [OPTION...]: frames by grab into malloc'ed memory, every byte as computed
way()
{
	bttv_repeat "$FORMAT" "$SIZE" interlaced "$FRAMES" grab -y -d "$2" -s "$SIZE" -p "$FORMAT" \
		-n "$FRAMES" --mem normal -f raw -o "$TMP/frames" --stats text "${@:4}" || return
	keep_frames "$1"
	report_right "$1" "$3"
}

# starved URI: the beam does not wait for the application, whose only buffer is often not there. What goes
# by meanwhile is told, and why.
starved()
{
	expect_exit 0 grab -d "$1" -s "$SIZE" -p "$FORMAT" -n 20 -b 1 -f null --loss ignore -y --stats "json:$TMP/stats" ||
		return
	check [ "$(jq .lost.ring_full "$TMP/stats")" -gt 0 ]
	equal "frames lost though there was a buffer" "$(jq .lost.device "$TMP/stats")" 0
}

case_begin "through bttv and V4L2 USERPTR"
bttv_load
device_tell "fps 0"
# frames that pass before bttv is ready are not those that are asked for
way bttv "$VIDEO" userptr --loss ignore
bttv_unload

case_begin "through the udma module"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
wait_for 10 [ -c "$UDMA" ]
way udma udma:0 dma
let_go

case_begin "the udma module tells which frames found no buffer"
starved udma:0
starved udma:0,keep=1
let_go
check rmmod udma_pci
check rmmod udma

case_begin "through VFIO"
expect_exit 0 grab-vfio bind "$DEVICE"
way vfio "vfio:$DEVICE" vfio

case_begin "VFIO tells which frames found no buffer"
starved "vfio:$DEVICE"
expect_exit 0 grab-vfio unbind "$DEVICE"

case_begin "the same bytes"
check cmp "$TMP/bttv.raw" "$TMP/udma.raw"
check cmp "$TMP/bttv.raw" "$TMP/vfio.raw"
equal "accesses outside of what was mapped" "$(device_count dma_refused)" 0
equal "accesses without bus mastering" "$(device_count dma_without_master)" 0

done_testing
