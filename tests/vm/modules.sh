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

# copy_sources FROM TO: kbuild writes beside the sources, so it gets a copy; what did not change keeps its time.
copy_sources()
{
	mkdir -p "$2"
	# with the time of the copy: what was edited while a build ran must be newer than its object
	find "$1" -maxdepth 1 -type f \( -name '*.[ch]' -o -name Kbuild \) -exec cp -u -t "$2" {} +
	find "$2" -maxdepth 1 -name '*.[ch]' ! -name '*.mod.c' -printf '%f\n' | while read -r file; do
		[ -e "$1/$file" ] || rm "$2/$file"
	done
}

# build_folder KERNEL FOLDER [ARGUMENT...]
build_folder()
{
	local log=$2/make.log status=0 origin=foreign

	! vm_is_debug "$1" || origin=native
	"kbuild_$origin" "$@" >"$log" 2>&1 </dev/null || status=$?
	if [ "$status" -ne 0 ]; then
		tail -n 40 "$log" >&2
		die "kmod does not build for $1; log: $log"
	fi
	# What is said of the compiler is only that its path is another one.
	if grep -i 'warning' "$log" | grep -v 'the compiler differs'; then
		die "kmod builds with warnings for $1; log: $log"
	fi
}

# build_modules KERNEL: the project's, and the drivers that only tests have
build_modules()
{
	local dir=$build/kmod/$1 folder

	for folder in . grabbers; do
		copy_sources "$vm_src/kmod/$folder" "$dir/$folder"
	done
	copy_sources "$vm_src/tests/udma/kmod" "$dir/tests"
	# shellcheck disable=SC2086 # a list of words
	build_folder "$1" "$dir" ${GRAB_KMOD_ARGUMENTS:-}
	# shellcheck disable=SC2086
	build_folder "$1" "$dir/tests" "GRAB_KMOD=$dir" "KBUILD_EXTRA_SYMBOLS=$dir/Module.symvers" ${GRAB_KMOD_ARGUMENTS:-}
}

foreign=()
for k in "${kernels[@]}"; do
	vm_is_debug "$k" || foreign+=("$k")
done
[ ${#foreign[@]} -eq 0 ] || "$vm_dir/headers.sh" "${foreign[@]}"
for k in "${kernels[@]}"; do
	build_modules "$k"
done
