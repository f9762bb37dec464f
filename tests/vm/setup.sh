#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Brings the kernels of the VM bench into the user's cache. A second run starts at once and needs
# no network; --update looks for newer kernels. No root needed.
#
#   setup.sh [--update] [--device] [KERNEL...]
#
# With --device also the QEMU that can have emulated PCI devices, see backport.sh.

# shellcheck source-path=SCRIPTDIR
set -eEu -o pipefail
. "$(dirname "$0")/common.sh"
trap 'say "set-up failed: $BASH_COMMAND"' ERR
. "$vm_dir/fetch.sh"
. "$vm_dir/unpack.sh"
. "$vm_dir/backport.sh"
. "$vm_dir/debug-kernel.sh"

update=
device=
kernels=()
for arg in "$@"; do
	case $arg in
	--update) update=yes ;;
	--device) device=yes ;;
	*)
		vm_knows "$arg" || die "no kernel $arg here; there are: ${vm_kernels[*]} ${vm_named_kernels[*]}"
		kernels+=("$arg")
		;;
	esac
done
[ ${#kernels[@]} -gt 0 ] || kernels=("${vm_kernels[@]}")

# The kernels of which the packages are not in the cache.
absent()
{
	local k

	for k in "${kernels[@]}"; do
		[ -n "$update" ] || [ -z "$(vm_debs "$k")" ] || continue
		printf '%s\n' "$k"
	done
}

# busybox runs where nothing else is: it must not need shared libraries.
check_tools()
{
	vm_need apt-get apt
	vm_need dpkg-deb dpkg
	vm_need cpio cpio
	vm_need depmod kmod
	vm_need xz xz-utils
	vm_need zstd zstd
	vm_need busybox busybox-static
	! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
		die "busybox is not the static one; install it: apt-get install busybox-static"
}

# make_tree KERNEL TREE DEB...
make_tree()
{
	if vm_is_debug "$1"; then
		# takes long: others need not wait
		flock -u 8
		exec 6>"$vm_cache/lock-$1"
		flock -n 6 || { say "waiting for another build of it to end"; flock 6; }
		[ -d "$2" ] || debug_kernel "$@"
	else
		say "$1: unpacking ${2##*/}"
		unpack_kernel "${@:2}"
	fi
}

# Trees of other versions that nobody used for two weeks.
prune()
{
	find "$vm_cache" -mindepth 1 -maxdepth 1 -type d -name "$1_*" -mtime +14 \
		-exec rm -rf {} +
}

main()
{
	local k tree debs missing

	mapfile -t missing < <(absent)
	if [ ${#missing[@]} -gt 0 ]; then
		check_tools
		fetch_kernels "${missing[@]}"
	fi
	for k in "${kernels[@]}"; do
		tree=$(vm_tree "$k")
		if [ ! -d "$tree" ]; then
			check_tools
			mapfile -t debs < <(vm_debs "$k")
			make_tree "$k" "$tree" "${debs[@]}"
		fi
		touch "$tree"
		prune "$k"
	done
	[ -z "$device" ] || backport_setup
}

mkdir -p "$vm_cache"
exec 8>"$vm_cache/lock"
flock -n 8 || { say "waiting for another set-up to end"; flock 8; }
main
