#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's log holds what a kernel prints for a bug that it survives.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right before"
case_begin "a warning"
echo 'WARNING: CPU: 0 PID: 1 at mm/test.c:1 test+0x1/0x2' >/dev/kmsg
case_begin "right behind"
done_testing
