#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract on the simulator, while memory outside of the window cannot be accessed.
. "$GRAB_SRC/tests/conformance/functions.sh"

conform sim:size=320x240,guard=1 --chunk 4096 --window 1
conform sim:size=500x375,format=RGB3,guard=1 --chunk 16384 --window 2
finish
