#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Cases that fail, each by another helper; those around them pass.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right before"
check true
case_begin "check"
check false
case_begin "check_not"
check_not true
case_begin "equal"
equal "a word" red green
case_begin "expect_exit"
expect_exit 3 sh -c 'echo why >&2; exit 4'
case_begin "expect_exit with a command that hangs"
LIMIT=1 expect_exit 0 sleep 60
case_begin "wait_for"
wait_for 1 false
case_begin "right behind"
check true
import_tap sh -c 'echo "ok 1 - good"; echo "not ok 2 - bad"; echo 1..3; exit 1'
done_testing
