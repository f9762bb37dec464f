#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The archive of a release has every file of the repository, builds from read-only sources,
# installs, works installed (install.sh), and uninstalls without a trace.
# Test programs are not built once more here: the other steps do that.
set -eu
cd "$GRAB_BUILD"
make -j"$(nproc)" distcheck TESTS= check_PROGRAMS= check_LTLIBRARIES=

archive=$(echo grab-*.tar.xz)
git -C "$GRAB_SRC" ls-files >/dev/null || exit	# not from an archive: nothing to compare with
missing=$(comm -23 \
	<(git -C "$GRAB_SRC" ls-files | grep -v -e '^\.ci/' -e '^\.gitignore$' | sort) \
	<(tar -tf "$archive" | sed 's/^[^/]*\///' | sort))
[ -z "$missing" ] || { printf 'not in %s:\n%s\n' "$archive" "$missing"; exit 1; }
