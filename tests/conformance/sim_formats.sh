#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract on the simulator, in pixel formats that differ in their layout.
. "$GRAB_SRC/tests/conformance/functions.sh"

conform sim:size=160x120
conform sim:size=161x121,format=NV12,pattern=bytes
conform sim:size=160x120,format=MJPG
conform sim: --format RGB3 --size 320x240 --control test_pattern=2 --expect checkers
finish
