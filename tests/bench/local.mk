# SPDX-License-Identifier: GPL-2.0-or-later
# The measurements are run by "./run bench"; make check only sees that they still work.
check_PROGRAMS += tests/bench/attach tests/bench/encode tests/bench/frames tests/bench/measure tests/bench/udma
tests_bench_measure_SOURCES = tests/bench/measure.c
tests_bench_frames_SOURCES = tests/bench/frames.c
tests_bench_frames_LDADD = -lm
tests_bench_encode_SOURCES = tests/bench/encode.c
tests_bench_encode_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_encode_LDADD = cli/libgrab.la libcapture/libcapture.la

pages_sources = tests/bench/pages.c tests/bench/pages.h
tests_bench_attach_SOURCES = tests/bench/attach.c $(pages_sources)
tests_bench_attach_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_attach_LDADD = libcapture/libcapture.la

tests_bench_udma_SOURCES = tests/bench/udma.c $(pages_sources) $(udma_device_sources)
# first: the command has a device.h of its own
tests_bench_udma_CPPFLAGS = -I$(top_srcdir)/tests/udma $(TEST_CPPFLAGS)

dist_check_SCRIPTS += tests/bench/smoke.sh
unsanitized_tests += tests/bench/smoke.sh

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
	tests/bench/vm/three-ways.sh \
	tests/bench/vm/udma.sh \
	tests/bench/vm/vivid.sh
