# SPDX-License-Identifier: GPL-2.0-or-later
# From runs to results: all records of a bench as one array in, one result a group and tool out.
#
# Runs of two lengths: what a frame costs is the difference of the two, divided by the difference of
# frames; what the start costs is the rest. Of repeated runs the least is taken, other programs only
# ever add; the median stands beside it. Times in us or ms, memory in KiB. "of_grab" compares with the
# tool "grab" of the group: above 1 is more than grab needs, below 1 is less.

def median: sort | if length == 0 then null
	elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def rounded($digits): if . == null then null else (. * pow(10; $digits) | round) / pow(10; $digits) end;
def ms: if . == null then null else . * 1000 | rounded(3) end;
def us: if . == null then null else . * 1000000 | rounded(2) end;
def values($key): map(.[$key] | values);
def share($of): if . == null or $of == null or . <= 0 or $of <= 0 then null else . / $of | rounded(3) end;

# The records of one length, and of the other.
def per_frame($key; pick):
	group_by(.frames) | if length < 2 then null else
		(.[-1] | values($key) | pick) as $long | (.[0] | values($key) | pick) as $short |
		if $long == null or $short == null then null
		else ($long - $short) / (.[-1][0].frames - .[0][0].frames) end
	end;
def start($key; pick):
	per_frame($key; pick) as $each | group_by(.frames) |
	if $each == null then null
	else (.[0] | values($key) | pick) - $each * .[0][0].frames end;

# grab ends with 1 when it lost a frame; the others do not tell.
def went_wrong: (.status != 0 and ((.tool | startswith("grab") | not) or .status != 1)) or .delivered == 0;

def result($calls):
	(map(.frames) | unique) as $lengths | ($lengths | length > 1) as $two |
	(map(select(.frames == $lengths[-1]))) as $long |
	per_frame("wall"; min) as $wall |
	{
		record: "result", group: .[0].group, tool: .[0].tool, frames: $lengths,
		runs: length,
		failed: ([.[] | select(went_wrong)] | length),
		cpu_frame_us: (per_frame("cpu"; min) | us),
		cpu_frame_median_us: (per_frame("cpu"; median) | us),
		cpu_start_ms: (start("cpu"; min) | ms),
		cpu_ms: (if $two then null else $long | values("cpu") | min | ms end),
		wall_ms: (if $two then null else $long | values("wall") | min | ms end),
		wall_median_ms: (if $two then null else $long | values("wall") | median | ms end),
		frames_per_s: (if .[0] | has("written") and $two and $wall > 0
			then 1 / $wall | rounded(1) else null end),
		calls_frame: ($calls | per_frame("calls"; min) | rounded(2)),
		calls_start: ($calls | start("calls"; min) | rounded(0)),
		calls: (if ($calls | map(.frames) | unique | length) == 1
			then $calls | values("calls") | min else null end),
		first_ms: (values("first") | min | ms),
		first_median_ms: (values("first") | median | ms),
		rss_kib: ($long | values("rss") | median),
		bytes_frame: (($long | values("written") | max) as $written |
			if $written == null then null else $written / $lengths[-1] | rounded(0) end),
		delivered: (if .[0] | has("said") then $long | values("delivered") | add else null end),
		lost: (if .[0] | has("said") then $long | values("lost") | add else null end),
		said: (if .[0] | has("said") then $long | values("said") | add else null end),
		exits: (if .[0] | has("said") then $long | values("status") | unique | map(tostring) | join(",")
			else null end)
	};

def compared($grab):
	. + if $grab == null then {} else { of_grab: (. as $mine |
		[ "cpu_frame_us", "cpu_frame_median_us", "cpu_start_ms", "cpu_ms", "wall_ms", "calls_frame",
		  "calls_start", "calls", "first_ms", "first_median_ms", "rss_kib", "frames_per_s", "bytes_frame" ] |
		map({ key: ., value: (. as $key | $mine[$key] | share($grab[$key])) }) |
		map(select(.value != null)) | from_entries) } end;

# Figures that a bench has found by itself: the median of each, compared with the group's first tool.
def figures: group_by([.group, .tool]) | map(
	.[0] as $one | { record: "result", group: $one.group, tool: $one.tool, runs: length, failed: 0 } +
	([$one | keys_unsorted[] | select(IN("record", "group", "tool") | not)] as $keys |
	 . as $all | [$keys[] | { key: ., value: (. as $key | $all | values($key) | median) }] | from_entries));
def figures_compared($first):
	. + if .tool == $first.tool then {} else { of_grab: (. as $mine |
		[to_entries[] | select(.value | type == "number")] |
		map({ key: .key, value: (.key as $key | $mine[$key] | share($first[$key])) }) |
		map(select(.value != null)) | from_entries) } end;

# Of a tool some of whose runs were cut off there is a result if every length came to its end once.
def lengths: map(.frames) | unique;
def whole($group): lengths == ($group | lengths);
def left_out: .[0] | { record: "result", group, tool, cut: .seconds };

def in_order: reduce .[] as $item ([]; if index([$item]) then . else . + [$item] end);

. as $all |
($all | map(select(.record == "run"))) as $runs | ($all | map(select(.record == "calls"))) as $calls |
($all | map(select(.record == "cut"))) as $cut |
([$all[] | select(.record | IN("run", "cut")) | [.group, .tool]] | in_order) as $names |
[$names[] as [$group, $tool] |
	[$calls[] | select(.group == $group and .tool == $tool)] as $mine |
	[$cut[] | select(.group == $group and .tool == $tool)] as $ended |
	[$runs[] | select(.group == $group and .tool == $tool)] |
	if ($ended | length) > 0 and (whole([$ended[], $runs[]] | map(select(.group == $group))) | not)
	then $ended | left_out else result($mine) end] as $results |
($results[] | .group as $group |
	compared([$results[] | select(.group == $group and .tool == "grab")][0])),
([$all[] | select(.record == "figure")] as $found | ($found | figures) as $figures |
	([$found[] | [.group, .tool]] | in_order)[] as [$group, $tool] |
	$figures[] | select(.group == $group and .tool == $tool) |
	figures_compared([$found[] | select(.group == $group)][0] as $first |
		[$figures[] | select(.group == $group and .tool == $first.tool)][0]))
