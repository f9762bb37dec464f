# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the suites of the udma module, after lib.sh: modules of this kernel, and what must be true
# after every test: no page pinned, nothing charged.

# The modules that were built for the running kernel.
udma_modules=
for m in "$GRAB_BUILD"/kmod/*/udma.ko; do
	[ "$(modinfo -F vermagic "$m" | cut -d' ' -f1)" != "$(uname -r)" ] || udma_modules=${m%/*}
done

UDMA=/dev/udma0
UDMA_PARAMETERS=/sys/module/udma/parameters
SIM_FAULTS=/sys/kernel/debug/udma_sim/udma_sim.0

# load_udma [PARAMETER...]: both modules, with parameters of udma_sim. Its faults are in debugfs.
load_udma()
{
	unload_udma
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	if ! insmod "$udma_modules/udma.ko" ||
	   ! insmod "$udma_modules/udma_sim.ko" timeout_ms=$((5000 * SLOW)) "$@"; then
		fail "the udma modules do not load"
		return 1
	fi
	wait_for 10 [ -c "$UDMA" ]
}

unload_udma()
{
	[ ! -d /sys/module/udma_sim ] || wait_for 30 rmmod udma_sim
	[ ! -d /sys/module/udma ] || wait_for 30 rmmod udma
}

# fault NAME VALUE: of the first grabber, from now on.
fault()
{
	printf '%s\n' "$2" >"$SIM_FAULTS/$1"
}

# stat_of NAME: a counter of the first grabber.
stat_of()
{
	cat "/sys/class/udma/udma0/$1"
}

is_state()
{
	[ "$(stat_of state)" = "$1" ]
}

vmstat_of()
{
	awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat
}

# Pages pinned and not let go, of everybody. Each processor counts for itself and adds it up now and then: here, now.
pinned_pages()
{
	echo 1 >/proc/sys/vm/stat_refresh
	echo $(($(vmstat_of nr_foll_pin_acquired) - $(vmstat_of nr_foll_pin_released)))
}

# Pages that a suite before this one left in quarantine stay pinned until the guest ends.
quarantined_pages=$(pinned_pages)

nothing_pinned()
{
	[ "$(pinned_pages)" -eq "$quarantined_pages" ] && [ "$(cat "$UDMA_PARAMETERS/pinned")" -eq 0 ]
}

# let_go: what must be true when no program has the device.
let_go()
{
	wait_for 20 nothing_pinned || note "pages pinned: $(pinned_pages)," \
		"charged: $(cat "$UDMA_PARAMETERS/pinned")"
	[ ! -e /sys/class/udma/udma0 ] || equal "bytes that udma0 holds" "$(stat_of pinned)" 0
}
