#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every function of the library has a page of its own name that shows its prototype
# as the header has it, and there is no page without a function.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

# Prototypes, one a line, blanks as they come.
tidy() {
	sed -E 's/[[:space:]]+/ /g; s/ ?([*(),]) ?/\1/g; s/\*/ */g; s/ +/ /g; s/^ | $//g; s/,/, /g' | sort -u
}

# .Ft TYPE, .Fo NAME, .Fa "ARGUMENT" ..., .Fc and .Fn NAME "ARGUMENT" ... to C
prototypes() {
	awk '
		function words(line, list,    n) {
			n = 0
			while (match(line, /"[^"]*"|[^ ]+/)) {
				list[++n] = substr(line, RSTART, RLENGTH)
				gsub(/"/, "", list[n])
				line = substr(line, RSTART + RLENGTH)
			}
			return n
		}
		/^\.Ft / { type = substr($0, 5) }
		/^\.Vt typedef / { type = substr($0, 5) }
		/^\.Fo / { name = $2; args = ""; next }
		/^\.Fa / && name { words(substr($0, 5), w); args = args (args ? "," : "") w[1]; next }
		/^\.Fc/ { print type " " name "(" args ")"; name = "" }
		/^\.Fn / && !/CAPTURE_/ {
			n = words(substr($0, 5), w)
			args = w[2]
			for (i = 3; i <= n; i++)
				args = args "," w[i]
			print type " " w[1] "(" args ")"
		}'
}

in_map=$(grep -oE '\bcapture_[a-z_0-9]+;' "$GRAB_SRC/libcapture/libcapture.map" | tr -d ';' | sort -u)
structs=$(grep -oE '^struct capture_[a-z_]+ \{' "$header" | cut -d' ' -f2 | sort -u)

in_header=$(bare_header | tr '\n' ' ' | sed 's/[;{}]/&\n/g' |
	grep -E '(CAPTURE_API|typedef int) ' | sed -E 's/.*(CAPTURE_API |typedef)/\1/; s/CAPTURE_API //; s/;//' | tidy)
in_pages=$(for page in "$pages"/*.3; do section "$page" SYNOPSIS | prototypes; done | tidy)
same "prototypes in the header and in the pages" "$in_header" "$in_pages"

names=$(for page in "$pages"/capture*.3; do section "$page" NAME; done | sed -n 's/^\.Nm \([a-z_0-9]*\).*/\1/p' | sort)
same "the symbol map and the NAME sections" "$in_map" "$names"

there=$(cd "$GRAB_BUILD/man/man3" && for page in *.3; do echo "${page%.3}"; done | sort)
same "functions and structs, and the pages that will be installed" \
	"$(printf '%s\n' libcapture "$in_map" "$structs" | sort -u)" "$there"

for link in "$GRAB_BUILD"/man/man3/*.3; do
	[ -L "$link" ] && continue
	name=$(basename "$link" .3)
	target=$pages/$(sed -n 's/^\.so man3\///p' "$link")
	grep -qE "^(\.Nm $name( ,)?|struct $name \{)\$" "$target" || complain "$link leads to $target, which does not tell of $name"
done

constants=$(grep -oE '^#define CAPTURE_[A-Z0-9_]+' "$header" | cut -d' ' -f2 | grep -vxE 'CAPTURE_(API|FOURCC)' | sort -u)
told=$(grep -hoE '^\.(It )?Dv CAPTURE_[A-Z0-9_]+' "$pages"/*.3 | sed 's/.*Dv //' | sort -u)
same "constants in the header and in the pages" "$constants" "$told"
exit $bad
