# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the suites of the VM bench: test cases, vivid, and the helpers that make a case short.
#
# How to add a suite: write tests/vm/suites/NAME.sh (name it in tests/vm/local.mk):
#
#	#!/bin/bash
#	# SPDX-License-Identifier: GPL-2.0-or-later
#	# What this suite shows.
#	# limit: 240                      seconds; without this line 300
#	. "$GRAB_SRC/tests/vm/lib.sh"
#
#	load_vivid node_types=0x1 num_inputs=1 input_types=0
#
#	case_begin "an unplugged device ends with its exit status"
#	expect_exit 69 grab -d "$VIDEO" --frames 1 -o "$TMP/a.png"
#	check grep -q 'gone' "$ERR"
#
#	case_begin "another case; it ends the one before"
#	...
#	done_testing
#
# The suite runs as root in the guest, in the host's root (read-only), and is seen by
# `./run check-vm NAME`. What it can rely on:
#
#   $GRAB_SRC, $GRAB_BUILD   source and build tree, at the host's paths, read-only
#   grab                     first in PATH: the installed command, with its library
#   built PROGRAM            the path of a program of the build tree that is not installed
#   $TMP                     an empty folder in the guest's memory
#   $GRAB_SHARE              a folder that the host keeps: BUILD/check-vm/KERNEL
#   $OUT, $ERR               files with what the last expect_exit printed
#
# Standard output and error of a suite go to its log in the share; only the functions below write
# results. A case passes when nothing in it called fail and the kernel did not complain. Every
# command under test gets a time limit from expect_exit. Wait for a condition with wait_for, never
# with a bare sleep. Processes in the background are killed when the suite ends, and vivid unloaded.

set -u
exec 3>&1 1>&2
. "$GRAB_SRC/tests/vm/dmesg.sh"

# The limit of one command under test in seconds: generous, an emulated guest may be very slow.
LIMIT=${LIMIT:-60}
# All limits are so many times longer, those of programs too: for kernels that are slow.
export SLOW=${SLOW:-1}
TMP=$(mktemp -d /tmp/suite.XXXXXX)
OUT=$TMP/.out
ERR=$TMP/.err

if [ -n "${GRAB_STAGE:-}" ]; then
	PATH=$GRAB_STAGE_BIN:$PATH
	export LD_LIBRARY_PATH=$GRAB_STAGE_LIB
fi

# Nothing ever comes from here: to wait without a process, see nap.
exec {never}<> <(:)

case_number=0
case_name=
case_began=
case_reason=
case_notes=
case_failed=0
suite_failed=0

# ---- time ----

# since MICROSECONDS: how long ago that was, in seconds
since()
{
	local us=$((${EPOCHREALTIME/./} - $1))

	printf '%d.%d' $((us / 1000000)) $((us / 100000 % 10))
}

suite_began=${EPOCHREALTIME/./}

# nap SECONDS: as sleep, which under emulation takes longer to start than to sleep.
nap()
{
	read -rt "$1" -u "$never" _ || :
}

# ---- cases ----

# case_begin NAME: a case starts; the one before is judged.
case_begin()
{
	case_end
	case_number=$((case_number + 1))
	case_name=$1
	case_reason=
	case_notes=
	case_failed=0
	case_began=${EPOCHREALTIME/./}
	printf '# case %s\n' "$1" >&3
	printf '\n== %s (at %s s)\n' "$1" "$(since "$suite_began")"
}

# fail TEXT...: the case failed, and why. It goes on; returns 1 for "|| return".
fail()
{
	case_failed=1
	note "$@"
	return 1
}

# note TEXT...: shown when the case fails.
note()
{
	printf '%s\n' "$*"
	case_notes+="$*"$'\n'
}

# case_skip REASON: the case cannot run here. Call it before any check.
case_skip()
{
	case_reason=$*
}

# Judges the running case, if there is one.
case_end()
{
	local alarm

	[ -n "$case_name" ] || return 0
	printf -- '-- %s s\n' "$(since "$case_began")"
	if alarm=$(dmesg_bad); then
		fail "the kernel complained:"
		note "$alarm"
	fi
	if [ "$case_failed" -ne 0 ]; then
		suite_failed=1
		printf 'not ok %s - %s\n' "$case_number" "$case_name" >&3
		sed '/^$/d; s/^/#     /' <<<"$case_notes" >&3
	elif [ -n "$case_reason" ]; then
		printf 'ok %s - %s # SKIP %s\n' "$case_number" "$case_name" "$case_reason" >&3
	else
		printf 'ok %s - %s\n' "$case_number" "$case_name" >&3
	fi
	case_name=
}

# The suite's last line. Without it (an early exit, a crash) the suite counts as failed.
done_testing()
{
	case_end
	printf '1..%s\n' "$case_number" >&3
	exit "$suite_failed"
}

# ---- checks ----

# check COMMAND...: it must succeed.
check()
{
	"$@" || fail "failed: $*"
}

# check_not COMMAND...: it must not succeed.
check_not()
{
	! "$@" || fail "succeeded, and must not: $*"
}

# equal WHAT GOT WANTED
equal()
{
	[ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"
}

# expect_exit STATUS COMMAND...: runs it with its output in $OUT and $ERR, at most LIMIT seconds.
expect_exit()
{
	local wanted=$1 got

	shift
	printf '$ %s\n' "$*"
	timeout -k 5 $((LIMIT * SLOW)) "$@" >"$OUT" 2>"$ERR" </dev/null
	got=$?
	[ "$got" -eq "$wanted" ] && return 0
	fail "exit status $got, not $wanted: $*"
	[ "$got" -ne 124 ] || note "(124: it ran into the limit of $((LIMIT * SLOW)) s)"
	note "standard error:" "$(tail -n 20 "$ERR")"
	note "standard output: $(head -c 1000 "$OUT" | tr -cd '[:print:]\n')"
	return 1
}

# wait_for SECONDS COMMAND...: until it succeeds; fails the case when the time is over.
wait_for()
{
	local limit=$(($1 * SLOW))
	local end=$((SECONDS + limit))

	shift
	until "$@"; do
		if [ "$SECONDS" -gt "$end" ]; then
			fail "waited $limit s in vain for: $*"
			return 1
		fi
		nap 0.05
	done
}

# import_tap COMMAND...: a program that prints TAP; each of its tests becomes a case, named after the
# program or, where it is set, TAP_NAME. Cases are told as they come: a long program is not a silent one.
import_tap()
{
	local line seen=0 planned='' status=$TMP/.status name=${TAP_NAME:-${1##*/}} said=()

	case_end
	printf '$ %s\n' "$*"
	printf '# case %s\n' "$name" >&3
	while IFS= read -r line; do
		case $line in
		ok\ * | not\ ok\ *)
			case_begin "$name: $(sed -E 's/^(not )?ok( [0-9]+)?( -)? ?//' <<<"$line")"
			seen=$((seen + 1))
			[ ${#said[@]} = 0 ] || note "$(printf '%s\n' "${said[@]}")"
			said=()
			[[ $line == ok* ]] || fail "reported by the program itself"
			[[ ! $line =~ '# SKIP' ]] || case_name=${case_name%% # SKIP*}
			[[ ! $line =~ '# SKIP'(.*) ]] || case_skip "${BASH_REMATCH[1]# }"
			;;
		1..*) planned=${line#1..} ;;
		'#'*) said+=("$line") ;;
		*) printf '%s\n' "$line" ;;
		esac
	done < <(timeout -k 5 $((LIMIT * SLOW)) "$@" </dev/null; echo "$?" >"$status")
	case_begin "$name: ran to its end"
	[ ${#said[@]} = 0 ] || note "$(printf '%s\n' "${said[@]}")"
	equal "exit status" "$(cat "$status")" 0
	equal "number of tests planned" "$planned" "$seen"
}

# ---- the guest ----

# The path of a program of the build tree. libtool puts a script in its place and the program into
# .libs; the script wants to write to the build tree, which is read-only here.
built()
{
	local p=$GRAB_BUILD/$1

	if [ -x "${p%/*}/.libs/${p##*/}" ]; then
		printf '%s/.libs/%s\n' "${p%/*}" "${p##*/}"
	else
		printf '%s\n' "$p"
	fi
}

# kernel_since 6.12: is the guest's kernel this one or newer?
kernel_since()
{
	printf '%s\n' "$1" "$(uname -r)" | sort -V -C
}

# small_tmpfs FOLDER SIZE: a file system that is soon full (SIZE as of mount, 4m).
small_tmpfs()
{
	mkdir -p "$1" && mount -t tmpfs -o "size=$2" tmpfs "$1"
}

# hugepages COUNT: so many huge pages of 2 MiB must be free.
hugepages()
{
	echo "$1" >/proc/sys/vm/nr_hugepages
	[ "$(cat /proc/sys/vm/nr_hugepages)" -ge "$1" ]
}

# Starts udev, for the names under /dev/v4l and for events of hotplug.
start_udev()
{
	/lib/systemd/systemd-udevd --daemon && udevadm trigger --subsystem-match=video4linux &&
		udevadm settle --timeout=30
}

# ---- vivid ----

# load_vivid PARAMETER...: sets VIDEO to its first node that captures, VIDEO_OUT to its first output.
load_vivid()
{
	local node

	unload_vivid
	modprobe vivid "$@" || { fail "vivid does not load"; return 1; }
	VIDEO=
	VIDEO_OUT=
	for node in /sys/class/video4linux/video*; do
		case $(cat "$node/name") in
		*-vid-cap) VIDEO=${VIDEO:-/dev/${node##*/}} ;;
		*-vid-out) VIDEO_OUT=${VIDEO_OUT:-/dev/${node##*/}} ;;
		esac
	done
	[ -n "$VIDEO$VIDEO_OUT" ] || fail "vivid made no video node"
}

unload_vivid()
{
	[ ! -d /sys/module/vivid ] || wait_for 30 rmmod vivid
}

# vivid_ctrl NAME=VALUE...: controls of $VIDEO; a button is pressed by NAME=1.
vivid_ctrl()
{
	local c

	for c in "$@"; do
		v4l2-ctl -d "$VIDEO" -c "$c" || fail "cannot set $c"
	done
}

# vivid_format WIDTH HEIGHT FOURCC [FPS]: the rate in a call of its own, it is reset by the format.
vivid_format()
{
	v4l2-ctl -d "$VIDEO" -v "width=$1,height=$2,pixelformat=$3" &&
		{ [ $# -lt 4 ] || v4l2-ctl -d "$VIDEO" -p "$4"; }
}
