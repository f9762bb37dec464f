# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this
# What the host scripts of the VM bench share: names, places, messages. Sourced, not run.

# The kernels that the bench knows; a name is the start of Debian's version number.
vm_kernels=(6.1 6.12 7.3)

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

	for k in "${vm_kernels[@]}"; do
		[ "$k" = "$1" ] && return 0
	done
	return 1
}

# The Debian packages of one kernel, downloaded; prints nothing where there are none yet.
vm_debs()
{
	find "$vm_cache/debs/$1" -maxdepth 1 -name '*.deb' 2>/dev/null | sort
}

# The unpacked kernel of one name: its path carries Debian's version and a hash of the scripts
# that made it, so that trees of different versions lie side by side and none is ever stale.
vm_tree()
{
	local deb recipe

	deb=$(vm_debs "$1" | grep /linux-image- | tail -n 1)
	[ -n "$deb" ] || return 1
	deb=${deb##*/}
	recipe=$(cat "$vm_dir/unpack.sh" "$vm_dir/init" | sha256sum)
	deb=${deb#*_}
	printf '%s/%s_%s_%s\n' "$vm_cache" "$1" "${deb%_*}" "${recipe:0:8}"
}
