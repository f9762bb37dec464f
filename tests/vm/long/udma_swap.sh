#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# While memory is short and pages go to swap and come back: frames into the right pages, and kills
# after which nothing is written to memory that has become somebody else's.
# limit: 3600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

LATE_MS=15
hog=

# More than there is, touched here and there for ever.
begin_hog()
{
	perl -e 'my @m = map { "x" x 1048576 } 1 .. shift;
		open my $f, ">", shift; close $f;
		substr($m[rand @m], 4096 * int rand 256, 1) = chr rand 256 while 1' \
		"$(awk '/^MemAvailable:/ { print int($2 / 1024) + 128 }' /proc/meminfo)" "$TMP/hog" &
	hog=$!
	wait_for 300 [ -e "$TMP/hog" ]
}

has_swapped()
{
	[ "$(vmstat_of pswpout)" -gt "$1" ]
}

case_begin "memory is short"
check modprobe zram
echo 1G >/sys/block/zram0/disksize
expect_exit 0 mkswap /dev/zram0
check swapon /dev/zram0
begin_hog
wait_for 60 has_swapped 0

load_udma fps=0 rate=40 late_ms=$LATE_MS

case_begin "frames"
before=$(vmstat_of pswpout)
for way in udma:0 udma:0,keep=1; do
	LIMIT=600 expect_exit 0 grab -q -d "$way" -s 320x240 --buffers 8 -n 60 -f null --check --timeout 60s
	let_go
done
check has_swapped "$before"

for how in stop close kill int kept; do
	case_begin "late writes: $how"
	LIMIT=1200 expect_exit 0 "$(built tests/udma/udma_kill)" "$UDMA" 20 7 "$how" "$LATE_MS"
	note "$(cat "$OUT")"
	let_go
done

check kill "$hog"
done_testing
