# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # for the suites
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

# "$AS_USER" KIB COMMAND...: as $USER_ID, without any right, and with so much memory that may be locked
USER_ID=65534
AS_USER=$TMP/as_user
cat >"$AS_USER" <<END
#!/bin/bash
ulimit -l "\$1" && shift && exec setpriv --reuid $USER_ID --regid $USER_ID --clear-groups "\$@"
END
chmod 755 "$AS_USER" "$TMP"
