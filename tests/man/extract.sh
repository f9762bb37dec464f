#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# extract.sh PAGE: prints the program in its EXAMPLES, for the build.
set -u
# shellcheck source=tests/man/manual.sh
. "$GRAB_SRC/tests/man/manual.sh"
example=$(program "$1") || exit
cat "$example"
