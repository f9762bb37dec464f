# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this
# What the host scripts of the VM bench share: names, places, messages. Sourced, not run.

# The kernels that the bench knows; a name is the start of Debian's version number.
vm_kernels=(6.1 6.12 7.3)

# Kernels that run only when they are named: Debian's for real time (a word behind the number is the
# flavour), and those that are built here to find mistakes: debug-kernel.sh.
vm_flavoured_kernels=(6.12-rt)
vm_debug_kernels=(debug races)
vm_named_kernels=("${vm_flavoured_kernels[@]}" "${vm_debug_kernels[@]}")

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_src=$(cd "$vm_dir/../.." && pwd)
vm_cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/grab/vm

# depmod and modprobe live in sbin, which is not in every user's PATH.
PATH=$PATH:/usr/sbin:/sbin

say()
{
	printf 'check-vm: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# vm_need PROGRAM PACKAGE: stop with the remedy when a program is missing.
vm_need()
{
	command -v "$1" >/dev/null || die "$1 not found; install it: apt-get install $2"
}

# Does the argument name a kernel that the bench knows?
vm_knows()
{
	local k

	for k in "${vm_kernels[@]}" "${vm_named_kernels[@]}"; do
		[ "$k" = "$1" ] && return 0
	done
	return 1
}

vm_is_debug()
{
	[[ " ${vm_debug_kernels[*]} " == *" $1 "* ]]
}

# The Debian packages of one kernel, downloaded; prints nothing where there are none yet.
vm_debs()
{
	find "$vm_cache/debs/$1" -maxdepth 1 -name '*.deb' 2>/dev/null | sort
}

# The files that say how a kernel's tree is made: a change in one makes a new tree.
vm_recipe()
{
	printf "$vm_dir/%s\n" unpack.sh init
	case $1 in
	debug) printf "$vm_dir/%s\n" debug-kernel.sh debug.config memory.config ;;
	races) printf "$vm_dir/%s\n" debug-kernel.sh debug.config races.config ;;
	esac
}

# The unpacked kernel of one name: its path carries Debian's version and a hash of the scripts
# that made it, so that trees of different versions lie side by side and none is ever stale.
vm_tree()
{
	local deb recipe

	deb=$(vm_debs "$1" | grep -E '/linux-(image|source)-' | tail -n 1)
	[ -n "$deb" ] || return 1
	deb=${deb##*/}
	recipe=$(vm_recipe "$1" | xargs cat | sha256sum)
	deb=${deb#*_}
	printf '%s/%s_%s_%s\n' "$vm_cache" "$1" "${deb%_*}" "${recipe:0:8}"
}
