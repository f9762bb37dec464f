#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract of libcapture on vivid, in every kind of memory: straight into it, through more
# than one plane, and by the copy where the driver leaves no other way.
# limit: 900
. "$GRAB_SRC/tests/vm/lib.sh"

# What each frame must show is computed by the program: vivid's pattern 10, without the text.
checkers=(--format RGB3 --size 320x180 --control osd_text_mode=2 --control test_pattern=10
	--expect checkers --fps 60 --frames 4)

# conform URI OPTION...: all cases of the conformance program, its output kept for the host.
conform()
{
	LIMIT=800 expect_exit 0 "$(built tests/conformance/conformance)" "$@"
	note "$(grep '^# .* cases:' "$OUT")"
	grep -E '^not ok|# SKIP' "$OUT" | while IFS= read -r line; do note "$line"; done
	cat "$OUT" >>"$GRAB_SHARE/conformance.out"
}

: >"$GRAB_SHARE/conformance.out"
echo 20 >/proc/sys/vm/nr_hugepages

case_begin "straight into memory, two cameras at once"
load_vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0,0
conform "v4l2:$VIDEO" "${checkers[@]}" --second v4l2:/dev/video1
check_not grep -q 'one session' "$OUT"

case_begin "a frame in two planes, with an offset"
load_vivid node_types=0x1 num_inputs=1 input_types=0 multiplanar=2
conform "v4l2:$VIDEO" --format NV16 --size 320x180 --control osd_text_mode=2 --fps 60 --frames 3 \
	--only order: --only silence: --only remap: --only malloc --only refused --only guard

case_begin "by the copy"
load_vivid node_types=0x1 num_inputs=1 input_types=0 allocators=1
conform "v4l2:$VIDEO" "${checkers[@]}" --only order: --only silence: --only remap: \
	--only malloc --only refused --only guard --only memfd

done_testing
