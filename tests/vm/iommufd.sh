#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds what Debian's kernels leave out, iommufd and VFIO with files of devices, as modules for Debian's
# 6.12: GRAB_BUILD/iommufd/*.ko. The source is Debian's own; the kernel proper has the same structures
# and exports with and without them. One piece is in no module and not in the kernel: the spans of
# lib/interval_tree.c, which iommufd gets a copy of.

# shellcheck source-path=SCRIPTDIR
set -eEu -o pipefail
. "$(dirname "$0")/common.sh"
trap 'say "the build of iommufd failed: $BASH_COMMAND"' ERR
. "$vm_dir/fetch.sh"
. "$vm_dir/debug-kernel.sh"
. "$vm_dir/toolchain.sh"
. "$vm_dir/kbuild.sh"

kernel=6.12
dir=${GRAB_BUILD:-$vm_src/build/default}/iommufd
defines=(-DCONFIG_IOMMUFD_MODULE=1 -DCONFIG_VFIO_DEVICE_CDEV=1 -DCONFIG_INTERVAL_TREE_SPAN_ITER=1)
modules=(iommu/iommufd/iommufd vfio/vfio vfio/vfio_iommu_type1 vfio/pci/vfio-pci-core vfio/pci/vfio-pci)

# iommufd_unpack FOLDER: the source, whole or not at all; no other version stays
iommufd_unpack()
{
	rm -rf "$dir"
	mkdir -p "$1.new"
	source_unpack "$(vm_debs debug | tail -n 1)" "$1.new" --strip-components=1 --wildcards \
		'*/drivers/iommu/iommufd/*' '*/drivers/iommu/iommu-priv.h' 'linux-source-*/drivers/vfio/*' \
		'*/lib/interval_tree.c'
	cat >"$1.new/Kbuild" <<-END
	subdir-ccflags-y := ${defines[*]}
	obj-m += drivers/iommu/iommufd/ drivers/vfio/
	END
	cat >>"$1.new/drivers/iommu/iommufd/Makefile" <<-END
	iommufd-y += ../../../lib/interval_tree.o
	CFLAGS_../../../lib/interval_tree.o := -D__DISABLE_EXPORTS
	END
	mv "$1.new" "$1"
}

main()
{
	local module source status=0

	fetch_source
	"$vm_dir/headers.sh" "$kernel"
	source=$dir/$(basename "$(vm_debs debug | tail -n 1)" .deb)
	[ -d "$source" ] || iommufd_unpack "$source"
	kbuild_foreign "$kernel" "$source" CONFIG_IOMMUFD=m CONFIG_VFIO_DEVICE_CDEV=y CONFIG_VFIO_MDEV= \
		>"$dir/make.log" 2>&1 </dev/null || status=$?
	[ "$status" -eq 0 ] || { tail -n 30 "$dir/make.log" >&2; die "iommufd does not build; log: $dir/make.log"; }
	for module in "${modules[@]}"; do
		cp "$source/drivers/$module.ko" "$dir"
	done
}

main
