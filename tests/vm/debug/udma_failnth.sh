#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every allocation and every copy in the module fails once, each alone; nothing of it is leaked.
# limit: 7200
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/udma.sh"

SLOW=60

# What may fail: also what may sleep, and single pages; without a trace for each.
allow_failures()
{
	local f

	for f in failslab fail_page_alloc fail_usercopy; do
		echo 0 >"/sys/kernel/debug/$f/verbose"
	done
	for f in failslab fail_page_alloc; do
		echo N >"/sys/kernel/debug/$f/ignore-gfp-wait"
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
}

sweep()
{
	case_end
	load_udma fps=0 "${@:2}"
	allow_failures
	TAP_NAME="failing, $1" import_tap "$(built tests/udma/udma_failnth)" "$UDMA"
	let_go
}

sweep "segments as they come"
sweep "aligned to 64" align=64
sweep "one page at a time" max_segments=1 max_segment=4096 depth=1

case_begin "nothing leaked"
if [ -e /sys/kernel/debug/kmemleak ]; then
	# twice: what is found is reported when it is still not referenced at the second scan
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	equal "leaks" "$(grep -c '^unreferenced' /sys/kernel/debug/kmemleak)" 0
	note "$(head -n 60 /sys/kernel/debug/kmemleak)"
else
	case_skip "this kernel has no kmemleak"
fi

done_testing
