# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel modules are built by kbuild (see Kbuild, tests/vm/modules.sh), not by this makefile.
# Headers that user space shares with them, and everything that DKMS needs.
EXTRA_DIST += \
	kmod/60-udma.rules \
	kmod/Kbuild \
	kmod/chunk.h \
	kmod/compat.h \
	kmod/dkms.conf \
	kmod/modprobe-udma.conf \
	kmod/modules-load-udma.conf \
	kmod/segment.h \
	kmod/udma.h \
	kmod/udma_bytes.h \
	kmod/udma_cdev.c \
	kmod/udma_core.h \
	kmod/udma_device.c \
	kmod/udma_driver.h \
	kmod/udma_example.c \
	kmod/udma_map.c \
	kmod/udma_memory.c \
	kmod/udma_pci.h \
	kmod/udma_pci_driver.c \
	kmod/udma_pci_frames.c \
	kmod/udma_pin.c \
	kmod/udma_quiesce.c \
	kmod/udma_quota.c \
	kmod/udma_read.c \
	kmod/udma_session.c \
	kmod/udma_sim.h \
	kmod/udma_sim_driver.c \
	kmod/udma_sim_engine.c \
	kmod/udma_sim_format.c \
	kmod/udma_stream.c \
	kmod/udma_sysfs.c \
	kmod/udma_trace.h \
	kmod/udma_user.c \
	kmod/udma_worker.c
