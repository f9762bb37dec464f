#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs no test.
. "$GRAB_SRC/tests/vm/lib.sh"

done_testing
