/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What iommufd is asked for, by a kernel of the test's own in place of ioctl(2). */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "unit.h"
#include "vfio_iommufd.h"
#include "wrap_ioctl.h"

#define FD_IOMMU 100
#define FD_DEVICE 101
#define IOAS_ID 7

static struct ioas_map mapped;
static int fail_next;

int __wrap_close(int fd);

static int closed[4], closed_count;

int __wrap_close(int fd)
{
	closed[closed_count++] = fd;
	return 0;
}

int answer_ioctl(int fd, unsigned long request, void *arg)
{
	if (fail_next) {
		errno = fail_next;
		fail_next = 0;
		return -1;
	}
	/* type ';', numbers and sizes as in the kernel's headers */
	switch (request) {
	case 0x3b85:
		assert_int_equal(fd, FD_IOMMU);
		mapped = *(struct ioas_map *)arg;
		assert_int_equal(mapped.size, 40);
		return 0;
	case 0x3b86:
		assert_int_equal(fd, FD_IOMMU);
		assert_int_equal(((struct ioas_unmap *)arg)->size, 24);
		assert_int_equal(((struct ioas_unmap *)arg)->ioas_id, IOAS_ID);
		return 0;
	}
	fail_msg("an ioctl %#lx", request);
	return -1;
}

static struct vfio_device device(void)
{
	return (struct vfio_device){
		.fd = FD_DEVICE, .container = FD_IOMMU, .group = -1, .ioas = IOAS_ID,
		.address = "0000:00:00.0",
	};
}

static void numbers(void **state)
{
	assert_int_equal(VFIO_BIND_IOMMUFD, 0x3b76);
	assert_int_equal(VFIO_ATTACH_IOAS, 0x3b77);
	assert_int_equal(IOAS_ALLOC, 0x3b81);
	assert_int_equal(IOAS_RANGES, 0x3b84);
	assert_int_equal(sizeof(struct vfio_bind_iommufd), 16);
	assert_int_equal(sizeof(struct vfio_attach_ioas), 12);
	assert_int_equal(sizeof(struct ioas_alloc), 12);
	assert_int_equal(sizeof(struct ioas_ranges), 32);
	assert_int_equal(sizeof(struct iova_range), 16);
}

static void map_and_unmap(void **state)
{
	struct vfio_device d = device();
	char page[1];

	assert_int_equal(vfio_iommufd.map(&d, page, 4096, 0x10000, false), 0);
	assert_int_equal(mapped.flags, 7);
	assert_int_equal(mapped.ioas_id, IOAS_ID);
	assert_int_equal(mapped.user_va, (uintptr_t)page);
	assert_int_equal(mapped.length, 4096);
	assert_int_equal(mapped.iova, 0x10000);
	/* programs are only read */
	assert_int_equal(vfio_iommufd.map(&d, page, 4096, 0x10000, true), 0);
	assert_int_equal(mapped.flags, 5);
	assert_int_equal(vfio_iommufd.unmap(&d, 0x10000, 4096), 0);
	fail_next = ENOMEM;
	assert_int_equal(vfio_iommufd.map(&d, page, 4096, 0x10000, false), -ENOMEM);
	fail_next = ENOENT;
	assert_int_equal(vfio_iommufd.unmap(&d, 0x10000, 4096), -ENOENT);
}

static void closing(void **state)
{
	struct vfio_device d = device();

	closed_count = 0;
	vfio_iommufd.close(&d);
	assert_int_equal(closed_count, 2);
	assert_int_equal(closed[0], FD_DEVICE);
	assert_int_equal(closed[1], FD_IOMMU);
	vfio_iommufd.close(&d);
	assert_int_equal(closed_count, 2);
}

static void no_such_kernel(void **state)
{
	const struct pci_place place = { .address = "ffff:ff:1f.7" };
	struct vfio_device d = device();
	char path[64];

	d.fd = d.container = -1;
	assert_false(vfio_cdev(place.address, path));
	assert_int_equal(vfio_iommufd.open(&d, &place), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(map_and_unmap),
		cmocka_unit_test(closing),
		cmocka_unit_test(no_such_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
