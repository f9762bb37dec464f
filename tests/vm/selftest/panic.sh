#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel panics.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right"
case_begin "the crash"
echo c >/proc/sysrq-trigger
done_testing
