# One contract, every backend, every kind of memory.  The program is built by
# "make check" and can be run by hand on any source; the scripts run it on sim:.
check_PROGRAMS += tests/conformance/conformance
tests_conformance_conformance_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_conformance_SOURCES = \
	tests/conformance/conformance.c \
	tests/conformance/conformance.h \
	tests/conformance/content.c \
	tests/conformance/describe.c \
	tests/conformance/memory.c \
	tests/conformance/order.c \
	tests/conformance/remap.c \
	tests/conformance/sessions.c \
	tests/conformance/setup.c \
	tests/conformance/silence.c \
	tests/lib/guard.c \
	tests/lib/guard.h \
	tests/lib/kinds.c \
	tests/lib/kinds.h \
	tests/lib/tap.c \
	tests/lib/tap.h
tests_conformance_conformance_LDADD = $(TEST_LIBS) -lpthread

conformance_scripts = \
	tests/conformance/file.sh \
	tests/conformance/sim_chunks.sh \
	tests/conformance/sim_clock.sh \
	tests/conformance/sim_formats.sh \
	tests/conformance/sim_guard.sh
dist_check_SCRIPTS += $(conformance_scripts)
EXTRA_DIST += tests/conformance/functions.sh
TESTS += $(conformance_scripts)
