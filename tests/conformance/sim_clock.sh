#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract on a simulator that keeps a clock and is not in the best of health.
. "$GRAB_SRC/tests/conformance/functions.sh"

conform sim:size=64x48,fps=200
conform sim:size=64x48,fps=500,drop=5,error=4,short=6,repeat=9,late=7,jitter=1ms,wrap=3,seed=2
finish
