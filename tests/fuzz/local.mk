# Fuzz targets.  In "make check" a driver of ours runs a fixed number of seeded
# mutations; configured with --enable-fuzzers (clang) the same sources become
# libFuzzer programs.  Sorted.
fuzz_targets = \
	tests/fuzz/fuzz_bt878 \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_encode \
	tests/fuzz/fuzz_file \
	tests/fuzz/fuzz_name \
	tests/fuzz/fuzz_parse \
	tests/fuzz/fuzz_png \
	tests/fuzz/fuzz_sim_options \
	tests/fuzz/fuzz_uri \
	tests/fuzz/fuzz_vfio_user

if FUZZERS
FUZZ_DRIVER =
FUZZ_LINK = -fsanitize=fuzzer
else
FUZZ_DRIVER = tests/fuzz/driver.c
FUZZ_LINK =
TESTS += $(fuzz_targets)
endif
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += tests/fuzz/driver.c

fuzz_cppflags = $(TEST_CPPFLAGS)
fuzz_ldflags = $(AM_LDFLAGS) $(FUZZ_LINK)

tests_fuzz_fuzz_file_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_file_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_file_SOURCES = tests/fuzz/fuzz_file.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_file_LDADD = $(TEST_LIBS)
tests_fuzz_fuzz_sim_options_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_sim_options_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_sim_options_SOURCES = tests/fuzz/fuzz_sim_options.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_sim_options_LDADD = $(TEST_LIBS)
tests_fuzz_fuzz_uri_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_uri_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_uri_SOURCES = tests/fuzz/fuzz_uri.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_uri_LDADD = $(TEST_LIBS)

tests_fuzz_fuzz_config_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_config_LDADD = cli/libgrab.la $(TEST_LIBS)

tests_fuzz_fuzz_parse_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_parse_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_parse_SOURCES = tests/fuzz/fuzz_parse.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_parse_LDADD = cli/libgrab.la $(TEST_LIBS)
# whole files in each round: fewer of them
tests_fuzz_fuzz_png_CPPFLAGS = $(fuzz_cppflags) $(PNG_CFLAGS) -DROUNDS=5000
tests_fuzz_fuzz_png_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_png_SOURCES = tests/fuzz/fuzz_png.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_png_LDADD = cli/libgrab.la $(TEST_LIBS) $(PNG_LIBS)
tests_fuzz_fuzz_encode_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_encode_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_encode_SOURCES = tests/fuzz/fuzz_encode.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_encode_LDADD = cli/libgrab.la $(TEST_LIBS)
tests_fuzz_fuzz_name_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_name_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_name_SOURCES = tests/fuzz/fuzz_name.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_name_LDADD = cli/libgrab.la $(TEST_LIBS)

# whole devices in each round: fewer of them
tests_fuzz_fuzz_bt878_CPPFLAGS = $(EMULATOR_CPPFLAGS) -DROUNDS=1500
tests_fuzz_fuzz_bt878_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_bt878_SOURCES = tests/fuzz/fuzz_bt878.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_bt878_LDADD = tests/emulator/libmodels.la
tests_fuzz_fuzz_vfio_user_CPPFLAGS = $(EMULATOR_CPPFLAGS) -DROUNDS=4000
tests_fuzz_fuzz_vfio_user_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_vfio_user_SOURCES = tests/fuzz/fuzz_vfio_user.c tests/fuzz/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_vfio_user_LDADD = $(EMULATOR_LIBS)
