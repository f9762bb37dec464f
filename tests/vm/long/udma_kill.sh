#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# More than a thousand kills: the suite udma_kill with more rounds.
# limit: 7200
ROUNDS=260
LIMIT_OF_ONE=1800
. "$GRAB_SRC/tests/vm/suites/udma_kill.sh"
