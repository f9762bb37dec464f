#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command line in the manual that needs no hardware is run, as it stands, in
# an empty folder, and ends with the status that the text before it tells, or 0.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

# Displays that are commands, each as a line with its status and then its lines.
commands() {
	awk '
		function flush() { if (text ~ /(^|[^-a-z.])grab / && text !~ /v4l2:|\*\/5/) print "STATUS " status "\n" text "END"; text = "" }
		/^\.(Pp|Sh|Ss)/ && !display { if ($1 != ".Pp" || told) { status = 0; told = 0 } }
		/^\.Dl / { text = substr($0, 5) "\n"; flush(); status = 0; next }
		/^\.Bd .*-literal/ { display = 1; text = ""; next }
		/^\.Ed/ { display = 0; flush(); status = 0; next }
		display { text = text $0 "\n"; next }
		{ prose = prose " " $0 }
		match(prose, /status is [0-9]+/) { status = substr(prose, RSTART + 10, RLENGTH - 10); prose = "" }
	' "$1" | plain
}

# Small pictures: sanitizers make drawing and encoding slow. Runs without an end have a
# second's worth of memory: a busy machine may need more.
{
	printf 'size 160x120\n[device sim:format=Y16,size=320x240]\nsize 320x240\n'
	for fps in 20 50; do
		printf '[device sim:fps=%s]\nbuffers 1500\n' "$fps"
	done
} >"$tmp/grab.conf"
export GRAB_CONFIG=$tmp/grab.conf

count=0
run_one() {
	local page=$1 want=$2 status=0
	mkdir "$tmp/folder"
	(cd "$tmp/folder" && GRAB_DEVICE=sim:size=160x120 timeout 120 bash -o pipefail "$tmp/command") \
		>"$tmp/out" 2>&1 </dev/null || status=$?
	rm -rf "$tmp/folder"
	count=$((count + 1))
	[ "$status" = "$want" ] && return
	complain "$page: status $status, not $want:"
	cat "$tmp/command" "$tmp/out"
}

for page in grab.1 grab-scripting.7 capture-sim.7 capture-file.7 capture-memory.7 capture-v4l2.7; do
	[ -e "$pages/$page" ] || continue
	before=$count
	while IFS= read -r line; do
		case $line in
		"STATUS "*) want=${line#STATUS }; : >"$tmp/command" ;;
		END) run_one "$page" "$want" ;;
		*) echo "$line" >>"$tmp/command" ;;
		esac
	done < <(commands "$pages/$page")
	echo "$page: $((count - before)) commands"
done
[ "$count" -gt 20 ] || complain "only $count commands found"

# the example of grab.conf(5) is a configuration file
displays "$pages/grab.conf.5" "$tmp/conf"
grab --config "$tmp/conf/1" -d sim: -n 1 -o - -f raw >"$tmp/frame" 2>/dev/null || complain "the example of grab.conf(5): status $?"
[ "$(stat -c %s "$tmp/frame")" = $((320 * 240 * 2)) ] || complain "the example of grab.conf(5) sets no size"
exit $bad
