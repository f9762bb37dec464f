# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What all measurements share, on the host and in a guest. Sourced.
#
# A bench writes records, one JSON object a line, to the file $RECORDS:
#
#   {"record":"run","group":"null 640x480","tool":"grab","frames":60,"rep":1,"wall":...,"cpu":...}
#   {"record":"calls","group":"null 640x480","tool":"grab","frames":60,"calls":533}
#   {"record":"cut","group":"null 640x480","tool":"cat","frames":60,"rep":1,"seconds":120}
#
# The last is a run that took too long and was ended: what it cost so far is no figure.
#
# A group is what is compared: its tools did the same work. Runs of two lengths, repeated, let
# results.jq separate what a frame costs from what the start costs; in each group it compares every
# tool with "grab".

# A folder of our own; run.sh makes it for all and removes it.
BENCH_TMP=${BENCH_TMP:-$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")}

# The limit of one run in seconds: generous.
RUN_LIMIT=${RUN_LIMIT:-120}

# What the last run printed.
RUN_OUT=$BENCH_TMP/.run-out
RUN_ERR=$BENCH_TMP/.run-err

say()
{
	printf 'bench: %s\n' "$*" >&2
}

# libtool puts a script in the place of a program that was not installed; the program is in .libs,
# and the script would be measured with it.
bench_program()
{
	local p=$GRAB_BUILD/$1

	if [ -x "${p%/*}/.libs/${p##*/}" ]; then
		printf '%s/.libs/%s\n' "${p%/*}" "${p##*/}"
	else
		printf '%s\n' "$p"
	fi
}

# The library of the build tree, for LD_PRELOAD: an installed grab finds its library at once, and
# must not be seen to search. Empty: it is linked in.
bench_library()
{
	local library=$GRAB_BUILD/libcapture/.libs/libcapture.so.0

	[ ! -e "$library" ] || printf '%s\n' "$library"
}

# record KEY=VALUE...: one record. What looks like a number is one; an empty value is null.
record()
{
	local pair value line=

	for pair in "$@"; do
		value=${pair#*=}
		if [ -z "$value" ]; then
			value=null
		elif ! [[ $value =~ ^-?(0|[1-9][0-9]*)(\.[0-9]+)?$ ]]; then
			value=${value//\\/\\\\}
			value=\"${value//\"/\\\"}\"
		fi
		line+=",\"${pair%%=*}\":$value"
	done
	printf '{%s}\n' "${line:1}" >>"$RECORDS"
}

# run_measured COMMAND...: sets run_words, what measure told of it. RUN_IN and RUN_TO may name its
# input and output, RUN_ROOT a folder with its files.
run_measured()
{
	"$(bench_program tests/bench/measure)" -t "$RUN_LIMIT" ${RUN_ROOT:+-r "$RUN_ROOT"} \
		-i "${RUN_IN:-/dev/null}" -o "${RUN_TO:-$RUN_OUT}" -e "$RUN_ERR" "$BENCH_TMP/.report" "$@"
	read -r -a run_words <"$BENCH_TMP/.report"
}

# run_word KEY: of what measure told.
run_word()
{
	local word

	for word in "${run_words[@]}"; do
		if [ "${word%%=*}" = "$1" ]; then
			printf '%s\n' "${word#*=}"
			return 0
		fi
	done
	return 1
}

# run_grab [COMMAND...] -- ARGUMENT...: grab of the build tree, under a command if there is one. It
# must succeed.
run_grab()
{
	local before=()

	while [ "$1" != -- ]; do
		before+=("$1")
		shift
	done
	shift
	LD_PRELOAD=$(bench_library) \
		run_measured "${before[@]}" "$(bench_program cli/grab)" --no-config "$@"
	[ "$(run_word status)" = 0 ] && return 0
	echo "exit status $(run_word status): grab $*" >&2
	tail -n 5 "$RUN_ERR" >&2
	return 2
}

# strace_of OPTION... COMMAND...: under strace, with all its threads. A library that is to be loaded
# first is so in the command alone.
strace_of()
{
	local library=${LD_PRELOAD:-}

	LD_PRELOAD='' timeout -k 5 "$RUN_LIMIT" strace -f -E "LD_PRELOAD=$library" "$@" \
		</dev/null >"$RUN_OUT" 2>"$RUN_ERR"
}

# run_calls GROUP TOOL FRAMES COMMAND...: counts its system calls, those of its threads too.
run_calls()
{
	local group=$1 tool=$2 frames=$3

	shift 3
	strace_of -c -o "$BENCH_TMP/.calls" "$@"
	record record=calls "group=$group" "tool=$tool" "frames=$frames" \
		"calls=$(awk '$NF == "total" { print $4 }' "$BENCH_TMP/.calls")"
}

# cut_off GROUP TOOL FRAMES REP SECONDS: a run that is left out.
cut_off()
{
	say "$2, $3 frames: cut off after $5 s, left out"
	record record=cut "group=$1" "tool=$2" "frames=$3" "rep=$4" "seconds=$5"
}

# measure_tool GROUP TOOL FRAMES REP FUNCTION: FUNCTION leaves its output in $FILES/out; sets failed
# where it does not work.
measure_tool()
{
	local written

	rm -rf "$FILES/out"
	mkdir "$FILES/out"
	"$5" "$3" || failed=1
	if [ "$(run_word status)" = 124 ]; then
		cut_off "$1" "$2" "$3" "$4" "$RUN_LIMIT"
		return
	fi
	written=$(du --bytes --summarize --total "$FILES/out"/* 2>/dev/null | tail -n 1 | cut -f 1)
	record record=run "group=$1" "tool=$2" "frames=$3" "rep=$4" "${run_words[@]}" "written=$written"
}
