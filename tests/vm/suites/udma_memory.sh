#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that Linux does not let a device have for long, of every kind that there is: copied and
# flagged, or refused.
# limit: 900
# machine: kinds
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

# test_memory KIND [FILE]
test_memory()
{
	LIMIT=600 TAP_NAME=memory import_tap "$(built tests/udma/udma_memory)" "$UDMA" "$@"
	let_go
}

# test_file KIND [OPTION...]: a file on the persistent memory, mounted with options.
test_file()
{
	case_begin "$1: mounted"
	check mount -t ext4 "${@:2}" /dev/pmem0 "$TMP/disk"
	test_memory "$1" "$TMP/disk/file"
	case_begin "$1: unmounted"
	check umount "$TMP/disk"
}

# The memory of the display, which no driver has.
display_memory()
{
	local device

	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/class")" != 0x038000 ] || echo "$device/resource0"
	done
}

load_udma fps=0

case_begin "memory of many kinds is there"
mkdir "$TMP/disk"
check modprobe -a nd_e820 nd_pmem ext4
check wait_for 10 [ -b /dev/pmem0 ]
expect_exit 0 mke2fs -q -t ext4 -b 4096 /dev/pmem0
check [ -n "$(display_memory)" ]
case_end

test_memory secret
test_memory device "$(display_memory)"
test_file file
test_file dax -o dax

done_testing
