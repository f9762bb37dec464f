#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Measurements, grab beside other programs.
#
#   run.sh [--smoke] [--kernel KERNEL] [--wait SECONDS] [NAME...]
#
# NAME is sim, memory, png, vivid, lost, udma or three-ways; without one all run. --smoke only sees
# whether they work, with counts too small to mean anything. --kernel is for the guest of the last
# four. --wait is how long to wait at most for a quiet machine before each.
#
# A table goes to standard output, what happens to standard error; BENCH_OUT (GRAB_BUILD/bench)
# gets NAME.json: a header, all runs and the results, one JSON object a line.
#
# Exit status: 0, 1 a bench failed, 64 wrong usage.
set -eu -o pipefail
unset BENCH_TMP
. "$(dirname "$0")/lib.sh"
. "$GRAB_SRC/tests/bench/quiet.sh"
trap 'rm -rf "$BENCH_TMP"' EXIT

benches=(sim memory png vivid lost udma three-ways)
names=()
kernel=6.1
patience=60
export BENCH_SMOKE=${BENCH_SMOKE:-} BENCH_OUT=${BENCH_OUT:-$GRAB_BUILD/bench} BENCH_TMP RECORDS

usage()
{
	say "$@"
	say "usage: ./run bench [--smoke] [--kernel KERNEL] [--wait SECONDS] [${benches[*]}]"
	exit 64
}

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--smoke) BENCH_SMOKE=yes patience=0 ;;
		--kernel | --wait)
			[ $# -gt 1 ] || usage "$1 needs a value"
			[ "$1" = --wait ] && patience=$2 || kernel=$2
			shift
			;;
		-*) usage "unknown option $1" ;;
		*)
			[[ " ${benches[*]} " == *" $1 "* ]] || usage "no bench is called '$1'"
			names+=("$1")
			;;
		esac
		shift
	done
	[ ${#names[@]} -gt 0 ] || names=("${benches[@]}")
	[[ $patience =~ ^[0-9]+$ ]] || usage "--wait takes seconds"
}

# need PROGRAM...
need()
{
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null ||
			{ say "$program not found; ./run bench installs what is needed"; exit 1; }
	done
}

# The versions of what is compared, "name version, ...".
versions()
{
	local package line

	printf 'grab %s' "$(LD_PRELOAD=$(bench_library) "$(bench_program cli/grab)" --version | sed -n '1s/.* //p')"
	for package in v4l-utils yavta ffmpeg gstreamer1.0-plugins-good fswebcam streamer \
		imagemagick libpng16-16; do
		line=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null) || continue
		printf ', %s %s' "$package" "$line"
	done
}

# What time means in a bench: in a guest instructions, one a nanosecond, and where a device is outside
# of it the host's time beside them; see vm.sh.
clock_of()
{
	case $1 in
	vivid | lost | udma) echo instructions ;;
	three-ways) echo both ;;
	*) echo time ;;
	esac
}

# header NAME: where and when; written when the bench is over.
header()
{
	local guest=

	[ ! -e "$BENCH_OUT/$1.log" ] ||
		guest=$(sed -nE 's/.*# (Linux .*)/\1/p' "$BENCH_OUT/$1.log" | head -n 1)
	rm -f "$BENCH_TMP/header"
	RECORDS=$BENCH_TMP/header record record=header schema=grab.bench/1 "bench=$1" "smoke=$BENCH_SMOKE" \
		"clock=$(clock_of "$1")" \
		"date=$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
		"processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		"processors=$(nproc)" "kernel=$(uname -sr)" "guest=$guest" "versions=$(versions)" \
		"load_before=$quiet_load" "load_after=$(cut -d' ' -f1 /proc/loadavg)" \
		"others_percent=$quiet_others" "seconds=$quiet_seconds"
}

show_header()
{
	jq -r '"\n== \(.bench): \(.date), \(.processors) x \(.processor), \(.kernel)" +
		(if .guest then ", guest \(.guest)" else "" end),
		"   \(.versions)",
		(if .clock == "instructions" then
			"   times are instructions, 1 us = 1000 of them: they do not depend on the host"
		else
			(if .clock == "both" then
				"   CPU and us/MiB are instructions of the guest, 1 us = 1000 of them; what the device does outside",
				"   is in frames/s alone, which are of the host: compare them within the table"
			else empty end),
			"   load before \(.load_before); other programs took \(.others_percent)% of the processors" +
			(if .others_percent > 10 then ": NOT A QUIET MACHINE, trust only large factors"
			 else "" end)
		end)' "$1"
}

# measure_bench NAME: fills $RECORDS.
measure_bench()
{
	case $1 in
	sim | memory)
		need ffmpeg
		bash "$GRAB_SRC/tests/bench/$1.sh"
		;;
	png)
		need ffmpeg convert
		bash "$GRAB_SRC/tests/bench/png.sh"
		;;
	udma | three-ways)
		need strace v4l2-ctl
		bash "$GRAB_SRC/tests/bench/vm.sh" "$1" "$kernel"
		;;
	vivid | lost)
		need strace v4l2-ctl yavta ffmpeg gst-launch-1.0 fswebcam streamer
		bash "$GRAB_SRC/tests/bench/vm.sh" "$1" "$kernel"
		;;
	esac
}

# run_bench NAME
run_bench()
{
	local out=$BENCH_OUT/$1.json status=0

	[ "$(clock_of "$1")" = instructions ] || quiet_wait "$patience"
	say "$1"
	rm -f "$out" "$BENCH_OUT/$1.log"
	RECORDS=$BENCH_TMP/records
	: >"$RECORDS"
	quiet_begin
	measure_bench "$1" || status=1
	quiet_end
	header "$1"
	jq -c -s -f "$GRAB_SRC/tests/bench/results.jq" "$RECORDS" >"$BENCH_TMP/results" || return
	cat "$BENCH_TMP/header" "$RECORDS" "$BENCH_TMP/results" >"$out"
	show_header "$BENCH_TMP/header"
	jq -r -s -f "$GRAB_SRC/tests/bench/table.jq" "$out" >"$BENCH_TMP/table" || return
	while IFS= read -r line || [ -n "$line" ]; do
		show_table "$line"
	done <"$BENCH_TMP/table"
	show_table ''
	return "$status"
}

# Rows with tabs are kept until something else comes; columns are as wide as each group needs.
show_table()
{
	if [[ $1 == *$'\t'* ]]; then
		printf '%s\n' "$1" >>"$BENCH_TMP/rows"
		return
	fi
	if [ -s "$BENCH_TMP/rows" ]; then
		column -t -s $'\t' "$BENCH_TMP/rows"
		rm "$BENCH_TMP/rows"
	fi
	printf '%s\n' "$1"
}

main()
{
	local name failed=()

	parse "$@"
	need jq column
	mkdir -p "$BENCH_OUT"
	for name in "${names[@]}"; do
		run_bench "$name" || failed+=("$name")
	done
	[ ${#failed[@]} -eq 0 ] || { say "failed: ${failed[*]}"; exit 1; }
}

main "$@"
