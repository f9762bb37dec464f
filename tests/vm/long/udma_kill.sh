#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# More than a thousand kills, and as many that let go themselves: the suite udma_kill with more rounds.
# limit: 10800
ROUNDS=350
LIMIT_OF_ONE=3600
. "$GRAB_SRC/tests/vm/suites/udma_kill.sh"
