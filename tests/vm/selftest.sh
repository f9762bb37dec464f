#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does the bench see what goes wrong? Runs the suites of tests/vm/selftest, which fail in every way
# there is, and compares what the bench says of them. TAP on standard output.
#
#   selftest.sh [KERNEL]

# shellcheck source-path=SCRIPTDIR
set -u
. "$(dirname "$0")/common.sh"

kernel=${1:-${vm_kernels[0]}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0

# bench NAME QUIET SUITE...: its exit status into $work/NAME.status, what it printed into NAME.out,
# the results alone into NAME.results
bench()
{
	local name=$work/$1 limit=$2

	shift 2
	GRAB_VM_SUITES=$vm_dir/selftest GRAB_BUILD=$name GRAB_VM_QUIET=$limit \
		"$vm_dir/run.sh" --kernel "$kernel" "$@" >"$name.out"
	echo $? >"$name.status"
	grep -vE "^$kernel: #" "$name.out" | sed "s/^$kernel: //" >"$name.results"
}

# reported NAME TEXT LINE...: the bench said exactly these lines of results.
reported()
{
	number=$((number + 1))
	if diff <(printf '%s\n' "${@:3}") "$work/$1.results" >"$work/diff"; then
		printf 'ok %s - %s\n' "$number" "$2"
	else
		failed=1
		printf 'not ok %s - %s\n' "$number" "$2"
		sed 's/^/#     /' "$work/diff"
	fi
}

# that TEXT COMMAND...: it succeeds
that()
{
	number=$((number + 1))
	if "${@:2}" >&2; then
		printf 'ok %s - %s\n' "$number" "$1"
	else
		failed=1
		printf 'not ok %s - %s\n#     failed: %s\n' "$number" "$1" "${*:2}"
	fi
}

# judged NAME STATUS: what the bench says of an emulated device that ends so, with the last words
# of QEMU and of the device in NAME.d; in NAME.results
judged()
{
	local share=$work/$1.d

	mkdir -p "$share"
	touch "$share/qemu.log" "$share/emulator.log"
	(
		. "$vm_dir/tap.sh"
		. "$vm_dir/machine.sh"
		tap_failures=$share/failures
		machine_sockets=$share/none
		trap '' TERM
		(exit "$2") &
		machine_pids=($!)
		machine_stop "$kernel" "$share"
	) | grep -v "^$kernel: #" | sed "s/^$kernel: //" >"$work/$1.results"
}

printf '# case devices that fail\n'
judged well 0
reported well "a device that ends well" "ok - machine: QEMU and the device got on"
mkdir "$work/errors.d"
echo 'vfio_container_dma_map(...) = -22 (Invalid argument)' >"$work/errors.d/qemu.log"
judged errors 0
reported errors "QEMU's complaint is reported" "not ok - machine: QEMU and the device did not get on"
judged crashed 139
reported crashed "a crash is reported" "not ok - machine: the device ended with status 139"

printf '# case suites that fail\n'
bench bad 120 pass fail warning late unplanned empty slow panic &
bench silent 30 silent &
wait
reported bad "every kind of failure is reported where it happened" \
	"ok - pass: right" \
	"ok - pass: left out # SKIP no reason" \
	"ok - fail: right before" \
	"not ok - fail: check" \
	"not ok - fail: check_not" \
	"not ok - fail: equal" \
	"not ok - fail: expect_exit" \
	"not ok - fail: expect_exit with a command that hangs" \
	"not ok - fail: wait_for" \
	"ok - fail: right behind" \
	"ok - fail: sh: good" \
	"not ok - fail: sh: bad" \
	"not ok - fail: sh: ran to its end" \
	"ok - warning: right before" \
	"not ok - warning: a warning" \
	"ok - warning: right behind" \
	"ok - late: right" \
	"not ok - late: ended with status 1 and no test failed" \
	"ok - unplanned: right" \
	'not ok - unplanned: ended without a plan (status 0), in "the last words"' \
	"not ok - empty: ran no test" \
	'not ok - slow: took too long, in "waiting for ever"' \
	"ok - panic: right" \
	'not ok - panic: "the crash": the guest died' \
	"9 passed, 14 failed, 1 skipped"
that "a failure makes the exit status 1" grep -qx 1 "$work/bad.status"
that "a failed command is shown with its words" grep -q '#     standard error: why' "$work/bad.out"
that "a warning is shown" grep -q 'mm/test.c:1' "$work/bad.out"
that "a panic is shown" grep -q 'Kernel panic - not syncing' "$work/bad.out"
that "every failure is kept, to be told at the end" \
	test "$(grep -c ': not ok - ' "$work/bad/check-vm/$kernel/failures")" = 14
that "and why" grep -q '#     standard error: why' "$work/bad/check-vm/$kernel/failures"
that "and nothing else" test -z "$(
	grep -vE "^$kernel: (not ok - |#     )" "$work/bad/check-vm/$kernel/failures")"

reported silent "a guest that hangs is reported" \
	'not ok - silent: "silence": the guest says nothing for 30 s' "0 passed, 1 failed, 0 skipped"
that "a hang makes the exit status 1" grep -qx 1 "$work/silent.status"

printf '1..%s\n' "$number"
exit "$failed"
