#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Takes longer than its limit.
# limit: 15
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "waiting for ever"
sleep 600
done_testing
