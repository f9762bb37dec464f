#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The suite udma_kill under a kernel that finds mistakes, which is several times slower.
# limit: 7200
SLOW=6
. "$GRAB_SRC/tests/vm/suites/udma_kill.sh"
