# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For suites that let something happen to a capture while it runs: frames of $SIZE in RGB3 from
# $VIDEO into a file of $TMP/run. Sourced after lib.sh. The waits start no process: the guest's one
# processor is needed for the frames.

SIZE=320x180
BYTES=172800
RATE=30

# A frame was written, which its line of metadata tells; or none will, and the case fails.
frames_come()
{
	local file over=

	! ended || over=yes
	for file in "$TMP"/run/.meta*.tmp "$TMP"/run/meta; do
		[ ! -s "$file" ] || return 0
	done
	[ -n "$over" ] || return 1
	fail "it ended before a frame came: $(<"$ERR")" || :
}

# begin_capture WAY FILE OPTION...: in the background; waits until frames come
begin_capture()
{
	local way=$1 file=$TMP/run/$2 memory=auto

	shift 2
	[ "$way" != dmabuf ] || memory=memfd
	rm -rf "$TMP/run"
	mkdir "$TMP/run"
	printf '$ grab -d v4l2:%s,io=%s -o %s %s\n' "$VIDEO" "$way" "$file" "$*"
	grab -d "v4l2:$VIDEO,io=$way" --mem "$memory" -s "$SIZE" -p RGB3 -r "$RATE" --progress none \
		--stats json:"$TMP/run/stats" -M "$TMP/run/meta" -o "$file" "$@" \
		>"$OUT" 2>"$ERR" </dev/null &
	capture=$!
	wait_for "$LIMIT" frames_come
}

ended()
{
	local state

	# not yet waited for, it is a zombie
	! { read -r _ _ state _ <"/proc/$capture/stat"; } 2>/dev/null || [ "$state" = Z ]
}

# end_capture STATUS: it ends by itself
end_capture()
{
	local status

	wait_for "$LIMIT" ended
	kill -KILL "$capture" 2>/dev/null
	wait "$capture"
	status=$?
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1: $(<"$ERR")"
}

# says WORDS...: all of them are in what grab said
says()
{
	local words said

	said=$(<"$ERR")
	for words in "$@"; do
		[[ $said == *"$words"* ]] || fail "it does not say \"$words\": $said"
	done
}

# stats FILTER: of the report
stats()
{
	jq -r "$1" "$TMP/run/stats"
}

# whole_frames [COUNT]: the file has as many as the report says, nothing else, and there is nothing
# half or empty beside it
whole_frames()
{
	local size

	size=$(stat -c %s "$TMP/run/out.raw") || { fail "no file"; return; }
	check [ "$size" -gt 0 ]
	equal "bytes of the file" "$size" $((${1:-$(stats .written)} * BYTES))
	equal "leftovers" "$(find "$TMP/run" -name '.*.tmp' -o -type f -empty | tr '\n' ' ')" ""
}

# whole_files FOLDER: at least one, and all of them whole PPM files
whole_files()
{
	local count

	count=$(find "$1" -type f | wc -l)
	check [ "$count" -ge 1 ]
	equal "whole files" "$(find "$1" -name '*.ppm' -size $((BYTES + 15))c | wc -l)" "$count"
}

# works URI: the device can be used
works()
{
	expect_exit 0 grab -d "$1" -s "$SIZE" -p RGB3 -r "$RATE" -n 2 --loss ignore
}
