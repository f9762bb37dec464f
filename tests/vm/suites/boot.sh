#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The bench itself: what every other suite relies on.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "the kernel is the one whose modules are there"
check [ -d "$GRAB_MODULES/lib/modules/$(uname -r)" ]
check modprobe -n vivid

case_begin "the kernel booted without a complaint"
check grep -q "Linux version" "$GRAB_SHARE/kernel.dmesg"
check_not grep -E "$dmesg_alarm" "$GRAB_SHARE/kernel.dmesg"

case_begin "the host's files are there and cannot be changed"
check cmp "$GRAB_SRC/tests/vm/suites/boot.sh" "$0"
check_not touch /usr/written
check_not touch "$GRAB_SRC/written" "$GRAB_BUILD/written"

case_begin "the share takes results"
check cp "$0" "$GRAB_SHARE/written"
check cmp "$0" "$GRAB_SHARE/written"

case_begin "tmp, run and shared memory are the guest's own"
for folder in /tmp /run /dev/shm; do
	equal "the file system of $folder" "$(stat -f -c %T "$folder")" tmpfs
	check touch "$folder/written"
done

case_begin "huge pages can be had"
check hugepages 8

if [ -n "$GRAB_STAGE" ]; then
	case_begin "the installed grab runs"
	expect_exit 0 grab --version
	equal "the grab in PATH" "$(command -v grab)" "$GRAB_STAGE_BIN/grab"
fi

done_testing
