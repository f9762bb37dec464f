# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For suites with "# machine: MODEL": the emulated device's commands, and its place on the bus.
# Sourced by a suite behind lib.sh.

# device_tell COMMAND: its answer without the last line goes to standard output.
device_tell()
{
	local line

	printf '%s\n' "$1" >&"$device_line"
	while IFS= read -r -t 60 line <&"$device_line"; do
		line=${line%$'\r'}
		case $line in
		ok) return 0 ;;
		error:*) fail "the device does not take \"$1\": ${line#error: }"; return 1 ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
	fail "the device does not answer \"$1\""
}

# device_count NAME: a counter
device_count()
{
	device_tell counters | awk -v "name=$1" '$1 == name { print $2 }'
}

# device_find VENDOR DEVICE: sets DEVICE to its address on the bus.
device_find()
{
	local d

	DEVICE=
	for d in /sys/bus/pci/devices/*; do
		[ "$(cat "$d/vendor"):$(cat "$d/device")" != "0x$1:0x$2" ] || DEVICE=${d##*/}
	done
	[ -n "$DEVICE" ] || fail "no device $1:$2 on the bus"
}

stty -F /dev/ttyS2 raw -echo
exec {device_line}<>/dev/ttyS2
# what the suite before left
device_tell defaults
# A driver that always answers may be late by as much as the host is busy: a beam that does not wait for
# it shows it frames that were never written.
device_tell "patience 20000"
