# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts
# For the tests of the manual: what its pages say, as lists to compare.
pages=$GRAB_SRC/man
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# the public header with its parts, in one
header=$tmp/public.h
cat "$GRAB_SRC"/libcapture/libcapture*.h >"$header"

complain() {
	echo "not ok: $*"
	bad=1
}

# same WHAT A B: two lists are equal.
same() {
	diff <(echo "$2") <(echo "$3") || complain "$1 (above: < the first, > the second)"
}

# The lines of a section of a page.
section() {
	awk -v title=".Sh $2" '/^\.Sh / { inside = $0 == title; next } inside' "$1"
}

# Escapes to what a reader sees.
plain() {
	sed -e 's/^\\&//' -e 's/\\(aq/'"'"'/g; s/\\(ga/`/g; s/\\(ha/^/g; s/\\(ti/~/g; s/\\-/-/g; s/\\&//g' \
		-e 's/\\e/\\/g'
}

# displays PAGE DIR: each literal display of a page, as a reader sees it, in DIR/1, DIR/2, ...
displays() {
	mkdir -p "$2"
	awk -v dir="$2" '
		/^\.Bd .*-literal/ { inside = 1; file = dir "/" ++n; next }
		/^\.Ed/ { inside = 0 }
		inside { print >file }' "$1"
	local raw
	for raw in "$2"/*; do
		[ -e "$raw" ] || continue
		plain <"$raw" >"$raw.text"
		mv "$raw.text" "$raw"
	done
}

# program PAGE: the file with the page's one example that is a program, made below $tmp.
program() {
	local found
	displays "$pages/$1" "$tmp/$1"
	found=$(grep -l 'int main(' "$tmp/$1"/* 2>/dev/null)
	[ "$(wc -w <<<"$found")" = 1 ] && echo "$found"
}

# The header without its comments.
bare_header() { gcc -fpreprocessed -dD -E -P "$header" 2>/dev/null | grep -v '^ *#'; }

# compile SOURCE PROGRAM: as an application's author would, against the build tree.
compile() {
	local cc
	cc=$(sed -n 's/^CC = //p' "$GRAB_BUILD/Makefile")
	# shellcheck disable=SC2086 # lists of words
	"$GRAB_BUILD/libtool" --silent --tag=CC --mode=link \
		$cc -O1 -g -Wall -Wextra -Werror ${GRAB_SANITIZERS:+-fsanitize=$GRAB_SANITIZERS} \
		-I"$GRAB_SRC/libcapture" "$1" -o "$2" -no-install "$GRAB_BUILD/libcapture/libcapture.la"
}
