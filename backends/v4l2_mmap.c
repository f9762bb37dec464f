/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way that every driver has: its own memory, mapped here, and one copy.
 *
 * The driver's buffers are not bound to the application's: a frame goes to the
 * buffer that was queued first.  The driver never has more buffers than the
 * application has queued, so that no frame is taken that nobody waits for.
 */
#include <errno.h>
#include <libv4l2.h>
#include <string.h>
#include <sys/mman.h>

#include "v4l2.h"

/* Enough for a pause of some frames, and not half of the memory for large ones. */
#define COUNT_MIN 4
#define COUNT_MAX 16
#define BYTES_MAX (64u << 20)

static unsigned int mmap_count(const struct v4l_session *v)
{
	uint64_t fit = BYTES_MAX / v->session->format.size;

	return fit < COUNT_MIN ? COUNT_MIN : fit > COUNT_MAX ? COUNT_MAX : (unsigned int)fit;
}

/* What nobody writes to is not to be written to by mistake; but videobuf1 refuses to map that. */
static void *map_memory(struct v4l_session *v, uint32_t length, uint32_t offset)
{
	void *map = v4l2_mmap(NULL, length, PROT_READ, MAP_SHARED, v->fd, offset);

	if (map == MAP_FAILED && errno == EINVAL)
		map = v4l2_mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, offset);
	return map;
}

static int map_plane(struct v4l_session *v, struct v4l_slot *slot, unsigned int plane,
		     uint32_t length, uint32_t offset)
{
	void *map;

	if (length < v->layout.plane[plane].size)
		return fail(-EIO, "%s: the driver's buffer of %u bytes is too short for a frame of %u; report it to the driver's authors",
			    v->path, length, v->layout.plane[plane].size);
	map = map_memory(v, length, offset);
	if (map == MAP_FAILED)
		return fail(-errno, "%s: cannot map the driver's buffers: %m", v->path);
	slot->map[plane] = map;
	slot->map_length[plane] = length;
	return 0;
}

static int map_slot(struct v4l_session *v, unsigned int index)
{
	struct v4l_message m;
	unsigned int i;
	int err;

	v4l_message(v, index, &m);
	err = v4l_ioctl(v, VIDIOC_QUERYBUF, &m.buffer);
	if (err)
		return v4l_fail(v, "VIDIOC_QUERYBUF", err);
	if (!v4l_multiplanar(v))
		return map_plane(v, &v->slot[index], 0, m.buffer.length, m.buffer.m.offset);
	for (i = 0; i < v->layout.planes && !err; i++)
		err = map_plane(v, &v->slot[index], i, m.plane[i].length, m.plane[i].m.mem_offset);
	return err;
}

static int mmap_prepare(struct v4l_session *v)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < v->slots && !err; i++)
		err = map_slot(v, i);
	return err;
}

static void mmap_release(struct v4l_session *v)
{
	unsigned int i, plane;

	for (i = 0; i < v->slots; i++)
		for (plane = 0; plane < VIDEO_MAX_PLANES; plane++)
			if (v->slot[i].map[plane])
				v4l2_munmap(v->slot[i].map[plane], v->slot[i].map_length[plane]);
}

/* Let the driver have as many as @wanted of its buffers, as far as there are so many. */
static int refill(struct v4l_session *v, unsigned int wanted)
{
	struct v4l_message m;
	unsigned int i;
	int err;

	for (i = 0; i < v->slots && v->queued < wanted; i++) {
		if (v->slot[i].queued)
			continue;
		v4l_message(v, i, &m);
		err = v4l_qbuf(v, &v->slot[i], &m);
		if (err)
			return v4l_fail(v, "VIDIOC_QBUF", err);
	}
	return 0;
}

static int mmap_queue(struct capture_buffer *b)
{
	const struct capture_session *s = b->session;
	unsigned int waiting = s->with_backend.count;

	return refill(v4l_of(s), b->state == BUFFER_QUEUED ? waiting : waiting + 1);
}

static int copy_planes(struct v4l_session *v, struct v4l_slot *slot,
		       const struct v4l_filled *filled, struct capture_buffer *b)
{
	unsigned int i;
	int err;

	for (i = 0; i < v->layout.planes; i++) {
		err = v4l_copy(b, v->layout.plane[i].offset, slot->map[i], filled->plane[i].used);
		if (err)
			return err;
	}
	return 0;
}

static void mmap_finish(struct v4l_session *v, struct v4l_slot *slot,
			const struct v4l_filled *filled, struct capture_frame *frame)
{
	struct buffer_list *waiting = &v->session->with_backend;

	frame->buffer = waiting->head;
	frame->flags |= CAPTURE_FRAME_COPIED;
	v4l_frame_facts(v, filled, frame);
	if (!frame->status)
		frame->status = copy_planes(v, slot, filled, frame->buffer);
	if (frame->status)
		frame->bytes = 0;
	/* a failure here comes again, with words, when the next buffer is queued or reaped */
	refill(v, waiting->count - 1);
}

const struct v4l_way v4l_mmap = {
	.name = "mmap",
	.why = "the driver's memory, and one copy",
	.memory = V4L2_MEMORY_MMAP,
	.kind = CAPTURE_WAY_COPIED,
	.count = mmap_count,
	.prepare = mmap_prepare,
	.release = mmap_release,
	.queue = mmap_queue,
	.finish = mmap_finish,
};
