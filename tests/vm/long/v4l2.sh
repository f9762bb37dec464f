#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# grab on a real driver: pixels against formulas and through a loop, every way into memory told as
# what it is, names that last, controls, inputs and signals, counters that wrap, and what a frame
# costs in system calls.
# limit: 600
. "$GRAB_SRC/tests/vm/lib.sh"

S=320x180

# pixels PATTERN FOURCC [FRAMES [OPTION...]]: capture and compare with the formula. A slow guest may
# make the driver drop frames, which is no concern here.
pixels()
{
	local pattern=$1 fourcc=$2 frames=${3:-2}

	vivid_ctrl "test_pattern=$pattern"
	expect_exit 0 grab -y -d "$DEVICE" -s "$S" -p "$fourcc" -n "$frames" -f raw \
		-o "$TMP/frames" --loss ignore --stats text "${@:4}" || return
	perl "$GRAB_SRC/tests/vm/picture.pl" "$pattern" "$fourcc" "$S" "$frames" >"$TMP/computed" ||
		fail "no formula"
	cmp "$TMP/frames" "$TMP/computed" || fail "pattern $pattern in $fourcc differs"
}

# way WORDS: the report of the last grab says so
way()
{
	grep -q "; $1\$" "$ERR" || fail "the report does not say \"$1\": $(grep memory "$ERR")"
}

# png_size FILE: as WxH
png_size()
{
	perl -e 'open F, "<", shift; read F, $b, 24; print join "x", unpack "x16NN", $b' "$1"
}

# field FILTER: of the JSON in $OUT
field()
{
	jq -r "$1" <"$OUT"
}

# ---- one camera ----

load_vivid node_types=0x1 num_inputs=1 input_types=0
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "the list of devices"
expect_exit 0 grab --list-devices --json -B v4l2
equal "devices" "$(field '.devices | length')" 1
equal "uri" "$(field '.devices[0].uri')" "v4l2:$VIDEO"
equal "stable" "$(field '.devices[0].stable')" "v4l2:bus=platform:vivid-000"
equal "driver" "$(field '.devices[0].driver')" vivid
equal "flags" "$(field '.devices[0] | [.accessible, .busy, .simulated] | @csv')" "true,false,false"
if [ -e /dev/udmabuf ]; then ways=userptr,dmabuf,mmap; else ways=userptr,mmap; fi
equal "ways" "$(field '.devices[0].caps | join(",")')" "$ways"

case_begin "pixels in RGB: checkers, bars, squares, ramp"
pixels 10 RGB3
pixels 1 BGR3
pixels 4 RGB3
pixels 20 RGB3
way "zero-copy, userptr"

case_begin "pixels in YCbCr, packed and planar"
pixels 0 YUYV
pixels 1 UYVY
pixels 1 YVYU
pixels 0 NV12
pixels 1 NV16
pixels 1 NV24
pixels 1 YU12
pixels 0 YV12
pixels 1 422P
pixels 5 GREY

case_begin "as PNG, its pixels are the same"
vivid_ctrl test_pattern=4
expect_exit 0 grab -d "$DEVICE" -s "$S" -p RGB3 -o "$TMP/squares.png"
pngtopnm "$TMP/squares.png" | tail -c 172800 >"$TMP/decoded"
check cmp "$TMP/decoded" <(perl "$GRAB_SRC/tests/vm/picture.pl" 4 RGB3 "$S")

case_begin "a hundred frames, a hundred files"
expect_exit 0 grab -d "$DEVICE" -s "$S" -n 100 -o "$TMP/many/out.pgm" --mkdir --loss ignore -b all
equal "files" "$(find "$TMP/many" -type f | wc -l)" 100
check [ -s "$TMP/many/out-000099.pgm" ]
rm -r "$TMP/many"

case_begin "every kind of memory, straight"
for kind in normal thp huge memfd; do
	pixels 10 RGB3 4 --mem "$kind"
	way "zero-copy, userptr"
done

case_begin "a named way: through the driver's memory, told as a copy"
DEVICE=v4l2:$VIDEO,io=mmap
pixels 10 RGB3 4
way "copied, mmap"
pixels 1 NV12 4

case_begin "a named way: a memfd as dma-buf"
DEVICE=v4l2:$VIDEO,io=dmabuf
if kernel_since 6.12; then
	pixels 10 RGB3 4 --mem memfd
	way "zero-copy, dmabuf"
	expect_exit 78 grab -d "$DEVICE" --mem normal
	check grep -q 'the memory has no memfd' "$ERR"
else
	expect_exit 78 grab -d "$DEVICE" --mem memfd
	check grep -q '/dev/udmabuf cannot be opened' "$ERR"
fi
DEVICE=v4l2:$VIDEO

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

case_begin "controls: the names are v4l2-ctl's, and values are set and put back"
expect_exit 0 grab -d "$DEVICE" --list-ctrls --json
field '.controls[].name' | sort >"$TMP/ours"
v4l2-ctl -d "$VIDEO" --list-ctrls | sed -nE 's/^ +([a-z0-9_]+) 0x.*/\1/p' | sort >"$TMP/theirs"
check [ "$(wc -l <"$TMP/theirs")" -gt 40 ]
equal "names that only v4l2-ctl has" "$(comm -13 "$TMP/ours" "$TMP/theirs" | tr '\n' ' ')" ""
expect_exit 0 grab -d "$DEVICE" -c brightness=100,test_pattern=10 -c menu=4
equal "brightness" "$(v4l2-ctl -d "$VIDEO" -C brightness)" "brightness: 100"
expect_exit 0 grab -d "$DEVICE" --restore-ctrls -c brightness=50
equal "brightness" "$(v4l2-ctl -d "$VIDEO" -C brightness)" "brightness: 100"
expect_exit 0 grab -d "$DEVICE" -c brightness=default
equal "brightness" "$(v4l2-ctl -d "$VIDEO" -C brightness)" "brightness: 128"
expect_exit 0 grab -d "$DEVICE" -c integer_64_bits=1234567890123
equal "64 bits" "$(v4l2-ctl -d "$VIDEO" -C integer_64_bits)" "integer_64_bits: 1234567890123"
expect_exit 78 grab -d "$DEVICE" -c brightness=256
check grep -q '0 to 255' "$ERR"
expect_exit 78 grab -d "$DEVICE" -c no_such_control=1
expect_exit 78 grab -d "$DEVICE" -c read_only_integer_32_bits=1

case_begin "the formats are v4l2-ctl's"
expect_exit 0 grab -d "$DEVICE" --list-formats --json
equal "pixel formats" "$(field '.formats | map(.fourcc) | unique | length')" \
	"$(v4l2-ctl -d "$VIDEO" --list-formats | grep -cE "^\s+\[[0-9]+\]: '")"

case_begin "sequence numbers that wrap go on"
vivid_ctrl wrap_sequence_number=1
expect_exit 0 grab -y -d "$DEVICE" -s "$S" -r 60 -n 200 -M "$TMP/meta" --loss ignore
vivid_ctrl wrap_sequence_number=0
check jq -se 'map(select(.schema == "grab.frame/1") | .seq | tonumber)
	| length == 200 and .[0] < 4294967296 and .[-1] >= 4294967296
	and . == sort and .[-1] - .[0] < 1000' "$TMP/meta"

case_begin "times of the device, whatever their source"
for source in 0 1; do
	vivid_ctrl "timestamp_source=$source"
	expect_exit 0 grab -y -d "$DEVICE" -n 3 -M "$TMP/meta" --loss ignore
	equal "the source" "$(jq -rs 'map(.ts_src // empty) | unique | join(" ")' "$TMP/meta")" \
		"$([ "$source" = 0 ] && echo eof || echo soe)"
done
vivid_ctrl timestamp_source=0 wrap_timestamp=1
expect_exit 0 grab -d "$DEVICE" -n 5 --loss ignore
vivid_ctrl wrap_timestamp=0

# ---- what a frame costs ----

# calls FRAMES: system calls of a whole run, counted by the kernel
calls()
{
	local t=/sys/kernel/tracing

	echo 0 >$t/tracing_on
	echo >$t/trace
	# shellcheck disable=SC2016 # the inner shell's
	bash -c 'echo $$ >/sys/kernel/tracing/set_event_pid
		echo 1 >/sys/kernel/tracing/events/raw_syscalls/sys_enter/enable
		echo 1 >/sys/kernel/tracing/tracing_on
		exec grab -q -d "$0" -s 320x180 -r 60 -n "$1" -f null --loss ignore --progress none' \
		"$DEVICE" "$1" || fail "grab failed"
	echo 0 >$t/events/raw_syscalls/sys_enter/enable
	sed -nE 's/.*sys_enter: NR ([0-9]+).*/\1/p' $t/trace | sort -n | uniq -c | tr '\n' ';' >&2
	grep -c 'sys_enter: NR' $t/trace
}

case_begin "three system calls a frame"
if [ -d /sys/kernel/tracing/events/raw_syscalls ]; then
	echo 4096 >/sys/kernel/tracing/buffer_size_kb
	few=$(calls 50) many=$(calls 350)
	note "$few for 50 frames, $many for 350"
	check [ "$few" -gt 100 ]
	# a few more where a wait ends without a frame
	check [ $((many - few)) -le $((300 * 3 + 45)) ]
	check [ $((many - few)) -ge $((300 * 3 - 45)) ]
else
	fail "this kernel does not trace system calls"
fi

# ---- several at once ----

case_begin "a second program is told who has the device"
vivid_ctrl test_pattern=10
grab -q -d "$DEVICE" -n 0 2>/dev/null &
first=$!
busy() { grab --list-devices --json -B v4l2 | jq -e '.devices[0].busy' >/dev/null; }
wait_for 30 busy
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

# ---- several planes ----

load_vivid node_types=0x1 num_inputs=1 input_types=0 multiplanar=2
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "planes in memories of their own, and data that begins behind an offset"
pixels 1 NM12 3
pixels 0 YM12 3
pixels 1 YM21 3
pixels 1 NM16 3		# the driver puts 128 bytes in front of the first plane,
pixels 1 NM61 3		# of the second,
pixels 0 YUYV 3		# and of the only one
pixels 1 YM24 3
pixels 10 RGB3 3
way "zero-copy, userptr"

case_begin "... through the driver's memory"
DEVICE=v4l2:$VIDEO,io=mmap
pixels 1 NM16 3
pixels 1 NM61 3
pixels 0 YUYV 3
pixels 1 YM12 3
way "copied, mmap"

case_begin "... through dma-bufs, one for each plane"
DEVICE=v4l2:$VIDEO,io=dmabuf
if kernel_since 6.12; then
	S=640x480	# planes of whole pages
	pixels 1 NM12 3 --mem memfd
	way "zero-copy, dmabuf"
	S=320x180
	expect_exit 78 grab -d "$DEVICE" -s "$S" -p NM12 --mem memfd
	check grep -q 'a plane does not begin at a page' "$ERR"
else
	case_skip "no /dev/udmabuf before 6.12"
fi

case_begin "standard output carries frames and nothing else"
vivid_ctrl test_pattern=1
expect_exit 0 grab -d "v4l2:$VIDEO" -s "$S" -p RGB3 -f raw -o -
check cmp "$OUT" <(perl "$GRAB_SRC/tests/vm/picture.pl" 1 RGB3 "$S")

# ---- a driver without user pointers ----

load_vivid node_types=0x1 num_inputs=1 input_types=0 allocators=1
vivid_ctrl osd_text_mode=2

case_begin "no user pointers: a copy, told as one and why"
DEVICE=v4l2:$VIDEO
pixels 10 RGB3 4 -vv
if grep -q 'zero-copy, dmabuf$' "$ERR"; then
	# memory that happens to be in one piece: grab's memfd went the better way
	note "every page of the memfd lay in one piece"
else
	way "copied, mmap"
	check grep -q 'the driver does not have this way (io=userptr)' "$ERR"
fi

case_begin "no user pointers: a way that was named is not replaced"
expect_exit 78 grab -d "v4l2:$VIDEO,io=userptr"
check grep -q 'io=userptr' "$ERR"

# ---- connectors ----

load_vivid node_types=0x1 num_inputs=2 input_types=0x0b
vivid_ctrl osd_text_mode=2
DEVICE=v4l2:$VIDEO

case_begin "a connector by name and by number"
expect_exit 0 grab -d "$DEVICE" -I 'S-Video 000-0' -s 720x576
expect_exit 0 grab -d "$DEVICE" -I 0 -p RGB3 -o "$TMP/hdmi.png"
equal "size" "$(png_size "$TMP/hdmi.png")" 1280x720
expect_exit 78 grab -d "$DEVICE" -I SCART
check grep -q 'no input is called' "$ERR"

case_begin "TV standards: named, unknown"
expect_exit 0 grab -d "$DEVICE,std=NTSC" -I 1 -o "$TMP/ntsc.png" --stats text
equal "size" "$(png_size "$TMP/ntsc.png")" 720x480
expect_exit 0 grab -d "$DEVICE,std=PAL" -o "$TMP/pal.png"
equal "size" "$(png_size "$TMP/pal.png")" 720x576
expect_exit 78 grab -d "$DEVICE,std=BETAMAX"
check grep -q 'it has .*PAL' "$ERR"

case_begin "the source's timings are followed"
expect_exit 0 grab -d "$DEVICE" -I 0
# what comes in is the timing that vivid's control names, not the one that is set
first=$(v4l2-ctl -d "$VIDEO" --list-ctrls-menus | sed -nE '/dv_timings 0x/,/^ *[a-z_]+ 0x[0-9a-f]+ \(/ {
	s/^\s+([0-9]+): 1920x1080p60.*/\1/p }' | head -n 1)
vivid_ctrl "dv_timings=${first:-0}" dv_timings_signal_mode=4
expect_exit 0 grab -d "$DEVICE" -o "$TMP/followed.png"
equal "size" "$(png_size "$TMP/followed.png")" 1920x1080
vivid_ctrl dv_timings_signal_mode=0

# ---- pictures of our own ----

# feed FOURCC BYTES: four random pictures of 640x480 on the output; the input is set alike
feed()
{
	local node

	# different timings at the ends make vivid scale, and read behind its buffers
	for node in "$VIDEO" "$VIDEO_OUT"; do
		v4l2-ctl -d "$node" --set-dv-bt-timings index=0 >/dev/null || fail "no timings"
		equal "the width of $node" \
			"$(v4l2-ctl -d "$node" --get-dv-timings | sed -nE 's/.*Active width: //p')" 640
	done
	v4l2-ctl -d "$VIDEO_OUT" --set-fmt-video-out "width=640,height=480,pixelformat=$1" ||
		fail "the output does not take the format"
	head -c $((4 * $2)) /dev/urandom >"$TMP/pictures"
	"$(built tests/vm/feeder)" "$VIDEO_OUT" "$TMP/pictures" >"$TMP/feeding" &
	feeder=$!
	wait_for 30 grep -q feeding "$TMP/feeding"
}

# hashes FILE BYTES: of each of its frames
hashes()
{
	split -b "$2" --filter='sha256sum' "$1" | sort -u
}

# looped FOURCC BYTES URI-OPTIONS [OPTION...]: every frame is one of the pictures, and not always the same
looped()
{
	expect_exit 0 grab -y -d "v4l2:$VIDEO$3" -p "$1" -S 4 -n 12 -f raw -o "$TMP/frames" \
		--loss ignore --stats text "${@:4}" || return
	equal "bytes" "$(stat -c %s "$TMP/frames")" $((12 * $2))
	hashes "$TMP/pictures" "$2" >"$TMP/known"
	hashes "$TMP/frames" "$2" >"$TMP/seen"
	equal "frames that were never fed" "$(comm -13 "$TMP/known" "$TMP/seen" | wc -l)" 0
	check [ "$(wc -l <"$TMP/seen")" -ge 2 ]
}

load_vivid node_types=0x101 num_inputs=1 input_types=3 num_outputs=1 output_types=1
if kernel_since 6.12; then
	vivid_ctrl hdmi_000_0_is_connected_to=2
else
	vivid_ctrl loop_video=1
fi

case_begin "through the loop, every frame is one that was fed"
feed YUYV 614400
looped YUYV 614400 ""
way "zero-copy, userptr"
looped YUYV 614400 ",io=mmap"
! kernel_since 6.12 || looped YUYV 614400 ",io=dmabuf" --mem memfd
kill "$feeder"
wait "$feeder"

case_begin "... in RGB too"
feed RGB3 921600
looped RGB3 921600 ""
kill "$feeder"
wait "$feeder"

done_testing
