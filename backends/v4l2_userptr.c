/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The best way: the driver writes straight into the application's memory,
 * whatever that memory is.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "v4l2.h"

static unsigned int userptr_count(const struct v4l_session *v)
{
	return V4L_SLOTS_MAX;
}

/* All memory planes lie in the one buffer, one after another. */
static void fill_message(struct v4l_session *v, const char *start, uint64_t length,
			 struct v4l_message *m)
{
	unsigned int i;

	if (!v4l_multiplanar(v)) {
		m->buffer.m.userptr = (unsigned long)start;
		m->buffer.length = (uint32_t)length;
		return;
	}
	for (i = 0; i < v->layout.planes; i++) {
		m->plane[i].m.userptr = (unsigned long)(start + v->layout.plane[i].offset);
		m->plane[i].length = i ? v->layout.plane[i].size : (uint32_t)length;
	}
}

/* The driver may write up to the length; only behind the last plane is room that is nobody's. */
static uint64_t longest(const struct v4l_session *v, const struct capture_buffer *b)
{
	if (v->layout.planes > 1)
		return v->layout.plane[0].size;
	return b->len < UINT32_MAX ? b->len : UINT32_MAX;
}

static void *bounce_memory(struct v4l_session *v, struct v4l_slot *slot)
{
	void *memory;

	if (slot->bounce)
		return slot->bounce;
	memory = mmap(NULL, v->session->format.size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	slot->bounce = memory == MAP_FAILED ? NULL : memory;
	return slot->bounce;
}

static int fail_bounce(struct v4l_session *v, int err)
{
	if (err == -ENODEV || err == -EIO)
		return v4l_fail(v, "VIDIOC_QBUF", err);
	return fail(-ESTALE, "%s: the driver would write into the pages that were mapped there before; attach more bytes than a frame, or with CAPTURE_ATTACH_STABLE",
		    v->path);
}

static int userptr_queue(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	struct v4l_buffer *own = b->priv;
	struct v4l_choice choice = v4l_choose(v, b, v->layout.plane[0].size, longest(v, b));
	struct v4l_slot *slot = &v->slot[choice.slot];
	const char *start = choice.bounce ? bounce_memory(v, slot) : b->addr;
	struct v4l_message m;
	int err;

	if (!start)
		return fail(-ENOMEM, "%s: no memory to go around a stale mapping; attach with CAPTURE_ATTACH_STABLE",
			    v->path);
	v4l_message(v, choice.slot, &m);
	fill_message(v, start, choice.length, &m);
	err = v4l_qbuf(v, slot, &m);
	if (err) {
		slot->unknown = true;
		slot->owner = 0;
		return choice.bounce ? fail_bounce(v, err) : v4l_fail(v, "VIDIOC_QBUF", err);
	}
	slot->buffer = b;
	slot->addr = (uintptr_t)start;
	slot->length = choice.length;
	slot->unknown = false;
	slot->bounced = choice.bounce;
	slot->owner = !choice.bounce && b->flags & CAPTURE_ATTACH_STABLE ? own->number : 0;
	own->slot = choice.slot;
	return 0;
}

/* Pages of the range that was queued. */
static uint64_t pinned_bytes(uintptr_t start, uint64_t length)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return ((start + length + page - 1) & ~(page - 1)) - (start & ~(page - 1));
}

/* The frame went around: bring it to where the buffer is mapped now. */
static void carry(struct v4l_slot *slot, struct capture_frame *frame)
{
	frame->flags |= CAPTURE_FRAME_BOUNCED;
	if (frame->status)
		return;
	frame->status = v4l_copy(frame->buffer, 0, slot->bounce, frame->bytes);
	if (frame->status)
		frame->bytes = 0;
}

static void userptr_finish(struct v4l_session *v, struct v4l_slot *slot,
			   const struct v4l_filled *filled, struct capture_frame *frame)
{
	frame->buffer = slot->buffer;
	v4l_frame_facts(v, filled, frame);
	frame->pinned_peak = pinned_bytes(slot->addr, v->layout.planes > 1 ?
					  v->session->format.size : slot->length);
	if (slot->bounced)
		carry(slot, frame);
}

/* What lasting buffers had pinned is nobody's claim any more: the address may come again. */
static void userptr_detach(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	const struct v4l_buffer *own = b->priv;
	unsigned int i;

	for (i = 0; i < v->slots; i++)
		if (v->slot[i].owner == own->number)
			v->slot[i].owner = 0;
}

static void userptr_release(struct v4l_session *v)
{
	unsigned int i;

	for (i = 0; i < v->slots; i++)
		if (v->slot[i].bounce)
			munmap(v->slot[i].bounce, v->session->format.size);
}

const struct v4l_way v4l_userptr = {
	.name = "userptr",
	.why = "the driver writes into the application's memory",
	.memory = V4L2_MEMORY_USERPTR,
	.kind = CAPTURE_WAY_DIRECT,
	.count = userptr_count,
	.released = userptr_release,
	.queue = userptr_queue,
	.finish = userptr_finish,
	.detach = userptr_detach,
};
