/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's registers, and which interrupt of it is taken: a kernel of the test's own is behind ioctl(2). */
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"
#include "vfio.h"
#include "wrap_ioctl.h"

#define FD_DEVICE 100

/* By VFIO_PCI_*_IRQ_INDEX: how many the device has; the one that is on, and by which descriptor. */
static uint32_t has[VFIO_PCI_NUM_IRQS];
static int on[VFIO_PCI_NUM_IRQS], unmasked;

static int get_info(struct vfio_irq_info *info)
{
	info->count = has[info->index];
	info->flags = VFIO_IRQ_INFO_EVENTFD;
	if (info->index == VFIO_PCI_INTX_IRQ_INDEX)
		info->flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	return 0;
}

static int set(const struct vfio_irq_set *irq)
{
	if (irq->flags & VFIO_IRQ_SET_ACTION_UNMASK)
		unmasked++;
	else if (irq->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		memcpy(&on[irq->index], irq->data, sizeof(int));
	else
		on[irq->index] = -1;
	return 0;
}

int answer_ioctl(int fd, unsigned long request, void *arg)
{
	assert_int_equal(fd, FD_DEVICE);
	switch (request) {
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_info(arg);
	case VFIO_DEVICE_SET_IRQS:
		return set(arg);
	}
	fail_msg("an ioctl %#lx", request);
	return -1;
}

/* The device has these; @which takes @wanted, or none where that is negative. */
static void expect(bool line, bool msi, bool msix, const char *which, int wanted)
{
	struct vfio_device d = { .fd = FD_DEVICE, .irq_fd = -1, .request_fd = -1, .address = "0000:00:00.0" };
	int i, err;

	has[VFIO_PCI_INTX_IRQ_INDEX] = line;
	has[VFIO_PCI_MSI_IRQ_INDEX] = msi;
	has[VFIO_PCI_MSIX_IRQ_INDEX] = msix;
	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++)
		on[i] = -1;
	err = vfio_irq_enable(&d, which);
	assert_int_equal(err, wanted < 0 ? -EOPNOTSUPP : 0);
	for (i = 0; i <= VFIO_PCI_MSIX_IRQ_INDEX; i++)
		assert_int_equal(on[i], i == wanted ? d.irq_fd : -1);
	unmasked = 0;
	vfio_irq_unmask(&d);
	assert_int_equal(unmasked, wanted == VFIO_PCI_INTX_IRQ_INDEX);
	vfio_irq_disable(&d);
	for (i = 0; i <= VFIO_PCI_MSIX_IRQ_INDEX; i++)
		assert_int_equal(on[i], -1);
}

static void choices(void **state)
{
	expect(true, false, false, "auto", VFIO_PCI_INTX_IRQ_INDEX);
	expect(true, true, true, "auto", VFIO_PCI_MSI_IRQ_INDEX);
	expect(true, false, true, "auto", VFIO_PCI_MSIX_IRQ_INDEX);
	expect(false, false, false, "auto", -1);
	expect(true, true, true, "intx", VFIO_PCI_INTX_IRQ_INDEX);
	expect(true, true, true, "msi", VFIO_PCI_MSI_IRQ_INDEX);
	expect(true, true, true, "msix", VFIO_PCI_MSIX_IRQ_INDEX);
	expect(false, true, true, "intx", -1);
	expect(true, false, true, "msi", -1);
	expect(true, true, false, "msix", -1);
}

/* A file is the device; one that is gone reads as ones, and nobody is killed. */
static void registers(void **state)
{
	struct vfio_device d = { .fd = memfd_create("device", MFD_CLOEXEC), .bar_offset = 8192 };

	assert_int_equal(ftruncate(d.fd, 8192 + 64), 0);
	vfio_registers.write(&d, 0x20, 0x12345678);
	assert_int_equal(vfio_registers.read(&d, 0x20), 0x12345678);
	assert_int_equal(vfio_registers.read(&d, 0x24), 0);
	assert_int_equal(ftruncate(d.fd, 8192), 0);
	assert_int_equal(vfio_registers.read(&d, 0x20), UINT32_MAX);
	close(d.fd);
	vfio_registers.write(&d, 0x20, 1);
	assert_int_equal(vfio_registers.read(&d, 0x20), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(registers), cmocka_unit_test(choices) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
