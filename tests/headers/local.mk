# The public header stands alone, in C and in C++; the house's rules hold.
check_LTLIBRARIES += tests/headers/libheaders.la
tests_headers_libheaders_la_CPPFLAGS = -I$(top_srcdir)/libcapture
tests_headers_libheaders_la_CFLAGS = -std=c99 -pedantic -Wall -Wextra -Werror
tests_headers_libheaders_la_SOURCES = tests/headers/c.c
if HAVE_CXX
tests_headers_libheaders_la_CXXFLAGS = -std=c++11 -pedantic -Wall -Wextra -Werror
tests_headers_libheaders_la_SOURCES += tests/headers/cxx.cc
endif

dist_check_SCRIPTS += tests/headers/imports.sh tests/headers/symbols.sh tests/headers/udma_abi.sh
unsanitized_tests += tests/headers/imports.sh tests/headers/symbols.sh tests/headers/udma_abi.sh
