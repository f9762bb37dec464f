#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# grab-scripting(7) tells of every field of every JSON object, and of no other.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"
command -v jq >/dev/null || { echo "no jq"; exit 77; }

# Names of all values: "lost.device".  Objects and lists of them count as what is in them.
fields() {
	jq -r 'paths | map(strings) | join(".")' | grep -vx schema | sort -ur |
		awk 'index(before, $0 ".") != 1 { print } { before = $0 }' | sort
}

# .It Li a , b , c of one schema's subsection
told() {
	awk -v title=".Ss $1" '/^\.S[sh] / { inside = $0 == title } inside && /^\.It Li / { print substr($0, 8) }' \
		"$pages/grab-scripting.7" | sed 's/ , /\n/g' | plain | sort
}

# object SCHEMA FILE...: lines of JSON, of which those of the schema are compared with the page
object() {
	local schema=$1
	shift
	jq -c "select(.schema == \"$schema\")" "$@" >"$tmp/object"
	[ -s "$tmp/object" ] || complain "no $schema came"
	same "fields of $schema and those in grab-scripting(7)" "$(fields <"$tmp/object")" "$(told "$schema")"
	checked="${checked:-} $schema"
}

cd "$tmp" || exit 1
grab -L --json >devices.json
object grab.devices/1 devices.json

# what only some sources have: ranges of rates
echo '{"schema":"grab.formats/1","formats":[{"sizes":[{"fps_range":true}]}]}' >ranges.json
grab -d sim: --list-formats --json >formats.json
object grab.formats/1 formats.json ranges.json

grab -d sim: --list-ctrls --json >controls.json
object grab.controls/1 controls.json
grab -d sim: -n 3 -o plan.png --explain --json >plan.json
object grab.plan/1 plan.json

grab -d sim:fps=100 -n 3 -o run.raw -M frames.jsonl --stats json:stats.json --progress json 2>progress.jsonl
object grab.frame/1 frames.jsonl
object grab.stats/1 stats.json
object grab.progress/1 progress.jsonl
grab -d sim: -n 3 -o run.raw --json 2>error.json
object grab.error/1 error.json

schemas=$(grep -hoE '"grab\.[a-z]+/[0-9]+"' "$GRAB_SRC"/cli/*.c | tr -d '"' | sort -u)
same "schemas in the program and those checked" "$schemas" "$(tr ' ' '\n' <<<"$checked" | grep . | sort)"
same "schemas in the program and the list in grab-scripting(7)" "$schemas" \
	"$(section "$pages/grab-scripting.7" JSON | sed -n 's/^\.It Li \(grab\.[a-z]*\/[0-9]*\)$/\1/p' | sort)"
exit $bad
