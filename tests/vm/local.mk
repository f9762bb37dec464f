# SPDX-License-Identifier: GPL-2.0-or-later
# The VM bench is run by "./run check-vm", not by "make check".
EXTRA_DIST += \
	tests/vm/backport.sh \
	tests/vm/bttv.sh \
	tests/vm/capture.sh \
	tests/vm/common.sh \
	tests/vm/debug-kernel.sh \
	tests/vm/debug.config \
	tests/vm/debug/udma.sh \
	tests/vm/debug/udma_failnth.sh \
	tests/vm/debug/udma_faults.sh \
	tests/vm/debug/udma_ioctl.sh \
	tests/vm/debug/udma_kill.sh \
	tests/vm/device.sh \
	tests/vm/dkms.sh \
	tests/vm/dmesg.sh \
	tests/vm/fetch.sh \
	tests/vm/guest.sh \
	tests/vm/headers.sh \
	tests/vm/init \
	tests/vm/iommufd.sh \
	tests/vm/kbuild.sh \
	tests/vm/kstyle.sh \
	tests/vm/lib.sh \
	tests/vm/modules.sh \
	tests/vm/pci.sh \
	tests/vm/machine.sh \
	tests/vm/memory.config \
	tests/vm/picture.pl \
	tests/vm/picture.sh \
	tests/vm/qemu.sh \
	tests/vm/races.config \
	tests/vm/run.sh \
	tests/vm/selftest.sh \
	tests/vm/selftest/empty.sh \
	tests/vm/selftest/fail.sh \
	tests/vm/selftest/late.sh \
	tests/vm/selftest/panic.sh \
	tests/vm/selftest/pass.sh \
	tests/vm/selftest/silent.sh \
	tests/vm/selftest/slow.sh \
	tests/vm/selftest/unplanned.sh \
	tests/vm/selftest/warning.sh \
	tests/vm/setup.sh \
	tests/vm/suites/boot.sh \
	tests/vm/long/bttv.sh \
	tests/vm/long/bttv_direct.sh \
	tests/vm/long/bttv_faults.sh \
	tests/vm/suites/conformance.sh \
	tests/vm/suites/devices.sh \
	tests/vm/suites/failures.sh \
	tests/vm/suites/loop.sh \
	tests/vm/suites/manual.sh \
	tests/vm/suites/pixels.sh \
	tests/vm/suites/planes.sh \
	tests/vm/suites/signals.sh \
	tests/vm/suites/three-ways.sh \
	tests/vm/long/two_devices.sh \
	tests/vm/long/udma_kill.sh \
	tests/vm/suites/udma.sh \
	tests/vm/suites/udma_faults.sh \
	tests/vm/suites/udma_ioctl.sh \
	tests/vm/suites/udma_kill.sh \
	tests/vm/suites/udma_memory.sh \
	tests/vm/long/udma_swap.sh \
	tests/vm/long/udma_swiotlb.sh \
	tests/vm/long/udma_large.sh \
	tests/vm/long/udma_pci.sh \
	tests/vm/long/udma_pci_edu.sh \
	tests/vm/long/udma_pci_kill.sh \
	tests/vm/long/vfio-bt878.sh \
	tests/vm/long/vfio.sh \
	tests/vm/long/vfio_iommufd.sh \
	tests/vm/long/vfio_messages.sh \
	tests/vm/suites/vivid.sh \
	tests/vm/suites/ways.sh \
	tests/vm/tap.sh \
	tests/vm/toolchain.sh \
	tests/vm/udma.sh \
	tests/vm/unpack.sh

# for the guests
check_PROGRAMS += tests/vm/feeder
tests_vm_feeder_CPPFLAGS = $(TEST_CPPFLAGS)
