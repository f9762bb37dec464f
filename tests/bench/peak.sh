# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Does a long run need more memory than a short one? Sourced after lib.sh.

# What the kernel counts as the peak is exact only to some pages a thread and a processor. A leak of
# the smallest block of the heap (32 bytes) in each of 20000 frames is well above that.
PEAK_NOISE_KIB=384

# peak_of FRAMES ARGUMENT...: sets peak, the most memory that grab had, in KiB. The frames are those
# of the simulator; what is written goes where RUN_TO says. One processor, which makes the kernel's
# count better, and a fixed number of buffers: without it grab takes memory for all frames, up to
# its budget.
peak_of()
{
	local n=$1

	shift
	run_grab taskset -c "$(peak_cpu)" -- \
		-q -d sim:size=16x16,pattern=bytes -b 8 -n "$n" "$@" || return
	peak=$(run_word rss)
}

# The first processor that this process may use.
peak_cpu()
{
	sed -nE 's/^Cpus_allowed_list:[^0-9]*([0-9]+).*/\1/p' /proc/self/status
}

# peak_growth FRAMES ARGUMENT...: sets peak_short and peak_long (KiB), of 10 frames and of FRAMES.
# False when the long run needs more: a leak does every time, noise does not.
peak_growth()
{
	local n=$1 try

	shift
	for try in 1 2 3; do
		peak_of 10 "$@" || return
		peak_short=$peak
		peak_of "$n" "$@" || return
		peak_long=$peak
		[ $((peak_long - peak_short)) -gt "$PEAK_NOISE_KIB" ] || return 0
	done
	return 1
}
