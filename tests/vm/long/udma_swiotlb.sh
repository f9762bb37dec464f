#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where Linux bounces all DMA (swiotlb=force, as encrypted guests and devices with few address bits have
# it) every byte is right all the same, and nothing is called zero-copy.
# machine: swiotlb
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

load_udma fps=0

case_begin "the frames are right, and said to be copied"
expect_exit 0 grab -d udma:0 -n 10 -f null --check --stats text
check_not grep -q 'zero-copy' "$ERR"
check grep -q 'copied' "$ERR"
expect_exit 0 grab -d udma:0,keep=1 -n 10 -f null --check
let_go

TAP_NAME="bounced" LIMIT=900 import_tap "$(built tests/conformance/conformance)" udma:0 --size 320x240 \
	--format RGB3 --frames 3 --chunk 65536
let_go

case_begin "no late write reaches memory that was let go"
fault rate 40
fault late_ms 15
for how in stop close kill kept; do
	expect_exit 0 "$(built tests/udma/udma_kill)" "$UDMA" 10 1 "$how" 15
	note "$(cat "$OUT")"
done
let_go

done_testing
