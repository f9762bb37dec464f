# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # shared with run.sh and qemu.sh
# Guests with an emulated PCI device. Sourced by run.sh.
#
# A suite asks for one by a line "# machine: MODEL" or "# machine: MODEL iommu", and shares a guest
# with all suites that ask for the same. The device is a program of ours outside (tests/emulator),
# which reaches the guest's memory as far as the guest's IOMMU lets it; it takes commands over the
# guest's third serial line (see device.sh). The model "edu" is QEMU's own and takes none.

machine_qemu=qemu-system-x86_64
machine_append=()
machine_arguments=()
machine_pid=
machine_sockets=

# machine_of FILE: what a suite asks for, in one word; nothing: an ordinary guest
machine_of()
{
	sed -n 's/^# machine: \([a-z0-9]*\)\( iommu\)\?$/\1\2/p' "$1" | tr ' ' -
}

# machine_start MACHINE SHARE: starts the device; qemu_start finds what QEMU must be told.
machine_start()
{
	[ -n "$1" ] || return 0
	if [ "${1%-iommu}" = edu ]; then
		machine_guard "$1"
		machine_arguments+=(-device edu)
		return 0
	fi
	machine_qemu=$(backport_tree)/qemu
	# a socket's name must be short
	machine_sockets=$(mktemp -d "${TMPDIR:-/tmp}/grab-vm.XXXXXX")
	setpriv --pdeathsig TERM "$build/tests/emulator/emulator" \
		--socket "$machine_sockets/device" --control "$machine_sockets/control" \
		"${1%-iommu}" 2>"$2/emulator.log" &
	machine_pid=$!
	machine_wait "$machine_sockets/device" || die "the emulated device does not start:" \
		"$(cat "$2/emulator.log")"
	machine_describe "$1"
}

# The device's sockets are there, in the order in which it makes them, or it has ended.
machine_wait()
{
	until [ -S "$1" ]; do
		kill -0 "$machine_pid" 2>/dev/null || return 1
		sleep 0.05
	done
}

# An IOMMU, if it is asked for; before the device that is behind it.
machine_guard()
{
	[[ $1 == *-iommu ]] || return 0
	machine_append=(intel_iommu=on iommu=nopt)
	machine_arguments+=(-device "intel-iommu,caching-mode=on")
	[ "$qemu_accel" = tcg ] || machine_arguments+=(-machine kernel-irqchip=split)
}

machine_describe()
{
	machine_arguments=(
		-object "memory-backend-memfd,id=ram,size=$qemu_memory,share=on"
		-machine memory-backend=ram
		-chardev "socket,id=device,path=$machine_sockets/control" -serial chardev:device
	)
	machine_guard "$1"
	machine_arguments+=(-device "{\"driver\":\"vfio-user-pci\",\"x-msg-timeout\":60000,
		\"socket\":{\"type\":\"unix\",\"path\":\"$machine_sockets/device\"}}")
}

# machine_stop NAME SHARE: ends the device and judges it: QEMU tells what went wrong between the two
# on its standard error only, the guest never hears of it.
machine_stop()
{
	local status=0

	[ -n "$machine_pid" ] || return 0
	kill "$machine_pid" 2>/dev/null || :
	wait "$machine_pid" || status=$?
	rm -rf "$machine_sockets"
	machine_pid=
	tap_suite=machine
	if [ "$status" -ne 0 ]; then
		tap_fail "$1" "machine: the device ended with status $status"
		tap_log "$1" "$2/emulator.log"
	elif grep -iq vfio "$2/qemu.log"; then
		tap_fail "$1" "machine: QEMU and the device did not get on"
		tap_log "$1" "$2/qemu.log"
	else
		tap_result "$1" "ok 1 - QEMU and the device got on"
	fi
}
