# The udma module from the outside; run in guests by tests/vm/suites/udma*.sh.
check_PROGRAMS += tests/udma/udma_test tests/udma/udma_kill tests/udma/udma_fuzz \
	tests/udma/udma_failnth tests/udma/udma_memory
udma_device_sources = tests/udma/device.c tests/udma/device.h tests/lib/guard.c tests/lib/guard.h \
	tests/lib/tap.c tests/lib/tap.h
tests_udma_udma_test_CPPFLAGS = $(TEST_CPPFLAGS)
udma_cases = \
	tests/udma/abi.c \
	tests/udma/frames.c \
	tests/udma/limits.c \
	tests/udma/mapping.c \
	tests/udma/process.c \
	tests/udma/reading.c \
	tests/udma/udma_test.c
tests_udma_udma_test_SOURCES = $(udma_cases) $(udma_device_sources)
tests_udma_udma_test_LDADD = -lpthread
tests_udma_udma_kill_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_kill_SOURCES = tests/udma/udma_kill.c $(udma_device_sources)
tests_udma_udma_failnth_CPPFLAGS = $(TEST_CPPFLAGS)
# no call is looked up while calls fail
tests_udma_udma_failnth_LDFLAGS = $(AM_LDFLAGS) -Wl,-z,now
tests_udma_udma_failnth_SOURCES = tests/udma/udma_failnth.c $(udma_device_sources)
tests_udma_udma_memory_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_memory_SOURCES = tests/udma/udma_memory.c $(udma_device_sources)
tests_udma_udma_fuzz_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_fuzz_SOURCES = tests/udma/udma_fuzz.c
tests_udma_udma_fuzz_LDADD = -lpthread

# The same cases in a program of 32 bits, where there is a compiler for it.
if HAVE_CC32
udma_test32_sources = $(udma_cases) tests/udma/device.c tests/lib/guard.c tests/lib/tap.c
tests/udma/udma_test32: $(tests_udma_udma_test_SOURCES)
	$(AM_V_CCLD)$(MKDIR_P) tests/udma && $(CC32) -std=gnu11 -O1 -static -D_GNU_SOURCE \
		-D_FILE_OFFSET_BITS=64 -Wall -Werror -I$(top_srcdir)/kmod -I$(top_srcdir)/tests/lib \
		-o $@ $(udma_test32_sources:%=$(top_srcdir)/%) -lpthread
check_DATA = tests/udma/udma_test32
CLEANFILES += tests/udma/udma_test32
endif

# a driver that only the tests have; built by tests/vm/modules.sh
EXTRA_DIST += tests/udma/kmod/Kbuild tests/udma/kmod/udma_thread.c
