#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel complains when the cases are over.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right"
trap 'echo "BUG: late" >/dev/kmsg' EXIT
done_testing
