# The manual tells the truth.  Sorted.
man_tests = \
	tests/man/backend_options.sh \
	tests/man/commands.sh \
	tests/man/json.sh \
	tests/man/lint.sh \
	tests/man/options.sh \
	tests/man/programs.sh \
	tests/man/statuses.sh \
	tests/man/structs.sh \
	tests/man/symbols.sh

dist_check_SCRIPTS += $(man_tests)
EXTRA_DIST += tests/man/manual.sh
TESTS += $(man_tests)
