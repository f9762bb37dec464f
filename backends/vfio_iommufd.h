/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What iommufd and VFIO's device files are told, as the kernel has fixed it. */
#ifndef CAPTURE_VFIO_IOMMUFD_H
#define CAPTURE_VFIO_IOMMUFD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "vfio.h"

#define VFIO_BIND_IOMMUFD	_IO(';', 100 + 18)
#define VFIO_ATTACH_IOAS	_IO(';', 100 + 19)
#define IOAS_ALLOC		_IO(';', 0x81)
#define IOAS_RANGES		_IO(';', 0x84)
#define IOAS_MAP		_IO(';', 0x85)
#define IOAS_UNMAP		_IO(';', 0x86)

#define IOAS_FIXED_IOVA		(1u << 0)
#define IOAS_WRITEABLE		(1u << 1)
#define IOAS_READABLE		(1u << 2)

struct vfio_bind_iommufd {
	__u32 argsz, flags;
	__s32 iommufd;
	__u32 out_devid;
};

struct vfio_attach_ioas {
	__u32 argsz, flags;
	__u32 pt_id;
};

struct ioas_alloc {
	__u32 size, flags;
	__u32 out_ioas_id;
};

struct ioas_ranges {
	__u32 size, ioas_id;
	__u32 num_iovas, reserved;
	__aligned_u64 allowed_iovas;	/* pointer to pairs of first and last */
	__aligned_u64 out_iova_alignment;
};

struct ioas_map {
	__u32 size, flags;
	__u32 ioas_id, reserved;
	__aligned_u64 user_va, length, iova;
};

struct ioas_unmap {
	__u32 size, ioas_id;
	__aligned_u64 iova, length;
};

#endif /* CAPTURE_VFIO_IOMMUFD_H */
