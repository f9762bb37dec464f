#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Raw files in memory are captured into where that is wished: the same bytes as by writing, the way told,
# full ones as ever.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq
requires_that "no file systems of one's own here" unshare -Urm true

# in_memory OPTIONS COMMAND...: in an empty tmpfs
in_memory() {
	unshare -Urm bash -c 'mkdir -p fs && mount -t tmpfs -o "$1" none fs && cd fs && shift && "$@"' \
		bash "$@"
}
# same STATUS ARGUMENT...: with and without
same() {
	in_memory size=64m bash -c 'status=$1; shift
		grab -q "$@" --direct off -o off.raw -M off.jsonl --stats json:off; off=$?
		grab -q "$@" --direct on -o on.raw -M on.jsonl --stats json:on; on=$?
		[ "$off $on" = "$status $status" ] || { echo "exit statuses $off and $on"; exit 1; }
		cmp off.raw on.raw && cmp <(jq -c "[.file, .offset]" off.jsonl | sed s/off/on/) \
			<(jq -c "[.file, .offset]" on.jsonl) || exit 1
		jq -r ".outputs[0] | .way + \" \" + (.way_why // \"-\")" on >/dev/fd/3' bash "$@" 3>way ||
		fail "not the same: $*"
}
same 0 -d sim:size=640x480 -n 30
expect_same "way" "in-place -" "$(cat way)"
same 0 -d sim:size=333x777,format=GREY -n 40
expect_same "frames that are no pages" "in-place -" "$(cat way)"
same 0 -d sim:size=640x480,format=YU12 -n 3
same 0 -d sim:size=640x480,format=RGB3 -n 1
same 1 -d sim:size=640x480,drop=3 -n 20
expect_same "frames that never came" "in-place -" "$(cat way)"
same 1 -d sim:size=640x480,error=9 -n 40
grep -q '^in-place .* bytes were copied, for frames' way || fail "$(cat way)"
# what a short frame leaves of its memory is compared, too
same 0 -d sim:size=320x240,short=4 --damaged keep --loss ignore -n 20

# small frames, too
same 0 -d sim:size=16x16 -n 3
expect_same "small frames" "in-place -" "$(cat way)"
expect 0 in_memory size=64m grab --direct on -n 3 -o a.raw -v
expect_err 'output +a.raw, raw, in-place'
run in_memory size=64m grab --direct on --explain --json -n 3 -o a.raw
expect_json '.sink.way | startswith("in-place if")'

# where it cannot be done the reason is told
for options in "--every 2" "--mem normal" "-o b.png"; do
	# shellcheck disable=SC2086 # words
	expect 73 in_memory size=64m grab --direct on -n 3 -o a.raw $options
	expect_err 'a.raw cannot be written directly.*in memory'
	# shellcheck disable=SC2086 # words
	run in_memory size=64m grab --direct on --explain --json -n 3 -o a.raw $options
	expect_json '.sink.way == "refused: the file is in memory"'
done

# to write costs less, and is what is done where nothing is wished
expect 0 in_memory size=64m grab -n 3 -o a.raw -v
expect_err 'output +a.raw, raw, buffered: the file is in memory'
run in_memory size=64m grab --explain --json -n 3 -o a.raw
expect_json '.sink.way == "buffered: the file is in memory"'

# no more memory than the file has: for all frames, and not one page more
expect 0 in_memory size=6000k bash -c 'grab -q -d sim:size=640x480 -n 10 --direct on -o a.raw && stat -c %s a.raw'
expect_out '^6144000$'

# the room ends: whole frames are kept
for kib in 900 1200 1204 3000; do
	expect 74 in_memory size=${kib}k bash -c 'grab -d sim:size=640x480 -n 0 --direct on -o a.raw; s=$?
		ls -A; stat -c %s a.raw; exit $s'
	n=$((kib * 1024 / 614400))
	expect_same "files in $kib KiB" "a.raw $((n * 614400))" "$(tr '\n' ' ' <<<"$out" | sed 's/ $//')"
	expect_err "the $n frames before are kept"
done

# ended by a signal, and by time
expect 0 in_memory size=64m bash -c 'grab -q -d sim:size=640x480,fps=100 -n 0 --direct on -o a.raw --stats json:s -M - >lines & p=$!
	until [ -s lines ]; do sleep 0.01; done
	kill -TERM $p; wait $p || exit
	[ "$(stat -c %s a.raw)" = $(($(jq .written s) * 614400)) ]'
expect 0 in_memory size=64m bash -c 'grab -q -d sim:size=640x480,fps=100 -t 100ms --direct on -o a.raw --stats json:s --loss ignore &&
	[ "$(stat -c %s a.raw)" = $(($(jq .written s) * 614400)) ]'
