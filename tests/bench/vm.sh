#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm.sh NAME KERNEL: runs tests/bench/vm/NAME.sh in a guest with that kernel, through the bench of
# tests/vm, and appends its records to $RECORDS. Run by run.sh.
set -eu -o pipefail
. "$GRAB_SRC/tests/bench/lib.sh"

log=$BENCH_OUT/$1.log
machine=$(sed -n 's/^# machine: //p' "$GRAB_SRC/tests/bench/vm/$1.sh" | tr ' ' -)
share=$GRAB_BUILD/check-vm/$2${machine:+-$machine}

# The guest's clock counts instructions, one a nanosecond, on one processor, and leaps over the time
# in which it has nothing to do: its figures do not depend on how busy this machine is, or how fast.
# The "rep" instructions count by the round, which would make a copy of the kernel's in bytes 64
# times dearer than one in words of vectors: the guest is not told that its processor has fast ones.
export GRAB_VM_ACCEL=tcg GRAB_VM_CPUS=1 GRAB_VM_QUIET=600
#
# A device outside takes the host's time, and must be waited for: with one, time in which the guest
# has nothing to do passes as on the host, and only what the guest does counts instructions.
sleep=off
[ -z "$machine" ] || sleep=on
export GRAB_VM_ARGUMENTS="-icount shift=0,sleep=$sleep -cpu max,-erms,-fsrm"

# What the suite must know and the environment does not carry into the guest.
mkdir -p "$GRAB_BUILD/bench"
printf 'BENCH_SMOKE=%s\n' "${BENCH_SMOKE:-}" >"$GRAB_BUILD/bench/settings"

status=0
GRAB_VM_SUITES=$GRAB_SRC/tests/bench/vm "$GRAB_SRC/tests/vm/run.sh" "$1" --kernel "$2" </dev/null \
	> >(tee "$log" | sed -uE '/: (# Linux|ok|not ok|# )/!d; s/^/bench: /' >&2) || status=$?
[ -s "$share/$1.records" ] || { say "the guest measured nothing; see $log and $share"; exit 1; }
cat "$share/$1.records" >>"$RECORDS"
exit "$status"
