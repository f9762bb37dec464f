#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kmod/ in the eyes of the kernel's own judges: checkpatch.pl --strict and the semantic patches of
# coccicheck. Both are of Debian's package with the kernel's source, and kept in the user's cache.

# shellcheck source-path=SCRIPTDIR
set -eEu -o pipefail
. "$(dirname "$0")/common.sh"
trap 'say "the check failed: $BASH_COMMAND"' ERR
. "$vm_dir/fetch.sh"
. "$vm_dir/debug-kernel.sh"

# What checkpatch says and we do not follow:
ignored=(
	LINUX_VERSION_CODE CONSTANT_COMPARISON	# compat.h is the place for versions
	BIT_MACRO		# headers that user space shares have no BIT()
	CAMELCASE		# _Static_assert, likewise
	LONG_LINE LONG_LINE_COMMENT	# tests/lint.sh counts columns, checkpatch bytes
	MULTIPLE_ASSIGNMENTS	# what belongs together is set together
	MACRO_ARG_REUSE		# a field's name, which is all that the macro is for
)
# Macros of trace events are not laid out like functions, in the kernel's own headers neither.
ignored_trace=(PARENTHESIS_ALIGNMENT OPEN_ENDED_LINE)

# The folder with the scripts; it appears whole or not at all.
kstyle_scripts()
{
	local deb dir

	deb=$(vm_debs debug | tail -n 1)
	dir=$vm_cache/scripts_$(basename "$deb" | cut -d_ -f2)
	if [ ! -d "$dir" ]; then
		rm -rf "$dir.new"
		# checkpatch looks for names in the kernel's headers
		mkdir -p "$dir.new/include"
		source_unpack "$deb" "$dir.new" --strip-components=2 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' '*/scripts/coccinelle/*'
		mv "$dir.new" "$dir"
	fi
	printf '%s\n' "$dir"
}

# kstyle_checkpatch IGNORED FILE: prints what it finds. It keeps notes in the folder where it runs.
kstyle_checkpatch()
{
	(cd "$scripts" && perl checkpatch.pl --no-tree --root=. --strict --terse --no-summary --ignore "$1" \
		-f "$vm_src/$2")
}

checkpatch()
{
	local all trace found=0 f

	all=$(IFS=, && echo "${ignored[*]}")
	trace=$all,$(IFS=, && echo "${ignored_trace[*]}")
	for f in kmod/*.[ch]; do
		case $f in
		*_trace.h) kstyle_checkpatch "$trace" "$f" ;;
		*) kstyle_checkpatch "$all" "$f" ;;
		esac || found=1
	done
	return "$found"
}

# As scripts/coccicheck does it for one semantic patch: with the options that it asks for.
# shellcheck disable=SC2317 # run by xargs
cocci_one()
{
	local options

	grep -q '^virtual report' "$1" || return 0
	options=$(sed -nE 's/^(\/\/|# ?)[# ]*Options: *//p' "$1" | tr '\n' ' ')
	# shellcheck disable=SC2086 # a list of words
	spatch --very-quiet -D report --no-show-diff --cocci-file "$1" $options --dir kmod 2>&1 |
		sed "s#\$# (${1##*/})#"
}

coccicheck()
{
	local found

	export -f cocci_one
	found=$(find "$scripts/coccinelle" -name '*.cocci' | sort |
		xargs -P "$(nproc)" -I{} bash -c 'cocci_one {}')
	# warnings of spatch about the patches themselves
	found=$(grep -E '^[^ ]+:[0-9]+:' <<<"$found" || true)
	# what user space compiles too has no ARRAY_SIZE() and no min()
	found=$(grep -vE '^kmod/(grabbers/|chunk\.h|segment\.h|grabber\.h).*\((array_size|minmax)\.cocci\)$' \
		<<<"$found" || true)
	[ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}

vm_need perl perl
vm_need spatch coccinelle
fetch_source
scripts=$(kstyle_scripts)
cd "$vm_src"
status=0
checkpatch || status=1
coccicheck || status=1
exit "$status"
