#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same options, letters and arguments in grab --help, in grab(1) and in both
# completions; and grab.conf(5) knows which of them a file may not have.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

grab --help >"$tmp/help" || complain "grab --help: status $?"

# "-n, --frames=N, --count=N": as both show it at the head of an option
in_help=$(sed -nE '/^ {2,6}-/ { s/^ +//; s/ {2,}.*//; p }' "$tmp/help" | sort)
in_page=$(mandoc -Tascii -O width=200 "$pages/grab.1" | col -b | expand |
	awk '/^[A-Z]/ { options = $0 == "DESCRIPTION" } options' |
	sed -nE '/^ {5}-/ { s/^ +//; s/ {2,}.*//; p }' | sort)
[ "$(wc -l <<<"$in_help")" -gt 40 ] || complain "only $(wc -l <<<"$in_help") options in grab --help"
same "options in grab --help and in grab(1)" "$in_help" "$in_page"

names=$(grep -oE '(^|, )--?[A-Za-z-]+' <<<"$in_help" | sed 's/^, //' | sort -u)
told=$(section "$pages/grab.1" SYNOPSIS | grep -oE 'Fl (\\-)?[A-Za-z\\-]+' | plain | sed 's/^Fl /-/' | sort -u)
unknown=$(comm -13 <(echo "$names") <(echo "$told"))
[ -z "$unknown" ] || complain "the synopsis has options that there are not: $unknown"
told=$(plain <"$pages/grab.1" | grep -oE '\bFl -?[A-Za-z-]+' | sed 's/^Fl /-/' | sort -u)
unknown=$(comm -13 <(echo "$names") <(echo "$told"))
[ -z "$unknown" ] || complain "grab(1) names options that there are not: $unknown"

# what bash offers to somebody who typed a dash, or two
cat >"$tmp/bash" <<'END'
. "$1"
for word in - --; do
	COMP_WORDS=(grab "$word") COMP_CWORD=1 COMPREPLY=()
	_grab grab "$word" grab 2>/dev/null
	printf '%s\n' "${COMPREPLY[@]%=}"
done
END
grab --completion bash >"$tmp/completion.bash" || complain "grab --completion bash: status $?"
in_bash=$(bash "$tmp/bash" "$tmp/completion.bash" | sed 's/[= ]*$//' | sort -u)
same "options in grab --help and those that bash completes" "$(grep -- -- <<<"$names")" \
	"$(grep -- '^--' <<<"$in_bash")"

grab --completion zsh >"$tmp/completion.zsh" || complain "grab --completion zsh: status $?"
in_zsh=$(sed -nE "s/^\t'(\([^)]*\))?(--?[A-Za-z-]+).*/\2/p" "$tmp/completion.zsh" | sort -u)
same "options in grab --help and those that zsh completes" "$names" "$in_zsh"

# options that grab refuses in a file, and those that grab.conf(5) says it refuses
refused=$(for name in $(grep -- '^--' <<<"$names" | sed 's/^--//'); do
	echo "$name" >"$tmp/conf"
	message=$(grab --config "$tmp/conf" -d sim: 2>&1 </dev/null)
	case $message in
	*"belongs on the command line"*) echo "--$name" ;;
	esac
done)
# second names are refused as such
told=$(section "$pages/grab.conf.5" DESCRIPTION |
	sed -n '/^Options that cannot stand in a file/,/^and in a section/p' | plain | grep -oE 'Fl [a-z-]+' |
	sed 's/^Fl /-/' | grep -vx -e --device -e --backend | sort -u)
same "options refused in a file and those that grab.conf(5) names" "$refused" "$told"
exit $bad
