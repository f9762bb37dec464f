# SPDX-License-Identifier: GPL-2.0-or-later
# The measurements are run by "./run bench"; make check only sees that they still work.
check_PROGRAMS += tests/bench/encode tests/bench/frames tests/bench/measure
tests_bench_measure_SOURCES = tests/bench/measure.c
tests_bench_frames_SOURCES = tests/bench/frames.c
tests_bench_frames_LDADD = -lm
tests_bench_encode_SOURCES = tests/bench/encode.c
tests_bench_encode_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_encode_LDADD = cli/libgrab.la libcapture/libcapture.la

dist_check_SCRIPTS += tests/bench/smoke.sh
TESTS += tests/bench/smoke.sh

EXTRA_DIST += \
	tests/bench/guest.sh \
	tests/bench/lib.sh \
	tests/bench/memory.sh \
	tests/bench/peak.sh \
	tests/bench/peers.sh \
	tests/bench/png.sh \
	tests/bench/quiet.sh \
	tests/bench/results.jq \
	tests/bench/run.sh \
	tests/bench/sim.sh \
	tests/bench/table.jq \
	tests/bench/vm.sh \
	tests/bench/vm/lost.sh \
	tests/bench/vm/vivid.sh
