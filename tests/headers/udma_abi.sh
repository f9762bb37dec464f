#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's interface is the same for programs of 32 and of 64 bits: sizes (asserted in the header)
# and request numbers. It compiles alone, as C and as C++.
set -u -o pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
header=$GRAB_SRC/kmod/udma.h
bad=0

complain() {
	echo "not ok: $*"
	bad=1
}

cc=$(sed -n 's/^CC = //p' "$GRAB_BUILD/Makefile")
cc=${cc%% *}
{
	echo '#include "udma.h"'
	echo 'const unsigned int requests[] = {'
	sed -nE 's/^#define (UDMA_IOC_[A-Z_]+)[[:blank:]].*/\1,/p' "$header"
	echo '};'
} >"$tmp/requests.c"

# numbers BITS: of all requests, as the compiler sees them.
numbers() {
	"$cc" "-m$1" -std=gnu11 -Wall -Werror -O0 -S -o - -I"$GRAB_SRC/kmod" \
		-I"/usr/include/$("$cc" -dumpmachine)" "$tmp/requests.c" |
		sed -nE 's/^[[:blank:]]+\.long[[:blank:]]+(-?[0-9]+)([[:blank:]]+#.*)?$/\1/p'
}

"$cc" -m32 -E - </dev/null >/dev/null 2>&1 || { echo "SKIP: the compiler knows no 32 bits"; exit 77; }
numbers 64 >"$tmp/64" || complain "it does not compile"
numbers 32 >"$tmp/32" || complain "it does not compile for 32 bits"
[ "$(wc -l <"$tmp/64")" -ge 14 ] || complain "not all requests were found"
diff "$tmp/64" "$tmp/32" || complain "request numbers differ"
echo '#include "udma.h"' | "$cc" -xc++ -fsyntax-only -Wall -Wextra -Werror -I"$GRAB_SRC/kmod" - ||
	complain "it is no C++"
exit $bad
