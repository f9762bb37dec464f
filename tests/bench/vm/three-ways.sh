#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One grabber, three ways, what each costs: the emulated Bt878 behind an emulated IOMMU, through bttv and
# V4L2 USERPTR, through udma, and through VFIO, in one boot. The beam waits for the driver.
#
# The device is a program outside of the guest. What the guest does is counted in instructions; a read of
# a register, a change of the IOMMU's map, the device's own work take none, so they are counted by
# number. Frames a second are of the host's clock, by which everything takes its time.
# machine: bt878 iommu
# limit: 1000000
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"
. "$GRAB_SRC/tests/vm/udma.sh"
. "$GRAB_SRC/tests/bench/guest.sh"

SIZE=640x480
RATE=10		# frames a second, at most
short=30 long=130 repeats=3 rounds=20
[ -z "$BENCH_SMOKE" ] || short=2 long=6 repeats=1 rounds=2

# Nanoseconds for which the guest was not idle, interrupts included.
busy_ns()
{
	awk '$1 == "now" { now = $3 } $1 == ".idle_sleeptime" { idle += $3 } END { printf "%.0f\n", now - idle }' \
		/proc/timer_list
}

# What is counted, in one line: busy nanoseconds, then the device's counters.
look()
{
	printf '%s ' "$(busy_ns)"
	device_tell counters | awk '{ of[$1] = $2 }
		END { print of["time_us"], of["accesses"], of["triggers"] + of["retold"], of["maps"] }'
}

# run FRAMES URI [OPTION...]: sets counted to what it cost, and behind that the frames that were lost
run()
{
	local before after i

	read -ra before <<<"$(look)"
	under_grab grab timeout "$RUN_LIMIT" "$(bench_program cli/grab)" --no-config -q -y -d "$2" -s "$SIZE" -p YUYV \
		-f null -n "$1" --loss ignore --stats "json:$TMP/stats" "${@:3}" >"$RUN_OUT" 2>"$RUN_ERR" </dev/null ||
		fail "$2 failed: $(tail -n 3 "$RUN_ERR")"
	read -ra after <<<"$(look)"
	counted=()
	for i in "${!after[@]}"; do
		counted+=($((after[i] - before[i])))
	done
	counted+=("$(jq '.lost.device + .lost.ring_full' "$TMP/stats")")
}

# two_runs URI [OPTION...]: sets first and counted, what a short run cost and a long one, and mapped
two_runs()
{
	device_tell zero
	run "$short" "$@"
	first=("${counted[@]}")
	mapped=$(device_count mapped_most)
	run "$long" "$@"
}

# per_frame INDEX UNIT: what one frame more cost
per_frame()
{
	awk -v more=$((counted[$1] - first[$1])) -v frames=$((long - short)) -v unit="$2" 'BEGIN {
		printf "%.2f", more / frames / unit }'
}

# measure GROUP TOOL URI [OPTION...]: runs of two lengths; what a frame costs is the difference. What it costs
# the guest is told of a beam that is slow: frames that go by are served, too.
measure()
{
	local group=$1 tool=$2 rep first mapped figures

	run 2 "${@:3}"
	for ((rep = 1; rep <= repeats; rep++)); do
		device_tell "fps $RATE"
		two_runs "${@:3}"
		figures=("cpu_frame_us=$(per_frame 0 1000)" "accesses_frame=$(per_frame 2 1)"
			"interrupts_frame=$(per_frame 3 1)" "maps_frame=$(per_frame 4 1)"
			"mapped_kib=$((mapped / 1024))" "lost=$((first[5] + counted[5]))")
		device_tell "fps 0"
		two_runs "${@:3}"
		# of the shortest runs noise may leave nothing
		figures+=("frames_per_s=$(awk -v us="$(per_frame 1 1)" 'BEGIN { if (us > 0) printf "%.1f", 1000000 / us }')"
			"missed_frame=$(per_frame 5 1)")
		progress "$group: $tool: ${figures[*]}"
		record record=figure "group=$group" "tool=$tool" "${figures[@]}"
	done
}

# windowed TOOL URI CHUNKS: a window of so many. Each page of a frame is a message to the device, or two: a second
# has but a few frames, so there are fewer of them.
windowed()
{
	local short=$(((short + 2) / 3)) long=$(((long + 2) / 3))

	measure "$frames" "$1, window $3 of 64 KiB" "$2" -b 4 --chunk 64k --window "$3"
}

# pinned TOOL URI: memory given and taken back, of small pages and of large ones
pinned()
{
	local pages

	for pages in small thp; do
		LIMIT=$RUN_LIMIT under_grab grab expect_exit 0 "$(built tests/bench/attach)" "$2" "$pages" "$rounds" || continue
		progress "$1, $pages pages: $(<"$OUT")"
		record record=figure "group=a MiB pinned and mapped, and let go" "tool=$1, $pages pages" \
			"us_mib=$(sed -nE 's/bytes=([0-9]+) ns=([0-9]+)/\1 \2/p' "$OUT" |
				awk '{ printf "%.2f", $2 / 1000 / ($1 / 1048576) }')"
	done
}

: >"$RECORDS"
frames="frames of $SIZE, discarded"

case_begin "bttv and V4L2 USERPTR"
bttv_load
measure "$frames" "bttv, USERPTR" "v4l2:$VIDEO,io=userptr" -b 4
pinned "bttv, USERPTR" "v4l2:$VIDEO,io=userptr"
bttv_unload

case_begin "udma"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
wait_for 60 [ -c "$UDMA" ]
measure "$frames" "udma, pinned and kept" udma:0,keep=1 -b 4
windowed "udma" udma:0 2
windowed "udma" udma:0 1
pinned "udma" udma:0,keep=1
check rmmod udma_pci
check rmmod udma

case_begin "VFIO"
expect_exit 0 grab-vfio bind "$DEVICE"
measure "$frames" "VFIO, mapped and kept" "vfio:$DEVICE" -b 4
windowed "VFIO" "vfio:$DEVICE" 2
windowed "VFIO" "vfio:$DEVICE" 1
pinned "VFIO" "vfio:$DEVICE"
expect_exit 0 grab-vfio unbind "$DEVICE"
equal "accesses outside of what was mapped" "$(device_count dma_refused)" 0

done_testing
