/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IOMMU by iommufd and a file for each device, the newer way: no groups, and
 * no limit on the number of pieces.  Kernels from 6.6 on may have it.
 *
 * The numbers and structures are those of the kernel's include/uapi/linux/iommufd.h
 * and vfio.h; older headers do not have them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio_iommufd.h"

#define IOMMU "/dev/iommu"

bool vfio_cdev(const char *address, char path[64])
{
	char folder[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/sys/bus/pci/devices/%s/vfio-dev", address);
	dir = opendir(folder);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "vfio", 4) && strlen(entry->d_name) < 32) {
			snprintf(path, 64, "/dev/vfio/devices/%.32s", entry->d_name);
			found = true;
		}
	closedir(dir);
	return found && !access(IOMMU, F_OK);
}

bool vfio_cdev_usable(const char *address, char path[64])
{
	return vfio_cdev(address, path) && !access(path, R_OK | W_OK) && !access(IOMMU, R_OK | W_OK);
}

static int open_file(struct vfio_device *d, const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == EACCES || errno == EPERM)
		return fail(-errno, "vfio:%s: no right to open %s; ask for it: sudo chown $USER %s, or see capture-vfio(7) for a udev rule",
			    d->address, path, path);
	if (errno == EBUSY)
		return fail(-EBUSY, "vfio:%s: %s is in use by another program; end that first", d->address, path);
	return fail(errno == ENOENT ? -ENODEV : -errno, "vfio:%s: cannot open %s: %m", d->address, path);
}

static int call(struct vfio_device *d, int fd, unsigned long request, void *arg, const char *name)
{
	return ioctl(fd, request, arg) ? fail(-errno, "vfio:%s: %s: %m", d->address, name) : 0;
}

/* The file opens for everybody; the device is the one's who binds it first, also by the group. */
static int take(struct vfio_device *d)
{
	struct vfio_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = d->container };

	if (!ioctl(d->fd, VFIO_BIND_IOMMUFD, &bind))
		return 0;
	if (errno == EINVAL || errno == EBUSY)
		return fail(-EBUSY, "vfio:%s: the device is in use by another program; end that first", d->address);
	return fail(-errno, "vfio:%s: VFIO_DEVICE_BIND_IOMMUFD: %m", d->address);
}

/* The device in an address space of its own. */
static int join(struct vfio_device *d)
{
	struct vfio_attach_ioas attach = { .argsz = sizeof(attach) };
	struct ioas_alloc alloc = { .size = sizeof(alloc) };
	int err;

	err = take(d);
	if (!err)
		err = call(d, d->container, IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
	if (err)
		return err;
	d->ioas = attach.pt_id = alloc.out_ioas_id;
	return call(d, d->fd, VFIO_ATTACH_IOAS, &attach, "VFIO_DEVICE_ATTACH_IOMMUFD_PT");
}

static int read_ranges(struct vfio_device *d)
{
	struct iova_range range[VFIO_RANGES_MAX] = { { 0 } };
	struct ioas_ranges ranges = {
		.size = sizeof(ranges), .ioas_id = d->ioas, .num_iovas = VFIO_RANGES_MAX,
		.allowed_iovas = (uintptr_t)range,
	};

	/* more than there is room for: the first ones are good as well */
	if (ioctl(d->container, IOAS_RANGES, &ranges) && errno != EMSGSIZE)
		return fail(-errno, "vfio:%s: IOMMU_IOAS_IOVA_RANGES: %m", d->address);
	d->space.ranges = ranges.num_iovas < VFIO_RANGES_MAX ? ranges.num_iovas : VFIO_RANGES_MAX;
	memcpy(d->space.range, range, d->space.ranges * sizeof(range[0]));
	d->maps_left = UINT64_MAX;
	return 0;
}

static int iommufd_open(struct vfio_device *d, const struct pci_place *place)
{
	char path[64];
	int err;

	if (!vfio_cdev(place->address, path))
		return fail(-EOPNOTSUPP, "vfio:%s: this kernel has no iommufd with device files; leave iommu=iommufd out",
			    place->address);
	d->container = open_file(d, IOMMU);
	if (d->container < 0)
		return d->container;
	d->fd = open_file(d, path);
	if (d->fd < 0)
		return d->fd;
	err = join(d);
	return err ? err : read_ranges(d);
}

static void iommufd_close(struct vfio_device *d)
{
	/* the device first: it uses the other */
	if (d->fd >= 0)
		close(d->fd);
	if (d->container >= 0)
		close(d->container);
	d->fd = d->container = -1;
}

static int iommufd_map(struct vfio_device *d, void *addr, uint64_t bytes, uint64_t iova, bool program)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_FIXED_IOVA | IOAS_READABLE | (program ? 0 : IOAS_WRITEABLE),
		.ioas_id = d->ioas,
		.user_va = (uintptr_t)addr,
		.length = bytes,
		.iova = iova,
	};

	return ioctl(d->container, IOAS_MAP, &map) ? -errno : 0;
}

static int iommufd_unmap(struct vfio_device *d, uint64_t iova, uint64_t bytes)
{
	struct ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = d->ioas, .iova = iova, .length = bytes,
	};

	if (ioctl(d->container, IOAS_UNMAP, &unmap))
		return -errno;
	return unmap.length == bytes ? 0 : -EIO;
}

const struct vfio_iommu vfio_iommufd = {
	.name = "iommufd",
	.open = iommufd_open,
	.close = iommufd_close,
	.map = iommufd_map,
	.unmap = iommufd_unmap,
};
