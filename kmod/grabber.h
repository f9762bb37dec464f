/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Grabbers: what one kind of PCI frame grabber wants, for the kernel and for user space.
 *
 * The same code runs in the kernel module, in libcapture (VFIO) and in tests
 * against a model of the device.  So it allocates nothing, takes no lock, never
 * sleeps and says nothing: the caller owns memory, mapping, locking, waiting and
 * words; the code here owns registers, programs and their order.
 *
 *	probe by PCI id -> init -> set_mode -> prepare
 *	  -> { begin, load... } xN -> start -> { event, finished..., begin, load... }
 *	     -> halt -> idle? -> back to set_mode, prepare or begin
 *
 * A frame goes into memory that is cut into chunks, in the order of addresses.
 * The device comes by in steps: in step s it writes to chunk s % chunks, and a
 * device that sends a frame as two fields comes by twice.  It writes to a chunk
 * only from load() of a step until that step is behind it, so a caller with a
 * window loads steps as chunks get pinned, and lets chunks go as steps are done.
 * Who pins whole frames has one chunk and one step.
 *
 *	frame    |== chunk 0 ==|== chunk 1 ==|== chunk 2 ==|
 *	steps          0             1             2          odd lines
 *	               3             4             5          even lines
 *
 * A step that is not loaded when a device that cannot wait gets there makes the
 * frame incomplete; nothing is ever written to what is not loaded.
 *
 * Frames are numbered from 1 in the order of begin(); number 0 is "before the
 * first".  All bus addresses are what the device must put on the bus.  All
 * functions return 0 or a positive number, or a negative errno.
 */
#ifndef GRABBER_H
#define GRABBER_H

#include <linux/types.h>

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/stddef.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>
#define grabber_barrier() dma_wmb()
/* as a device reads it in memory */
#define grabber_le32(value) ((__force __u32)cpu_to_le32(value))
#else
#include <asm/byteorder.h>
#include <errno.h>
#include <stddef.h>
/* stores to memory that a device reads are seen by it in this order */
#define grabber_barrier() __sync_synchronize()
#define grabber_le32(value) ((__u32)__cpu_to_le32(value))
#endif

#define GRABBER_FOURCC(a, b, c, d) \
	((__u32)(a) | (__u32)(b) << 8 | (__u32)(c) << 16 | (__u32)(d) << 24)

#define GRABBER_SLOTS_MAX 63	/* frames that a device can have at once */
#define GRABBER_PLANES_MAX 3

struct grabber;

struct grabber_id {
	__u16 vendor, device;		/* 0, 0 ends a table */
	const char *name;		/* for people: "Brooktree Bt878" */
};

/* A part of a frame's memory that is one piece for the device. */
struct grabber_segment {
	__u64 addr;			/* on the bus */
	__u32 bytes;
	__u32 reserved;
};

/* Memory for programs, and for whatever else the device and this code share. */
struct grabber_memory {
	void *cpu;			/* 32-bit aligned */
	__u64 bus;			/* one piece, within the device's address bits */
	__u32 bytes;
};

#define GRABBER_FIELD_ANY	0	/* woven where the height needs both fields */
#define GRABBER_FIELD_WOVEN	1	/* both fields in one frame, line by line */
#define GRABBER_FIELD_TOP	2	/* every frame's first field alone */
#define GRABBER_FIELD_BOTTOM	3	/* the second one alone */

/* a wish going into try_mode(), the truth coming out of it; 0: as the device likes */
struct grabber_mode {
	__u32 fourcc, width, height;
	__u32 field;			/* GRABBER_FIELD_* */
	/* written only */
	__u32 planes;
	__u32 stride[GRABBER_PLANES_MAX];	/* bytes from line to line */
	__u32 lines[GRABBER_PLANES_MAX];
	__u32 offset[GRABBER_PLANES_MAX];	/* of a plane in the frame */
	__u32 bytes;			/* of a frame */
	__u32 align;			/* a power of two: where a frame and its segments may begin and end */
	__u32 passes;			/* how often the device comes by; 1 with one chunk */
	__u32 split;			/* 0: all chunks of a frame must be loaded at once */
	__u32 rate_num, rate_den;	/* frames per second; 0/0: as fast as it goes */
};

struct grabber_format {
	__u32 fourcc;
	__u32 width_min, width_max, width_step;
	__u32 height_min, height_max, height_step;
};

struct grabber_input {
	const char *name;
	__u32 selected, signal;	/* is it in use; does something come in */
};

struct grabber_control {
	const char *name, *title;	/* "brightness", "Brightness" */
	__s32 min, max, step, def;
};

/* what became of a frame */
#define GRABBER_FRAME_INCOMPLETE	(1u << 0)	/* a step was not loaded in time */
#define GRABBER_FRAME_CORRUPT		(1u << 1)	/* the device lost or misplaced data */

struct grabber_frame {
	__u64 number;			/* as counted by begin() */
	__u64 sequence;			/* of the source since start, lost ones included */
	__u64 starved;			/* of those before it: went by while no frame was begun */
	__u32 flags;			/* GRABBER_FRAME_* */
};

/* what happened, in event(); those from GRABBER_FATAL on have stopped the device */
#define GRABBER_EVENT_PROGRESS	(1u << 0)	/* steps or frames are done, or frames were lost */
#define GRABBER_EVENT_RESYNC	(1u << 1)	/* lines of an unexpected length */
#define GRABBER_EVENT_OVERRUN	(1u << 2)	/* the bus was too slow, data was dropped */
#define GRABBER_EVENT_PARITY	(1u << 3)	/* parity error in written data */
#define GRABBER_EVENT_ABORT	(1u << 8)	/* a bus address that nobody answers for */
#define GRABBER_EVENT_PROGRAM	(1u << 9)	/* the device did not understand its program */
#define GRABBER_EVENT_SYNC	(1u << 10)	/* the device lost the way in its program */
#define GRABBER_EVENT_FETCH	(1u << 11)	/* parity error in its program */
#define GRABBER_EVENT_STOPPED	(1u << 12)	/* it stands still and does not say why */
#define GRABBER_EVENT_GONE	(1u << 13)	/* it is not there any more */
#define GRABBER_EVENT_FATAL	0xffffff00u

/*
 * Registers.  write() makes all earlier stores to grabber_memory visible to the
 * device first; reads and writes are not reordered.
 */
struct grabber_io {
	__u32 (*read)(void *ctx, __u32 reg);
	void (*write)(void *ctx, __u32 reg, __u32 value);
};

/* One kind of grabber.  Optional functions may be NULL. */
struct grabber_device {
	const char *name;		/* "bt8x8" */
	const struct grabber_id *ids;
	const char *const *standards;	/* of television, for set_standard(); NULL: none */
	__u32 size;			/* bytes of its state, which begins with a struct grabber */
	__u32 address_bits;		/* width of its bus addresses */
	__u32 bar;			/* the region that has its registers */
	__u32 bar_bytes;
	__u32 waits;			/* 1: it stands still while nothing is loaded, and loses nothing */

	/* Is it the device that it should be?  Quiet and in the default mode afterwards.  -ENODEV. */
	int (*init)(struct grabber *g);

	/* Format number @index; -EINVAL past the last. */
	int (*format)(const struct grabber *g, __u32 index, struct grabber_format *format);
	/* A wish made possible, changing nothing. */
	void (*try_mode)(const struct grabber *g, struct grabber_mode *mode);
	void (*set_mode)(struct grabber *g, const struct grabber_mode *mode);
	/* TV standard by number, -1: find out.  -EINVAL: there is none such.  Optional. */
	int (*set_standard)(struct grabber *g, __s32 standard);
	/* Connector number @index; -EINVAL past the last.  Optional. */
	int (*input)(struct grabber *g, __u32 index, struct grabber_input *input);
	int (*set_input)(struct grabber *g, __u32 index);
	/* Picture control number @index; -EINVAL past the last.  Optional, all three or none. */
	int (*control)(const struct grabber *g, __u32 index, struct grabber_control *control);
	int (*get_control)(struct grabber *g, __u32 index, __s32 *value);
	int (*set_control)(struct grabber *g, __u32 index, __s32 value);
	/* May it start?  -EAGAIN: ask again in some milliseconds.  Optional. */
	int (*ready)(struct grabber *g);

	/*
	 * Bytes of grabber_memory that @slots frames at a time take, of which each
	 * has at most @chunks chunks and in all at most @segments segments.  0: that
	 * is more than the device can have.
	 */
	__u64 (*memory_bytes)(const struct grabber *g, __u32 slots, __u32 chunks, __u32 segments);
	/* Use @memory for that; after halt() and idle() it may be taken away, and prepare() comes again. */
	void (*prepare)(struct grabber *g, const struct grabber_memory *memory, __u32 slots,
			__u32 chunks, __u32 segments);

	/* The next frame, of so many chunks.  Its number; -EBUSY: all slots are taken. */
	__s64 (*begin)(struct grabber *g, __u32 chunks);
	/*
	 * The chunk for the next step of frame @number: @segments for the bytes of the
	 * frame from @offset on.  Steps are loaded in order, from the oldest frame on.
	 * -EINVAL: a segment is not aligned or out of reach; -ENOSPC: too many.
	 */
	int (*load)(struct grabber *g, __u64 number, __u32 offset,
		    const struct grabber_segment *segments, __u32 count);

	void (*start)(struct grabber *g);
	/*
	 * What happened since the last call?  1: something, in @flags (GRABBER_EVENT_*),
	 * call again; 0: nothing (more).  Whoever serves an interrupt calls until 0.
	 */
	int (*event)(struct grabber *g, __u32 *flags);
	/* The next frame that is done: 1 and @frame, or 0. */
	int (*finished)(struct grabber *g, struct grabber_frame *frame);
	/*
	 * Stop, and forget all frames.  The device may still be writing: it is silent
	 * when idle() says 1.  After that nothing here makes it write again but start().
	 */
	void (*halt)(struct grabber *g);
	int (*idle)(struct grabber *g);

	/* What the device must have written, for devices that can be predicted.  Optional. */
	void (*predict)(const struct grabber *g, __u64 sequence, __u32 offset, __u8 *out,
			__u32 bytes);
};

/* The part that all devices share. */
struct grabber {
	const struct grabber_device *device;
	const struct grabber_io *io;
	void *ctx;			/* for io */
	struct grabber_mode mode;	/* in force */
	__u64 begun;			/* number of the last frame that begin() gave */
	__u64 at;			/* the frame that the device is at: all before it are done */
	__u32 at_step;			/* the step of it, if it is not done itself */
};

/* The table of all grabbers; NULL ends. */
extern const struct grabber_device *const grabber_devices[];
extern const struct grabber_device bt8x8_grabber, edu_grabber;

/* The grabber of a PCI id, or NULL. */
const struct grabber_device *grabber_find(__u16 vendor, __u16 device, const struct grabber_id **id);

/* In how many steps does the device take a frame of so many chunks? */
static inline __u32 grabber_steps(const struct grabber *g, __u32 chunks)
{
	return chunks == 1 ? 1 : chunks * g->mode.passes;
}

static inline __u32 grabber_read(struct grabber *g, __u32 reg)
{
	return g->io->read(g->ctx, reg);
}

static inline void grabber_write(struct grabber *g, __u32 reg, __u32 value)
{
	g->io->write(g->ctx, reg, value);
}

#endif /* GRABBER_H */
