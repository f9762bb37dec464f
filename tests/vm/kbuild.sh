# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Builds modules outside of a kernel's tree. Sourced behind common.sh and toolchain.sh.

# kbuild_native KERNEL FOLDER [ARGUMENT...]: for a kernel that was built here, with the compiler that it
# was built with
kbuild_native()
{
	make -C "$(vm_tree "$1")/build" "M=$2" "${@:3}" modules
}

# kbuild_foreign KERNEL FOLDER [ARGUMENT...]: for Debian's kernels, with the compilers of their own releases
kbuild_foreign()
{
	local tree tool cc

	tree=$(headers_tree "$1")
	tool=$tree/usr/bin/x86_64-linux-gnu-
	cc=$(find "$tree/usr/bin" -name 'x86_64-linux-gnu-gcc-[0-9]*' | head -n 1)
	make -C "$tree/build" "M=$2" "CC=$cc -B$tree/usr/bin/" "HOSTCC=$cc" \
		"LD=${tool}ld" "OBJCOPY=${tool}objcopy" "NM=${tool}nm" "PAHOLE=$tree/usr/bin/pahole" \
		CONFIG_DEBUG_INFO_BTF_MODULES= "${@:3}" modules
}
