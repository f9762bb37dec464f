# The udma module from the outside; run in guests by tests/vm/suites/udma*.sh.
check_PROGRAMS += tests/udma/udma_test tests/udma/udma_kill tests/udma/udma_fuzz
udma_device_sources = tests/udma/device.c tests/udma/device.h tests/lib/guard.c tests/lib/guard.h \
	tests/lib/tap.c tests/lib/tap.h
tests_udma_udma_test_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_test_SOURCES = \
	tests/udma/abi.c \
	tests/udma/frames.c \
	tests/udma/limits.c \
	tests/udma/mapping.c \
	tests/udma/process.c \
	tests/udma/reading.c \
	tests/udma/udma_test.c \
	$(udma_device_sources)
tests_udma_udma_test_LDADD = -lpthread
tests_udma_udma_kill_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_kill_SOURCES = tests/udma/udma_kill.c $(udma_device_sources)
tests_udma_udma_fuzz_CPPFLAGS = $(TEST_CPPFLAGS)
tests_udma_udma_fuzz_SOURCES = tests/udma/udma_fuzz.c
tests_udma_udma_fuzz_LDADD = -lpthread
