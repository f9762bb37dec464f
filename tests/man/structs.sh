#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every struct of the header is shown once, as it is, and every field explained.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

blanks() { sed -E 's/[[:space:]]+/ /g; s/^ //; /^$/d'; }

# definition NAME: from "struct NAME {" to "};"
definition() { awk -v first="struct $1 {" '$0 == first { inside = 1 } inside { print } inside && /^};/ { exit }' | blanks; }

# The names that a definition's lines declare.
fields() {
	grep ';' | grep -v '^}' | sed -E 's/.*\(\*([a-z_0-9]+)\).*/\1/; s/\[[^]]*\]//g; s/;.*//' |
		sed -E 's/^(const )*(struct )?[a-z_0-9]+ (const )?//; s/[*,]/ /g; s/\bconst\b//g' |
		tr -s ' ' '\n' | grep -vE '^$|^reserved'
}

bare_header >"$tmp/header"
count=0
for name in $(grep -oE '^struct capture_[a-z_]+ \{' "$header" | cut -d' ' -f2); do
	mapfile -t shown < <(grep -l "^struct $name {\$" "$pages"/*.3)
	[ ${#shown[@]} = 1 ] || { complain "struct $name is shown in ${#shown[@]} pages"; continue; }
	same "struct $name in the header and in ${shown[0]}" "$(definition "$name" <"$tmp/header")" \
		"$(plain <"${shown[0]}" | definition "$name")"
	for field in $(definition "$name" <"$tmp/header" | fields); do
		grep -qE "^\.It Fa ([a-z_]+ , )*$field( |\$)" "${shown[0]}" || complain "$name.$field is not explained"
		count=$((count + 1))
	done
done
[ "$count" -gt 100 ] || complain "only $count fields found"
exit $bad
