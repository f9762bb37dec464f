# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The kernel's log since the last look. Sourced in the guest by guest.sh and lib.sh, which share
# file descriptor 9, /dev/kmsg, and with it the place up to which the log was read.

# A test during which the kernel says one of these fails.
dmesg_alarm='BUG:|WARNING:|Oops|Call Trace:|general protection fault|UBSAN:|KASAN:|DMA-API:'
dmesg_alarm+='|blocked for more than|segfault at|refcount_t:|kmemleak: [0-9]'

# Records that were not read yet, as "[microseconds] text". Each read() gives one record; the last
# one fails, since guest.sh made the descriptor non-blocking, and ends the program.
dmesg_new()
{
	sed -n 's/^[0-9]*,[0-9]*,\([0-9]*\),[^;]*;/[\1] /p' <&9 2>/dev/null
}

# Without the one complaint that a slow host causes: vivid's threads compute how long to sleep until
# the next frame, and ask for less than nothing when they are late. The kernel prints where, and
# goes on.
dmesg_known()
{
	awk '/schedule_timeout: wrong timeout value/ { block = 1; text = "" }
		block { text = text $0 "\n" }
		!block { print }
		block && /<\/TASK>/ { if (text !~ /vivid_thread/) printf "%s", text; block = 0 }
		END { if (block) printf "%s", text }'
}

# Prints what is new when it holds an alarm, and is true then.
dmesg_bad()
{
	local new

	new=$(dmesg_new)
	[[ $new =~ $dmesg_alarm ]] || return 1
	new=$(dmesg_known <<<"$new")
	[[ $new =~ $dmesg_alarm ]] || return 1
	printf '%s\n' "$new"
}
