#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The udma module with its grabber of software: frames into any program, and the whole contract of
# libcapture on every kind of memory.
# limit: 1500
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

# conform OPTION...: the conformance program on udma:0.
conform()
{
	LIMIT=1200 expect_exit 0 "$(built tests/conformance/conformance)" "$@"
	note "$(grep '^# .* cases:' "$OUT")"
	grep -E '^not ok|# SKIP' "$OUT" | while IFS= read -r line; do note "$line"; done
	cat "$OUT" "$ERR" >>"$GRAB_SHARE/udma-conformance.out"
	let_go
}

: >"$GRAB_SHARE/udma-conformance.out"
echo 20 >/proc/sys/vm/nr_hugepages

case_begin "the modules load and unload"
check load_udma
check unload_udma
check load_udma fps=0
check [ -c "$UDMA" ]

case_begin "one frame by dd, straight into its buffer"
expect_exit 0 dd if="$UDMA" of="$TMP/frame.raw" bs=921600 count=1
equal "bytes of the frame" "$(stat -c %s "$TMP/frame.raw")" 921600
let_go

case_begin "grab into files"
expect_exit 0 grab -d udma:0 --frames 5 -o "$TMP/out.png"
equal "files" "$(ls "$TMP"/out-*.png | wc -l)" 5
expect_exit 0 grab -d udma:0 --frames 20 -f null --check --chunk 64k --window 1 --stats "json:$TMP/stats"
equal "most bytes pinned at once" "$(jq .mem.pinned_peak "$TMP/stats")" 65536
expect_exit 0 grab -d udma:serial=SIM0,keep=1 --frames 20 -f null --check
check_not grab -d udma:serial=SIM9 --frames 1 -f null
expect_exit 0 grab -L --json
check grep -q udma_sim "$OUT"
expect_exit 0 grab -d udma:0 --frames 5 -o "$TMP/x.png" --explain
check grep -q 'pinned' "$OUT"
for limit in max_pinned max_pinned_user RLIMIT_MEMLOCK; do
	check grep -q "limit  *$limit: .* in use" "$OUT"
done
expect_exit 0 grab -y -d udma:0 --frames 5 -f null --mem normal --stats "json:$TMP/stats"
check jq -e '.transfer.chunks >= 5 and .transfer.segments >= 5 and .transfer.copied == 0' "$TMP/stats"
equal "limits" "$(jq -c '[.mem.limits[].name]' "$TMP/stats")" '["max_pinned","max_pinned_user","RLIMIT_MEMLOCK"]'
let_go

case_begin "files in memory are captured into"
expect_exit 0 grab -q -d udma:0 --frames 12 -o "$TMP/written.raw" --direct off
for folder in tmpfs hugetlbfs; do
	wish=on
	[ "$folder" = tmpfs ] || wish=auto	# nothing else can be done there
	mkdir "$TMP/$folder"
	check mount -t "$folder" none "$TMP/$folder"
	expect_exit 0 grab -yq -d udma:0 --frames 12 --direct "$wish" -o "$TMP/$folder/a.raw" --stats "json:$TMP/stats"
	equal "way" "$(jq -r '.outputs[0].way' "$TMP/stats")" in-place
	check cmp -n "$(stat -c %s "$TMP/written.raw")" "$TMP/written.raw" "$TMP/$folder/a.raw"
	[ "$folder" = tmpfs ] || expect_exit 73 grab -d udma:0 -o "$TMP/$folder/a.png"
	check umount "$TMP/$folder"
done
grab -q -d udma:0 --frames 12 -f raw -o - --stats "json:$TMP/stats" -y | cmp - "$TMP/written.raw" ||
	fail "other bytes through a pipe"
equal "way into a pipe" "$(jq -r '.outputs[0].way' "$TMP/stats")" spliced
let_go

case_begin "limits are named, with what is to be done"
echo 1048576 >"$UDMA_PARAMETERS/max_pinned"
expect_exit 71 grab -d udma:0 --size 1920x1080 --frames 2 -f null
check grep -q 'max_pinned' "$ERR"
echo 0 >"$UDMA_PARAMETERS/max_pinned"
let_go

case_begin "a user without rights"
chmod 660 "$UDMA"
chgrp video "$UDMA"
expect_exit 77 setpriv --reuid 1234 --regid 1234 --clear-groups grab -d udma:0 --frames 1 -f null
check grep -q 'group "video"' "$ERR"
expect_exit 0 setpriv --reuid 1234 --regid 1234 --groups 44 grab -d udma:0 --frames 3 -f null --check
let_go

case_begin "the example driver"
check insmod "$udma_modules/udma_example.ko"
expect_exit 0 dd if=/dev/udma_example of="$TMP/count" bs=5000000 count=1
check cmp "$TMP/count" <(perl -e 'print pack "V*", 0 .. 1249999')
check rmmod udma_example
let_go

case_begin "a driver whose kernel threads transfer, with and without memory of a process"
check insmod "$udma_modules/tests/udma_thread.ko"
expect_exit 0 dd if=/dev/udma_thread of="$TMP/marks" bs=3000001 count=1
equal "bytes" "$(stat -c %s "$TMP/marks")" 3000001
equal "bytes that are not the mark" "$(tr -d u <"$TMP/marks" | wc -c)" 0
check rmmod udma_thread
let_go

case_begin "the contract, chunks of 1 MiB"
conform udma:0 --size 640x480 --format RGB3 --frames 4

case_begin "the contract, one small chunk at a time"
conform udma:0 --size 320x240 --format YU12 --frames 3 --chunk 16384 --window 1

case_begin "the contract, kept, and two devices at once"
load_udma fps=0 devices=2
conform udma:0,keep=1 --size 320x240 --format Y12 --frames 3 --second udma:1
check_not grep -q 'one session' "$OUT"

case_begin "the contract, a device that wants multiples of 64, and at most 1000 bytes at once"
load_udma fps=0 align=64 max_segment=1000
conform udma:0 --size 321x241 --format RGB3 --frames 3 --chunk 65536

done_testing
