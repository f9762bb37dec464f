#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Brings what modules for the kernels of the VM bench are built with into the user's cache: Debian's
# header packages of exactly the cached kernels, and the compilers that those packages ask for. A
# second run starts at once and needs no network. No root needed.
#
#   headers.sh [KERNEL...]
#
#   TREE = CACHE/headers/KERNEL_VERSION_HASH, an unpacked Debian of its own:
#   TREE/release          the kernel's own name for itself
#   TREE/build            what "make -C" takes
#   TREE/usr/bin/...      compiler, linker and the kernel's helpers, which need a newer C library
#                         than this machine may have: they are told to use the one beside them

# shellcheck source-path=SCRIPTDIR
set -eEu -o pipefail
. "$(dirname "$0")/common.sh"
trap 'say "set-up failed: $BASH_COMMAND"' ERR
. "$vm_dir/fetch.sh"
. "$vm_dir/toolchain.sh"

kernels=("$@")
[ ${#kernels[@]} -gt 0 ] || kernels=("${vm_kernels[@]}")

# headers_download KERNEL DIR: the header package of the cached kernel, with all that it depends on.
# The private apt root has nothing installed: apt finds everything, compilers and C library included.
headers_download()
{
	local image package version suite

	image=$(vm_debs "$1" | grep /linux-image- | tail -n 1)
	image=${image##*/}
	package=${image%%_*}
	version=${image#*_}
	version=${version%_*}
	case $version in
	*bpo*) suite='^trixie' ;;
	6.1.*) suite='^bookworm' ;;
	*) suite='^trixie(-updates|-security)?$' ;;
	esac
	say "$1: downloading headers ${version//%3a/:} and their compiler"
	fetch_apt apt-get -q=2 install --download-only -y --no-install-recommends \
		-o "APT::Default-Release=/$suite/" -o "Dir::Cache::archives=$2" -o Debug::NoLocking=true \
		"${package/image/headers}=${version//%3a/:}" >&2 ||
		die "the archive has no headers of the cached kernel any more;" \
			"newer ones of both: tests/vm/setup.sh --update"
}

main()
{
	local k tree debs=$vm_cache/headers/debs missing=()

	for k in "${kernels[@]}"; do
		[ -d "$(headers_tree "$k")" ] || missing+=("$k")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	vm_need apt-get apt
	vm_need dpkg-deb dpkg
	vm_need patchelf patchelf
	fetch_configure
	fetch_apt apt-get -q=2 update || die "the package lists cannot be read; see the message above"
	for k in "${missing[@]}"; do
		rm -rf "$debs"
		mkdir -p "$debs/partial"
		headers_download "$k" "$debs"
		tree=$(headers_tree "$k")
		say "$k: unpacking ${tree##*/}"
		toolchain_unpack "$tree" "$debs"
	done
	rm -rf "$debs" "$fetch_root"
}

"$vm_dir/setup.sh" "${kernels[@]}"
mkdir -p "$vm_cache/headers"
exec 8>"$vm_cache/lock"
flock -n 8 || { say "waiting for another set-up to end"; flock 8; }
main
