/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IOMMU by group and container (VFIO's type 1), the way that every kernel
 * with VFIO has.  Devices that the IOMMU cannot tell apart are one group, and a
 * group is used as a whole: all its devices must be away from their drivers.
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio.h"

#define CONTAINER "/dev/vfio/vfio"

static int open_container(struct vfio_device *d)
{
	d->container = open(CONTAINER, O_RDWR | O_CLOEXEC);
	if (d->container < 0)
		return fail(errno == ENOENT ? -ENODEV : -errno, "vfio:%s: %s: %m; load the module: modprobe vfio-pci",
			    d->address, CONTAINER);
	if (ioctl(d->container, VFIO_GET_API_VERSION) != VFIO_API_VERSION ||
	    !ioctl(d->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU))
		return fail(-EOPNOTSUPP, "vfio:%s: this kernel's VFIO has no type 1 IOMMU; load vfio_iommu_type1",
			    d->address);
	return 0;
}

static int fail_group(const char *address, const char *path, int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return fail(err, "vfio:%s: no right to open %s; ask for it: sudo chown $USER %s, or see capture-vfio(7) for a udev rule",
			    address, path, path);
	case -EBUSY:
		return fail(err, "vfio:%s: %s is in use by another program; end that first", address, path);
	case -ENOENT:
		return fail(-ENODEV, "vfio:%s: there is no %s; bind the device to vfio-pci: grab-vfio bind %s",
			    address, path, address);
	default:
		return fail(err, "vfio:%s: cannot open %s: %m", address, path);
	}
}

static int open_group(struct vfio_device *d, int number)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[32];

	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	d->group = open(path, O_RDWR | O_CLOEXEC);
	if (d->group < 0)
		return fail_group(d->address, path, -errno);
	if (ioctl(d->group, VFIO_GROUP_GET_STATUS, &status))
		return fail(-errno, "vfio:%s: VFIO_GROUP_GET_STATUS: %m", d->address);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return fail(-EBUSY, "vfio:%s: other devices of IOMMU group %d still have their drivers; bind all of /sys/kernel/iommu_groups/%d/devices to vfio-pci",
			    d->address, number, number);
	if (ioctl(d->group, VFIO_GROUP_SET_CONTAINER, &d->container))
		return fail(-errno, "vfio:%s: VFIO_GROUP_SET_CONTAINER: %m", d->address);
	if (ioctl(d->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return fail(-errno, "vfio:%s: the IOMMU cannot be used: %m; is it on (intel_iommu=on), and does it remap interrupts?",
			    d->address);
	return 0;
}

/* ---- what the IOMMU can do ---- */

static void take_ranges(struct vfio_device *d, const struct vfio_iommu_type1_info_cap_iova_range *cap)
{
	unsigned int i;

	d->space.ranges = 0;
	for (i = 0; i < cap->nr_iovas && i < VFIO_RANGES_MAX; i++)
		d->space.range[d->space.ranges++] = (struct iova_range){
			cap->iova_ranges[i].start, cap->iova_ranges[i].end,
		};
}

static void take_capabilities(struct vfio_device *d, const struct vfio_iommu_type1_info *info)
{
	const struct vfio_info_cap_header *cap;
	uint32_t at = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;

	while (at && at + sizeof(*cap) <= info->argsz) {
		cap = (const void *)((const char *)info + at);
		if (cap->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			take_ranges(d, (const void *)cap);
		if (cap->id == VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL)
			d->maps_left = ((const struct vfio_iommu_type1_info_dma_avail *)cap)->avail;
		at = cap->next;
	}
}

static int read_info(struct vfio_device *d)
{
	struct vfio_iommu_type1_info *info, first = { .argsz = sizeof(first) };
	int err = 0;

	/* without a word of the kernel: below the interrupts' addresses of a PC */
	d->space.range[0] = (struct iova_range){ 0, 0xfedfffff };
	d->space.ranges = 1;
	d->maps_left = UINT64_MAX;
	if (ioctl(d->container, VFIO_IOMMU_GET_INFO, &first))
		return fail(-errno, "vfio:%s: VFIO_IOMMU_GET_INFO: %m", d->address);
	info = calloc(1, first.argsz);
	if (!info)
		return fail(-ENOMEM, "vfio:%s: no memory for a session", d->address);
	info->argsz = first.argsz;
	if (ioctl(d->container, VFIO_IOMMU_GET_INFO, info))
		err = fail(-errno, "vfio:%s: VFIO_IOMMU_GET_INFO: %m", d->address);
	if (!err)
		take_capabilities(d, info);
	free(info);
	return err;
}

static int type1_open(struct vfio_device *d, const struct pci_place *place)
{
	int err;

	err = open_container(d);
	if (!err)
		err = open_group(d, place->group);
	if (!err)
		err = read_info(d);
	if (err)
		return err;
	d->fd = ioctl(d->group, VFIO_GROUP_GET_DEVICE_FD, d->address);
	if (d->fd < 0)
		return fail(-errno, "vfio:%s: VFIO_GROUP_GET_DEVICE_FD: %m; is it bound to vfio-pci?", d->address);
	return 0;
}

/* In any state; the kernel unmaps what is left. */
static void type1_close(struct vfio_device *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->group >= 0)
		close(d->group);
	if (d->container >= 0)
		close(d->container);
	d->fd = d->group = d->container = -1;
}

static int type1_map(struct vfio_device *d, void *addr, uint64_t bytes, uint64_t iova, bool program)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = program ? VFIO_DMA_MAP_FLAG_READ : VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)addr,
		.iova = iova,
		.size = bytes,
	};

	if (!d->maps_left)
		return -ENOSPC;
	if (ioctl(d->container, VFIO_IOMMU_MAP_DMA, &map))
		return -errno;
	if (d->maps_left != UINT64_MAX)
		d->maps_left--;
	return 0;
}

static int type1_unmap(struct vfio_device *d, uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = bytes,
	};

	if (ioctl(d->container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		return -errno;
	if (unmap.size != bytes)
		return -EIO;
	if (d->maps_left != UINT64_MAX)
		d->maps_left++;
	return 0;
}

const struct vfio_iommu vfio_type1 = {
	.name = "type1",
	.open = type1_open,
	.close = type1_close,
	.map = type1_map,
	.unmap = type1_unmap,
};
