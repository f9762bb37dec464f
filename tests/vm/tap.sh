# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # quiet, boot_limit: run.sh
# Reads what a guest reports (see guest.sh), prints it with the kernel's name in front, counts, and
# finds out what is missing: a suite without a plan, a guest that died or hangs. Sourced by run.sh.

tap_passed=0
tap_failed=0
tap_skipped=0
tap_suite=		# the suite that runs
tap_case=		# the case that runs
tap_planned=		# its plan, empty: none yet
tap_results=0		# its results so far
tap_bad=0		# those that failed
tap_began=0		# when, in seconds of this shell's
tap_done=		# the guest said that it is done
tap_limit=		# how long to wait for the next line, in seconds
tap_failures=		# a file: what failed and what was said of it, to be told once more at the end

# tap_tell KERNEL LINE: prints it; a failure and what follows it are kept.
tap_tell()
{
	case $2 in
	'not ok '* | '#     '*) printf '%s: %s\n' "$1" "$2" | tee -a "$tap_failures" ;;
	*) printf '%s: %s\n' "$1" "$2" ;;
	esac
}

# tap_fail KERNEL REASON
tap_fail()
{
	tap_failed=$((tap_failed + 1))
	tap_tell "$1" "not ok - $2"
}

# tap_log KERNEL FILE: the end of a log under a failure.
tap_log()
{
	[ -s "$2" ] || return 0
	tap_tell "$1" "#     the end of $2:"
	tail -n 80 "$2" | tr -d '\r' | sed "s/^/$1: #     /"
}

tap_result()
{
	tap_results=$((tap_results + 1))
	tap_case=
	case $2 in
	'not ok '*) tap_failed=$((tap_failed + 1)) tap_bad=$((tap_bad + 1)) ;;
	*'# SKIP'*) tap_skipped=$((tap_skipped + 1)) ;;
	*) tap_passed=$((tap_passed + 1)) ;;
	esac
	# "ok 3 - name" becomes "ok - suite: name"
	tap_tell "$1" "${2%% [0-9]*} - $tap_suite: ${2#* - }"
}

tap_suite_begin()
{
	tap_suite=$1
	tap_case=''
	tap_planned=''
	tap_results=0
	tap_bad=0
	tap_began=$SECONDS
}

# tap_suite_end KERNEL SHARE STATUS: does what the suite printed agree with how it ended?
tap_suite_end()
{
	local why=

	case $3 in
	124 | 137) why="took too long${tap_case:+, in \"$tap_case\"}" ;;
	*)
		if [ -z "$tap_planned" ]; then
			why="ended without a plan (status $3)${tap_case:+, in \"$tap_case\"}"
		elif [ "$tap_planned" -ne "$tap_results" ]; then
			why="planned $tap_planned tests and ran $tap_results"
		elif [ "$tap_results" -eq 0 ]; then
			why="ran no test"
		elif [ "$3" -ne 0 ] && [ "$tap_bad" -eq 0 ]; then
			why="ended with status $3 and no test failed"
		fi
		;;
	esac
	if [ -n "$why" ]; then
		tap_fail "$1" "$tap_suite: $why"
		tap_log "$1" "$2/$tap_suite.log"
	fi
	tap_tell "$1" "# $tap_suite: $((SECONDS - tap_began)) s"
	tap_suite=
}

tap_line()
{
	case $3 in
	'# guest '*)
		tap_limit=$quiet
		tap_tell "$1" "# Linux ${3#\# guest }"
		;;
	'# begin '*) tap_suite_begin "${3#\# begin }" ;;
	'# case '*) tap_case=${3#\# case } ;;
	'# end '*) tap_suite_end "$1" "$2" "${3##* }" ;;
	'# done') tap_done=yes ;;
	'ok '* | 'not ok '*) tap_result "$1" "$3" ;;
	1..*) tap_planned=${3#1..} ;;
	*) tap_tell "$1" "$3" ;;
	esac
}

# tap_read KERNEL SHARE: standard input to its end, or until the guest is silent for too long.
tap_read()
{
	local line status

	tap_limit=$boot_limit
	tap_failures=$2/failures
	: >"$tap_failures"
	while :; do
		status=0
		IFS= read -r -t "$tap_limit" line || status=$?
		[ "$status" -eq 0 ] || break
		printf '%s\n' "$line" >>"$2/results.tap"
		tap_line "$1" "$2" "$line"
	done
	[ -z "$tap_done" ] || return 0
	if [ "$status" -gt 128 ]; then
		tap_dead "$1" "$2" "the guest says nothing for $tap_limit s"
	else
		tap_dead "$1" "$2" "the guest died"
	fi
}

# tap_dead KERNEL SHARE WHY: the test that ran when the guest stopped to report has failed.
tap_dead()
{
	tap_fail "$1" "${tap_suite:-boot}: ${tap_case:+\"$tap_case\": }$3"
	[ -z "$tap_suite" ] || tap_log "$1" "$2/$tap_suite.log"
	tap_log "$1" "$2/console.log"
	tap_log "$1" "$2/qemu.log"
}

# tap_counts: passed, failed and skipped
tap_counts()
{
	printf '%s %s %s\n' "$tap_passed" "$tap_failed" "$tap_skipped"
}
