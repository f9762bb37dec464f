#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every way into memory does what it says, is told as what it is, and is never replaced by another
# where it was named; and what a frame costs in system calls.
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/picture.sh"

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2
hugepages 8

case_begin "every kind of memory, straight"
DEVICE=v4l2:$VIDEO
for kind in normal thp huge memfd; do
	pixels 10 RGB3 4 --mem "$kind"
	way "zero-copy (userptr)"
done

case_begin "into the file itself, in memory: one buffer after the other attached for a frame"
for fourcc in RGB3 NV12; do
	pixels 1 "$fourcc" 40 -b 4 --direct on
	check grep -q 'raw, in-place' "$ERR"
done

case_begin "into a pipe, memory that is used once: as pages"
grab -d "$DEVICE" -c test_pattern=1 -s "$S" -p RGB3 -n 20 -f raw -o - --loss ignore --stats text 2>"$ERR" |
	cmp - <(perl "$GRAB_SRC/tests/vm/picture.pl" 1 RGB3 "$S" 20) || fail "pattern 1 differs"
check grep -q 'raw, spliced' "$ERR"

case_begin "a named way: through the driver's memory, told as a copy"
DEVICE=v4l2:$VIDEO,io=mmap
pixels 10 RGB3 4
way "copied (mmap)"
pixels 1 NV12 4

case_begin "a named way: a memfd as dma-buf"
DEVICE=v4l2:$VIDEO,io=dmabuf
if kernel_since 6.12; then
	pixels 10 RGB3 4 --mem memfd
	way "zero-copy (dmabuf)"
	expect_exit 78 grab -d "$DEVICE" --mem normal
	check grep -q 'the memory has no memfd' "$ERR"
else
	expect_exit 78 grab -d "$DEVICE" --mem memfd
	check grep -q '/dev/udmabuf cannot be opened' "$ERR"
fi

# calls FRAMES: system calls of a whole run, counted by the kernel
calls()
{
	local t=/sys/kernel/tracing

	echo 0 >$t/tracing_on
	echo >$t/trace
	# shellcheck disable=SC2016 # the inner shell's
	bash -c 'echo $$ >/sys/kernel/tracing/set_event_pid
		echo 1 >/sys/kernel/tracing/events/raw_syscalls/sys_enter/enable
		echo 1 >/sys/kernel/tracing/tracing_on
		exec grab -q -d "$0" -s 320x180 -r 60 -n "$1" -f null --loss ignore --progress none' \
		"$DEVICE" "$1" || fail "grab failed"
	echo 0 >$t/events/raw_syscalls/sys_enter/enable
	grep -c 'sys_enter: NR' $t/trace
}

case_begin "three system calls a frame"
DEVICE=v4l2:$VIDEO
if [ -d /sys/kernel/tracing/events/raw_syscalls ]; then
	echo 4096 >/sys/kernel/tracing/buffer_size_kb
	# a few more where a wait ends without a frame: on a busy host often, which only ever adds some
	for _ in 1 2 3; do
		few=$(calls 40) many=$(calls 240)
		note "$few for 40 frames, $many for 240"
		[ $((many - few)) -gt $((200 * 3 + 40)) ] || break
	done
	check [ "$few" -gt 100 ]
	check [ $((many - few)) -le $((200 * 3 + 40)) ]
	check [ $((many - few)) -ge $((200 * 3 - 40)) ]
else
	fail "this kernel does not trace system calls"
fi

# ---- a driver without user pointers ----

load_vivid node_types=0x1 num_inputs=1 input_types=0 allocators=1
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "no user pointers: a copy, told as one and why"
pixels 10 RGB3 4 -vv
if [[ $(<"$ERR") == *'zero-copy (dmabuf)'* ]]; then
	# memory that happens to be in one piece: grab's memfd went the better way
	note "every page of the memfd lay in one piece"
else
	way "copied (mmap)"
	check grep -q 'the driver does not have this way (io=userptr)' "$ERR"
fi

case_begin "no user pointers: a way that was named is not replaced"
expect_exit 78 grab -d "v4l2:$VIDEO,io=userptr"
check grep -q 'io=userptr' "$ERR"

done_testing
