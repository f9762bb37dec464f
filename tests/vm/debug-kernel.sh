# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # vm_cache, vm_dir: common.sh
# Builds the kernels that find mistakes, of Debian's package with the source of the kernel 6.12.
# Sourced by setup.sh. Takes a quarter of an hour of two processors, once.
#
#   debug     KASAN, UBSAN, lockdep, kmemleak, the checks of DMA, faults on request
#   races     KCSAN instead of KASAN and kmemleak, which exclude each other
#
# The tree is like that of other kernels (unpack.sh), and TREE/build is what "make -C" takes.

debug_source=linux-source-6.12

# Three quarters of the source's files are of no use: other processors and drivers that are never
# built. kconfig and make want to see the rest of their folders.
debug_without=(
	'*/Documentation/*/*' '*/tools/testing' '*/tools/perf' '*.dts' '*.dtsi'
	'*/arch/'{alpha,arc,arm,arm64,csky,hexagon,loongarch,m68k,microblaze,mips,nios2,openrisc}'/*.[chS]'
	'*/arch/'{parisc,powerpc,riscv,s390,sh,sparc,um,xtensa}'/*.[chS]'
	'*/drivers/'{net,gpu/drm}'/*/*.[ch]' 'linux-source-*/sound/*.[ch]'
	'*/drivers/'{media,infiniband,scsi,staging,iio,hwmon,input,clk,pinctrl,soc,mtd}'/*.[ch]'
)

# debug_fetch KERNEL: the package with the source; the kernels share it.
debug_fetch()
{
	local dir=$vm_cache/debs/$1 other

	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	for other in "${vm_debug_kernels[@]}"; do
		[ -n "${update:-}" ] || [ -z "$(vm_debs "$other")" ] ||
			ln -f "$vm_cache/debs/$other"/*.deb "$dir.new"
	done
	if [ -z "$(ls "$dir.new")" ]; then
		say "$1: downloading $debug_source"
		(cd "$dir.new" && fetch_apt apt-get -q=2 download "$debug_source") || return 1
	fi
	rm -rf "$dir"
	mv "$dir.new" "$dir"
}

# debug_configure KERNEL BUILD: nothing but what the fragments ask for, and all of that.
debug_configure()
{
	local refused

	{
		vm_recipe "$1" | grep '\.config$' | xargs cat
		printf 'CONFIG_LOCALVERSION="-grab-%s"\n' "$1"
	} >"$2/fragment"
	make -C "$2" KCONFIG_ALLCONFIG="$2/fragment" allnoconfig || return 1
	refused=$(grep '^CONFIG_' "$2/fragment" | grep -vxFf "$2/.config" | tr '\n' ' ') || :
	[ -z "$refused" ] || { say "the kernel's configuration does not take $refused"; return 1; }
}

# debug_unpack DEB BUILD: once, also when the build was broken off.
debug_unpack()
{
	[ ! -e "$2/unpacked" ] || return 0
	rm -rf "$2"
	mkdir -p "$2"
	source_unpack "$1" "$2" --strip-components=1 "${debug_without[@]/#/--exclude=}" &&
		touch "$2/unpacked"
}

# What modules are built with stays; the rest is a gigabyte.
debug_prune()
{
	rm -f "$1/unpacked"
	find "$1" -mindepth 1 \( -path "$1/scripts" -o -path "$1/tools/objtool" -o -path "$1/include" \
		-o -path "$1/arch/x86/include" \) -prune -o -type f ! -name 'Makefile*' ! -name 'Kbuild*' \
		! -name 'Kconfig*' ! -name '*.h' ! -name '.config' ! -name 'Module.symvers' ! -name '*.lds' \
		-print0 | xargs -0 rm -f
	find "$1" -type d -empty -delete
}

# debug_kernel KERNEL TREE DEB: the tree appears whole or not at all; a build that was broken off
# goes on where it was.
debug_kernel()
{
	local new=$2.new log=$vm_cache/$1.log make

	make=(make -C "$new/build" -j"$(nproc)")
	vm_need flex flex
	vm_need bison bison
	vm_need bc bc
	say "$1: building the kernel; log: $log"
	{
		debug_unpack "$3" "$new/build" &&
		debug_configure "$1" "$new/build" &&
		"${make[@]}" vmlinux modules &&
		make -s -C "$new/build" kernelrelease >"$new/release" &&
		"${make[@]}" INSTALL_MOD_PATH="$new" modules_install &&
		strip -d -o "$new/vmlinux" "$new/build/vmlinux"
	} >"$log" 2>&1 </dev/null || { tail -n 30 "$log" >&2; die "the kernel does not build: $log"; }
	rm -f "$new"/lib/modules/*/{build,source}
	unpack_initramfs "$new"
	debug_prune "$new/build"
	rm -rf "$2"
	mv "$new" "$2"
}
