#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The programs in section 3 compile without a warning, run, and do what they say.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

# Standard input stays open and silent, as a terminal's would.
mkfifo "$tmp/silence"
exec 3<>"$tmp/silence"

# run_program PROGRAM ARGUMENT...: status 0 in time, and nothing on standard error
run_program() {
	local name
	name=$(basename "$1")
	if ! (cd "$tmp" && timeout 120 "$@" <&3 >"$tmp/$name.out" 2>"$tmp/$name.err") || [ -s "$tmp/$name.err" ]; then
		complain "$* failed:"
		cat "$tmp/$name.out" "$tmp/$name.err"
	fi
}

for page in "$pages"/*.3; do
	name=$(basename "$page" .3)
	example=$(program "$name.3") || { complain "$name(3) has no example that is a program"; continue; }
	cp "$example" "$tmp/$name.c"
	compile "$tmp/$name.c" "$tmp/$name.program" || { complain "the example of $name(3) does not compile"; continue; }
	case $name in
	libcapture) run_program "$tmp/$name.program" sim:size=64x48 20 last.raw ;;
	*) run_program "$tmp/$name.program" ;;
	esac
done

[ "$(stat -c %s "$tmp/last.raw")" = $((64 * 48 * 2)) ] || complain "last.raw is no frame of 64x48 pixels in YUYV"
[ "$(stat -c %s "$tmp/frame.raw")" = $((640 * 480 * 2)) ] || complain "frame.raw is no frame"
grep -qE '^[1-9][0-9]+ frames' "$tmp/capture_queue.program.out" || complain "the loop of capture_queue(3) did not count its frames"
grep -q '^10 frames, 4 lost' "$tmp/capture_stats.program.out" || complain "capture_stats(3) did not count"
grep -q '^now it is 100' "$tmp/capture_controls.program.out" || complain "capture_controls(3) did not set"

# what goes wrong is said, with a status
(cd "$tmp" && "$tmp/libcapture.program" sim:size=64x48,drop=4 20 lossy.raw 2>lossy.err) && complain "a loss passed unnoticed"
grep -q 'frames lost or damaged' "$tmp/lossy.err" || complain "a loss was not told"
(cd "$tmp" && "$tmp/libcapture.program" sim:fail-start=EBUSY 20 none.raw 2>none.err) && complain "a failing start passed"
grep -q 'fail-start' "$tmp/none.err" || complain "the words of a failing start are lost"
exit $bad
