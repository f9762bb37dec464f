#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing wrong here.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right"
check true
case_begin "left out"
case_skip "no reason"
done_testing
