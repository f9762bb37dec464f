# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # shared with run.sh
# Starts and stops guests. Sourced by run.sh.

# The kernel's command line: quick to boot under emulation, and silent about what only an
# overloaded host causes (watchdogs, stalls).
qemu_append=(
	console=ttyS0 quiet panic=-1 oops=panic no_timer_check tsc=reliable mitigations=off
	cryptomgr.notests rcupdate.rcu_expedited=1 rcupdate.rcu_cpu_stall_suppress=1 nowatchdog
	audit=0 random.trust_cpu=on no5lvl hugepages=16
)

qemu_memory=1536M
qemu_common=(
	-machine q35 -cpu max -m "$qemu_memory" -nodefaults -no-user-config
	-display none -no-reboot
)

# Sets qemu_accel. Whether KVM works is only known when a guest started with it: some machines
# have /dev/kvm and cannot run one. The answer holds until the machine boots again.
qemu_probe()
{
	local answer

	answer=$vm_cache/accel-$(cat /proc/sys/kernel/random/boot_id)
	qemu_accel=${GRAB_VM_ACCEL:-}
	[ -n "$qemu_accel" ] || ! read -r qemu_accel 2>/dev/null <"$answer" || return 0
	if [ -z "$qemu_accel" ]; then
		qemu_accel=tcg
		if [ -w /dev/kvm ] && qemu_try kvm; then
			qemu_accel=kvm
		fi
		rm -f "$vm_cache"/accel-*
		printf '%s\n' "$qemu_accel" >"$answer"
	fi
	say "guests run under $qemu_accel"
}

# Does a guest start, and end by itself? With KVM that takes about a second.
qemu_try()
{
	local tree said

	tree=$(vm_tree "${kernels[0]}")
	said=$(timeout -k 1 20 qemu-system-x86_64 "${qemu_common[@]}" -accel "$1" -serial stdio \
		-kernel "$tree/vmlinux" -initrd "$tree/initramfs.gz" \
		-append "${qemu_append[*]} grab.probe" 2>/dev/null </dev/null) &&
		[[ $said == *'guest: probed'* ]]
}

# qemu_start TREE SHARE: sets qemu_pid, and qemu_results, from which the tests' lines are read. What
# the guest has more than others is in machine_qemu, machine_append and machine_arguments.
qemu_start()
{
	local tree=$1 share=$2 cpus=${GRAB_VM_CPUS:-}

	# Under emulation one CPU: with two, a kernel that patches its own code may trip over the
	# patch of the other one (seen with 7.3: "Oops: int3" while booting on a busy host), and two
	# that wait for each other on one busy core boot in twice the time.
	[ -n "$cpus" ] || case $qemu_accel in tcg) cpus=1 ;; *) cpus=2 ;; esac
	# shellcheck disable=SC2086 # a list of words
	coproc qemu_guest {
		# No guest outlives this script, however that ends.
		exec setpriv --pdeathsig TERM "$machine_qemu" "${qemu_common[@]}" \
			-accel "$qemu_accel" -smp "$cpus" \
			-kernel "$tree/vmlinux" -initrd "$tree/initramfs.gz" \
			-append "${qemu_append[*]} ${machine_append[*]}" ${GRAB_VM_ARGUMENTS:-} \
			-serial "file:$share/console.log" -serial stdio "${machine_arguments[@]}" \
			-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
			-device virtio-9p-pci,fsdev=root,mount_tag=root,disable-legacy=on \
			-fsdev "local,id=share,path=$share,security_model=none" \
			-device virtio-9p-pci,fsdev=share,mount_tag=share,disable-legacy=on \
			2>"$share/qemu.log" </dev/null
	}
	qemu_pid=$qemu_guest_PID
	exec {qemu_results}<&"${qemu_guest[0]}"
}

qemu_stop()
{
	kill "$qemu_pid" 2>/dev/null || :
	wait "$qemu_pid" 2>/dev/null || :
}
