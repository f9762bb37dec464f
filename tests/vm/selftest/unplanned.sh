#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ends in the middle, and with success.
. "$GRAB_SRC/tests/vm/lib.sh"

case_begin "right"
case_begin "the last words"
exit 0
