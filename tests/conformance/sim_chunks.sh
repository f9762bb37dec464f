#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract on the simulator, moved in small and large chunks.
. "$GRAB_SRC/tests/conformance/functions.sh"

conform sim:size=320x240 --chunk 4096 --window 1
conform sim:size=640x480,pattern=bytes --chunk 65536 --window 3
conform sim:size=160x120,depth=1 --chunk 1073741824 --window 1
finish
