#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The exit statuses in grab(1) are those of the program, and each is brought about by
# a test of the command.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

# "75 timeout" from the table and its enum; a signal's is told as "128+n"
in_program=$(awk '
	FNR == NR && match($0, /STATUS_[A-Z_]+ = [0-9]+/) {
		split(substr($0, RSTART, RLENGTH), w, " = ")
		number[w[1]] = w[2]
	}
	FNR != NR && match($0, /\{ STATUS_[A-Z_]+, "[a-z-]+"/) {
		split(substr($0, RSTART + 2, RLENGTH - 2), w, ", ")
		gsub(/"/, "", w[2])
		print (w[1] == "STATUS_SIGNAL" ? "128+n" : number[w[1]]) " " w[2]
	}' "$GRAB_SRC/cli/status.h" "$GRAB_SRC/cli/status.c" | sort)
in_page=$(section "$pages/grab.1" "EXIT STATUS" | plain | sed -n 's/^\.It Li //p' | sort)
[ "$(wc -l <<<"$in_program")" -gt 10 ] || complain "found only: $in_program"
same "exit statuses in cli/status.c and in grab(1)" "$in_program" "$in_page"

# grab-scripting(7) tells what to do about each but 0
in_program=$(awk '$1 != "0" { print $1 }' <<<"$in_program" | sed 's/128+n/128/' | sort -n)
in_page=$(section "$pages/grab-scripting.7" STATUSES | grep '^\.It ' | grep -oE '[0-9]+' | sort -n)
same "exit statuses and those that grab-scripting(7) tells of" "$in_program" "$in_page"

for status in 0 $(grep -vx 128 <<<"$in_program"); do
	grep -qE "^[[:blank:]]*expect(_status)? $status " "$GRAB_SRC"/tests/cli/*.sh || complain "no test in tests/cli ends with status $status"
done
grep -qE '^[[:blank:]]*expect_signal [0-9]' "$GRAB_SRC"/tests/cli/*.sh || complain "no test in tests/cli ends by a signal"
exit $bad
