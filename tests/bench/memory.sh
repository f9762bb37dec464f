#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does grab need more memory for many frames than for few? Run by run.sh.
set -u
. "$GRAB_SRC/tests/bench/lib.sh"
. "$GRAB_SRC/tests/bench/peak.sh"

frames=100000 files=20000
[ -z "${BENCH_SMOKE:-}" ] || frames=1000 files=100
failed=0

# grown GROUP FRAMES ARGUMENT...
grown()
{
	local group=$1 status=0

	shift
	say "$group"
	peak_growth "$@" || status=1
	record record=result "group=peak memory, $group" tool=grab "frames=$1" \
		"rss_short_kib=$peak_short" "rss_kib=$peak_long" "growth_kib=$((peak_long - peak_short))"
	[ "$status" = 0 ] || { say "$group: the longer run needs more memory"; failed=1; }
}

RUN_TO=/dev/null
peak_short=0 peak_long=0
grown "discarded" "$frames"
grown "raw to a pipe" "$frames" -f raw -o -
grown "PNG to a pipe" "$frames" -f png -o -
grown "PNG files" "$files" -y -o "$BENCH_TMP/x-%d.png"
exit $failed
