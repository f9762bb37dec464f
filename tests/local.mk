# The host tests: what "make check" runs.
TEST_EXTENSIONS = .sh
# A test that hangs fails, and the others go on; no good one needs a tenth of this.
TEST_LIMIT = timeout -k 10 1200
LOG_COMPILER = $(TEST_LIMIT)
SH_LOG_COMPILER = $(TEST_LIMIT)
AM_TESTS_ENVIRONMENT = \
	GRAB_SRC='$(abs_top_srcdir)'; export GRAB_SRC; \
	GRAB_BUILD='$(abs_top_builddir)'; export GRAB_BUILD; \
	GRAB_SANITIZERS='@SANITIZER_LIST@'; export GRAB_SANITIZERS; \
	PATH='$(abs_top_builddir)'/cli:$$PATH; export PATH; \
	TSAN_OPTIONS=halt_on_error=1:history_size=4; export TSAN_OPTIONS; \
	ASAN_OPTIONS=detect_leaks=1:abort_on_error=0; export ASAN_OPTIONS; \
	unset GRAB_DEVICE GRAB_CONFIG GRAB_LOG GRAB_MEM_BUDGET XDG_CONFIG_HOME;

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/lib -I$(top_srcdir)/cli
# first: the emulator has a control.h and others of its own
EMULATOR_CPPFLAGS = -I$(top_srcdir)/tests/emulator $(TEST_CPPFLAGS)
TEST_LIBS = libcapture/libcapture-internal.la

# Where a sanitizer has nothing to find: texts, measurements, what other programs make of our files.
unsanitized_tests =

include tests/udma/local.mk
include tests/emulator/local.mk
include tests/unit/local.mk
include tests/bench/local.mk
include tests/conformance/local.mk
include tests/cli/local.mk
include tests/fuzz/local.mk
include tests/headers/local.mk
include tests/readme/local.mk
include tests/man/local.mk
include tests/vm/local.mk

if !SANITIZERS
TESTS += $(unsanitized_tests)
endif

EXTRA_DIST += tests/lib/rounds.h tests/lib/unit.h tests/lint.sh tests/valgrind.sh tests/install.sh tests/dist.sh \
	tests/arm.sh tests/arm/png_bytes.c

installcheck-local:
	$(BASH) $(top_srcdir)/tests/install.sh '$(DESTDIR)$(prefix)'
