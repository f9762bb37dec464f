#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every page is right in the eyes of mandoc and groff, and what people copy out of
# it is what was meant.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

for tool in mandoc groff; do
	command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done

# A bare "-", "'" or the like is set as another character than it looks.
copyable() {
	awk '
		/^\.Bd .*-literal/ { inside = 1; next }
		/^\.Ed/ { inside = 0 }
		!inside && !/^\.D[l1] / { next }
		{
			line = $0
			gsub(/\\[-e&]|\\\(../, "", line)
			sub(/^\.D[l1] /, "", line)
			if (line ~ /[-`'"'"'^~\\]/)
				print FILENAME ":" FNR ": write \\-, \\(aq, \\(ga, \\(ha, \\(ti or \\e: " $0
		}' "$1"
}

count=0
for page in "$pages"/*.[1-9]; do
	# what other pages are installed here says nothing about ours: see references.sh
	out=$(mandoc -Tlint -Wstyle "$page" 2>/dev/null | grep -v 'referenced manual not found'
		groff -mdoc -ww -Tutf8 -z "$page" 2>&1
		copyable "$page")
	[ -z "$out" ] || complain "$out"
	[ "$(sed -n 1p "$page")" = '.\" SPDX-License-Identifier: GPL-2.0-or-later' ] || complain "$page: no licence"
	count=$((count + 1))
done
[ "$count" -gt 10 ] || complain "only $count pages"
exit $bad
