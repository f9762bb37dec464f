# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # shared with run.sh and qemu.sh
# Guests with an emulated PCI device. Sourced by run.sh.
#
# A suite asks for one by a line "# machine: WORD...", and shares a guest with all suites that ask for
# the same. A word is a model of ours, "edu", which is QEMU's own, "iommu", "swiotlb", with which Linux
# copies all that a device writes, "large", for 6 GiB of memory, or "kinds", for memory that Linux does
# not pin: some of it persistent, some in a display, and secret memory is allowed. Each of our devices is a program
# outside (tests/emulator), which reaches the guest's memory as far as the guest's IOMMU lets it, and
# takes commands over a serial line of the guest's, the third for the first device, the fourth for the
# second (see device.sh); there are no more.

machine_qemu=qemu-system-x86_64
machine_append=()
machine_arguments=()
machine_pids=()
machine_sockets=

# machine_of FILE: what a suite asks for, in one word; nothing: an ordinary guest
machine_of()
{
	sed -n 's/^# machine: \([a-z0-9 ]*\)$/\1/p' "$1" | tr ' ' -
}

# machine_start MACHINE SHARE: starts the devices; qemu_start finds what QEMU must be told.
machine_start()
{
	local word words

	read -ra words <<<"${1//-/ }"
	# before the devices that are behind it
	[[ " ${words[*]} " != *' iommu '* ]] || machine_guard
	for word in "${words[@]}"; do
		case $word in
		iommu) ;;
		large) machine_enlarge ;;
		swiotlb) machine_append+=(swiotlb=force) ;;
		edu) machine_arguments+=(-device edu) ;;
		kinds)
			machine_append+=('memmap=64M!1G' secretmem.enable=1)
			machine_arguments+=(-device "bochs-display,romfile=")
			;;
		*) machine_add "$word" "$2" ;;
		esac
	done
}

# Before the devices, which are told how large it is.
machine_enlarge()
{
	qemu_memory=6G
	machine_arguments+=(-m "$qemu_memory")
}

machine_guard()
{
	machine_append+=(intel_iommu=on iommu=nopt)
	machine_arguments+=(-device "intel-iommu,caching-mode=on")
	[ "$qemu_accel" = tcg ] || machine_arguments+=(-machine kernel-irqchip=split)
}

# machine_add MODEL SHARE: one more device of ours
machine_add()
{
	local n=${#machine_pids[@]} log=$2/emulator.log pid socket

	[ "$n" -gt 0 ] || machine_prepare
	[ "$n" -lt 2 ] || die "a guest has serial lines for two emulated devices"
	[ "$n" -eq 0 ] || log=$2/emulator$n.log
	socket=$machine_sockets/$n
	setpriv --pdeathsig TERM "$build/tests/emulator/emulator" \
		--socket "$socket.device" --control "$socket.control" "$1" 2>"$log" &
	pid=$!
	machine_pids+=("$pid")
	machine_wait "$pid" "$socket.device" || die "the emulated device does not start: $(cat "$log")"
	machine_arguments+=(
		-chardev "socket,id=device$n,path=$socket.control" -serial "chardev:device$n"
		-device "{\"driver\":\"vfio-user-pci\",\"x-msg-timeout\":60000,
			\"socket\":{\"type\":\"unix\",\"path\":\"$socket.device\"}}"
	)
}

# What QEMU needs for any of them: memory that can be shared.
machine_prepare()
{
	machine_qemu=$(backport_tree)/qemu
	# a socket's name must be short
	machine_sockets=$(mktemp -d "${TMPDIR:-/tmp}/grab-vm.XXXXXX")
	machine_arguments+=(
		-object "memory-backend-memfd,id=ram,size=$qemu_memory,share=on"
		-machine memory-backend=ram
	)
}

# The device's sockets are there, in the order in which it makes them, or it has ended.
machine_wait()
{
	until [ -S "$2" ]; do
		kill -0 "$1" 2>/dev/null || return 1
		sleep 0.05
	done
}

# machine_stop NAME SHARE: ends the devices and judges them: QEMU tells what went wrong between them
# and it on its standard error only, the guest never hears of it.
machine_stop()
{
	local status=0 pid

	[ ${#machine_pids[@]} -gt 0 ] || return 0
	for pid in "${machine_pids[@]}"; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" || status=$?
	done
	rm -rf "$machine_sockets"
	machine_pids=()
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
