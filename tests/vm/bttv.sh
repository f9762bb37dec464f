# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Linux's bttv on the emulated Bt878: for suites with "# machine: bt878", behind lib.sh.
. "$GRAB_SRC/tests/vm/device.sh"

# The multiplexer's position of bttv's first input, see bt878_pattern.h.
BTTV_INPUT=2

# bttv_load [PARAMETER...]: loads bttv and sets VIDEO. The card is one whose inputs bttv knows; there is no tuner on the bus.
# The beam alone waits for bttv, which takes the chip for faster than itself: see bt878.h.
bttv_load()
{
	local node

	device_find 109e 036e
	device_tell "pace beam"
	[ ! -d /sys/module/bttv ] || check rmmod bttv
	modprobe bttv card=34 tuner=-1 radio=0 "$@" || fail "bttv does not load"
	VIDEO=
	for node in /sys/class/video4linux/video*; do
		[[ $(cat "$node/name") != BT878\ video* ]] || VIDEO=/dev/${node##*/}
	done
	[ -n "$VIDEO" ] || fail "bttv made no video node"
}

# bttv_unload: and the engine waits for the driver that comes next
bttv_unload()
{
	check rmmod bttv
	device_tell "pace handshake"
}

# Numbers grow, or begin again: bttv stops the chip when the application keeps all buffers.
bttv_ordered()
{
	awk 'NR > 1 && $1 <= last && $1 > 2 { wrong = 1 } { last = $1 } END { exit wrong }' "$TMP/numbers"
}

# bttv_right FOURCC WxH FIELDS COUNT: $TMP/frames holds so many frames in order, every byte as computed;
# if not, BTTV_WHY says what is wrong
bttv_right()
{
	if ! "$(built tests/emulator/expect)" "$1" "$2" "$3" "$BTTV_INPUT" "$TMP/frames" >"$TMP/numbers"; then
		BTTV_WHY=$(tail -n 1 "$TMP/numbers")
	elif [ "$(wc -l <"$TMP/numbers")" -ne "$4" ]; then
		BTTV_WHY="$(wc -l <"$TMP/numbers") frames, not $4"
	elif ! bttv_ordered; then
		BTTV_WHY="the order is $(tr '\n' ' ' <"$TMP/numbers")"
	else
		return 0
	fi
	return 1
}

# How often bttv gave up since it was loaded: half a second without a frame is too long for it, and
# a busy host may take longer.
bttv_watchdog()
{
	dmesg | grep -c 'bttv: .*: timeout: drop='
}

# How often one of the two was too late for the other.
bttv_late()
{
	echo $(($(bttv_watchdog) + $(device_count impatient)))
}

# bttv_repeat FOURCC WxH FIELDS COUNT COMMAND...: the command captures what is expected; once more, and
# again, when bttv gave up meanwhile or the beam did not wait for it
bttv_repeat()
{
	local try before

	for try in 1 2 3; do
		before=$(bttv_late)
		rm -f "$TMP/frames"
		expect_exit 0 "${@:5}" || return
		bttv_right "$1" "$2" "$3" "$4" && return
		[ "$(bttv_late)" -gt "$before" ] || break
		printf 'try %s: bttv was too late: %s\n' "$try" "$BTTV_WHY"
	done
	fail "$1 $2 $3: $BTTV_WHY"
}

# bttv_capture FOURCC WxH FIELDS mmap|user COUNT: by v4l2-ctl, which says 0 whatever happens
bttv_capture()
{
	bttv_repeat "$1" "$2" "$3" "$5" v4l2-ctl -d "$VIDEO" \
		-v "width=${2%x*},height=${2#*x},pixelformat=$1,field=$3" \
		--stream-"$4"=4 --stream-count="$5" --stream-to="$TMP/frames"
}

# bttv_grab FOURCC WxH COUNT [OPTION...]: by grab, whose memory is the application's; its report says
# that nothing was copied. Of frames that have no more lines than a field, bttv gives the bottom one.
bttv_grab()
{
	local fields=interlaced

	[ "${2#*x}" -gt 288 ] || fields=bottom
	bttv_repeat "$1" "$2" "$fields" "$3" grab -y -d "$VIDEO" -s "$2" -p "$1" -n "$3" \
		-f raw -o "$TMP/frames" --loss ignore --stats text "${@:4}" || return
	grep -q 'zero-copy (userptr)' "$ERR" || fail "no zero-copy: $(grep memory "$ERR")"
}

# $TMP/vbi holds frames of the blanking interval, of the top field and then the bottom one; looks at
# the two words with which each line begins, see bt878_pattern.h
bttv_vbi_right()
{
	perl -e '
		my ($input, $file, $lines) = @ARGV;
		my ($length, $y, $frame) = (2048, 0);
		open F, "<", $file or die "$file: $!\n";
		while (read(F, my $line, $length) == $length) {
			my ($number, $where) = unpack "VV", $line;
			my ($field, $row) = (int($y / $lines) % 2, $y % $lines);
			$frame = $number if $y % (2 * $lines) == 0;
			my $wanted = 0x8a700000 | $input << 18 | 3 << 16 | ($row * 2 + $field);
			die sprintf("line %d: %x %x, not %x %x\n", $y, $number, $where, $frame, $wanted)
				if $number != $frame || $where != $wanted;
			$y++;
		}
		die "$y lines\n" if !$y || $y % (2 * $lines)' "$BTTV_INPUT" "$TMP/vbi" 16
}
