#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong in the middle of a capture, made by the driver: each with its exit status, words
# that name the device and the remedy, and no file that is half or empty.
# limit: 400
. "$GRAB_SRC/tests/vm/lib.sh"

SIZE=320x180
WAY=		# ",io=..."
BYTES=172800	# RGB3

# A frame reached a file, be it a temporary one.
frames_come()
{
	[ -n "$(find "$TMP/run" -name '*out*' -size +0)" ]
}

# begin_capture FILE OPTION...: grab into a FILE of $TMP/run, in the background; waits until frames come
begin_capture()
{
	local file=$TMP/run/$1

	shift
	rm -rf "$TMP/run"
	mkdir "$TMP/run"
	grab -d "v4l2:$VIDEO$WAY" -s "$SIZE" -p RGB3 --progress none --stats json:"$TMP/run/stats" \
		-M "$TMP/run/meta" -o "$file" "$@" >"$OUT" 2>"$ERR" </dev/null &
	capture=$!
	wait_for 60 frames_come
}

# end_capture STATUS: it ends by itself, soon
end_capture()
{
	local status

	wait_for "$LIMIT" ended
	kill -KILL "$capture" 2>/dev/null && note "it had to be killed"
	wait "$capture"
	status=$?
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1: $(cat "$ERR")"
}

ended()
{
	! kill -0 "$capture" 2>/dev/null || grep -q '^State:.*zombie' "/proc/$capture/status"
}

# says WORDS...: all of them are in what grab said
says()
{
	local words

	for words in "$@"; do
		grep -q -- "$words" "$ERR" || fail "it does not say \"$words\": $(cat "$ERR")"
	done
}

# whole_frames FILE: nothing but whole frames, at least one
whole_frames()
{
	local size

	size=$(stat -c %s "$1") || { fail "no file $1"; return; }
	check [ "$size" -gt 0 ]
	equal "bytes of the last frame of $1" $((size % BYTES)) 0
}

# no_leftovers FOLDER: no temporary file, and none that is empty
no_leftovers()
{
	equal "leftovers" "$(find "$1" -name '.*.tmp' -o -type f -empty | tr '\n' ' ')" ""
}

# stats FILTER: of the report
stats()
{
	jq -r "$1" "$TMP/run/stats"
}

# works: the device can be used again at once
works()
{
	expect_exit 0 grab -d "v4l2:$VIDEO" -s "$SIZE" -p RGB3 -n 2 --loss ignore
}

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2 test_pattern=10
check vivid_format 320 180 RGB3 30

case_begin "unplugged: 76, the frames before are whole, and replugged it works"
begin_capture out.raw -n 0
vivid_ctrl disconnect=1
end_capture 76
says "$VIDEO" "No such device" "unplugged" "plug it in"
whole_frames "$TMP/run/out.raw"
equal "why it ended" "$(stats '[.ok, .exit, .end] | @csv')" 'false,76,"device"'
equal "frames in the file" $(($(stat -c %s "$TMP/run/out.raw") / BYTES)) "$(stats .written)"
no_leftovers "$TMP/run"
wait_for 10 test -c "$VIDEO"
wait_for 10 works

case_begin "unplugged: single files are whole"
vivid_ctrl osd_text_mode=2 test_pattern=10
begin_capture out.png -n 0
vivid_ctrl disconnect=1
end_capture 76
no_leftovers "$TMP/run"
for file in "$TMP"/run/*.png; do
	check pngtopnm "$file" >/dev/null
done
wait_for 10 test -c "$VIDEO"

case_begin "unplugged while the driver's memory is mapped"
WAY=,io=mmap begin_capture out.raw -n 0
vivid_ctrl disconnect=1
end_capture 76
says "unplugged"
wait_for 10 test -c "$VIDEO"
wait_for 10 works

case_begin "a stall: 75 after the time given, the frames before are whole"
vivid_ctrl osd_text_mode=2 test_pattern=10
begin_capture out.raw -n 0 --timeout 2s
vivid_ctrl percentage_of_dropped_buffers=100
before=$SECONDS
end_capture 75
check [ $((SECONDS - before)) -le 30 ]
says "$VIDEO" "no frame within 2 s" "check signal and trigger"
whole_frames "$TMP/run/out.raw"
no_leftovers "$TMP/run"
case_begin "a stall from the start: 75, and no file"
expect_exit 75 grab -d "v4l2:$VIDEO" --timeout 2s -o "$TMP/none.png"
says "no frame within 2 s (0 captured)"
check_not [ -e "$TMP/none.png" ]
vivid_ctrl percentage_of_dropped_buffers=0

case_begin "dropped frames are counted: 1"
vivid_ctrl percentage_of_dropped_buffers=30
begin_capture out.raw -n 60
end_capture 1
vivid_ctrl percentage_of_dropped_buffers=0
check [ "$(stats .lost.device)" -ge 3 ]
equal "every frame is accounted for" "$(stats '(.seq[1] | tonumber) - (.seq[0] | tonumber) + 1')" \
	"$(stats '.captured + .lost.device + .lost.transfer + .lost.ring_full')"
equal "bytes" "$(stat -c %s "$TMP/run/out.raw")" $((60 * BYTES))

case_begin "one damaged frame: 1, not written, counted"
begin_capture out.raw -n 60
vivid_ctrl inject_v4l2_buf_flag_error=1
end_capture 1
equal "damaged" "$(stats .lost.corrupt)" 1
equal "bytes" "$(stat -c %s "$TMP/run/out.raw")" $((60 * BYTES))
case_begin "one damaged frame: written when asked"
begin_capture out.raw -n 60 --damaged keep
vivid_ctrl inject_v4l2_buf_flag_error=1
end_capture 1
equal "damaged" "$(stats .lost.corrupt)" 1
equal "marked" "$(jq -s 'map(select((.flags // []) | index("corrupt"))) | length' "$TMP/run/meta")" 1

case_begin "the driver's queue dies: 76, and works again"
begin_capture out.raw -n 0
vivid_ctrl inject_fatal_streaming_error=1
end_capture 76
says "$VIDEO" "Input/output error" "queue is dead"
whole_frames "$TMP/run/out.raw"
no_leftovers "$TMP/run"
works

case_begin "one QBUF refused in the middle: tried again, nothing lost"
begin_capture out.raw -n 60 --loss ignore -v
vivid_ctrl inject_vidioc_qbuf_error=1
end_capture 0
equal "bytes" "$(stat -c %s "$TMP/run/out.raw")" $((60 * BYTES))
says "VIDIOC_QBUF failed once"
case_begin "the first QBUF refused: the best way is taken all the same"
vivid_ctrl inject_vidioc_qbuf_error=1
expect_exit 0 grab -d "v4l2:$VIDEO" -n 2 --loss ignore --stats text
says "zero-copy, userptr"

case_begin "REQBUFS refused once: tried again"
vivid_ctrl inject_vidioc_reqbufs_error=1
expect_exit 0 grab -d "v4l2:$VIDEO" -n 2 --loss ignore -v
says "VIDIOC_REQBUFS" "Invalid argument" "zero-copy, userptr"

case_begin "STREAMON refused: 76, and no file"
vivid_ctrl inject_vidioc_streamon_error=1
expect_exit 76 grab -d "v4l2:$VIDEO" -o "$TMP/run/none.png"
says "$VIDEO" "VIDIOC_STREAMON" "Invalid argument" "try again"
check_not [ -e "$TMP/run/none.png" ]
no_leftovers "$TMP/run"
works

case_begin "the disk is full: 74, whole frames stay"
small_tmpfs "$TMP/small" 4m
expect_exit 74 grab -d "v4l2:$VIDEO" -s "$SIZE" -p RGB3 -n 0 -o "$TMP/small/out.ppm"
says "No space left"
no_leftovers "$TMP/small"
check [ -e "$TMP/small/out-000000.ppm" ]
for file in "$TMP"/small/*.ppm; do
	equal "bytes of $file" "$(stat -c %s "$file")" $((BYTES + 15))
done
case_begin "the disk is full: 74, and a file that ends behind a whole frame"
rm -f "$TMP"/small/*
expect_exit 74 grab -d "v4l2:$VIDEO" -s "$SIZE" -p RGB3 -n 0 -f raw -o "$TMP/small/out.raw"
says "No space left"
says "frames before are kept"
check [ -s "$TMP/small/out.raw" ]
equal "bytes behind the last whole frame" "$(($(stat -c %s "$TMP/small/out.raw") % BYTES))" 0
no_leftovers "$TMP/small"

case_begin "Ctrl-C: what was captured is whole, and the shell is told"
begin_capture out.raw -n 1000
kill -INT "$capture"
end_capture 130
whole_frames "$TMP/run/out.raw"
equal "why it ended" "$(stats .end)" signal
equal "frames in the file" $(($(stat -c %s "$TMP/run/out.raw") / BYTES)) "$(stats .written)"
no_leftovers "$TMP/run"
case_begin "Ctrl-C ends a run without an end: 0"
begin_capture out.raw -n 0 --loss ignore
kill -INT "$capture"
end_capture 0
whole_frames "$TMP/run/out.raw"

case_begin "killed: no half file under a final name"
begin_capture out.ppm -n 0
kill -KILL "$capture"
wait "$capture" 2>/dev/null
for file in "$TMP"/run/*.ppm; do
	equal "bytes of $file" "$(stat -c %s "$file")" $((BYTES + 15))
done
works

case_begin "no permission: 77 and the group's name"
chown root:video "$VIDEO"
chmod 660 "$VIDEO"
chmod 755 "$TMP"
expect_exit 77 setpriv --reuid 65534 --regid 65534 --clear-groups \
	env PATH="$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" grab -d "v4l2:$VIDEO"
says "$VIDEO" 'group "video"'
expect_exit 0 setpriv --reuid 65534 --regid 65534 --clear-groups \
	env PATH="$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" grab --list-devices
check grep -q 'join the group "video"' "$OUT"

# ---- signals that are not there ----

load_vivid node_types=0x1 num_inputs=2 input_types=0x0b

# no_signal MODE WORDS CONTROL INPUT
no_signal()
{
	v4l2-ctl -d "$VIDEO" -i "$4" || fail "no input $4"
	vivid_ctrl "$3=$1"
	expect_exit 75 grab -d "v4l2:$VIDEO" -o "$TMP/none.png"
	says "$VIDEO" "$2" "signal=ignore"
	check_not [ -e "$TMP/none.png" ]
	expect_exit 0 grab -y -d "v4l2:$VIDEO,signal=ignore" -o "$TMP/noise.png"
	vivid_ctrl "$3=0"
}

case_begin "HDMI without a signal, unstable, out of range: 75 at once, no noise"
no_signal 1 "no signal" dv_timings_signal_mode 0
no_signal 2 "no horizontal sync lock\|not stable" dv_timings_signal_mode 0
no_signal 3 "range" dv_timings_signal_mode 0
expect_exit 0 grab -d "v4l2:$VIDEO"

case_begin "S-Video without a signal: 75"
no_signal 1 "no signal" standard_signal_mode 1
no_signal 2 "no horizontal sync lock\|not stable" standard_signal_mode 1

done_testing
