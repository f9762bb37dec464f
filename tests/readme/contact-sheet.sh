#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the picture in README.md: what "grab --frames 100 -o out.png" leaves on disk,
# every twentieth file, as grab wrote it.
#   ./run tests/readme/contact-sheet.sh >tests/readme/contact-sheet.svg
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
grab -q -d sim:size=160x120 --frames 100 --png 9,all -o out.png
echo '<svg xmlns="http://www.w3.org/2000/svg" width="848" height="148" font-family="monospace" font-size="11">'
echo '<rect width="848" height="148" fill="white"/>'
x=8
for n in 000000 000020 000040 000060 000080; do
	printf '<image x="%d" y="4" width="160" height="120" href="data:image/png;base64,%s"/>\n' \
		"$x" "$(base64 -w 0 "out-$n.png")"
	printf '<text x="%d" y="140">out-%s.png</text>\n' "$((x + 30))" "$n"
	x=$((x + 168))
done
echo '</svg>'
