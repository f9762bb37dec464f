/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The udma module for other drivers.
 *
 * Three functions for any driver that lets its device write into memory of a
 * process: udma_attach(), udma_next(), udma_release().  Their contract is in udma(9)
 * and, as kernel-doc, in udma_user.c; udma_example.c is a whole driver that uses
 * nothing else.
 *
 *	udma_attach --> udma_next --> program the device --> udma_release(chunk)
 *	                    ^                                       |
 *	                    +------------- next chunk <-------------+
 *	                                 at the end: udma_release(NULL)
 *
 * A frame grabber that wants /dev/udmaN, queues and read(2) as well fills in
 * struct udma_ops and calls udma_register(); see below.
 */
#ifndef UDMA_DRIVER_H
#define UDMA_DRIVER_H

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/scatterlist.h>

#include "compat.h"
#include "udma.h"

struct udma_memory;

/**
 * struct udma_chunk - a piece of user memory that the device may write
 * @sgt:	mapped for DMA_FROM_DEVICE: walk it with for_each_sgtable_dma_sg().  Its
 *		pages, which may be bounce pages, are the device's until udma_release()
 * @offset:	bytes from the start of the attached range to this chunk
 * @len:	bytes
 * @bounced:	bytes of it that will be copied (edges that the device cannot
 *		reach, memory that cannot be pinned)
 */
struct udma_chunk {
	struct sg_table sgt;
	u64 offset;
	u32 len;
	u32 bounced;
	/* private: */
	struct udma_memory *memory;
	u64 addr;
	struct page **pages;		/* pinned, or own ones where all of it is bounced */
	unsigned int room, count;	/* pages: allocated, in use */
	struct page **own;		/* bounce pages, kept for the next use */
	unsigned int own_count;
	struct page *edge[2];		/* bounce pages of head and tail */
	u32 head, tail;			/* bytes bounced at the edges */
	unsigned long seq;		/* of the range when it was pinned */
	bool pinned, whole, mapped, lent;
};

/**
 * struct udma_range - what to attach
 * @dev:	the device that will write; its DMA mask and dma_set_max_seg_size() are
 *		set (they are 32 bits and 64 KiB otherwise); a segment boundary is not kept
 * @addr:	any address in the calling process, any alignment
 * @len:	bytes, at least 1
 * @chunk:	bytes of the largest chunk: a power of two from PAGE_SIZE to 64 MiB;
 *		0: UDMA_CHUNK_DEFAULT
 * @window:	most chunks lent at once, up to 4096; 0: UDMA_WINDOW_DEFAULT
 * @align:	a power of two up to PAGE_SIZE: every segment begins at a multiple of
 *		it, those between the first and the last are multiples long; 0 and 1:
 *		anywhere
 * @max_segment: most bytes of a segment, at least @align; 0: what the DMA API allows
 *		for @dev.  An IOMMU joins neighbours up to dma_get_max_seg_size() of
 *		@dev, whatever stands here: set that as well
 * @flags:	UDMA_ATTACH_NO_BOUNCE or 0
 */
struct udma_range {
	struct device *dev;
	void __user *addr;
	size_t len;
	u32 chunk;
	u32 window;
	u32 align;
	u32 max_segment;
	u32 flags;
};

struct udma_memory *udma_attach(const struct udma_range *range);
struct udma_chunk *udma_next(struct udma_memory *memory);
int udma_release(struct udma_memory *memory, struct udma_chunk *chunk, size_t written);

/* ---- the device class of frame grabbers ---- */

struct udma_device;

/*
 * Segments that the device shall fill, in order.  Valid from transfer() until
 * udma_done(), or until the device is silent.
 */
struct udma_transfer {
	struct scatterlist *sg;		/* sg_dma_address(), sg_dma_len() of ... */
	unsigned int nents;		/* ... so many entries */
	u32 bytes;
	/* in the frame; 0, in pass 0: a new one begins, and what the last one lacks is dropped */
	u64 offset;
	u64 frame_bytes;
	u32 chunks;			/* of the frame: so many transfers a pass, but for max_segments */
	u32 pass, passes;		/* a frame's chunks come as often as ops->passes says */
};

#define UDMA_EVENT_END		(1u << 0)	/* the frame ended with this transfer, early or not */
#define UDMA_EVENT_CORRUPT	(1u << 1)	/* the device lost or misplaced data of the frame */

/* what events() found, beyond what it told by udma_done() */
#define UDMA_NEWS	(1u << 0)	/* the interrupt was the device's */
#define UDMA_MOVED	(1u << 1)	/* a transfer goes on: the time of its timeout begins again */

/* How a session will use the device. */
struct udma_run {
	const struct udma_format *format;
	u32 chunk;			/* bytes of the largest */
	u32 window;			/* most chunks pinned at once */
};

/*
 * What a grabber does.  The core serialises: start, halt, idle, flush, master_off,
 * pending and reset are called one at a time, in process context, and may sleep.
 * transfer and events are called with a spinlock held and interrupts off.
 *
 *	interrupt ──> udma_interrupt ──> events ──> udma_done ──> transfer (the next one)
 *	its thread ──> udma_interrupt_thread: lets go, pins, and looks again
 */
struct udma_ops {
	struct module *owner;
	/* format @index of the device; -EINVAL past the last */
	int (*enum_format)(struct udma_device *udev, struct udma_format_info *info);
	/* settle a wish: every field valid and laid out, or an error */
	int (*try_format)(struct udma_device *udev, struct udma_format *format);
	/* what a format's memory must be aligned to, at most caps.align; NULL: caps.align */
	u32 (*align)(struct udma_device *udev, const struct udma_format *format);
	/* from any state to running, with counters at their start */
	int (*start)(struct udma_device *udev, const struct udma_run *run);
	/* how often the device comes by a frame of so many chunks; NULL: once */
	u32 (*passes)(struct udma_device *udev, u32 chunks);
	/* take one more; at most depth are with the device. Must not call udma_done() itself. */
	void (*transfer)(struct udma_device *udev, struct udma_transfer *transfer);
	/* no more of the frame comes, its memory failed: what it still has of it is done; may be NULL */
	void (*drop)(struct udma_device *udev);
	/* look what the device has done, call udma_done() for each, in order; UDMA_NEWS, UDMA_MOVED */
	u32 (*events)(struct udma_device *udev);
	/* rungs of the quiesce ladder, see udma_quiesce.c; all but halt and idle may be NULL */
	void (*halt)(struct udma_device *udev);		/* tell the engine to stop */
	int (*idle)(struct udma_device *udev);		/* 1: is silent, 0: not yet, -ENODEV: is gone */
	void (*flush)(struct udma_device *udev);	/* a read that follows posted writes */
	void (*master_off)(struct udma_device *udev);
	int (*pending)(struct udma_device *udev);	/* 1: transactions are still on their way */
	int (*reset)(struct udma_device *udev);
	/* the last reference is gone; frees what the driver keeps */
	void (*release)(struct udma_device *udev);
};

/* what a grabber tells of itself; constant while it is registered */
struct udma_caps {
	const char *driver, *name, *bus, *serial;
	u32 features;			/* UDMA_FEATURE_* */
	u32 seed;
	u32 depth;			/* transfers that the device takes at once, at least 1 */
	u32 align;			/* as in struct udma_range */
	/* segments also end at multiples of align: memory that begins elsewhere is copied whole */
	bool units;
	u32 max_segments;		/* of one transfer; 0: any number */
	u32 max_segment;		/* as in struct udma_range */
	u32 timeout_ms;			/* of one transfer; 0: 5 s */
	u32 silence_ms;			/* how long a rung of the ladder may take; 0: 500 */
	struct udma_format format;	/* of a session that sets none */
};

struct udma_device *udma_register(struct device *parent, const struct udma_ops *ops,
				  const struct udma_caps *caps, void *priv);
void udma_unregister(struct udma_device *udev);

/**
 * udma_wait_unused - for the exit of a module, when its grabbers are unregistered
 * @module:	THIS_MODULE
 *
 * Returns at once, unless the module is unloaded by force (rmmod -f), which Linux
 * lets nobody refuse: then its code stays until all descriptors are closed.
 */
static inline void udma_wait_unused(struct module *module)
{
#ifdef CONFIG_MODULE_UNLOAD
	while (module_refcount(module) > 0)
		msleep(20);
#endif
}

void *udma_priv(struct udma_device *udev);
struct device *udma_dev(struct udma_device *udev);
bool udma_interrupt(struct udma_device *udev);
void udma_interrupt_thread(struct udma_device *udev);
void udma_fault(struct udma_device *udev, u32 fault, const char *words);
void udma_done(struct udma_device *udev, struct udma_transfer *transfer, u32 bytes, int status,
	       u32 events, u64 sequence, u64 starved);

#endif /* UDMA_DRIVER_H */
