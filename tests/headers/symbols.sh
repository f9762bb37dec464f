#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Header, symbol map and shared library name the same functions.
set -u
headers=("$GRAB_SRC"/libcapture/libcapture*.h)
header=$(grep -ohE '\bcapture_[a-z_0-9]+\(' "${headers[@]}" | tr -d '(' | grep -v '_fn$' | sort -u |
	grep -vxF -f <(grep -ohE '^#define capture_[a-z_]+' "${headers[@]}" | cut -d' ' -f2; echo -))
declared=$(grep -hE '^CAPTURE_API' "${headers[@]}" | grep -oE 'capture_[a-z_0-9]+\(' | tr -d '(' | sort -u)
map=$(grep -oE '\bcapture_[a-z_0-9]+;' "$GRAB_SRC/libcapture/libcapture.map" | tr -d ';' | sort -u)
bad=0

same() {
	local what=$1
	diff <(echo "$2") <(echo "$3") && return
	echo "not ok: $what differ (above)"
	bad=1
}

same "functions named in the header's comments and those declared" "$header" "$declared"
same "header and symbol map" "$declared" "$map"
if "$GRAB_BUILD/libtool" --config | grep -x build_libtool_libs=no >/dev/null; then
	echo "configured without a shared library to compare"
	exit $bad
fi
exported=$(nm -D --defined-only "$GRAB_BUILD/libcapture/.libs/libcapture.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' |
	grep -vE '^(__asan|__tsan|__ubsan|__odr|_init|_fini)' | sort -u)
same "symbol map and shared library" "$map" "$exported"
exit $bad
