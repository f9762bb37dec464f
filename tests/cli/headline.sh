#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the first line of the README promises.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99
requires pngcheck sha256sum file

# sanitizers make drawing and encoding slow
[ "${GRAB_SANITIZERS:-no}" = no ] || export GRAB_DEVICE=sim:size=160x120

expect 0 grab --frames 100 -o out.png
expect_files 100
expect_same "the first" out-000000.png "$(printf '%s\n' * | head -n 1)"
expect_same "the last" out-000099.png "$(printf '%s\n' * | tail -n 1)"
expect_err '100 files, out-000000.png to out-000099.png'
expect 0 pngcheck -q ./*.png
expect_same "different pictures" 100 "$(sha256sum ./*.png | cut -d' ' -f1 | sort -u | wc -l)"

# again: refused as a whole, nothing touched
rm out-000050.png
before=$(sha256sum ./*.png; stat -c '%i %Y %n' ./*.png)
expect 73 grab --frames 100 -o out.png
expect_err 'out-0000..\.png'
expect_err '-y'
expect_same "what was there" "$before" "$(sha256sum ./*.png; stat -c '%i %Y %n' ./*.png)"
expect_files 99

# unless it is asked for
expect 0 grab -d sim:seed=9,size=32x32 --frames 100 -o out.png -y
expect_files 100
expect_same "replaced" 100 "$(file ./*.png | grep -c ' 32 x 32,')"

# one frame keeps its name, and the note is for people who want to know
mkdir one && cd one || exit 99
expect 0 grab -o shot.png
expect_quiet
expect 0 grab -q -n 2 -o two.png
expect_quiet
expect_files 3
expect_files 1 shot.png
