/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A V4L2 device at the link seam: it takes the place of libv4l2, and behaves as
 * the kernel's videobuf2 does.  In particular it looks at user memory only when
 * pointer or length of an index change, and keeps the pages of that look: frames
 * go there, wherever the address leads meanwhile.
 *
 * The test says when frames are ready, so nothing depends on time.
 */
#ifndef V4L2_FAKE_H
#define V4L2_FAKE_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_BUFFERS_MAX 64
#define FAKE_CALLS 128		/* _IOC_NR of V4L2's requests */

struct v4l2_fake_call {
	unsigned int count;	/* calls so far */
	int error;		/* the next ones fail with this errno */
	unsigned int errors;	/* how many; UINT32_MAX: all */
	unsigned int after;	/* ... after so many that do not */
};

struct v4l2_fake_slot {
	bool queued, done;
	uintptr_t start[VIDEO_MAX_PLANES];	/* as queued */
	uint32_t length[VIDEO_MAX_PLANES];
	char *pages[VIDEO_MAX_PLANES];		/* where the driver writes */
	void *alias[VIDEO_MAX_PLANES];		/* a second mapping of the pages, or NULL */
	size_t alias_length[VIDEO_MAX_PLANES];
	void *memory[VIDEO_MAX_PLANES];		/* the driver's own, in the mmap way */
	uint32_t sequence, flags;
};

struct v4l2_fake {
	/* what it is; set before open */
	uint32_t caps;				/* V4L2_CAP_* */
	bool multiplanar;
	unsigned int memories;			/* 1 << V4L2_MEMORY_* that it has */
	unsigned int buffers_max;
	bool videobuf1;				/* what is queued stays until a stream ends */
	/* its format; strides and sizes are computed, then these are added */
	uint32_t width, height, fourcc, field, colorspace;
	uint32_t planes;			/* memory planes */
	int stride_lie, size_lie;
	uint32_t skip;				/* data_offset of the first plane */
	uint32_t numerator, denominator;	/* seconds per frame; 0: no rates */
	uint32_t input_caps, input_status;
	int query_timings_error;
	v4l2_std_id standard, seen_standard;	/* set (0: a device without any), and what comes in */
	struct v4l2_bt_timings timings, source;	/* set, and what comes in */
	/* what its frames say */
	uint32_t used_lie;			/* added to bytesused of the first plane */
	uint32_t short_by;			/* taken from bytesused */
	int index_lie;				/* added to the index */
	uint32_t buffer_flags;
	struct timeval time;
	/* what it does */
	const void *refuse;			/* -EFAULT for this pointer */
	bool refuse_all;
	bool gone, dead;
	struct v4l2_fake_call call[FAKE_CALLS];
	/* what it saw */
	int open_flags;				/* of v4l2_fd_open(); -1: not called */
	unsigned int pins, closes, unmaps;
	bool streaming, closed_while_mapped;
	unsigned int mapped;
	uint32_t memory;			/* of the last REQBUFS */
	unsigned int count;			/* buffers allocated */
	uint32_t longest;			/* length ever queued */
	unsigned int last_index;		/* queued last */
	struct v4l2_fake_slot slot[FAKE_BUFFERS_MAX];
	unsigned int order[FAKE_BUFFERS_MAX], queued;	/* of queueing */
	unsigned int done[FAKE_BUFFERS_MAX], ready;
	uint32_t sequence;
	int32_t control[4];
};

extern struct v4l2_fake device;

/* A camera as good as new: 64x48 YUYV at 30/s, all ways. Its path stays the same. */
const char *v4l2_fake_reset(void);

/* Release what the fake holds. */
void v4l2_fake_end(void);

/* The next calls of @request fail: @times of them, with @error. */
void v4l2_fake_fail(unsigned long request, int error, unsigned int times);

unsigned int v4l2_fake_calls(unsigned long request);

/* The oldest queued buffer is filled: every payload byte is sequence + 1, the rest untouched. */
void v4l2_fake_complete(void);

/* Bytes of a memory plane, lies included. */
uint32_t v4l2_fake_size(unsigned int plane);

#endif /* V4L2_FAKE_H */
