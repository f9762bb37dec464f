// SPDX-License-Identifier: GPL-2.0
/*
 * One open descriptor: its format, its buffers, its stream.
 *
 * Everything that touches memory belongs to the process that attached first: a
 * child, or a process that got the descriptor, would have other pages at the
 * same addresses.
 */
#include <linux/dma-mapping.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "udma_core.h"

struct udma_shape udma_session_shape(const struct udma_session *s)
{
	struct udma_device *udev = s->udev;
	struct udma_shape shape = s->shape;

	if (udev->ops->align)
		shape.align = max_t(u32, udev->ops->align(udev, &s->format),
				    dma_get_cache_alignment());
	return shape;
}

int udma_session_open(struct udma_device *udev, struct udma_session **out)
{
	struct udma_session *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	int err = 0;

	if (!s)
		return -ENOMEM;
	s->udev = udev;
	s->format = udev->caps.format;
	s->shape = (struct udma_shape){
		.dev = udev->dev.parent,
		.chunk = UDMA_CHUNK_DEFAULT,
		.window = UDMA_WINDOW_DEFAULT,
		.align = udev->caps.align,
		.max_segment = udma_longest_segment(udev->dev.parent, udev->caps.max_segment),
		.units = udev->caps.units,
	};
	mutex_init(&s->lock);
	mutex_init(&s->read_lock);
	xa_init_flags(&s->buffers, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	udma_stream_init(&s->stream, udev);
	mutex_lock(&udev->sessions_lock);
	if (udev->gone)
		err = -ENODEV;
	else
		list_add(&s->list, &udev->sessions);
	mutex_unlock(&udev->sessions_lock);
	if (err) {
		kfree(s);
		return err;
	}
	get_device(&udev->dev);
	*out = s;
	return 0;
}

/* What a kept buffer holds, as long as the others see it. */
static void count_kept(struct udma_session *s, const struct udma_memory *memory, int sign)
{
	s64 pages = 0;
	unsigned int i;

	for (i = 0; i < memory->kept_count; i++)
		pages += memory->kept[i].count;
	udma_count_pinned(s->udev, sign * pages * (s64)PAGE_SIZE);
}

static void free_buffer(struct udma_session *s, struct udma_buffer *b)
{
	udma_memory_free(b->memory);
	kfree(b);
}

void udma_session_close(struct udma_session *s)
{
	struct udma_buffer *b;
	unsigned long i;

	mutex_lock(&s->lock);
	udma_stream_stop(&s->stream);
	xa_for_each(&s->buffers, i, b) {
		down_read(&s->udev->gate);
		udma_memory_unmap(b->memory);
		up_read(&s->udev->gate);
		count_kept(s, b->memory, -1);
		free_buffer(s, b);
	}
	xa_destroy(&s->buffers);
	udma_stream_fini(&s->stream);
	mutex_unlock(&s->lock);
	mutex_lock(&s->udev->sessions_lock);
	list_del(&s->list);
	mutex_unlock(&s->udev->sessions_lock);
	udma_account_close(&s->account);
	if (s->mm)
		mmdrop(s->mm);
	put_device(&s->udev->dev);
	kfree(s);
}

/* The device goes: nothing of it may stay mapped. The descriptor stays, of no use. */
void udma_session_kill(struct udma_session *s)
{
	struct udma_buffer *b;
	unsigned long i;

	mutex_lock(&s->lock);
	udma_stream_stop(&s->stream);
	xa_for_each(&s->buffers, i, b)
		udma_memory_unmap(b->memory);
	mutex_unlock(&s->lock);
	wake_up_all(&s->stream.frames_wait);
}

int udma_session_check(struct udma_session *s)
{
	if (READ_ONCE(s->udev->gone))
		return -ENODEV;
	return READ_ONCE(s->udev->dead) ? -EIO : 0;
}

int udma_session_start(struct udma_session *s)
{
	int err = udma_session_check(s);

	lockdep_assert_held(&s->lock);
	if (err)
		return err;
	if (s->stream.running)
		return -EALREADY;
	s->stream.format = s->format;
	return udma_stream_start(&s->stream, &s->shape);
}

/* ---- charges ---- */

/* Kept buffers are pinned whole; of all others no more than the window ever is. */
static u64 charge_for(const struct udma_session *s)
{
	return s->kept_bytes + min(s->loose_bytes, (u64)s->shape.chunk * s->shape.window);
}

static int recharge(struct udma_session *s, const struct udma_buffer *b, bool add)
{
	u64 *sum = b->memory->flags & UDMA_ATTACH_KEEP ? &s->kept_bytes : &s->loose_bytes;
	int err;

	lockdep_assert_held(&s->lock);
	*sum += add ? b->span : -b->span;
	err = udma_charge(&s->account, charge_for(s));
	if (err)
		*sum -= b->span;
	return err;
}

/* ---- buffers ---- */

static int bind(struct udma_session *s)
{
	int err = 0;

	lockdep_assert_held(&s->lock);
	if (s->mm && s->mm != current->mm)
		return -EPERM;
	if (s->reading)
		return -EBUSY;
	if (!s->account.user)
		err = udma_account_open(&s->account);
	if (!err && !s->mm) {
		s->mm = current->mm;
		mmgrab(s->mm);
	}
	return err;
}

static int reserve(struct udma_session *s, struct udma_buffer *b)
{
	int err;

	mutex_lock(&s->lock);
	err = udma_session_check(s);
	if (!err)
		err = bind(s);
	if (!err && b->memory->len < s->format.size)
		err = -EMSGSIZE;
	if (!err)
		err = recharge(s, b, true);
	if (!err)
		s->buffer_count++;
	mutex_unlock(&s->lock);
	return err;
}

static void unreserve(struct udma_session *s, struct udma_buffer *b)
{
	mutex_lock(&s->lock);
	s->buffer_count--;
	recharge(s, b, false);
	mutex_unlock(&s->lock);
}

/*
 * From here on the others see it: also those who unmap everything when the device
 * goes, and those who guess its handle.  Once the lock is let go it may be detached.
 */
static int publish(struct udma_session *s, struct udma_buffer *b, u32 *handle)
{
	struct xa_limit limit = XA_LIMIT(1, INT_MAX);
	int err;

	mutex_lock(&s->lock);
	err = udma_session_check(s);
	if (!err) {
		down_read(&s->udev->gate);
		err = udma_memory_map(b->memory);
		up_read(&s->udev->gate);
	}
	if (!err)
		err = xa_alloc(&s->buffers, &b->handle, b, limit, GFP_KERNEL_ACCOUNT);
	if (err) {
		udma_memory_unmap(b->memory);
	} else {
		count_kept(s, b->memory, 1);
		*handle = b->handle;
	}
	mutex_unlock(&s->lock);
	return err;
}

/* The format cannot change any more: a buffer is reserved. */
static int pin_ahead(struct udma_session *s, struct udma_buffer *b)
{
	if (b->memory->flags & UDMA_ATTACH_KEEP)
		return udma_memory_keep(b->memory, s->format.size);
	return udma_memory_try(b->memory);
}

static int attach_memory(struct udma_session *s, struct udma_buffer *b, u32 *handle)
{
	int err = reserve(s, b);

	if (err)
		return err;
	err = pin_ahead(s, b);
	if (!err)
		err = publish(s, b, handle);
	if (err) {
		udma_memory_let_go(b->memory);
		unreserve(s, b);
	}
	return err;
}

int udma_session_attach(struct udma_session *s, struct udma_attach *attach)
{
	struct udma_shape shape;
	struct udma_buffer *b;
	int err;

	if (READ_ONCE(s->mm) && s->mm != current->mm)
		return -EPERM;
	mutex_lock(&s->lock);
	shape = udma_session_shape(s);
	mutex_unlock(&s->lock);
	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	if (!b)
		return -ENOMEM;
	b->memory = udma_memory_new(&shape, attach->addr, attach->len, attach->flags);
	if (IS_ERR(b->memory)) {
		err = PTR_ERR(b->memory);
		kfree(b);
		return err;
	}
	b->span = chunk_span(attach->addr, attach->len, PAGE_SIZE);
	err = attach_memory(s, b, &attach->handle);
	if (err)
		free_buffer(s, b);
	return err;
}

/* With the lock held: the buffer of a handle, for the process that attached it. */
static struct udma_buffer *find_buffer(struct udma_session *s, u32 handle)
{
	struct udma_buffer *b;

	if (s->mm && s->mm != current->mm)
		return ERR_PTR(-EPERM);
	b = xa_load(&s->buffers, handle);
	if (!b)
		return ERR_PTR(-ENOENT);
	return b->queued ? ERR_PTR(-EBUSY) : b;
}

int udma_session_detach(struct udma_session *s, u32 handle)
{
	struct udma_buffer *b;

	mutex_lock(&s->lock);
	b = find_buffer(s, handle);
	if (IS_ERR(b)) {
		mutex_unlock(&s->lock);
		return PTR_ERR(b);
	}
	xa_erase(&s->buffers, handle);
	count_kept(s, b->memory, -1);
	down_read(&s->udev->gate);
	udma_memory_unmap(b->memory);
	up_read(&s->udev->gate);
	mutex_unlock(&s->lock);
	udma_memory_let_go(b->memory);
	unreserve(s, b);
	free_buffer(s, b);
	return 0;
}

static int claim(struct udma_session *s, u32 handle, struct udma_buffer **out)
{
	struct udma_buffer *b;
	int err;

	mutex_lock(&s->lock);
	err = udma_session_check(s);
	b = err ? ERR_PTR(err) : find_buffer(s, handle);
	if (!IS_ERR(b) && s->stream.frames >= UDMA_DEPTH)
		b = ERR_PTR(-ENOBUFS);
	if (!IS_ERR(b) && b->memory->len < s->format.size)
		b = ERR_PTR(-EMSGSIZE);
	if (!IS_ERR(b))
		b->queued = true;
	mutex_unlock(&s->lock);
	*out = b;
	return PTR_ERR_OR_ZERO(b);
}

int udma_session_queue(struct udma_session *s, u32 handle, u64 cookie)
{
	struct udma_buffer *b;
	int err = claim(s, handle, &b);

	if (err)
		return err;
	/* may pin, so nothing is locked; the claim keeps others away */
	err = udma_memory_verify(b->memory);
	mutex_lock(&s->lock);
	if (!err)
		err = udma_session_check(s);
	if (!err) {
		b->cookie = cookie;
		s->stream.format = s->format;
		udma_stream_queue(&s->stream, &b->frame, b->memory, &s->account);
	} else {
		b->queued = false;
	}
	mutex_unlock(&s->lock);
	return err;
}

int udma_session_dequeue(struct udma_session *s, struct udma_done *done)
{
	struct udma_frame *frame = NULL;
	struct udma_buffer *b;
	int err = 0;

	mutex_lock(&s->lock);
	if (s->mm && s->mm != current->mm)
		err = -EPERM;
	if (!err)
		frame = udma_stream_dequeue(&s->stream);
	if (!err && !frame) {
		err = udma_session_check(s);
		if (!err)
			err = -EAGAIN;
	}
	if (!err) {
		b = container_of(frame, struct udma_buffer, frame);
		b->queued = false;
		*done = (struct udma_done){
			.cookie = b->cookie,
			.bytes = frame->bytes,
			.sequence = frame->sequence,
			.starved = frame->starved,
			.time_ns = frame->time_ns,
			.pinned_peak = frame->pinned_peak,
			.bounced = frame->bounced,
			.handle = b->handle,
			.status = frame->status,
			.chunks = frame->chunks,
			.segments = frame->segments,
		};
		if (!frame->status && frame->bytes < s->format.size)
			done->flags |= UDMA_DONE_INCOMPLETE;
		if (frame->bounced)
			done->flags |= UDMA_DONE_BOUNCED;
		if (frame->corrupt)
			done->flags |= UDMA_DONE_CORRUPT;
	}
	mutex_unlock(&s->lock);
	return err;
}
