# SPDX-License-Identifier: GPL-2.0-or-later
# Results as tables for people: cells end in tabs, a group begins with its name on a line. A cell is
# the value and, where there is one, how many times grab's that is.

def columns: [
	["cpu_frame_us", "CPU us/frame", 1], ["cpu_frame_median_us", "(median)", 1],
	["calls_frame", "calls/frame", 1], ["frames_per_s", "frames/s", 1],
	["bytes_frame", "bytes/frame", 0],
	["cpu_start_ms", "start CPU ms", 1], ["calls_start", "start calls", 0],
	["cpu_ms", "CPU ms", 1], ["wall_ms", "time ms", 1], ["calls", "calls", 0],
	["first_ms", "first frame ms", 1], ["rss_short_kib", "KiB, 10 frames", 0],
	["rss_kib", "peak KiB", 0], ["growth_kib", "growth KiB", 0],
	["pin_us_mib", "pin us/MiB", 1], ["map_us_mib", "map us/MiB", 1],
	["unpin_us_mib", "unpin us/MiB", 1], ["us_mib", "us/MiB", 1],
	["accesses_frame", "registers/frame", 1], ["interrupts_frame", "interrupts/frame", 1],
	["maps_frame", "maps/frame", 1], ["mapped_kib", "mapped KiB", 0],
	["missed_frame", "missed/frame", 2],
	["mib_s", "MiB/s", 1], ["pinned_kib", "pinned KiB", 0], ["stalls", "stalls", 0],
	["p50_ms", "p50 ms", 2], ["p99_ms", "p99 ms", 2],
	["delivered", "delivered", 0], ["lost", "lost", 0], ["said", "told of", 0], ["exits", "exit", 0]
];

def digits($n): if type == "string" then . else
	pow(10; $n) as $unit | (. * $unit | round) as $all |
	if $n == 0 then "\($all)"
	else (if $all < 0 then "-" else "" end) + ($all | fabs) as $some |
		"\($some / $unit | floor).\("00000\($some % $unit)" | .[-$n:])" end end;

def cell($key; $n; $first):
	if .cut != null then (if $first then "over \(.cut) s" else "" end)
	elif .failed > 0 and .failed == .runs then (if $key == "cpu_frame_us" or $key == "cpu_ms"
		then "failed" else "" end)
	elif .[$key] == null then "-"
	elif ($key | test("_[mu]s$")) and .[$key] < 0 then "(noise)"
	else "\(.[$key] | digits($n))" +
		(if .tool == "grab" or (.of_grab[$key] // null) == null then ""
		 else " (\(.of_grab[$key] | digits(if . < 10 then 1 else 0 end))x)" end)
	end;

map(select(.record == "result")) as $results |
([$results[].group] | reduce .[] as $g ([]; if index([$g]) then . else . + [$g] end))[] as $group |
[$results[] | select(.group == $group)] as $rows |
[columns[] | select(.[0] as $key | any($rows[]; .[$key] != null))] as $shown |
"\n\($group)",
(["tool", $shown[][1]] | join("\t")),
($rows[] | . as $row | [.tool, ($shown[] as [$key, $title, $n] | $row | cell($key; $n; $key == $shown[0][0]))] | join("\t"))
