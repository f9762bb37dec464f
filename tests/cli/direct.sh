#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Raw files past the page cache: the same bytes, the way told, and full disks as ever.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

# on the file system of the build tree: that of temporary files may be memory
here=$(mktemp -d "${GRAB_BUILD:-$OLDPWD}/direct.XXXXXX") || exit 99
cleanup rm -rf "$here"
cd "$here" || exit 99
way() { jq -r '.outputs[0] | .way + " " + (.way_why // "-")' report; }

# same NAME ARGUMENT...: with and without
same() {
	rm -f ./*
	expect 0 grab "$@" --direct off -o off.raw -M off.jsonl --stats json:report
	expect_same "way" 'buffered as --direct off says' "$(way)"
	rm report
	expect 0 grab "$@" --direct auto -o auto.raw -M auto.jsonl --stats json:report
	cmp off.raw auto.raw || fail "not the same bytes: $*"
	expect_same "offsets" "$(jq -c .offset off.jsonl)" "$(jq -c .offset auto.jsonl)"
	[ "$(stat -c %b auto.raw)" -lt $(($(stat -c %s auto.raw) / 512 + 64)) ] || fail "room that nobody uses"
}
same -d sim:size=640x480 -n 30
taken=$(way)
same -d sim:size=1920x1080,format=GREY -n 12
same -d sim:size=333x777,format=GREY -n 40
odd=$(way)
same -d sim:size=2000x1501,format=RGB3 -n 7
same -d sim:size=640x480 -n 5 --mem memfd
same -d sim:size=640x480 -n 5 --mem normal
same -d sim:size=320x240 -n 1

# small frames are not worth it
same -d sim:size=16x16 -n 100
expect_same "small frames" 'buffered frames are small' "$(way)"

rm -f ./*
if [ "${taken%% *}" = direct ]; then
	[ "${odd%% *}" = direct-copied ] || fail "frames that are no blocks: $odd"
	expect 0 grab --direct on -v -n 3 -o a.raw
	expect_err 'output +a.raw, raw, direct'
	expect 0 grab --direct on -d sim:size=16x16 -n 100 -o b.raw
	expect_same "small frames all the same" 51200 "$(stat -c %s b.raw)"
	# the room ends at any place
	for kib in 1 100 600 601 1203 5000; do
		rm -f ./*
		for frame in 614400 307200 258741; do
			format="format=GREY,size=$((frame / (frame == 258741 ? 777 : 480)))x$((frame == 258741 ? 777 : 480))"
			n=$((kib * 1024 / frame))
			(ulimit -f $kib && exec grab -q -d "sim:$format" -n 100 --direct on -o "k$frame.raw") 2>.err
			expect_same "exit status with $kib KiB" 74 $?
			expect_same "bytes in $kib KiB" "$((n * frame))" "$(stat -c %s "k$frame.raw" 2>/dev/null || echo 0)"
		done
	done
	rm -f ./* .err
	# with another output
	expect 0 grab --direct on -n 3 -o a.raw -o b.png
	rm -f ./*
else
	expect 73 grab --direct on -n 3 -o a.raw
	expect_err 'cannot be written directly.*leave out --direct on'
	expect_files 0
fi

# where it cannot be it is refused, or done as ever, and the reason told
expect 64 grab --direct on -o a.png
expect_err 'only raw files'
expect 64 grab --direct on -o - -f raw
expect 64 grab --direct sometimes -o a.raw
run grab --explain --json -n 3 -o a.raw
expect_json '.sink.way | startswith("direct if")'
run grab --explain --json -n 3 --direct off -o a.raw
expect_json '.sink.way == "buffered: as --direct off says"'
run grab --explain --json -n 3 -o a.png
expect_json '.sink.way == null'

# a file system that takes none
in_memory() {
	unshare -Urm bash -c 'mkdir -p fs && mount -t ramfs none fs && cd fs && "$@"' bash "$@"
}
if unshare -Urm true 2>/dev/null; then
	expect 73 in_memory grab --direct on -t 100ms -o a.raw
	expect_err 'a.raw cannot be written directly.*takes no direct writes'
	expect 0 in_memory bash -c 'grab -t 100ms -o a.raw --stats json:- | jq -e ".outputs[0].way == \"buffered\""'
fi
