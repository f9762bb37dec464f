#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The modules by DKMS, from "add" to "remove", in folders of the build tree: as it would be done for
# the kernel 6.1 of the VM bench. The machine's own modules and DKMS's own folders stay as they are.

# shellcheck source-path=SCRIPTDIR
set -eu -o pipefail
. "$(dirname "$0")/common.sh"
. "$vm_dir/toolchain.sh"

kernel=6.1
root=${GRAB_BUILD:-$vm_src/build/default}/dkms

# Only root may install; a user is root in a namespace of his own.
if [ "$(id -u)" -ne 0 ]; then
	exec unshare --map-root-user "$0" "$@"
fi

run_dkms()
{
	"$@" --dkmstree "$root/tree" --sourcetree "$root/src" --installtree "$root/modules" \
		--kernelsourcedir "$tree/build" -k "$release" --no-depmod >>"$root/dkms.log" 2>&1 </dev/null ||
		{ tail -n 30 "$root/dkms.log" >&2; die "failed: $*; log: $root/dkms.log"; }
}

# Debian's headers call the compiler by its version.
use_compilers()
{
	local cc program

	cc=$(find "$tree/usr/bin" -name 'x86_64-linux-gnu-gcc-[0-9]*' -printf '%f\n' | head -n 1)
	cc=${cc#x86_64-linux-gnu-}
	mkdir -p "$root/bin"
	printf '#!/bin/sh\nexec %s -B%s/ "$@"\n' "$tree/usr/bin/x86_64-linux-gnu-$cc" "$tree/usr/bin" \
		>"$root/bin/$cc"
	chmod +x "$root/bin/$cc"
	for program in ld objcopy nm; do
		ln -sf "$tree/usr/bin/x86_64-linux-gnu-$program" "$root/bin/$program"
	done
	PATH=$root/bin:$PATH
}

check_status()
{
	local status

	status=$(dkms status -m udma --dkmstree "$root/tree" --sourcetree "$root/src" \
		--installtree "$root/modules")
	[[ $status == *": $1"* ]] || die "dkms says \"$status\", not \"$1\""
}

check_installed()
{
	local m

	for m in udma udma_sim; do
		m=$(find "$root/modules" -name "$m.ko*")
		[ -n "$m" ] || die "dkms installed no $m"
		[[ $(modinfo -F vermagic "$m") == "$release "* ]] || die "$m is for another kernel"
	done
}

"$vm_dir/headers.sh" "$kernel"
vm_need dkms dkms
tree=$(headers_tree "$kernel")
release=$(cat "$tree/release")
rm -rf "$root"
mkdir -p "$root"/{tree,src/udma-0.1,"modules/$release"}
cp -r "$vm_src"/kmod/{Kbuild,dkms.conf,*.[ch],grabbers} "$root/src/udma-0.1"
use_compilers
run_dkms dkms add udma/0.1
check_status added
run_dkms dkms build udma/0.1
check_status built
run_dkms dkms install udma/0.1
check_status installed
check_installed
run_dkms dkms remove udma/0.1
[ -z "$(find "$root/modules" -name '*.ko*')" ] || die "dkms left modules behind"
