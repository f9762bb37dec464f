#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Static checks over the whole tree; needs a configured build in build/default.
#   tests/lint.sh [quick]	quick leaves out clang-tidy, which takes minutes
# shellcheck disable=SC2317 # the checks are called by step
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

step() {
	local name=$1
	shift
	if "$@"; then
		echo "ok: $name"
	else
		echo "not ok: $name"
		bad=1
	fi
}

tracked() { git ls-files -co --exclude-standard -- "$@"; }

scripts() {
	tracked | while read -r file; do
		[ -f "$file" ] && head -n 1 "$file" | grep -qE '^#!.*\b(ba|da)?sh$' && echo "$file"
	done
}

# Scripts that source each other share variables: who sets them is not seen here.
check_shell() { scripts | xargs shellcheck -x -P tests/lib:tests/vm -S warning -e SC1007,SC2034,SC2154; }

check_spelling() {
	tracked | grep -vE '^(COPYING)$' | xargs codespell --skip '*.svg' --ignore-words-list=ba,bu,te,ue,iff,nd,numer,paeth,parm,redy,fo,fpr,conexant
}

check_space() {
	! tracked | xargs grep -nIE '[[:blank:]]+$|^ +	' -- /dev/null | grep -vE '^(COPYING|README\.md)'
}

check_length() {
	! tracked '*.c' '*.h' | xargs awk 'FNR == 601 { print FILENAME ": more than 600 lines"; found = 1 }
		{ line = $0; gsub(/\t/, "        ", line) }
		length(line) > 120 && line !~ /"/ { print FILENAME ":" FNR ": " length(line) " columns"; found = 1 }
		END { exit !found }'
}

check_licences() {
	! tracked '*.c' '*.h' '*.cc' '*.sh' | xargs grep -L 'SPDX-License-Identifier' | grep .
}

check_cppcheck() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -j "$(nproc)" \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=unmatchedSuppression --suppress=normalCheckLevelMaxBranches \
		-D__linux__ -D__x86_64__ -DPACKAGE_VERSION='"0"' -DLOCALEDIR='"/"' \
		-Ilibcapture -Ibackends -Icli -Ikmod cli libcapture backends
}

check_manuals() { GRAB_SRC=$PWD tests/man/lint.sh; }

# The files come before "--", what the compiler is told after it.
tidy_some() {
	# shellcheck disable=SC2086 # a list of words
	clang-tidy --quiet "$@" -- -std=gnu11 -D_GNU_SOURCE -include build/default/config.h \
		-DSYSCONFDIR='"/etc"' -Ilibcapture -Ibackends -Icli -Ikmod $tidy_flags 2>/dev/null
}

check_tidy() {
	tidy_flags=$(pkg-config --cflags libv4l2 libv4lconvert libudev libturbojpeg libpng libdeflate libtiff-4 jansson)
	export tidy_flags
	export -f tidy_some
	# shellcheck disable=SC2016 # expanded by the inner shell
	tracked 'cli/*.c' 'libcapture/*.c' 'backends/*.c' |
		xargs -P "$(nproc)" -n 4 bash -c 'tidy_some "$@"' tidy
}

step shellcheck check_shell
step codespell check_spelling
step whitespace check_space
step length check_length
step licences check_licences
step manuals check_manuals
step cppcheck check_cppcheck
[ "${1:-}" = quick ] || step clang-tidy check_tidy
exit $bad
