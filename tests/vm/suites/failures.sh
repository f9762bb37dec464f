#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong in the middle of a capture, made by the driver: each with its exit status, words
# that name the device and the remedy, and no file that is half or empty.
# limit: 600
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/capture.sh"

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2,test_pattern=10
check vivid_format 320 180 RGB3 30
ways=(userptr mmap)
! kernel_since 6.12 || ways+=(dmabuf)

# ---- the device goes away ----

for way in "${ways[@]}"; do
	case_begin "unplugged ($way): 76, the frames before are whole, and replugged it works"
	begin_capture "$way" out.raw -n 0
	vivid_ctrl disconnect=1
	end_capture 76
	says "$VIDEO" "No such device" "unplugged" "plug it in"
	whole_frames
	equal "why it ended" "$(stats '[.ok, .exit, .end] | @csv')" 'false,76,"device"'
	works v4l2:bus=platform:vivid-000
done

case_begin "unplugged: single files are whole"
RATE=5 begin_capture userptr out.png -n 0
vivid_ctrl disconnect=1
end_capture 76
for file in "$TMP"/run/*.png; do
	check pngtopnm "$file" >/dev/null
done
works "v4l2:$VIDEO"

# ---- the device falls silent ----

for way in "${ways[@]}"; do
	case_begin "a stall ($way): 75 after the time given, the frames before are whole"
	begin_capture "$way" out.raw -n 0 --timeout 2s
	vivid_ctrl percentage_of_dropped_buffers=100
	end_capture 75
	says "$VIDEO" "no frame within 2 s" "check signal and trigger"
	whole_frames
	equal "why it ended" "$(stats .end)" timeout
	vivid_ctrl percentage_of_dropped_buffers=0
done

case_begin "a stall from the start: 75, and no file"
vivid_ctrl percentage_of_dropped_buffers=100
expect_exit 75 grab -d "v4l2:$VIDEO" --timeout 1s -o "$TMP/none.png"
says "$VIDEO" "no frame within 1 s (0 captured)"
check_not [ -e "$TMP/none.png" ]
vivid_ctrl percentage_of_dropped_buffers=0

# ---- frames that are lost or damaged ----

# counted_gaps: as the metadata's sequence numbers have them; a number that comes twice is none
counted_gaps()
{
	jq -s '[.[] | .seq // empty | tonumber] | [.[:-1], .[1:]] | transpose
		| map(.[1] - .[0] - 1 | select(. > 0)) | add // 0' "$TMP/run/meta"
}

case_begin "dropped frames are counted: 1"
vivid_ctrl percentage_of_dropped_buffers=50
begin_capture userptr out.raw -n 30
end_capture 1
vivid_ctrl percentage_of_dropped_buffers=0
lost=$(stats '.lost | .device + .ring_full')
check [ "$lost" -ge 1 ]
equal "lost frames" "$lost" "$(counted_gaps)"
whole_frames 30

# one_damaged WAY OPTION...: the driver marks the first of six frames
one_damaged()
{
	vivid_ctrl inject_v4l2_buf_flag_error=1
	begin_capture "$1" out.raw -n 5 "${@:2}"
	end_capture 1
	equal "damaged" "$(stats .lost.corrupt)" 1
	whole_frames 5
}

# marked: frames in the file that the metadata calls damaged
marked()
{
	jq -s 'map(select((.flags // []) | index("corrupt"))) | length' "$TMP/run/meta"
}

for way in "${ways[@]}"; do
	case_begin "one damaged frame ($way): 1, not written, counted"
	one_damaged "$way"
	equal "damaged frames in the file" "$(marked)" 0
done
case_begin "one damaged frame: written when asked"
one_damaged userptr --damaged keep
equal "damaged frames in the file" "$(marked)" 1

# ---- calls that fail ----

for way in "${ways[@]}"; do
	case_begin "the driver's queue dies ($way): 76, and works again"
	begin_capture "$way" out.raw -n 0
	vivid_ctrl inject_fatal_streaming_error=1
	end_capture 76
	says "$VIDEO" "Input/output error" "queue is dead"
	whole_frames
	works "v4l2:$VIDEO"
done

tried_again() { [[ $(<"$ERR") == *"VIDIOC_QBUF failed once"* ]]; }

for way in "${ways[@]}"; do
	case_begin "one QBUF refused in the middle ($way): tried again, nothing damaged"
	begin_capture "$way" out.raw -n 0 --loss ignore -v
	vivid_ctrl inject_vidioc_qbuf_error=1
	wait_for 60 tried_again
	kill -INT "$capture"
	end_capture 0
	whole_frames
	equal "what was lost on the way" "$(stats '.lost | .transfer + .corrupt + .short + .writer')" 0
done

case_begin "the first QBUF refused: the best way is taken all the same"
vivid_ctrl inject_vidioc_qbuf_error=1
expect_exit 0 grab -d "v4l2:$VIDEO" -n 2 --loss ignore --stats text
says "zero-copy (userptr)"

case_begin "REQBUFS refused once: tried again"
vivid_ctrl inject_vidioc_reqbufs_error=1
expect_exit 0 grab -d "v4l2:$VIDEO" -n 2 --loss ignore -v
says "VIDIOC_REQBUFS" "Invalid argument" "zero-copy (userptr)"

case_begin "STREAMON refused: 76, and no file"
vivid_ctrl inject_vidioc_streamon_error=1
expect_exit 76 grab -d "v4l2:$VIDEO" -o "$TMP/none.png"
says "$VIDEO" "VIDIOC_STREAMON" "Invalid argument" "try again"
check_not [ -e "$TMP/none.png" ]
works "v4l2:$VIDEO"

# ---- the end of the output, and of patience ----

case_begin "the disk is full: 74, whole frames stay"
small_tmpfs "$TMP/small" 2m
expect_exit 74 grab -d "v4l2:$VIDEO" -s "$SIZE" -p RGB3 -n 0 -o "$TMP/small/out.ppm"
says "$TMP/small/out-" "No space left"
whole_files "$TMP/small"
case_begin "the disk is full: 74, and a file that ends behind a whole frame"
rm -f "$TMP"/small/*
expect_exit 74 grab -d "v4l2:$VIDEO" -s "$SIZE" -p RGB3 -n 0 -f raw -o "$TMP/small/out.raw"
says "$TMP/small/out.raw" "No space left" "frames before are kept"
equal "files" "$(ls -A "$TMP/small")" out.raw
check [ -s "$TMP/small/out.raw" ]
equal "bytes behind the last whole frame" "$(($(stat -c %s "$TMP/small/out.raw") % BYTES))" 0

case_begin "Ctrl-C: what was captured is whole, and the shell is told"
begin_capture userptr out.raw -n 1000 -b 16
kill -INT "$capture"
end_capture 130
whole_frames
equal "why it ended" "$(stats .end)" signal
case_begin "Ctrl-C ends a run without an end: 0"
begin_capture userptr out.raw -n 0 --loss ignore
kill -INT "$capture"
end_capture 0
whole_frames
case_begin "Ctrl-C while the device is silent: at once"
begin_capture userptr out.raw -n 1000 -b 16 --timeout 1h
vivid_ctrl percentage_of_dropped_buffers=100
kill -INT "$capture"
end_capture 130
whole_frames
vivid_ctrl percentage_of_dropped_buffers=0

case_begin "killed: no half file under a final name"
begin_capture userptr out.ppm -n 0
wait_for "$LIMIT" [ -e "$TMP/run/out-000001.ppm" ]
kill -KILL "$capture"
wait "$capture" 2>/dev/null
rm -f "$TMP"/run/.*.tmp
whole_files "$TMP/run"
works "v4l2:$VIDEO"

case_begin "no permission: 77 and the group's name"
chown root:video "$VIDEO"
chmod 660 "$VIDEO"
chmod 755 "$TMP"
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups
	env PATH="$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH")
expect_exit 77 "${nobody[@]}" grab -d "v4l2:$VIDEO"
says "$VIDEO" 'group "video"'
expect_exit 0 "${nobody[@]}" grab --list-devices
check grep -q 'join the group "video"' "$OUT"

done_testing
