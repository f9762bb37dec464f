# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # vm_cache, vm_dir: common.sh
# Makes a bootable tree of a kernel's Debian packages: vmlinux, modules, initramfs. Sourced by
# setup.sh; a change in here (or in init) makes new trees, see vm_tree().
#
#   TREE/release            the kernel's own name for itself, uname -r
#   TREE/vmlinux            the kernel as an ELF file, which QEMU starts without the decompressor
#   TREE/lib/modules/...    the modules below, not compressed, with their index
#   TREE/initramfs.gz       busybox, the modules of 9p over virtio, and tests/vm/init

# Folders of modules that are kept. Dependencies must be in here too: unpack_check looks.
unpack_folders=(
	drivers/block/zram drivers/dma-buf drivers/i2c/algos drivers/nvdimm drivers/uio drivers/vfio
	drivers/virtio
	drivers/media/cec drivers/media/common drivers/media/mc drivers/media/pci/bt8xx
	drivers/media/radio drivers/media/rc drivers/media/test-drivers drivers/media/v4l2-core
	fs/9p fs/ext4 fs/fscache fs/jbd2 fs/netfs fs/overlayfs lib mm net/9p virt
)
# Single modules of folders that are not.
unpack_single=(fs/mbcache crypto/crc32c_generic)

# Modules that tests load; a kernel may have them built in.
unpack_wanted=(vivid bttv overlay vfio-pci uio_pci_generic zram ext4 nd_pmem nd_e820)

# Modules that the initramfs loads to reach the host's files, in this order.
unpack_early=(virtio_pci 9pnet_virtio 9p)

# unpack_debs DIR DEB...: kernel and modules of the packages, as they are.
unpack_debs()
{
	local dir=$1 deb folder module patterns=('*/vmlinuz*' '*/modules.builtin*' '*/modules.order')

	for folder in "${unpack_folders[@]}"; do
		patterns+=("*/kernel/$folder/*")
	done
	for module in "${unpack_single[@]}"; do
		patterns+=("*/kernel/$module.ko*")
	done
	shift
	for deb in "$@"; do
		# tar complains of every pattern that is not in this package (most of them);
		# unpack_check sees what is missing from all packages.
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dir" --no-same-owner --wildcards "${patterns[@]}" 2>/dev/null || :
	done
	# Older packages have /lib/modules, newer ones /usr/lib/modules.
	[ -d "$dir/lib" ] || { mv "$dir/usr/lib" "$dir/lib" && rmdir "$dir/usr"; }
}

# unpack_vmlinux BZIMAGE: the ELF kernel inside, to stdout. The boot header says where: sectors of
# set-up code at 0x1f1, offset and length of the payload at 0x248 and 0x24c
# (Documentation/arch/x86/boot.rst). Behind the compressed data stand 4 bytes with its length.
unpack_vmlinux()
{
	local sectors offset length magic

	read -r sectors < <(od -An -tu1 -j $((0x1f1)) -N1 "$1")
	read -r offset length < <(od -An -tu4 -j $((0x248)) -N8 "$1")
	offset=$((offset + (sectors + 1) * 512))
	read -r magic < <(od -An -tx1 -j "$offset" -N4 "$1")
	dd "if=$1" bs=1M iflag=skip_bytes,count_bytes skip="$offset" count=$((length - 4)) \
		status=none |
		case $magic in
		'28 b5 2f fd') zstd -dcq ;;
		'fd 37 7a 58') xz -dc ;;
		'1f 8b '*) gzip -dc ;;
		*) die "$1: compressed in a way that is not known here (${magic})" ;;
		esac
}

# unpack_depends TREE MODULE...: the files of modules with all they need, first things first.
unpack_depends()
{
	local tree=$1 m

	shift
	for m in "$@"; do
		modprobe -d "$tree" -S "$(cat "$tree/release")" --show-depends "$m"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Every module that tests want is there with its dependencies, or built in.
unpack_check()
{
	local m

	[ -s "$1/vmlinux" ] || die "no kernel in the packages"
	for m in "${unpack_wanted[@]}" "${unpack_early[@]}"; do
		modprobe -d "$1" -S "$(cat "$1/release")" --show-depends "$m" >/dev/null ||
			die "module $m or what it needs is not in the packages"
	done
}

unpack_initramfs()
{
	local tree=$1 root=$1/initramfs m n=10

	mkdir -p "$root"/{bin,dev,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	install -m 755 "$vm_dir/init" "$root/init"
	while read -r m; do
		cp "$m" "$root/modules/$n-${m##*/}"
		n=$((n + 1))
	done < <(unpack_depends "$tree" "${unpack_early[@]}")
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$tree/initramfs.gz"
	rm -r "$root"
}

# unpack_kernel TREE DEB...: all of it; the tree appears whole or not at all.
unpack_kernel()
{
	local tree=$1 new=$1.new image

	shift
	rm -rf "$new"
	mkdir -p "$new"
	unpack_debs "$new" "$@"
	basename "$new"/lib/modules/* >"$new/release"
	image=$(find "$new" -name 'vmlinuz*' | head -n 1)
	unpack_vmlinux "${image:?no kernel in the packages}" >"$new/vmlinux"
	rm -rf "${new:?}/boot" "$image"
	# A guest that is emulated takes long to decompress; here it costs nothing.
	find "$new/lib" -name '*.ko.xz' -exec xz -d {} +
	depmod -b "$new" "$(cat "$new/release")"
	unpack_check "$new"
	unpack_initramfs "$new"
	rm -rf "$tree"
	mv "$new" "$tree"
}
