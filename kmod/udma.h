/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note OR MIT */
/*
 * What a program may ask of /dev/udmaN.  This header is the specification;
 * udma(4) explains it.
 *
 * Conventions
 *	Fields have fixed widths and no hidden padding: programs of 32 and of 64
 *	bits see the same structs.  Addresses of the program are __u64.  No
 *	address of the device's or of physical memory is ever given out.
 *	Unknown flags, and reserved fields that are not zero, are -EINVAL.
 *	Units are bytes, pixels, nanoseconds of CLOCK_MONOTONIC.
 *	No ioctl waits for a frame; poll(2) says when one can be dequeued.
 *	Everything lives as long as the file description: close lets go of it.
 *
 *	            attach/detach, queue
 *	             +--------------+
 *	open --> [ ready ] -START-> [ running ] -STOP-> [ ready ] --> close
 *	        SETUP, FORMAT        queue, dequeue
 *
 * A descriptor is used by either the ioctls or read(2): the other one is -EBUSY.
 */
#ifndef UDMA_H
#define UDMA_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define UDMA_ABI		1
#define UDMA_PLANES_MAX		4
#define UDMA_CHUNK_DEFAULT	(1u << 20)
#define UDMA_WINDOW_DEFAULT	2

/* ---- UDMA_IOC_INFO: what the device is ---- */

#define UDMA_FEATURE_PREDICTABLE	(1u << 0)	/* frames are udma_bytes.h of seed */
#define UDMA_FEATURE_FROM_START		(1u << 1)	/* START begins with frame 0 */
#define UDMA_FEATURE_SIMULATED		(1u << 2)	/* no hardware */
#define UDMA_FEATURE_BOUNCED		(1u << 3)	/* the kernel copies (swiotlb) */
#define UDMA_FEATURE_STARVED		(1u << 4)	/* udma_done.starved is told */

#define UDMA_STATE_READY	0
#define UDMA_STATE_RUNNING	1
#define UDMA_STATE_DEAD		2	/* it never fell silent: memory is in quarantine */
#define UDMA_STATE_GONE		3	/* unplugged or unbound */

struct udma_info {
	__u32 abi;		/* UDMA_ABI */
	__u32 features;		/* UDMA_FEATURE_* */
	__u32 state;		/* UDMA_STATE_* */
	__u32 depth;		/* most buffers queued at once */
	__u64 chunk_min;	/* SETUP: powers of two between these */
	__u64 chunk_max;
	__u32 window_max;	/* SETUP: most chunks pinned at once */
	__u32 align;		/* where memory begins at another multiple, edges are bounced */
	__u32 max_segments;	/* the device takes so many at once */
	__u32 max_segment;	/* bytes of one segment */
	__u32 seed;		/* UDMA_FEATURE_PREDICTABLE */
	__u32 timeout_ms;	/* a transfer that takes longer is given up */
	char driver[32];
	char name[64];
	char bus[64];
	char serial[32];
	__u64 reserved[6];
};

/* ---- UDMA_IOC_*_FORMAT ---- */

struct udma_plane {
	__u32 stride;		/* bytes from one line to the next */
	__u32 lines;
};

/*
 * In: a wish, in which 0 means "as it is now"; planes 0 lets the driver lay the
 * frame out.  Out: what is in force (SET, GET) or would be (TRY).
 */
struct udma_format {
	__u32 width, height;
	__u32 fourcc;		/* V4L2 pixel format code */
	__u32 planes;		/* 1 to UDMA_PLANES_MAX, one behind the other without a gap */
	__u32 fps_num, fps_den;	/* 0/0: as fast as memory comes */
	__u32 flags;		/* 0 */
	__u32 reserved0;
	struct udma_plane plane[UDMA_PLANES_MAX];
	__u64 size;		/* out: bytes of a frame, the least a buffer may have */
	__u64 reserved[4];
};

/* one pixel format with its range of sizes; index in, all else out; -EINVAL: past the last */
struct udma_format_info {
	__u32 index;
	__u32 fourcc;
	__u32 width_min, width_max, width_step;
	__u32 height_min, height_max, height_step;
	__u64 reserved[4];
};

/* ---- UDMA_IOC_SETUP: how memory is held; before anything is attached ---- */

struct udma_setup {
	__u64 chunk;		/* 0: UDMA_CHUNK_DEFAULT */
	__u32 window;		/* 0: UDMA_WINDOW_DEFAULT */
	__u32 flags;		/* 0 */
	__u64 reserved[2];
};

/* ---- buffers ---- */

/* pin all of it now, until DETACH, and keep the translation: queueing costs nothing */
#define UDMA_ATTACH_KEEP	(1u << 0)
#define UDMA_ATTACH_NO_BOUNCE	(1u << 1)	/* -EOPNOTSUPP rather than a copy */

struct udma_attach {
	__u64 addr;		/* any alignment */
	__u64 len;
	__u32 flags;		/* UDMA_ATTACH_* */
	__u32 handle;		/* out; in: 0 */
	__u64 reserved[3];
};

/* DETACH, QUEUE */
struct udma_handle {
	__u32 handle;
	__u32 flags;		/* 0 */
	__u64 cookie;		/* QUEUE: comes back with the frame; DETACH: 0 */
	__u64 reserved[2];
};

#define UDMA_DONE_INCOMPLETE	(1u << 0)	/* the device ended the frame early */
#define UDMA_DONE_BOUNCED	(1u << 1)	/* some bytes were copied */
#define UDMA_DONE_CORRUPT	(1u << 2)	/* the device says that it lost or misplaced data */

/* why a device stopped by itself */
#define UDMA_FAULT_NONE		0
#define UDMA_FAULT_ADDRESS	1	/* it addressed memory that is not mapped for it; it got none */
#define UDMA_FAULT_PROGRAM	2	/* it did not understand its program */
#define UDMA_FAULT_SYNC		3	/* it lost the way in its program */
#define UDMA_FAULT_PARITY	4	/* its program was damaged on the way */
#define UDMA_FAULT_SILENT	5	/* it stood still and did not say why */
#define UDMA_FAULT_TIMEOUT	6	/* a transfer did not end in time */
#define UDMA_FAULT_DRIVER	7	/* its driver made a mistake; the kernel's log has it */

/* DEQUEUE: in: flags and reserved 0 */
struct udma_done {
	__u64 cookie;
	__u64 bytes;		/* valid, from the start of the buffer */
	__u64 sequence;		/* the device's counter: a gap is a lost frame */
	__u64 time_ns;		/* end of transfer */
	__u64 pinned_peak;	/* most bytes of this buffer pinned at once */
	__u64 bounced;		/* bytes that were copied */
	__u32 handle;
	__s32 status;		/* 0, or the negative errno that ended the frame */
	__u32 chunks;
	__u32 segments;
	__u32 flags;		/* UDMA_DONE_* */
	__u32 reserved0;
	__u64 starved;		/* of the frames lost since the one before: no buffer was queued */
	__u64 reserved[3];
};

/* ---- UDMA_IOC_LIMITS: pinned memory and who may have how much ---- */

#define UDMA_LIMIT_NONE		0
#define UDMA_LIMIT_GLOBAL	1	/* parameter max_pinned of the module: -ENOSPC */
#define UDMA_LIMIT_USER		2	/* parameter max_pinned_user: -EDQUOT */
#define UDMA_LIMIT_MEMLOCK	3	/* RLIMIT_MEMLOCK (ulimit -l): -ENOMEM */

struct udma_limits {
	__u64 global_max, global_used, global_peak;
	__u64 user_max, user_used;	/* of this user, all processes */
	__u64 memlock_max, memlock_used;/* max is ~0: not limited */
	__u64 session_used;		/* of this descriptor */
	__u64 quarantined;		/* of all devices: never given back */
	__u64 refused_bytes;		/* this descriptor's last refusal: what it asked for */
	__u32 refused;			/* ... and the limit that was in its way, UDMA_LIMIT_* */
	__u32 reserved0;
	__u64 reserved[4];
};

/* ---- UDMA_IOC_STATS: counts of the device since it was found ---- */

struct udma_stats {
	__u64 frames, failed, cancelled, lost;
	__u64 bytes, bounced;
	__u64 chunks, segments;
	__u64 pinned, pinned_peak;	/* bytes */
	__u64 stalls;			/* the device waited for memory in the middle of a frame */
	__u64 timeouts, interrupts_lost, interrupts_spurious;
	__u64 quiesces, resets, quarantined;
	__u64 pin_ns, map_ns, dma_ns, unpin_ns;
	__u64 faults;			/* the device stopped by itself, time-outs not counted */
	__u64 fault;			/* the last one, time-outs as well: UDMA_FAULT_* */
	__u64 reserved[6];
};

/*
 * Errors that all of them know: -ENODEV the device is gone, -EIO it is dead,
 * -EPERM the caller is not the process that attached.
 */
#define UDMA_IOC		0xE9
#define UDMA_IOC_INFO		_IOR(UDMA_IOC, 0, struct udma_info)
#define UDMA_IOC_ENUM_FORMAT	_IOWR(UDMA_IOC, 1, struct udma_format_info)
#define UDMA_IOC_GET_FORMAT	_IOR(UDMA_IOC, 2, struct udma_format)
#define UDMA_IOC_SET_FORMAT	_IOWR(UDMA_IOC, 3, struct udma_format)
#define UDMA_IOC_TRY_FORMAT	_IOWR(UDMA_IOC, 4, struct udma_format)
#define UDMA_IOC_SETUP		_IOWR(UDMA_IOC, 5, struct udma_setup)
#define UDMA_IOC_ATTACH		_IOWR(UDMA_IOC, 6, struct udma_attach)
#define UDMA_IOC_DETACH		_IOW(UDMA_IOC, 7, struct udma_handle)
#define UDMA_IOC_QUEUE		_IOW(UDMA_IOC, 8, struct udma_handle)
#define UDMA_IOC_DEQUEUE	_IOWR(UDMA_IOC, 9, struct udma_done)
#define UDMA_IOC_START		_IO(UDMA_IOC, 10)
#define UDMA_IOC_STOP		_IO(UDMA_IOC, 11)
#define UDMA_IOC_LIMITS		_IOR(UDMA_IOC, 12, struct udma_limits)
#define UDMA_IOC_STATS		_IOR(UDMA_IOC, 13, struct udma_stats)

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(struct udma_info) == 296, "udma_info");
_Static_assert(sizeof(struct udma_format) == 104, "udma_format");
_Static_assert(sizeof(struct udma_format_info) == 64, "udma_format_info");
_Static_assert(sizeof(struct udma_setup) == 32, "udma_setup");
_Static_assert(sizeof(struct udma_attach) == 48, "udma_attach");
_Static_assert(sizeof(struct udma_handle) == 32, "udma_handle");
_Static_assert(sizeof(struct udma_done) == 104, "udma_done");
_Static_assert(sizeof(struct udma_limits) == 120, "udma_limits");
_Static_assert(sizeof(struct udma_stats) == 232, "udma_stats");
#endif

#endif /* UDMA_H */
