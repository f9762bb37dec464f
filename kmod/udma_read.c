// SPDX-License-Identifier: GPL-2.0
/*
 * read(2): one frame, straight into the caller's buffer, for any program.
 *
 * The device starts with the first read and runs until the descriptor is closed;
 * between two reads nothing is pinned, and frames are lost.
 */
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "udma_core.h"

/* With the lock held: this descriptor is for read(2), and the device runs. */
static int begin(struct udma_session *s, size_t len)
{
	int err = udma_session_check(s);

	if (err)
		return err;
	if (s->buffer_count || (s->stream.running && !s->reading))
		return -EBUSY;
	if (len < s->format.size)
		return -EMSGSIZE;
	err = s->stream.running ? 0 : udma_session_start(s);
	if (!err)
		s->reading = true;
	return err;
}

static int queue(struct udma_session *s, struct udma_account *account, struct udma_frame *frame,
		 struct udma_memory *memory)
{
	const u64 span = chunk_span(memory->addr, s->format.size, PAGE_SIZE);
	int err;

	mutex_lock(&s->lock);
	err = udma_charge(account, min(span, (u64)s->shape.chunk * s->shape.window));
	s->account.refused = account->refused;
	s->account.refused_bytes = account->refused_bytes;
	if (!err)
		err = begin(s, memory->len);
	if (!err)
		udma_stream_queue(&s->stream, frame, memory, account);
	mutex_unlock(&s->lock);
	return err;
}

static bool is_over(struct udma_session *s, struct udma_frame *frame)
{
	return READ_ONCE(frame->done) || udma_session_check(s);
}

/*
 * Wait for the frame.  After a signal, or when the device fails, it is stopped:
 * only then does it not write to the caller's memory any more.
 */
static ssize_t finish(struct udma_session *s, struct udma_frame *frame)
{
	int err = wait_event_interruptible(s->stream.frames_wait, is_over(s, frame));

	mutex_lock(&s->lock);
	if (!READ_ONCE(frame->done)) {
		if (!err)
			err = udma_session_check(s);
		udma_stream_stop(&s->stream);
	}
	udma_stream_dequeue(&s->stream);
	mutex_unlock(&s->lock);
	if (frame->status && frame->status != -ECANCELED)
		return frame->status;
	if (frame->status)
		return udma_session_check(s) ?: -EINTR;
	return frame->bytes;
}

static ssize_t read_frame(struct udma_session *s, char __user *to, size_t len)
{
	struct udma_account account = { };
	struct udma_frame *frame;
	struct udma_memory *memory;
	struct udma_shape shape;
	ssize_t ret = udma_account_open(&account);

	if (ret)
		return ret;
	ret = -ENOMEM;
	frame = kzalloc(sizeof(*frame), GFP_KERNEL_ACCOUNT);
	if (!frame)
		goto close_account;
	mutex_lock(&s->lock);
	shape = udma_session_shape(s);
	mutex_unlock(&s->lock);
	memory = udma_memory_new(&shape, (uintptr_t)to, len, 0);
	ret = PTR_ERR_OR_ZERO(memory);
	if (ret)
		goto free_frame;
	ret = queue(s, &account, frame, memory);
	if (!ret)
		ret = finish(s, frame);
	udma_memory_free(memory);
free_frame:
	kfree(frame);
close_account:
	udma_account_close(&account);
	return ret;
}

ssize_t udma_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	struct udma_session *s = file->private_data;
	ssize_t ret;

	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (mutex_lock_interruptible(&s->read_lock))
		return -EINTR;
	mutex_lock(&s->lock);
	ret = s->buffer_count || (s->stream.running && !s->reading) ? -EBUSY :
	      len < s->format.size ? -EMSGSIZE : udma_session_check(s);
	len = min_t(u64, len, s->format.size);
	mutex_unlock(&s->lock);
	if (!ret)
		ret = read_frame(s, to, len);
	mutex_unlock(&s->read_lock);
	return ret;
}
