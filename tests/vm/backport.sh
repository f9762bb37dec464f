# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # vm_cache, fetch_*: common.sh, fetch.sh
# QEMU of Debian's backports, for machines with an emulated PCI device: Debian 12's own has no
# vfio-user-pci, which came with 10.1. Unpacked without root, with the libraries and the loader of
# its own release. Sourced by setup.sh and run.sh.
#
#   TREE/root     the packages' files
#   TREE/qemu     starts it

backport_least=10.1
backport_packages=(qemu-system-x86 qemu-system-data qemu-system-common seabios)

# The unpacked QEMU of this script's form; nothing says that it is there.
backport_tree()
{
	local recipe

	recipe=$(sha256sum "$vm_dir/backport.sh")
	printf '%s/qemu_%s\n' "$vm_cache" "${recipe:0:8}"
}

# The packages and all that they need, into a folder.
backport_download()
{
	local wanted=("${backport_packages[@]/%//trixie-backports}")

	say "downloading QEMU of trixie-backports (40 MB)"
	fetch_configure
	fetch_apt apt-get -q=2 update || die "the package lists cannot be read; see the message above"
	fetch_apt apt-get -q=2 install --download-only --yes --no-install-recommends \
		-o "Dir::Cache::archives=$1" "${wanted[@]}" >&2 ||
		die "QEMU cannot be downloaded; what apt says above tells why"
	rm -rf "$fetch_root"
}

# A script in place of a program that would look for the loader and libraries of this machine.
backport_wrap()
{
	cat >"$1/qemu" <<-'EOT'
	#!/bin/sh
	root=$(dirname "$(readlink -f "$0")")/root
	lib=$root/usr/lib/x86_64-linux-gnu
	export QEMU_MODULE_DIR="$lib/qemu"
	exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$root/usr/bin/qemu-system-x86_64" \
		-L "$root/usr/share/qemu" -L "$root/usr/share/seabios" "$@"
	EOT
	chmod +x "$1/qemu"
}

# Brings it into the cache where it is not; all of it or nothing.
backport_setup()
{
	local tree new deb version

	tree=$(backport_tree)
	[ ! -d "$tree" ] || { touch "$tree"; return 0; }
	vm_need apt-get apt
	vm_need dpkg-deb dpkg
	new=$tree.new
	rm -rf "$new"
	mkdir -p "$new/root" "$new/debs/partial"
	backport_download "$new/debs"
	for deb in "$new"/debs/*.deb; do
		dpkg-deb -x "$deb" "$new/root"
	done
	rm -r "$new/debs"
	backport_wrap "$new"
	version=$("$new/qemu" --version | sed -n 's/^QEMU emulator version \([0-9.]*\).*/\1/p')
	printf '%s\n' "$backport_least" "${version:-0}" | sort -V -C ||
		die "QEMU of trixie-backports is ${version:-not running here}; $backport_least is needed"
	mv "$new" "$tree"
	# those of other versions of this script, when nobody used them for two weeks
	find "$vm_cache" -mindepth 1 -maxdepth 1 -type d -name 'qemu_*' -mtime +14 -exec rm -rf {} +
}
