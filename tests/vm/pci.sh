# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # stream is for the suites
# For suites with PCI devices, emulated ones or QEMU's own. Sourced by a suite behind lib.sh.

# pci_find VENDOR DEVICE: the addresses on the bus of all with these ids, one a line
pci_find()
{
	local d

	for d in /sys/bus/pci/devices/*; do
		[ "$(cat "$d/vendor"):$(cat "$d/device")" != "0x$1:0x$2" ] || echo "${d##*/}"
	done
}

# begin_stream URI [OPTION...]: in the background and without end; waits for the first frame. Sets
# stream to its process; what it says goes to $TMP/told.
begin_stream()
{
	: >"$TMP/stream"
	grab -d "$1" -n 100000 -b 4 --format raw -o - "${@:2}" >"$TMP/stream" 2>"$TMP/told" &
	stream=$!
	wait_for 60 test -s "$TMP/stream"
}
