# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by the scripts here: run the conformance program, count what fails.
set -u
failed=0

# Processes start and end slowly under a sanitizer, and there is one for every case:
# one run a script, and of it under ThreadSanitizer only what has to do with threads.
runs=0
only=()
[[ ${GRAB_SANITIZERS:-} == *thread* ]] && only=(--only order: --only silence: --only sessions:)

conform() {
	[ "$runs" = 0 ] || [ -z "${GRAB_SANITIZERS:-}" ] || return 0
	runs=$((runs + 1))
	echo "== conformance $*"
	"$GRAB_BUILD/tests/conformance/conformance" "$@" "${only[@]}" || failed=$((failed + 1))
}

finish() {
	[ "$failed" = 0 ] || echo "$failed of $runs runs failed"
	exit $((failed != 0))
}
