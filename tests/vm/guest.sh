#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the guest, in the host's root, under tests/vm/init: one suite after the other. Results go
# to the second serial line (the first is the kernel's), logs to the share.
#
#   # guest VERSION           once, the tests start
#   # begin SUITE             then the suite's own TAP, see lib.sh
#   # end SUITE STATUS        its exit status; 124 or 137: it took longer than its limit
#   # done                    once, all suites ran

# shellcheck source-path=SCRIPTDIR
set -u
# shellcheck disable=SC1091 # made by run.sh
. /run/grab/share/config
. "$GRAB_SRC/tests/vm/dmesg.sh"

export GRAB_SRC GRAB_BUILD GRAB_STAGE GRAB_MODULES
export GRAB_SHARE=/run/grab/share
export HOME=/tmp LANG=C.UTF-8 TERM=dumb
# Process 1 has another root; udevadm would take that for a container.
export SYSTEMD_IGNORE_CHROOT=1
export PATH=/run/grab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Modules of this kernel are in a folder of their own; modprobe and the kernel must look there.
set_up_modprobe()
{
	local real

	real=$(command -v modprobe)
	mkdir -p /run/grab/bin
	printf '#!/bin/sh\nexec %s -d %s "$@"\n' "$real" "$GRAB_MODULES" >/run/grab/bin/modprobe
	chmod +x /run/grab/bin/modprobe
	echo /run/grab/bin/modprobe >/proc/sys/kernel/modprobe
}

# A suite may name its limit, "# limit: SECONDS"; see lib.sh.
limit_of()
{
	local limit

	limit=$(sed -n 's/^# limit: \([0-9]*\)$/\1/p' "$1")
	printf '%s' "${limit:-300}"
}

# What a suite left behind must not meet the next one.
clean_up()
{
	local module n

	kill -KILL -1 2>/dev/null
	# those that others need come last
	for module in vivid udma_thread udma_example udma_pci udma_sim udma; do
		for ((n = 0; n < 50; n++)); do
			[ -d "/sys/module/$module" ] || break
			rmmod "$module" 2>/dev/null || sleep 0.2
		done
	done
}

run_suite()
{
	local file=$GRAB_SUITES/$1.sh status

	printf '# begin %s\n' "$1"
	timeout -k 5 "$(limit_of "$file")" bash "$file" 2>"$GRAB_SHARE/$1.log"
	status=$?
	clean_up
	# The suite looks at the kernel's log after each case; this is what came after its last.
	if dmesg_bad >"$GRAB_SHARE/$1.dmesg"; then
		sed 's/^/#     /' "$GRAB_SHARE/$1.dmesg"
		[ "$status" -ne 0 ] || status=1
	fi
	printf '# end %s %s\n' "$1" "$status"
}

main()
{
	local suite

	stty -F /dev/ttyS1 raw
	exec >/dev/ttyS1 2>"$GRAB_SHARE/guest.log" 9</dev/kmsg
	busybox ip link set lo up
	set_up_modprobe
	dd bs=8192 count=0 iflag=nonblock status=none <&9
	dmesg_new >"$GRAB_SHARE/kernel.dmesg"
	printf '# guest %s\n' "$(uname -r)"
	for suite in $GRAB_RUN; do
		run_suite "$suite"
	done
	printf '# done\n'
	sync
}

main
