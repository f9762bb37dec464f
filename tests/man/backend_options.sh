#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The page of a backend tells of every option of its URIs, with its default, and of
# no other.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"

cat >"$tmp/options.c" <<'END'
#include <libcapture.h>
#include <stdio.h>

static int print(void *arg, const char *key, const char *def, const char *help)
{
	(void)help;
	fprintf(arg, "%s %s\n", key, def ? def : "-");
	return 0;
}

int main(int argc, char *argv[])
{
	return argc != 2 || capture_backend_options(argv[1], print, stdout);
}
END
compile "$tmp/options.c" "$tmp/options" || exit 1

# key and default of each ".It Cm KEY ..." up to the next one; "Default:" and then ".Li VALUE"
told() {
	section "$1" OPTIONS | awk '
		function done() { if (key) print key, def }
		/^\.It Cm / { done(); key = $3; def = "-"; next }
		/^\.El/ { done(); key = "" }
		/^Default:$/ { getline; def = $2; sub(/\\&$/, "", def) }' | plain | sort
}

for page in "$pages"/capture-*.7; do
	backend=$(basename "$page" .7)
	backend=${backend#capture-}
	"$tmp/options" "$backend" >"$tmp/list" 2>/dev/null || continue
	same "options of $backend and those in its page" "$(sort "$tmp/list")" "$(told "$page")"
	checked="${checked:-} $backend"
done
[[ " ${checked:-} " == *" sim "* ]] || complain "capture-sim(7) was not checked"
exit $bad
