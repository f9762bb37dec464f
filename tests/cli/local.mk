# The command, from outside.  Sorted.
cli_tests = \
	tests/cli/disk.sh \
	tests/cli/faults.sh \
	tests/cli/headline.sh \
	tests/cli/naming.sh \
	tests/cli/signals.sh \
	tests/cli/status.sh
TESTS += $(cli_tests)
dist_check_SCRIPTS += $(cli_tests)
EXTRA_DIST += tests/lib/functions.sh
