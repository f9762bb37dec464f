# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The vocabulary of the command's tests.  Each test sources this first and then
# works in an empty folder of its own, which goes away at the end.
#
#	requires PROGRAM...		else the test is skipped
#	requires_that REASON COMMAND...	else the test is skipped
#	cleanup COMMAND...		run at the end, last one first
#	expect STATUS COMMAND...	run it; its output is then in $out, its messages in $err
#	expect_out / expect_err REGEX	what it must have printed (extended regex)
#	expect_no_err REGEX		what it must not have said
#	expect_same WHAT WANTED GOT
#	expect_files N [GLOB]		files in the folder, hidden ones too
#	expect_json FILTER		$out as jq sees it must be true
#	stats COMMAND...		run it with --stats json; the report is then in $report
#	of FILTER			what jq makes of $report
#	piece FILE OFFSET BYTES		that part of a file
#	fail WORDS...
#
# Everything runs in parallel with everything else.

set -u -o pipefail
shopt -s nullglob

skip() { echo "skipped: $*"; exit 77; }
fail() {
	echo "failed: $*" >&2
	[ -z "${command_line:-}" ] || echo "  after:    $command_line (exit $status)" >&2
	[ ! -s "$work/.out" ] || { echo "  stdout:"; head -c 2000 "$work/.out"; echo; } >&2
	[ ! -s "$work/.err" ] || { echo "  stderr:"; head -c 2000 "$work/.err"; echo; } >&2
	exit 1
}

work=$(mktemp -d "${TMPDIR:-/tmp}/grab-test.XXXXXX") || exit 99
command_line='' status=0 at_end=()
cleanup() { at_end+=("$(printf '%q ' "$@")"); }
finish() {
	local i
	for ((i = ${#at_end[@]} - 1; i >= 0; i--)); do eval "${at_end[i]}"; done
	cd / && rm -rf "$work"
}
trap finish EXIT
mkdir "$work/here" "$work/home"
cd "$work/here" || exit 99

# nothing of the user's
export HOME=$work/home GRAB_CONFIG=/dev/null GRAB_DEVICE=sim: LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME GRAB_MEM_BUDGET GRAB_LOG NO_COLOR

requires() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "needs $program"
	done
}

requires_that() {
	local reason=$1
	shift
	"$@" >/dev/null 2>&1 || skip "$reason"
}

# A run that hangs is a failure of its own; 300 s is far beyond any good one.
run() {
	command_line="$*"
	if [ "$(type -t "$1")" = function ]; then
		"$@" >"$work/.out" 2>"$work/.err"
	else
		timeout -k 10 300 "$@" >"$work/.out" 2>"$work/.err"
	fi
	status=$?
	# shellcheck disable=SC2034 # for the tests
	out=$(tr -d '\0' <"$work/.out") err=$(tr -d '\0' <"$work/.err")
}

expect() {
	local wanted=$1
	shift
	run "$@"
	[ "$status" = "$wanted" ] || fail "exit $status instead of $wanted"
}

expect_out() { grep -qE -- "$1" "$work/.out" || fail "stdout has no '$1'"; }
expect_err() { grep -qE -- "$1" "$work/.err" || fail "stderr has no '$1'"; }
expect_no_err() { ! grep -qE -- "$1" "$work/.err" || fail "stderr has '$1'"; }
expect_quiet() { [ ! -s "$work/.err" ] || fail "stderr is not empty"; }
expect_same() { [ "$2" = "$3" ] || fail "$1: '$3' instead of '$2'"; }

# shellcheck disable=SC2206 # a glob is what is asked for
expect_files() {
	local f n=0
	shopt -s dotglob
	for f in ${2:-*}; do
		[ ! -e "$f" ] || n=$((n + 1))
	done
	shopt -u dotglob
	[ $n = "$1" ] || fail "$n files ${2:-} instead of $1: $(find . -mindepth 1 | head -5 | tr '\n' ' ')"
}

expect_json() { jq -e "$1" "$work/.out" >/dev/null || fail "stdout: not '$1'"; }

report=''
stats() {
	rm -f "$work/.stats"
	run "$@" --stats "json:$work/.stats"
	report=$(cat "$work/.stats") || fail "no report"
}
of() { jq -c "$1" <<<"$report" || fail "no report"; }

# Not tail | head: what tail writes when head has gone is a failure of the pipe, now and then.
piece() { dd "if=$1" bs=64K iflag=skip_bytes,count_bytes "skip=$2" "count=$3" status=none; }

# Wait until a condition holds: an event, with a limit far beyond any good run.
wait_until() {
	local i
	for ((i = 0; i < 6000; i++)); do
		! "$@" || return 0
		sleep 0.01
	done
	fail "never came true: $*"
}
