# What the README says.
dist_check_SCRIPTS += tests/readme/commands.sh
unsanitized_tests += tests/readme/commands.sh
EXTRA_DIST += tests/readme/contact-sheet.sh tests/readme/contact-sheet.svg
