#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The guest stops to report, for longer than the host waits.
# limit: 600
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "silence"
sleep 600
done_testing
