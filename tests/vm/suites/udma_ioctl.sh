#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What udma.h and udma(4) say of every request, range, limit and process, case by case.
# limit: 1200
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

# test_udma NAME TEXT...: cases with one of the texts in their name.
test_udma()
{
	LIMIT=900 TAP_NAME=$1 import_tap "$(built "tests/udma/$udma_test")" "$UDMA" "${@:2}"
	let_go
}

udma_test=udma_test

load_udma fps=0
test_udma udma abi: frames: huge: mapping: process: limits: read:

if [ -x "$(built tests/udma/udma_test32)" ]; then
	udma_test=udma_test32
	test_udma "32 bits" abi: frames: mapping: process: limits: read:
	udma_test=udma_test
else
	case_begin "32 bits"
	case_skip "no compiler for it: apt-get install gcc-i686-linux-gnu libc6-dev-i386-cross"
fi

load_udma fps=0 align=64
test_udma "aligned to 64" edges: read:

case_begin "a device with segments that are shorter than what they are aligned to"
unload_udma
check insmod "$udma_modules/udma.ko"
check insmod "$udma_modules/udma_sim.ko" align=64 max_segment=63
check_not [ -e "$UDMA" ]

load_udma fps=0 max_segments=1 max_segment=4096 depth=1
test_udma "one page at a time" "chunk 65536" "chunk 1048576, window 2" "order" "mapped anew"

load_udma fps=0 depth=1 lose_every=7 spurious_every=3
test_udma "interrupts lost" "chunk 65536"
case_begin "interrupts lost: counted"
check [ "$(stat_of interrupts_lost)" -gt 0 ]
check [ "$(stat_of interrupts_spurious)" -gt 0 ]

done_testing
