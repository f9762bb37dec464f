# The manual tells the truth.  Sorted.
man_examples = \
	tests/man/commands.sh \
	tests/man/programs.sh

man_texts = \
	tests/man/backend_options.sh \
	tests/man/json.sh \
	tests/man/lint.sh \
	tests/man/options.sh \
	tests/man/statuses.sh \
	tests/man/structs.sh \
	tests/man/symbols.sh

dist_check_SCRIPTS += $(man_examples) $(man_texts)
EXTRA_DIST += tests/man/manual.sh
TESTS += $(man_examples)
unsanitized_tests += $(man_texts)

# Programs of the manual that are also run in the VMs, on real drivers.
check_PROGRAMS += tests/man/capture_attach tests/man/capture_grab tests/man/libcapture
nodist_tests_man_capture_attach_SOURCES = tests/man/capture_attach.c
nodist_tests_man_capture_grab_SOURCES = tests/man/capture_grab.c
nodist_tests_man_libcapture_SOURCES = tests/man/libcapture.c
tests_man_capture_attach_LDADD = libcapture/libcapture.la
tests_man_capture_grab_LDADD = libcapture/libcapture.la
tests_man_libcapture_LDADD = libcapture/libcapture.la

man_program_sources = \
	tests/man/capture_attach.c tests/man/capture_grab.c tests/man/libcapture.c
dist_check_SCRIPTS += tests/man/extract.sh
CLEANFILES += $(man_program_sources)

$(man_program_sources): $(dist_man_MANS) tests/man/extract.sh tests/man/manual.sh
	$(AM_V_GEN)$(MKDIR_P) tests/man && \
	GRAB_SRC='$(abs_top_srcdir)' $(BASH) '$(srcdir)/tests/man/extract.sh' `basename $@ .c`.3 >$@.new && \
	mv $@.new $@
