/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PCI device in user space: registers, configuration space, interrupts, reset. */
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio.h"

/* ---- regions ---- */

static int region(struct vfio_device *d, uint32_t index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info){ .argsz = sizeof(*info), .index = index };
	if (ioctl(d->fd, VFIO_DEVICE_GET_REGION_INFO, info))
		return fail(-errno, "vfio:%s: VFIO_DEVICE_GET_REGION_INFO: %m", d->address);
	return 0;
}

static uint32_t config_read(struct vfio_device *d, uint32_t at, size_t size)
{
	uint32_t value = 0;

	if (pread(d->fd, &value, size, (off_t)(d->config_offset + at)) != (ssize_t)size)
		return UINT32_MAX;
	return value;
}

static void config_write(struct vfio_device *d, uint32_t at, uint32_t value, size_t size)
{
	/* who cares reads it back */
	if (pwrite(d->fd, &value, size, (off_t)(d->config_offset + at)) < 0)
		return;
}

static void set_command(struct vfio_device *d, uint32_t bit, bool on)
{
	const uint32_t command = config_read(d, PCI_COMMAND, 2);

	if (command == UINT32_MAX)
		return;
	config_write(d, PCI_COMMAND, on ? command | bit : command & ~bit, 2);
}

void vfio_bus_master(struct vfio_device *d, bool on)
{
	set_command(d, PCI_COMMAND_MASTER, on);
}

bool vfio_is_gone(struct vfio_device *d)
{
	return (config_read(d, PCI_VENDOR_ID, 2) & 0xffff) == 0xffff;
}

static uint32_t capability(struct vfio_device *d, uint8_t id)
{
	uint32_t at = config_read(d, PCI_CAPABILITY_LIST, 1) & 0xfc, guard;

	if (!(config_read(d, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST))
		return 0;
	for (guard = 0; at && at != 0xfc && guard < 64; guard++) {
		if (config_read(d, at, 1) == id)
			return at;
		at = config_read(d, at + 1, 1) & 0xfc;
	}
	return 0;
}

bool vfio_transactions_pending(struct vfio_device *d)
{
	const uint32_t express = capability(d, PCI_CAP_ID_EXP);
	uint32_t status;

	if (!express)
		return false;
	status = config_read(d, express + PCI_EXP_DEVSTA, 2);
	return status != UINT32_MAX && status & PCI_EXP_DEVSTA_TRPND;
}

int vfio_reset(struct vfio_device *d)
{
	if (!d->can_reset)
		return -EOPNOTSUPP;
	if (ioctl(d->fd, VFIO_DEVICE_RESET))
		return -errno;
	set_command(d, PCI_COMMAND_MEMORY, true);
	return 0;
}

/* ---- registers ---- */

/*
 * Through the descriptor, which costs a system call and gives an error when the device goes away.
 * Mapped registers would end the whole process then, by SIGBUS.
 */
static uint32_t register_read(void *ctx, uint32_t reg)
{
	struct vfio_device *d = ctx;
	uint32_t value = UINT32_MAX;

	if (pread(d->fd, &value, sizeof(value), (off_t)(d->bar_offset + reg)) != sizeof(value))
		return UINT32_MAX;
	return value;
}

static void register_write(void *ctx, uint32_t reg, uint32_t value)
{
	struct vfio_device *d = ctx;

	grabber_barrier();
	if (pwrite(d->fd, &value, sizeof(value), (off_t)(d->bar_offset + reg)) < 0)
		return;		/* reads say all ones then */
}

const struct grabber_io vfio_registers = { .read = register_read, .write = register_write };

static int set_up_bar(struct vfio_device *d, const struct grabber_device *kind)
{
	struct vfio_region_info info;
	int err;

	err = region(d, VFIO_PCI_BAR0_REGION_INDEX + kind->bar, &info);
	if (err)
		return err;
	if (info.size < kind->bar_bytes || !(info.flags & VFIO_REGION_INFO_FLAG_READ) ||
	    !(info.flags & VFIO_REGION_INFO_FLAG_WRITE))
		return fail(-ENODEV, "vfio:%s: BAR %u has %llu bytes, and a %s needs %u", d->address,
			    kind->bar, (unsigned long long)info.size, kind->name, kind->bar_bytes);
	d->bar_offset = info.offset;
	return 0;
}

int vfio_device_set_up(struct vfio_device *d, const struct grabber_device *kind)
{
	struct vfio_device_info device = { .argsz = sizeof(device) };
	struct vfio_region_info config;
	int err;

	if (ioctl(d->fd, VFIO_DEVICE_GET_INFO, &device))
		return fail(-errno, "vfio:%s: VFIO_DEVICE_GET_INFO: %m", d->address);
	d->can_reset = device.flags & VFIO_DEVICE_FLAGS_RESET;
	err = region(d, VFIO_PCI_CONFIG_REGION_INDEX, &config);
	if (err)
		return err;
	d->config_offset = config.offset;
	d->space.max = kind->address_bits < 64 ? (1ull << kind->address_bits) - 1 : UINT64_MAX;
	/* whatever it did before, it does not any more */
	vfio_bus_master(d, false);
	vfio_reset(d);
	set_command(d, PCI_COMMAND_MEMORY, true);
	return set_up_bar(d, kind);
}

void vfio_device_tear_down(struct vfio_device *d)
{
	iova_free(&d->space);
}

/* ---- interrupts ---- */

static int set_irqs(struct vfio_device *d, uint32_t index, uint32_t action, int fd)
{
	/* the descriptor follows the fixed part */
	union {
		struct vfio_irq_set set;
		uint8_t bytes[sizeof(struct vfio_irq_set) + sizeof(int32_t)];
	} irq = {
		.set = { .argsz = sizeof(irq.set), .index = index, .count = 1,
			 .flags = VFIO_IRQ_SET_DATA_NONE | action },
	};

	if (action == VFIO_IRQ_SET_ACTION_TRIGGER && fd >= 0) {
		irq.set.argsz = sizeof(irq.bytes);
		irq.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | action;
		memcpy(irq.bytes + sizeof(irq.set), &(int32_t){ fd }, sizeof(int32_t));
	} else if (action == VFIO_IRQ_SET_ACTION_TRIGGER) {
		irq.set.count = 0;	/* all off */
	}
	return ioctl(d->fd, VFIO_DEVICE_SET_IRQS, &irq) ? -errno : 0;
}

static bool has_irq(struct vfio_device *d, uint32_t index, bool *masks)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(d->fd, VFIO_DEVICE_GET_IRQ_INFO, &info) || !info.count ||
	    !(info.flags & VFIO_IRQ_INFO_EVENTFD))
		return false;
	if (masks)
		*masks = info.flags & VFIO_IRQ_INFO_AUTOMASKED;
	return true;
}

/* In the order in which "auto" tries them. */
static const struct {
	const char *name;
	uint32_t index;
} irqs[] = {
	{ "msi", VFIO_PCI_MSI_IRQ_INDEX }, { "msix", VFIO_PCI_MSIX_IRQ_INDEX },
	{ "intx", VFIO_PCI_INTX_IRQ_INDEX },
};

static bool choose_irq(struct vfio_device *d, const char *which)
{
	size_t i;

	for (i = 0; i < sizeof(irqs) / sizeof(irqs[0]); i++) {
		d->irq_index = irqs[i].index;
		if ((!strcmp(which, "auto") || !strcmp(which, irqs[i].name)) &&
		    has_irq(d, d->irq_index, &d->irq_masks))
			return true;
	}
	return false;
}

static int open_events(struct vfio_device *d)
{
	d->irq_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->request_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->irq_fd < 0 || d->request_fd < 0)
		return fail(-errno, "vfio:%s: cannot make an event descriptor: %m; close some files or raise ulimit -n",
			    d->address);
	return 0;
}

int vfio_irq_enable(struct vfio_device *d, const char *which)
{
	int err;

	err = open_events(d);
	if (err)
		goto undo;
	if (!choose_irq(d, which)) {
		err = fail(-EOPNOTSUPP, "vfio:%s: the device has no interrupt of this kind (irq=%s)", d->address, which);
		goto undo;
	}
	err = set_irqs(d, d->irq_index, VFIO_IRQ_SET_ACTION_TRIGGER, d->irq_fd);
	if (err) {
		fail(err, "vfio:%s: cannot take its interrupt: %m; a device that shares its line with another one needs irq=msi",
		     d->address);
		goto undo;
	}
	/* told when its driver is to be changed; not all kernels can */
	if (has_irq(d, VFIO_PCI_REQ_IRQ_INDEX, NULL))
		set_irqs(d, VFIO_PCI_REQ_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, d->request_fd);
	return 0;

undo:
	vfio_irq_disable(d);
	return err;
}

void vfio_irq_disable(struct vfio_device *d)
{
	if (d->irq_fd >= 0 && d->request_fd >= 0) {
		set_irqs(d, d->irq_index, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
		if (has_irq(d, VFIO_PCI_REQ_IRQ_INDEX, NULL))
			set_irqs(d, VFIO_PCI_REQ_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
	}
	if (d->irq_fd >= 0)
		close(d->irq_fd);
	if (d->request_fd >= 0)
		close(d->request_fd);
	d->irq_fd = d->request_fd = -1;
}

void vfio_irq_unmask(struct vfio_device *d)
{
	if (d->irq_masks)
		set_irqs(d, d->irq_index, VFIO_IRQ_SET_ACTION_UNMASK, -1);
}
