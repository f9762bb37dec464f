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
		END { print of["time_us"], of["accesses"], of["triggers"], of["maps"] }'
}

# run FRAMES URI [OPTION...]: sets counted to what it cost
run()
{
	local before after i

	read -ra before <<<"$(look)"
	under_grab grab timeout "$RUN_LIMIT" "$(bench_program cli/grab)" --no-config -q -d "$2" -s "$SIZE" -p YUYV \
		-f null -n "$1" --loss ignore --stats "json:$TMP/stats" -y "${@:3}" >"$RUN_OUT" 2>"$RUN_ERR" </dev/null ||
		fail "$2 failed: $(tail -n 3 "$RUN_ERR")"
	read -ra after <<<"$(look)"
	counted=()
	for i in "${!after[@]}"; do
		counted+=($((after[i] - before[i])))
	done
}

# measure GROUP TOOL URI [OPTION...]: runs of two lengths; what a frame costs is the difference
measure()
{
	local group=$1 tool=$2 rep first counted mapped figures

	run 2 "${@:3}"
	for ((rep = 1; rep <= repeats; rep++)); do
		device_tell zero
		run "$short" "${@:3}"
		first=("${counted[@]}")
		mapped=$(device_count mapped_most)
		run "$long" "${@:3}"
		mapfile -t figures < <(awk -v n=$((long - short)) 'BEGIN {
			printf "cpu_frame_us=%.2f\nframes_per_s=%.1f\naccesses_frame=%.2f\n", (ARGV[6] - ARGV[1]) / n / 1000,
				1e6 * n / (ARGV[7] - ARGV[2]), (ARGV[8] - ARGV[3]) / n
			printf "interrupts_frame=%.2f\nmaps_frame=%.2f\n", (ARGV[9] - ARGV[4]) / n, (ARGV[10] - ARGV[5]) / n
		}' "${first[@]}" "${counted[@]}")
		progress "$group: $tool: ${figures[*]}"
		record record=figure "group=$group" "tool=$tool" "${figures[@]}" "mapped_kib=$((mapped / 1024))"
	done
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
rings="frames of $SIZE through a ring of 4, and through windows"

case_begin "bttv and V4L2 USERPTR"
bttv_load
device_tell "fps 0"
measure "$frames" "bttv, USERPTR" "v4l2:$VIDEO,io=userptr" -b 4
pinned "bttv, USERPTR" "v4l2:$VIDEO,io=userptr"
check rmmod bttv

case_begin "udma"
insmod "$udma_modules/udma.ko" && insmod "$udma_modules/udma_pci.ko" || fail "the udma modules do not load"
wait_for 60 [ -c "$UDMA" ]
measure "$frames" "udma" udma:0,keep=1 -b 4
measure "$rings" "udma, pinned and kept" udma:0,keep=1 -b 4
measure "$rings" "udma, window 2 of 64 KiB" udma:0 -b 4 --chunk 64k --window 2
measure "$rings" "udma, window 1 of 64 KiB" udma:0 -b 4 --chunk 64k --window 1
pinned "udma" udma:0,keep=1
check rmmod udma_pci
check rmmod udma

case_begin "VFIO"
expect_exit 0 grab-vfio bind "$DEVICE"
measure "$frames" "VFIO" "vfio:$DEVICE" -b 4
measure "$rings" "VFIO, mapped and kept" "vfio:$DEVICE" -b 4
measure "$rings" "VFIO, window 2 of 64 KiB" "vfio:$DEVICE" -b 4 --chunk 64k --window 2
measure "$rings" "VFIO, window 1 of 64 KiB" "vfio:$DEVICE" -b 4 --chunk 64k --window 1
pinned "VFIO" "vfio:$DEVICE"
expect_exit 0 grab-vfio unbind "$DEVICE"
equal "accesses outside of what was mapped" "$(device_count dma_refused)" 0

done_testing
