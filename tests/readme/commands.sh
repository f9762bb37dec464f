#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The README's command lines that need no hardware do what it says of them.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

lines=0
while IFS= read -r line; do
	lines=$((lines + 1))
	echo "\$ $line"
	out=$(bash -c "set -e; ${line/; echo \$?/ || echo lost \$?}" 2>err) || { cat err; exit 1; }
	case $line in
	*drop=*) [ "$out" = "lost 1" ] || { echo "$out"; cat err; exit 1; } ;;
	esac
done < <(sed -n 's/^\(grab .*sim:.*\)$/\1/p' "$GRAB_SRC/README.md" | sed 's/  *#.*//')
[ "$lines" -gt 0 ]

# the headline; sanitizers make drawing and encoding slow
device=sim:
[ "${GRAB_SANITIZERS:-no}" = no ] || device=sim:size=160x120
grab -q -d "$device" --frames 100 -o out.png
[ "$(find . -name 'out-*.png' | sort | sed -n '1p;$p' | tr '\n' ' ')" = "./out-000000.png ./out-000099.png " ]
[ "$(find . -name 'out-*.png' | wc -l)" = 100 ]
