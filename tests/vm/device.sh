# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For suites with "# machine: MODEL": the emulated device's commands, and its place on the bus.
# Sourced by a suite behind lib.sh. Where there are two devices, device_number says to which of them
# commands go, 0 or 1.
. "$GRAB_SRC/tests/vm/pci.sh"

# device_tell COMMAND: its answer without the last line goes to standard output.
device_tell()
{
	local line

	printf '%s\n' "$1" >&"${device_lines[device_number]}"
	while IFS= read -r -t 60 line <&"${device_lines[device_number]}"; do
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

# counted NAME COUNT: the device counts so much by now
counted()
{
	[ "$(device_count "$1")" -ge "$2" ]
}

# device_find VENDOR DEVICE: sets DEVICE to its address on the bus.
device_find()
{
	DEVICE=$(pci_find "$1" "$2" | tail -n 1)
	[ -n "$DEVICE" ] || fail "no device $1:$2 on the bus"
}

# device_line NUMBER NODE: the commands of a device, and its settings as a suite expects them
device_line()
{
	local line

	stty -F "$2" raw -echo
	exec {line}<>"$2"
	device_lines[$1]=$line
	device_number=$1
	# what the suite before left
	device_tell defaults
	device_tell zero
	# A driver that always answers may be late by as much as the host is busy: a beam that does not wait
	# for it shows it frames that were never written.
	device_tell "patience 20000"
}

device_lines=()
device_line 0 /dev/ttyS2
