#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The JSON that programs are promised: names, types, and null where nothing applies.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires jq

# fields NAME FILTER WANTED: the fields of an object, sorted
fields() {
	expect_same "fields of $1" "$3" "$(jq -r "$2 | keys | join(\" \")" "$work/.out")"
	expect_same "lines of $1" 1 "$(wc -l <"$work/.out")"
}

expect 0 grab -L -B sim --json
fields devices '.devices[0]' 'accessible backend bus busy busy_pid caps driver hint name pci serial simulated stable uri'
expect_json '.schema == "grab.devices/1" and .devices[0].uri == "sim:" and .devices[0].simulated'
expect_json '.devices[0] | .accessible and .caps == ["simulated"] and .pci == null'

expect 0 grab --list-formats --json
fields formats '.' 'formats schema uri'
fields "a format" '.formats[0]' 'bpp compressed fourcc help sizes'
expect_json '.schema == "grab.formats/1" and .uri == "sim:"'
expect_json '[.formats[].fourcc] | index("YUYV") and index("Y12") and (length == (unique | length))'
expect_json '.formats[] | select(.fourcc == "YUYV") | .bpp == 16 and (.compressed | not)'
expect_json '.formats[] | select(.fourcc == "MJPG") | .bpp == null and .compressed'
expect_json 'all(.formats[].sizes[]; (.w | type) == "number" and (.fps | type) == "array")'

expect 0 grab --list-ctrls --json
fields controls '.' 'controls schema uri'
fields "a control" '.controls[0]' 'default flags max menu min name step title type unit value'
expect_json '.schema == "grab.controls/1"'
expect_json '.controls[] | select(.name == "gain") | .type == "integer" and .value == 0 and .menu == null'
expect_json '.controls[] | select(.name == "test_pattern") | .menu[1] == {"value": 1, "name": "bars"}'
expect_json '.controls[] | select(.name == "disconnect") | .type == "button" and .value == null'
expect_json '.controls[] | select(.name == "sensor_temperature") | .flags == ["read-only", "volatile"]'

expect 0 grab --explain --json -n 10 -o f.png
fields plan '.' 'backend budget buffers chunk exit files format in_bps memlock memory pinned rejected schema sink uri verdict why window'
fields "the plan's format" '.format' 'bytes fourcc fps h stride w'
fields "the plan's sink" '.sink' 'est_fps format free need writers'
fields "the plan's files" '.files' 'exist first last'

expect 0 grab -d sim:fps=100 -n 10 -f null --stats json:-
fields report '.' 'bytes captured cpu_s device elapsed end exit faults fps interrupts_lost jitter_ns latency_ns lost mem ok proof requested ring schema seq skipped version written'
fields losses '.lost' 'corrupt device ring_full short slots transfer triggers writer'
expect_json '.schema == "grab.stats/1" and .ok and .exit == 0 and .end == "count" and .proof == "seq"'
expect_json '.seq == ["0", "9"] and .bytes == 6144000 and (.elapsed | tonumber) >= 100000000'
expect_json '.fps.mean > 99 and .fps.mean < 101 and .fps.min <= .fps.mean and .fps.max >= .fps.mean'
expect_json '.faults == {"count": 0, "last": null} and .interrupts_lost == 0'
expect_json '.lost.triggers == null and .lost.slots == null and .ring.depth == 10 and .mem.kind != null'
expect_json '.jitter_ns | has("p50") and has("p99") and has("max")'
expect_json '(.latency_ns | has("p50") and has("p99")) and .cpu_s > 0'
expect 0 grab -n 1 -f null --stats json:-
expect_json '.fps == null and .jitter_ns == null'
expect 0 grab -d sim:fps=100 -n 3 -i 20ms -f null --stats json:-
expect_json '.lost.slots == 0'
expect 0 grab -n 5 --check --stats json:-
expect_json '.proof == "seq+content"'

expect 0 grab -d sim:size=8x8 -n 3 -o f.png -q -M -
expect_same "lines" 3 "$(wc -l <"$work/.out")"
expect_same "fields of a frame" \
	'buf bytes chunks clock crc32c ctrl dq file flags fourcc gap h index offset schema seq stride trigger ts ts_src utc utc_err w' \
	"$(head -n 1 "$work/.out" | jq -r 'keys | join(" ")')"
expect_json '.schema == "grab.frame/1" and .clock == "monotonic" and .offset == null and .bytes == 128'
expect_json '(.utc | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z$")) and (.ts | type) == "string"'
expect_same "in order" '[[0,"0","f-000000.png"],[1,"1","f-000001.png"],[2,"2","f-000002.png"]]' \
	"$(jq -sc 'map([.index, .seq, .file])' "$work/.out")"

# bytes that are no UTF-8 do not spoil it
expect 64 grab -d $'sim:\xff=1' --json
jq -e '.schema == "grab.error/1"' "$work/.err" >/dev/null || expect_err '^grab: sim'
