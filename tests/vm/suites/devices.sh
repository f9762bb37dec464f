#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names that last, what a device offers and what it has not, its controls, and its counters.
. "$GRAB_SRC/tests/vm/lib.sh"

S=320x180

# field FILTER: of the JSON in $OUT
field()
{
	jq -r "$1" <"$OUT"
}

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

# ---- names ----

case_begin "the list of devices"
expect_exit 0 grab --list-devices --json -B v4l2
if [ -e /dev/udmabuf ]; then ways=userptr,dmabuf,mmap; else ways=userptr,mmap; fi
equal "the devices" "$(field '.devices[] | [.uri, .stable, .driver, .accessible, .busy, .simulated,
	(.caps | join(","))] | join(" ")')" \
	"v4l2:$VIDEO v4l2:bus=platform:vivid-000 vivid true false false $ways"

case_begin "names: path, number, bus, the only one"
for name in "$VIDEO" "${VIDEO#/dev/video}" "v4l2:${VIDEO#/dev/video}" \
	v4l2:bus=platform:vivid-000 v4l2:bus=platform:vivid-000,index=0 v4l2:; do
	expect_exit 0 grab -d "$name"
done
expect_exit 0 grab
expect_exit 66 grab -d v4l2:serial=nobody
check grep -q 'serial=nobody: no such device' "$ERR"
expect_exit 66 grab -d v4l2:bus=platform:vivid-000,index=7
expect_exit 66 grab -d /dev/video99
expect_exit 66 grab -d /dev/null
check grep -q 'no V4L2 device' "$ERR"

case_begin "names: udev's links"
if start_udev; then
	link=$(find /dev/v4l/by-path -type l | head -n 1)
	check [ -n "$link" ]
	expect_exit 0 grab -d "$link"
	expect_exit 0 grab -d "v4l2:$link"
else
	fail "udev does not start"
fi

# ---- what it offers ----

case_begin "what the device does not have is an error, or accepted when asked"
expect_exit 78 grab -d "$DEVICE" -s 321x181
check grep -q '320x180' "$ERR"
expect_exit 0 grab -d "$DEVICE" -s 321x181 --relax
expect_exit 78 grab -d "$DEVICE" -s "$S" -r 1000
expect_exit 78 grab -d "$DEVICE" -p MJPG
expect_exit 78 grab -d "$DEVICE" -I 7
check grep -q 'it has 1' "$ERR"
expect_exit 64 grab -d "v4l2:$VIDEO,io=read"
check grep -q 'auto, userptr, dmabuf, mmap' "$ERR"
expect_exit 78 grab -d "v4l2:$VIDEO,std=PAL"

case_begin "the formats are v4l2-ctl's"
expect_exit 0 grab -d "$DEVICE" --list-formats --json
equal "pixel formats" "$(field '.formats | map(.fourcc) | unique | length')" \
	"$(v4l2-ctl -d "$VIDEO" --list-formats | grep -cE "^\s+\[[0-9]+\]: '")"

# ---- controls ----

case_begin "controls have the names of v4l2-ctl"
expect_exit 0 grab -d "$DEVICE" --list-ctrls --json
field '.controls[].name' | sort >"$TMP/ours"
v4l2-ctl -d "$VIDEO" --list-ctrls | sed -nE 's/^ +([a-z0-9_]+) 0x.*/\1/p' | sort >"$TMP/theirs"
check [ "$(wc -l <"$TMP/theirs")" -gt 40 ]
equal "names that only v4l2-ctl has" "$(comm -13 "$TMP/ours" "$TMP/theirs" | tr '\n' ' ')" ""

# control NAME VALUE: that is what v4l2-ctl sees
control()
{
	equal "v4l2-ctl's answer" "$(v4l2-ctl -d "$VIDEO" -C "$1")" "$1: $2"
}

case_begin "controls are set and put back"
expect_exit 0 grab -d "$DEVICE" -c brightness=100,test_pattern=10 -c menu=4
control brightness 100
expect_exit 0 grab -d "$DEVICE" --restore-ctrls -c brightness=50
control brightness 100
expect_exit 0 grab -d "$DEVICE" -c brightness=default,integer_64_bits=1234567890123
control brightness 128
control integer_64_bits 1234567890123
expect_exit 78 grab -d "$DEVICE" -c brightness=256
check grep -q '0 to 255' "$ERR"
expect_exit 78 grab -d "$DEVICE" -c no_such_control=1
expect_exit 78 grab -d "$DEVICE" -c read_only_integer_32_bits=1

# ---- counters ----

case_begin "sequence numbers that wrap go on"
vivid_ctrl wrap_sequence_number=1
# 128 frames before the wrap; a number may come twice
expect_exit 0 grab -y -d "$DEVICE" -s "$S" -r 60 -n 150 -M "$TMP/meta" --loss ignore
vivid_ctrl wrap_sequence_number=0
check jq -se 'map(select(.schema == "grab.frame/1") | .seq | tonumber)
	| length == 150 and .[0] < 4294967296 and .[-1] >= 4294967296
	and . == sort and .[-1] - .[0] < 1000' "$TMP/meta"

case_begin "times of the device, whatever their source"
for source in 0 1; do
	vivid_ctrl "timestamp_source=$source"
	expect_exit 0 grab -y -d "$DEVICE" -n 3 -M "$TMP/meta" --loss ignore
	equal "the source" "$(jq -rs 'map(.ts_src // empty) | unique | join(" ")' "$TMP/meta")" \
		"$([ "$source" = 0 ] && echo eof || echo soe)"
done
vivid_ctrl timestamp_source=0,wrap_timestamp=1
expect_exit 0 grab -d "$DEVICE" -n 5 --loss ignore
vivid_ctrl wrap_timestamp=0

# ---- several at once ----

case_begin "a second program is told who has the device"
grab -q -d "$DEVICE" -n 0 2>/dev/null &
first=$!
busy() { grab --list-devices --json -B v4l2 | jq -e '.devices[0].busy' >/dev/null; }
wait_for 60 busy
expect_exit 75 grab -d "$DEVICE" -s 640x360 -p RGB3
check grep -q "grab (pid $first) has it open" "$ERR"
kill -INT "$first"
wait "$first"

case_begin "two units of one make are told apart"
load_vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0,0
expect_exit 66 grab
check grep -q 'there are 2 capture devices' "$ERR"
expect_exit 66 grab -d v4l2:
check grep -q 'v4l2:bus=platform:vivid-000, v4l2:bus=platform:vivid-001' "$ERR"
expect_exit 0 grab -d v4l2:bus=platform:vivid-001

done_testing
