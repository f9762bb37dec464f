# The command, from outside.  Sorted.
cli_tests = \
	tests/cli/amounts.sh \
	tests/cli/config.sh \
	tests/cli/controls.sh \
	tests/cli/device.sh \
	tests/cli/direct.sh \
	tests/cli/disk.sh \
	tests/cli/explain.sh \
	tests/cli/faults.sh \
	tests/cli/file.sh \
	tests/cli/headline.sh \
	tests/cli/inplace.sh \
	tests/cli/jpeg.sh \
	tests/cli/json.sh \
	tests/cli/memory.sh \
	tests/cli/metadata.sh \
	tests/cli/naming.sh \
	tests/cli/outputs.sh \
	tests/cli/png.sh \
	tests/cli/progress.sh \
	tests/cli/signals.sh \
	tests/cli/status.sh \
	tests/cli/stdout.sh \
	tests/cli/strict.sh \
	tests/cli/tiff.sh
TESTS += $(cli_tests)
dist_check_SCRIPTS += $(cli_tests)

cli_unsanitized_tests = \
	tests/cli/completion.sh \
	tests/cli/readers.sh \
	tests/cli/syscalls.sh
unsanitized_tests += $(cli_unsanitized_tests)
dist_check_SCRIPTS += $(cli_unsanitized_tests)

EXTRA_DIST += tests/lib/functions.sh
