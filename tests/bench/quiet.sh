# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Was the machine quiet? Sourced by run.sh.

# Processor time of the whole machine so far, in ticks: all but idle and waiting for input.
quiet_busy()
{
	awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 + $9; exit }' /proc/stat
}

# Sets quiet_own: processor time of this shell and of what it waited for, in ticks. No subshell may
# call times, it would tell of itself.
quiet_count_own()
{
	times >"$BENCH_TMP/.times"
	quiet_own=$(awk -v "ticks=$(getconf CLK_TCK)" '{
		for (i = 1; i <= 2; i++) {
			split($i, t, /[ms]/)
			n += t[1] * 60 + t[2]
		}
	} END { printf "%d\n", n * ticks }' "$BENCH_TMP/.times")
}

# Wait until the load has settled, at most so many seconds.
quiet_wait()
{
	local end=$((SECONDS + $1)) said=

	until awk -v "most=$(nproc)" '{ exit $1 > most * 0.5 }' /proc/loadavg; do
		[ "$SECONDS" -lt "$end" ] || return 0
		[ -n "$said" ] || say "load $(cut -d' ' -f1 /proc/loadavg): waiting up to $1 s for a quiet machine"
		said=yes
		sleep 5
	done
}

quiet_begin()
{
	quiet_load=$(cut -d' ' -f1 /proc/loadavg)
	quiet_start=$(date +%s.%N)
	quiet_count_own
	quiet_own_before=$quiet_own
	quiet_busy_before=$(quiet_busy)
}

# Sets quiet_others, what other programs took of the machine since, in percent, and quiet_seconds.
quiet_end()
{
	local busy=$(($(quiet_busy) - quiet_busy_before))

	quiet_count_own
	quiet_seconds=$(awk -v "end=$(date +%s.%N)" -v "start=$quiet_start" \
		'BEGIN { printf "%.1f\n", end - start }')
	quiet_others=$(awk -v "seconds=$quiet_seconds" -v "cpus=$(nproc)" \
		-v "ticks=$(getconf CLK_TCK)" -v "used=$((busy - quiet_own + quiet_own_before))" 'BEGIN {
			n = seconds > 0 ? 100 * used / (seconds * ticks * cpus) : 0
			printf "%.0f\n", n < 0 ? 0 : n
		}')
}
