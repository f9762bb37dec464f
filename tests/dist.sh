#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The archive of a release has every file of the repository, builds from read-only sources,
# installs, works installed (install.sh), and uninstalls without a trace.
# Test programs are not built once more here: the other steps do that.
set -eu
cd "$GRAB_BUILD"
make -j"$(nproc)" distcheck TESTS= check_PROGRAMS= check_LTLIBRARIES=

[ -e "$GRAB_SRC/.git" ] || exit 0	# built from an archive: nothing to compare with
archive=grab-$(sed -n 's/^VERSION = //p' Makefile).tar.xz
files=$(git -C "$GRAB_SRC" ls-files)
packed=$(tar -tf "$archive")
missing=$(comm -23 <(grep -v -e '^\.ci/' -e '^\.gitignore$' <<<"$files" | sort) \
	<(sed 's/^[^/]*\///' <<<"$packed" | sort))
[ -z "$missing" ] || { printf 'not in %s:\n%s\n' "$archive" "$missing"; exit 1; }
