#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the kernel modules of kmod/ for the kernels of the VM bench, out of the source tree:
# BUILD/kmod/KERNEL/*.ko. A warning is an error.
#
#   modules.sh [KERNEL...]        GRAB_BUILD is the build tree
#
# W=1 and C=1 in GRAB_KMOD_ARGUMENTS go to kbuild (more warnings; sparse).

# shellcheck source-path=SCRIPTDIR
set -eu -o pipefail
. "$(dirname "$0")/common.sh"
. "$vm_dir/toolchain.sh"
. "$vm_dir/kbuild.sh"

build=${GRAB_BUILD:-$vm_src/build/default}
kernels=("$@")
[ ${#kernels[@]} -gt 0 ] || kernels=("${vm_kernels[@]}")

# kbuild writes beside the sources, so it gets a copy; what did not change keeps its time.
copy_sources()
{
	local folder

	# with the time of the copy: what was edited while a build ran must be newer than its object
	for folder in . grabbers; do
		mkdir -p "$1/$folder"
		find "$vm_src/kmod/$folder" -maxdepth 1 -type f \( -name '*.[ch]' -o -name Kbuild \) \
			-exec cp -u -t "$1/$folder" {} +
	done
	find "$1" -name '*.[ch]' ! -name '*.mod.c' -printf '%P\n' | while read -r file; do
		[ -e "$vm_src/kmod/$file" ] || rm "$1/$file"
	done
}

build_modules()
{
	local dir=$build/kmod/$1 status=0 origin=foreign

	copy_sources "$dir"
	! vm_is_debug "$1" || origin=native
	# shellcheck disable=SC2086 # a list of words
	"kbuild_$origin" "$1" "$dir" ${GRAB_KMOD_ARGUMENTS:-} >"$dir/make.log" 2>&1 </dev/null || status=$?
	if [ "$status" -ne 0 ]; then
		tail -n 40 "$dir/make.log" >&2
		die "kmod does not build for $1; log: $dir/make.log"
	fi
	# What is said of the compiler is only that its path is another one.
	if grep -i 'warning' "$dir/make.log" | grep -v 'the compiler differs'; then
		die "kmod builds with warnings for $1; log: $dir/make.log"
	fi
}

foreign=()
for k in "${kernels[@]}"; do
	vm_is_debug "$k" || foreign+=("$k")
done
[ ${#foreign[@]} -eq 0 ] || "$vm_dir/headers.sh" "${foreign[@]}"
for k in "${kernels[@]}"; do
	build_modules "$k"
done
