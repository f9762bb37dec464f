#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What bttv and grab say of an emulated Bt878 that fails, and that both go on afterwards.
#
# bttv knows two errors of the chip, and a watchdog: half a second without a frame, and it gives the
# buffers back as damaged. Since it uses videobuf2 it gives back the one that was interrupted as good.
# machine: bt878 iommu
# limit: 900
. "$GRAB_SRC/tests/vm/lib.sh"
. "$GRAB_SRC/tests/vm/bttv.sh"

# grab_frames STATUS [OPTION...]: five frames to $TMP/frames
grab_frames()
{
	rm -f "$TMP/frames"
	expect_exit "$1" grab -y -d "$VIDEO" -s 640x480 -p YUYV -n 5 -f raw -o "$TMP/frames" \
		--stats text "${@:2}"
}

NO_FRAME='no( good)? frame within 2 s .*; check '

# no_frames: grab gives up, and says why: bttv gave all frames back as damaged, or none at all
no_frames()
{
	grab_frames 75 --timeout 2s
	check grep -qE "$NO_FRAME" "$ERR"
}

# damaged COMMAND: a fault in frame 2 costs frames, is told, and the others come
damaged()
{
	local before

	before=$(bttv_watchdog)
	device_tell "$1"
	grab_frames 1
	check grep -qE 'lost .*damaged' "$ERR"
	check grep -q '5 written of 5' "$ERR"
	check [ "$(bttv_watchdog)" -gt "$before" ]
}

if ! kernel_since 6.2; then
	case_begin "faults"
	case_skip "the faults were not tried with bttv of before videobuf2"
	done_testing
fi

bttv_load fdsr=1
device_tell "fps 0"

case_begin "a write that the bus refuses"
before=$(device_count aborts)
damaged pabort@2
equal "the device's aborts" "$(device_count aborts)" "$((before + 1))"

case_begin "a parity error in the program"
damaged riperr@2

case_begin "synchronisation is lost"
damaged scerr@2
check grep -q 'bttv: 0: SCERR @' <(dmesg)

case_begin "a field with fewer lines"
device_tell "short 10@2"
grab_frames 0
check grep -q 'bttv: 0: FDSR @' <(dmesg)
check_not "$(built tests/emulator/expect)" YUYV 640x480 interlaced "$BTTV_INPUT" "$TMP/frames"

case_begin "the engine hangs"
device_tell hang@2
no_frames
device_tell unhang
bttv_grab YUYV 640x480 5

case_begin "no camera"
device_tell "signal off"
grab_frames 75 --timeout 2s
check grep -qi signal "$ERR"
device_tell "signal on"
bttv_grab YUYV 640x480 5

case_begin "interrupts without a reason"
before=$(device_count baseless)
device_tell "spurious-irq 5"
bttv_grab YUYV 640x480 5
# one that is left would make up for the one that gets lost next
wait_for 60 counted baseless "$((before + 5))"

# In the middle of a stream: at its start bttv clears what it did not hear of.
case_begin "an interrupt is lost"
device_tell "fps 10"
before=$(device_count interrupts)
lost=$(device_count lost_irqs)
grab -y -d "$VIDEO" -s 640x480 -p YUYV -n 1000 -f null --timeout 2s --loss ignore 2>"$TMP/told" &
stream=$!
wait_for 60 counted interrupts "$((before + 6))"
device_tell "lose-irq 1"
wait "$stream"
equal "exit status of grab" $? 75
check grep -qE "$NO_FRAME" "$TMP/told"
equal "lost interrupts" "$(device_count lost_irqs)" "$((lost + 1))"
device_tell "fps 0"
bttv_load
bttv_grab YUYV 640x480 5

case_begin "the device is pulled out and put back"
device_tell gone
no_frames
device_tell back
bttv_unload
bttv_load
bttv_grab YUYV 640x480 5
bttv_unload
done_testing
