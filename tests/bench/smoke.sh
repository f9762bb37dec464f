#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The measurements still work: those on the host, with tiny counts; what they measure is nothing.
set -eu -o pipefail

for program in jq column ffmpeg convert; do
	command -v "$program" >/dev/null || { echo "SKIP: no $program"; exit 77; }
done

BENCH_OUT=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
export BENCH_OUT
trap 'rm -rf "$BENCH_OUT"' EXIT

table=$("$GRAB_SRC/tests/bench/run.sh" --smoke sim memory png)
printf '%s\n' "$table"
for name in sim memory png; do
	jq -e -s --arg name "$name" '.[0].bench == $name and .[0].smoke == "yes" and
		([.[] | select(.record == "result" and (.failed // 0) != 0)] | length) == 0' \
		"$BENCH_OUT/$name.json" >/dev/null ||
		{ echo "not ok: $name"; cat "$BENCH_OUT/$name.json"; exit 1; }
done
# Nothing may be without a figure.
jq -e -s '[.[] | select(.record == "result")] | length >= 14 and
	all(.[]; (if (.group // "" | contains("one frame")) then .wall_ms else
		.cpu_frame_us // .growth_kib end) != null)' "$BENCH_OUT"/{sim,memory,png}.json >/dev/null ||
	{ echo "not ok: a result has no figure"; exit 1; }
grep -q 'frames/s' <<<"$table"
