#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The VM bench: runs test suites in guests with Debian's kernels and counts the results.
#
#   run.sh [SUITE...] [--kernel KERNEL]...
#
# Without a suite all of tests/vm/suites run, and the bench's own test. GRAB_BUILD is the build
# tree under test; logs stay in GRAB_BUILD/check-vm/KERNEL. Other settings, from the environment:
#
#   GRAB_VM_ACCEL    kvm or tcg; without it kvm where a guest really starts with it
#   GRAB_VM_ARGUMENTS  more arguments for QEMU
#   GRAB_VM_CPUS     CPUs of a guest
#   GRAB_VM_JOBS     guests at a time
#   GRAB_VM_QUIET    seconds without a line from the tests after which the guest counts as hung
#   GRAB_VM_SUITES   folder of the suites
#
# Exit status: 0 all passed, 1 a test failed or none ran, 2 wrong usage.

# shellcheck source-path=SCRIPTDIR
set -eu -o pipefail
. "$(dirname "$0")/common.sh"
. "$vm_dir/backport.sh"
. "$vm_dir/machine.sh"
. "$vm_dir/qemu.sh"
. "$vm_dir/tap.sh"

# All guests at once, as far as memory allows (a guest has 1.5 GiB): they mostly wait for frames.
default_jobs()
{
	awk -v most="${#vm_kernels[@]}" '/^MemAvailable:/ {
		n = int($2 / (2 * 1024 * 1024)); print (n < 1 ? 1 : n > most ? most : n) }' /proc/meminfo
}

suites_dir=$(realpath "${GRAB_VM_SUITES:-$vm_dir/suites}")
build=${GRAB_BUILD:-$vm_src/build/default}
# other suites than those of the default run take long, and may say nothing for long
quiet=${GRAB_VM_QUIET:-$([ -n "${GRAB_VM_SUITES:-}" ] && echo 3600 || echo 180)}
boot_limit=300
jobs=${GRAB_VM_JOBS:-$(default_jobs)}
kernels=()
suites=()
selftest=

usage()
{
	say "$@"
	say "usage: ./run check-vm [SUITE...] [--kernel ${vm_kernels[*]} ${vm_named_kernels[*]}]"
	exit 2
}

all_suites()
{
	find "$suites_dir" -name '*.sh' -printf '%f\n' | sed 's/\.sh$//' | sort
}

add_kernel()
{
	vm_knows "$1" || usage "no kernel '$1' here; there are: ${vm_kernels[*]} ${vm_named_kernels[*]}"
	kernels+=("$1")
}

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel=*) add_kernel "${1#*=}" ;;
		--kernel)
			[ $# -gt 1 ] || usage "--kernel needs a version"
			add_kernel "$2"
			shift
			;;
		-*) usage "unknown option $1" ;;
		*)
			[ -e "$suites_dir/$1.sh" ] ||
				usage "no suite '$1' here; there are: $(all_suites | tr '\n' ' ')"
			suites+=("$1")
			;;
		esac
		shift
	done
	if [ ${#suites[@]} -eq 0 ]; then
		mapfile -t suites < <(all_suites)
		[ -n "${GRAB_VM_SUITES:-}" ] || selftest=yes
	fi
	[ ${#kernels[@]} -gt 0 ] || kernels=("${vm_kernels[@]}")
}

# Installs the build tree into a folder of it: libtool's scripts in the build tree want to write
# there, which a guest cannot. Programs that only tests use are built and stay where they are.
stage()
{
	local log=$build/check-vm/stage.log

	stage=''
	stage_bin=''
	stage_lib=''
	[ -e "$build/Makefile" ] || return 0
	rm -rf "$build/check-vm/stage"
	{
		make -C "$build" check TESTS= &&
		make -C "$build" install "DESTDIR=$build/check-vm/stage"
	} >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "the build tree does not install: $log"; }
	stage=$build/check-vm/stage
	# shellcheck disable=SC2016 # for make
	read -r stage_bin stage_lib < <(make -s -C "$build" \
		--eval='vm-dirs: ; @echo $(bindir) $(libdir)' vm-dirs)
}

# The project's own modules, for suites that load them, and iommufd for those that say so.
build_modules()
{
	local suite

	for suite in "${suites[@]}"; do
		if grep -q '^# modules: iommufd$' "$suites_dir/$suite.sh"; then
			GRAB_BUILD=$build "$vm_dir/iommufd.sh"
		fi
	done
	for suite in "${suites[@]}"; do
		if grep -qE 'vm/(suites/)?udma' "$suites_dir/$suite.sh"; then
			GRAB_BUILD=$build "$vm_dir/modules.sh" "${kernels[@]}"
			return
		fi
	done
}

# The guests to start, lines "KERNEL MACHINE SUITE...": suites that ask for the same machine share
# one, and an ordinary one comes first.
plan_guests()
{
	local k s

	for s in "${suites[@]}"; do
		printf '%s %s\n' "$(machine_of "$suites_dir/$s.sh")" "$s"
	done | awk '{ m = NF > 1 ? $1 : "-"; of[m] = of[m] " " $NF } END { for (m in of) print m of[m] }' |
		sort >"$build/check-vm/machines"
	for k in "${kernels[@]}"; do
		sed "s/^/$k /" "$build/check-vm/machines"
	done
}

# write_config SHARE TREE SUITE...: what the guest needs to know, in words that its shell reads.
write_config()
{
	cat >"$1/config" <<-EOF
	GRAB_SRC='$vm_src'
	GRAB_BUILD='$build'
	GRAB_STAGE='$stage'
	export GRAB_STAGE_BIN='$stage$stage_bin'
	export GRAB_STAGE_LIB='$stage$stage_lib'
	GRAB_MODULES='$2'
	GRAB_SUITES='$suites_dir'
	GRAB_RUN='${*:3}'
	GRAB_SEEN='$vm_src $build $2 $suites_dir'
	EOF
}

# The name of a guest in what is printed, and of its folder.
guest_name()
{
	case $2 in
	-) printf '%s' "$1" ;;
	*) printf '%s-%s' "$1" "$2" ;;
	esac
}

# run_guest KERNEL MACHINE SUITE...: one guest; prints results, the count goes to a file.
run_guest()
{
	local name tree machine=${2#-} share

	name=$(guest_name "$1" "$2")
	share=$build/check-vm/$name
	rm -rf "$share"
	mkdir -p "$share"
	tree=$(vm_tree "$1")
	write_config "$share" "$tree" "${@:3}"
	machine_start "$machine" "$share"
	qemu_start "$tree" "$share"
	trap 'qemu_stop' EXIT
	tap_read "$name" "$share" <&"$qemu_results"
	qemu_stop
	trap - EXIT
	machine_stop "$name" "$share"
	tap_counts >"$share/counts"
}

run_selftest()
{
	local share=$build/check-vm/bench

	rm -rf "$share"
	mkdir -p "$share"
	tap_read bench "$share" < <(
		echo '# begin selftest'
		"$vm_dir/selftest.sh" "${kernels[0]}" 2>"$share/selftest.log"
		echo "# end selftest $?"
		echo '# done'
	)
	tap_counts >"$share/counts"
}

# start COMMAND...: in the background, when there is room for one more.
start()
{
	[ "$running" -lt "$jobs" ] || { wait -n || :; running=$((running - 1)); }
	"$@" &
	running=$((running + 1))
}

# All guests, some at a time; then the sum of their counts.
run_all()
{
	local guest name names=() running=0 passed=0 failed=0 skipped=0 p f s

	trap 'kill $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM HUP
	if [ -n "$selftest" ]; then
		start run_selftest
		names=(bench)
	fi
	while read -ra guest; do
		start run_guest "${guest[@]}"
		names+=("$(guest_name "${guest[0]}" "${guest[1]}")")
	done <"$build/check-vm/guests"
	wait
	for name in "${names[@]}"; do
		# A guest of which there is no count broke the bench itself.
		read -r p f s 2>/dev/null <"$build/check-vm/$name/counts" || read -r p f s <<<'0 1 0'
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done
	printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

parse "$@"
vm_need qemu-system-x86_64 qemu-system-x86
mkdir -p "$build/check-vm"
build=$(cd "$build" && pwd)
exec 7>"$build/check-vm/lock"
flock -n 7 || { say "waiting for another run in this build tree"; flock 7; }
plan_guests >"$build/check-vm/guests"
setup=("$vm_dir/setup.sh" "${kernels[@]}")
! grep -qv '^[^ ]* - ' "$build/check-vm/guests" || setup+=(--device)
"${setup[@]}"
build_modules
stage
qemu_probe
run_all
