#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Disks that are full, or become so, or may not be written to: exit 74 or 73, and
# never a part of a file under its name.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99

# a limit on the size of files is a disk that becomes full in the middle of a file
limited() { (ulimit -f 100 && "$@"); }
expect 74 limited grab -n 3 -f raw -o big.raw --mem-budget 10M
expect_err 'big.raw'
expect_files 0

# of a file of many frames the whole ones stay, wherever the room ends
# frames_kept KIB FRAME: pictures of FRAME bytes
frames_kept() {
	local frame=$2 n=$(($1 * 1024 / $2))
	rm -f ./*
	(ulimit -f "$1" && exec grab -q -d "sim:format=GREY,size=64x$((frame / 64))" -n 100 -o k.raw) 2>.err
	expect_same "exit status with $1 KiB" 74 $?
	grep -q "the $n frames before are kept" .err || [ "$n" = 0 ] || fail "not told: $(cat .err)"
	expect_same "bytes in $1 KiB" "$((n * frame))" "$(stat -c %s k.raw 2>/dev/null || echo 0)"
	expect_files "$((1 + (n > 0)))"
}
for kib in 1 4 5 6 7 8 9 12 13 31; do
	frames_kept "$kib" 4096
	frames_kept "$kib" 1984
done
rm -f ./* .err
expect 74 limited grab -n 3 -o big.pnm -q
expect_files 0
expect 74 limited grab -d sim:size=64x64 -n 1000 -o many.y4m
expect_err 'the [0-9]+ frames before are kept'
expect_files 1
[ $(($(stat -c %s many.y4m) - $(head -n 1 many.y4m | wc -c))) -gt 90000 ] || fail "few frames"
[ $((($(stat -c %s many.y4m) - $(head -n 1 many.y4m | wc -c)) % (64 * 64 * 2 + 6))) = 0 ] || fail "half a frame"
rm many.y4m

# small files fit: those are whole
expect 0 limited grab -d sim:size=64x64 -n 3 -q -o small.pnm
expect_files 3
rm -f ./*

# a device that is full
expect 74 grab -n 2 -f png -o /dev/full
expect_err '/dev/full.*No space left'
[ -c /dev/full ] || fail "/dev/full is no device any more"
bash -c 'exec grab -n 2 -f raw -o - >/dev/full' 2>/dev/null
expect_same "stdout on a full disk" 74 $?

# what cannot be written is told before the first frame
expect 74 grab -d sim:size=4096x4096 -n 1000000 -o huge.raw
expect_err 'free'
expect_files 0

# a small file system of our own, where this is allowed
in_small_fs() {
	unshare -Urm bash -c 'mkdir -p fs && mount -t tmpfs -o size=2m,nr_inodes=40 small fs && cd fs && "$@"' bash "$@"
}
if unshare -Urm true 2>/dev/null; then
	# frames of PNG noise do not compress: it fills up on the way
	expect 74 in_small_fs bash -c '
		grab -d sim:pattern=noise,format=GREY,size=512x512 -n 20 -o f.png
		status=$?
		ls -A >&2
		[ -z "$(ls -A | grep "grab-.*tmp")" ] || exit 1
		for f in f-*.png; do pngcheck -q "$f" || exit 2; done
		ls f-*.png >/dev/null || exit 3
		exit $status'
	expect_err 'No space left'
	# known beforehand: not one file
	expect 74 in_small_fs bash -c 'grab -n 20 -o f.pnm; s=$?; [ -z "$(ls -A)" ] && exit $s'
	expect 74 in_small_fs bash -c 'grab -d sim:size=4x4 -n 100 -o f.pnm; s=$?; [ -z "$(ls -A)" ] && exit $s'
	# metadata and report are files like others
	expect 74 in_small_fs bash -c '
		head -c 2m /dev/zero >fill 2>/dev/null
		grab -d sim:size=8x8 -n 5000 -f null -M frames.jsonl
		s=$?; [ "$(ls -A)" = fill ] && exit $s'
	expect 73 unshare -Urm bash -c 'mkdir -p ro && mount -t tmpfs -o ro none ro && grab -o ro/a.png'
	expect_err 'Read-only'
fi

# a folder that may not be written to (root may)
mkdir closed && chmod 555 closed
if [ "$(id -u)" != 0 ]; then
	expect 73 grab -o closed/a.png
	expect_err 'closed/a.png.*ermission'
fi
expect 73 grab -o /proc/self/a.png

# a file as a folder, and a link that leads nowhere
touch file && ln -s nowhere link.png
expect 73 grab -o file/a.png
expect 73 grab -o link.png
expect_files 0 nowhere
