#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the udma module costs, with its grabber of software: memory pinned and let go, windows, kept
# buffers, a frame beside V4L2's test driver, and how soon a killed program's memory is free.
# limit: 1000000
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"
. "$GRAB_SRC/tests/bench/guest.sh"

bus=100		# MiB/s, of what has to be waited for
frames=20 short=30 long=130 kills=200 repeats=3
[ -z "$BENCH_SMOKE" ] || frames=2 short=2 long=6 kills=3 repeats=1

# words KEY...: the values of "KEY=VALUE" in a line.
words()
{
	local key

	for key in "$@"; do
		sed -nE "s/(^|.* )$key=([0-9]+).*/\\2/p" "$OUT"
	done
}

# figure GROUP TOOL KEY=VALUE...
figure()
{
	progress "$1: ${*:2}"
	record record=figure "group=$1" "tool=$2" "${@:3}"
}

# per_mib NAME...: "NAME_us_mib=FIGURE" for each counter NAME_ns.
per_mib()
{
	local name bytes

	bytes=$(words "$bytes_of")
	for name in "$@"; do
		awk -v n="$name" -v ns="$(words "${name:+${name}_}ns")" -v bytes="$bytes" 'BEGIN {
			printf "%sus_mib=%.3f\n", n == "" ? "" : n "_", ns / 1000 / (bytes / 1048576) }'
	done
}

udma()
{
	LIMIT=$RUN_LIMIT expect_exit 0 "$(built tests/bench/udma)" "$@"
}

# stream GROUP TOOL PAGES CHUNK WINDOW: how fast, and with how much pinned.
stream()
{
	udma stream "$UDMA" "$3" "$4" "$5" "$frames" || return
	rate=$(awk -v ns="$(words ns)" -v bytes="$(words bytes)" 'BEGIN {
		printf "%.2f", bytes / 1048576 / (ns / 1e9) }')
	pinned=$(words pinned)
	figure "$1" "$2" "mib_s=$rate" "pinned_kib=$((pinned / 1024))" "stalls=$(words stalls)"
}

# v4l2-ctl and grab, in turn: each as it finds its device
frame_costs()
{
	local group="frames of 640x480, discarded" tool rep n
	local -A commands=(
		[grab]="grab --no-config -q -d udma:0 -s 640x480 -p YUYV -f null -n"
		["v4l2-ctl mmap"]="v4l2-ctl -d $VIDEO --stream-mmap --stream-count"
		["v4l2-ctl user"]="v4l2-ctl -d $VIDEO --stream-user --stream-count"
	)

	for tool in grab "v4l2-ctl mmap" "v4l2-ctl user"; do
		read -ra command <<<"${commands[$tool]}"
		under_grab "$tool" run_measured "${command[@]}" 2
		for n in "$short" "$long"; do
			for ((rep = 1; rep <= repeats; rep++)); do
				under_grab "$tool" run_measured "${command[@]}" "$n"
				[ "$(run_word status)" = 0 ] || fail "$tool failed: $(tail -n 3 "$RUN_ERR")"
				record record=run "group=$group" "tool=$tool" "frames=$n" "rep=$rep" \
					"${run_words[@]}"
			done
			under_grab "$tool" run_calls "$group" "$tool" "$n" "${command[@]}" "$n"
		done
		progress "$group: $tool: ${run_words[*]:0:2}"
	done
}

: >"$RECORDS"
hugepages 20

# The device, which is software, has the processor only now and then.
case_begin "pin, map, let go: a MiB of each kind of page"
load_udma fps=0 rate="$bus"
bytes_of=moved
for pages in small thp hugetlb; do
	udma stream "$UDMA" "$pages" 1048576 2 "$frames" || continue
	mapfile -t costs < <(per_mib pin map unpin)
	figure "a MiB pinned, mapped and let go" "$pages" "${costs[@]}"
done

case_begin "windows"
load_udma fps=0 rate="$bus"
group="a bus of $bus MiB/s, frames of 6 MiB in small pages"
stream "$group" "pinned whole and kept" small 0 0
whole=$rate
stream "$group" "whole frames, twice" small 8388608 2
stream "$group" "window 2 of 1 MiB" small 1048576 2
windowed=$rate held=$pinned
stream "$group" "window 1 of 1 MiB" small 1048576 1
stream "$group" "window 2 of 64 KiB" small 65536 2

case_begin "window 2 has 95 % of the throughput, with at most 2 MiB pinned"
note "$windowed of $whole MiB/s, $held bytes"
check awk -v a="$windowed" -v b="$whole" 'BEGIN { exit !(a >= 0.95 * b) }'
check [ "$held" -le 2097152 ]

case_begin "kept, attached anew, and queued anew by V4L2"
load_udma fps=0
load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_format 1920 1080 YUYV
bytes_of=bytes
group="calls for a frame, per MiB of small pages"
for how in kept fresh; do
	udma "$how" "$UDMA" "$frames"
	figure "$group" "udma, $how" "$(per_mib '')"
done
udma qbuf "$VIDEO" "$frames"
figure "$group" "vivid, QBUF of a new pointer and REQBUFS(0)" "$(per_mib '')"

case_begin "a frame, beside V4L2's test driver"
vivid_format 640 480 YUYV 25
frame_costs

case_begin "from a kill until memory is free"
load_udma fps=0 rate=40
for how in kill kept; do
	LIMIT=$RUN_LIMIT expect_exit 0 "$(built tests/udma/udma_kill)" "$UDMA" "$kills" 7 "$how" 0
	mapfile -t costs < <(sed -nE 's/.*after ([0-9.]+) ms \(p50\), ([0-9.]+) ms \(p99\).*/p50_ms=\1\np99_ms=\2/p' "$OUT")
	figure "from SIGKILL until the device is silent and the memory free" "$how" "${costs[@]}"
done

done_testing
