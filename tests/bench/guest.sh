# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For benches in a guest: the camera, and one measured run with what the kernel says of it. Sourced
# in a suite of tests/vm.
#
# The guest's clock counts instructions, one a nanosecond, and leaps over the time in which nothing
# runs (see vm.sh): how busy the host is does not show in any figure. Whatever waits for the host,
# though, seems to take for ever. So the programs and all they read are copied into the guest's
# memory first, and nothing in the guest may trust in a time-out.
RUN_LIMIT=1000000
BENCH_TMP=$TMP
. "$GRAB_SRC/tests/bench/lib.sh"
. "$GRAB_SRC/tests/bench/peers.sh"
. "$GRAB_BUILD/bench/settings"

RECORDS=$GRAB_SHARE/$(basename "$0" .sh).records
tracing=/sys/kernel/tracing
said=			# not empty: record what programs say of lost frames
unset LD_LIBRARY_PATH	# of tests/vm: it makes every program search there first
export HOME=$TMP	# GStreamer keeps a list of its plugins

# progress TEXT...: a line in the middle of a case; a guest that says nothing counts as hung.
progress()
{
	printf '# %s\n' "$*" >&3
}

# A webcam, and the kernel's word about each frame that a program takes: whatever the program says.
begin_camera()
{
	echo 0 >/proc/sys/kernel/hung_task_timeout_secs
	load_vivid node_types=0x1 num_inputs=1 input_types=0
	echo mono >"$tracing/trace_clock"
	echo 1 >"$tracing/events/v4l2/v4l2_dqbuf/enable"
}

# camera WIDTH HEIGHT
camera()
{
	WIDTH=$1 HEIGHT=$2
	vivid_format "$WIDTH" "$HEIGHT" YUYV 25 || fail "the camera does not take ${WIDTH}x$HEIGHT"
}

empty_out()
{
	rm -rf "$TMP/out"
	mkdir "$TMP/out"
}

# ---- programs in the guest's memory -----------------------------------------

# take_file PATH: copies it, from where its path leads.
take_file()
{
	[ ! -e "$RUN_ROOT$1" ] || return 0
	mkdir -p "$RUN_ROOT${1%/*}"
	cp -pL "$1" "$RUN_ROOT$1"
}

begin_root()
{
	local d

	RUN_ROOT=/run/bench
	mkdir "$RUN_ROOT"
	mount -t tmpfs -o size=800m tmpfs "$RUN_ROOT" || fail "no memory for the programs"
	for d in /dev /proc /sys "$TMP"; do
		mkdir -p "$RUN_ROOT$d"
		mount --bind "$d" "$RUN_ROOT$d"
	done
	mkdir -p "$RUN_ROOT/tmp"
	# what the kernel loads by itself, no system call tells of it
	take_file "$(ldd /bin/sh | grep -o '/[^ ]*/ld-[^ ]*')"
	progress "GStreamer lists its plugins"
	gst-inspect-1.0 >/dev/null
}

# learn TOOL SINK: every file that it touches, into the root that it is measured in.
learn()
{
	local file

	[ -n "${RUN_ROOT:-}" ] || begin_root
	peer_capture "$1" "$2" 1 || return 0
	progress "reading the files of $1 ($2)"
	empty_out
	under_grab "$1" strace_of --seccomp-bpf -qq -z -e trace=%file -o "$TMP/.files" "${command[@]}"
	sed -nE 's/^[^"]*"(\/[^"]*)".*/\1/p' "$TMP/.files" | sort -u | while IFS= read -r file; do
		case $file in
		/dev/* | /proc/* | /sys/* | "$TMP"*) continue ;;
		esac
		if [ -d "$file" ]; then
			mkdir -p "$RUN_ROOT$file"
		elif [ -f "$file" ]; then
			take_file "$file"
		fi
	done
}

# ---- runs -------------------------------------------------------------------

# under_grab TOOL COMMAND...: what runs grab finds its library at once, as an installed one does.
under_grab()
{
	local library=

	case $1 in
	grab*) library=$(bench_library) ;;
	esac
	shift
	if [ -n "$library" ]; then
		LD_PRELOAD=$library "$@"
	else
		"$@"
	fi
}

# What the kernel saw in the last run: seconds from the start of the program to its first frame,
# frames it took, frames that were lost before and between those.
kernel_saw()
{
	awk -v "start=$(run_word start)" '
		!/v4l2_dqbuf:/ { next }
		{
			for (i = 1; i <= NF; i++) {
				if ($i == "v4l2_dqbuf:")
					at = $(i - 1) + 0
				if ($i == "sequence")
					sequence = $(i + 2) + 0
			}
			if (!n++)
				first = at - start
			else if (sequence > last + 1)
				lost += sequence - last - 1
			last = sequence
		}
		END {
			if (n)
				printf "first=%.6f ", first
			printf "delivered=%d lost=%d\n", n, lost
		}' "$tracing/trace"
}

# capture GROUP TOOL SINK FRAMES REP: one run. grab must succeed, or tell that frames were lost.
capture()
{
	local group=$1 tool=$2 n=$4 status seen

	peer_capture "$2" "$3" "$4" || return 0
	empty_out
	: >"$tracing/trace"
	under_grab "$tool" run_measured "${command[@]}"
	status=$(run_word status)
	case $tool:$status in
	grab*:[01]) ;;
	grab*) fail "exit status $status: ${command[*]}"; note "$(tail -n 5 "$RUN_ERR")" ;;
	esac
	read -r -a seen <<<"$(kernel_saw)"
	[ -z "$said" ] || seen+=("said=$(peer_says "$tool")")
	progress "$group: $tool: $n frames: ${run_words[*]:0:2} ${seen[*]}"
	record record=run "group=$group" "tool=$tool" "frames=$n" "rep=$5" "${run_words[@]}" \
		"${seen[@]}"
}
