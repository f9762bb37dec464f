# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The kernel's log since the last look. Sourced in the guest by guest.sh and lib.sh, which share
# file descriptor 9, /dev/kmsg, and with it the place up to which the log was read.

# A test during which the kernel says one of these fails.
dmesg_alarm='BUG:|WARNING:|Oops|Call Trace:|general protection fault|UBSAN:|KASAN:|DMA-API:'
dmesg_alarm+='|blocked for more than|segfault at|refcount_t:'

# Records that were not read yet, as "[microseconds] text".
dmesg_new()
{
	# Each read() gives one record; the last fails, since there is none.
	dd bs=8192 iflag=nonblock status=none <&9 2>/dev/null |
		sed -n 's/^[0-9]*,[0-9]*,\([0-9]*\),[^;]*;/[\1] /p'
}

# Prints what is new when it holds an alarm, and is true then.
dmesg_bad()
{
	local new

	new=$(dmesg_new)
	grep -qE "$dmesg_alarm" <<<"$new" && printf '%s\n' "$new"
}
