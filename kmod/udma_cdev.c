// SPDX-License-Identifier: GPL-2.0
/* /dev/udmaN: what udma.h says, checked at the edge. */
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "udma_core.h"

static int udma_open(struct inode *inode, struct file *file)
{
	struct udma_device *udev = container_of(inode->i_cdev, struct udma_device, cdev);
	struct udma_session *s;
	int err = udma_session_open(udev, &s);

	if (err)
		return err;
	file->private_data = s;
	return nonseekable_open(inode, file);
}

static int udma_release_file(struct inode *inode, struct file *file)
{
	udma_session_close(file->private_data);
	return 0;
}

static __poll_t udma_poll(struct file *file, poll_table *table)
{
	struct udma_session *s = file->private_data;
	__poll_t ready = 0;

	poll_wait(file, &s->stream.frames_wait, table);
	spin_lock_irq(&s->udev->lock);
	if (!list_empty(&s->stream.finished))
		ready = EPOLLIN | EPOLLRDNORM;
	spin_unlock_irq(&s->udev->lock);
	if (udma_session_check(s))
		ready |= EPOLLERR | EPOLLHUP;
	return ready;
}

/* ---- ioctls: each takes a zeroed or filled union and fills it ---- */

union udma_argument {
	struct udma_info info;
	struct udma_format format;
	struct udma_format_info format_info;
	struct udma_setup setup;
	struct udma_attach attach;
	struct udma_handle handle;
	struct udma_done done;
	struct udma_limits limits;
	struct udma_stats stats;
};

static int do_info(struct udma_session *s, union udma_argument *a)
{
	const struct udma_device *udev = s->udev;

	a->info = udev->info;
	a->info.max_segment = s->shape.max_segment;
	a->info.timeout_ms = READ_ONCE(udev->caps.timeout_ms);
	a->info.state = udev->gone ? UDMA_STATE_GONE : udev->dead ? UDMA_STATE_DEAD :
			READ_ONCE(udev->stream) ? UDMA_STATE_RUNNING : UDMA_STATE_READY;
	return 0;
}

static int do_enum_format(struct udma_session *s, union udma_argument *a)
{
	struct udma_format_info in = { .index = a->format_info.index };
	int err = udma_session_check(s);

	if (memcmp(&in, &a->format_info, sizeof(in)))
		return -EINVAL;
	return err ? err : s->udev->ops->enum_format(s->udev, &a->format_info);
}

static int do_get_format(struct udma_session *s, union udma_argument *a)
{
	a->format = s->format;
	return 0;
}

static int fill_wish(const struct udma_session *s, struct udma_format *f)
{
	const struct udma_format *now = &s->format;

	if (f->flags || f->reserved0 || memchr_inv(f->reserved, 0, sizeof(f->reserved)))
		return -EINVAL;
	if (f->planes > UDMA_PLANES_MAX || !f->fps_num != !f->fps_den)
		return -EINVAL;
	f->width = f->width ?: now->width;
	f->height = f->height ?: now->height;
	f->fourcc = f->fourcc ?: now->fourcc;
	return 0;
}

static int do_try_format(struct udma_session *s, union udma_argument *a)
{
	int err = fill_wish(s, &a->format);

	if (!err)
		err = udma_session_check(s);
	return err ? err : s->udev->ops->try_format(s->udev, &a->format);
}

static int do_set_format(struct udma_session *s, union udma_argument *a)
{
	int err;

	if (s->buffer_count || s->stream.running)
		return -EBUSY;
	err = do_try_format(s, a);
	if (!err)
		s->format = a->format;
	return err;
}

static int do_setup(struct udma_session *s, union udma_argument *a)
{
	struct udma_shape shape = s->shape;
	struct udma_setup *setup = &a->setup;
	int err;

	if (setup->flags || memchr_inv(setup->reserved, 0, sizeof(setup->reserved)) ||
	    setup->chunk > UDMA_CHUNK_MAX)
		return -EINVAL;
	if (s->buffer_count || s->stream.running)
		return -EBUSY;
	shape.chunk = setup->chunk ?: UDMA_CHUNK_DEFAULT;
	shape.window = setup->window ?: UDMA_WINDOW_DEFAULT;
	err = udma_shape_check(&shape);
	if (err)
		return err;
	s->shape = shape;
	setup->chunk = shape.chunk;
	setup->window = shape.window;
	return 0;
}

static int do_start(struct udma_session *s, union udma_argument *a)
{
	if (s->reading)
		return -EBUSY;
	if (s->mm && s->mm != current->mm)
		return -EPERM;
	return udma_session_start(s);
}

static int do_stop(struct udma_session *s, union udma_argument *a)
{
	if (s->mm && s->mm != current->mm)
		return -EPERM;
	if (s->reading)
		return -EBUSY;
	udma_stream_stop(&s->stream);
	return udma_session_check(s);
}

static int do_limits(struct udma_session *s, union udma_argument *a)
{
	udma_limits(&s->account, &a->limits);
	return 0;
}

static int do_stats(struct udma_session *s, union udma_argument *a)
{
	u64 *out = (u64 *)&a->stats;
	int i;

	BUILD_BUG_ON(offsetof(struct udma_stats, reserved) != UDMA_STATS * sizeof(u64));
	memset(&a->stats, 0, sizeof(a->stats));
	for (i = 0; i < UDMA_STATS; i++)
		out[i] = atomic64_read(&s->udev->stat[i]);
	return 0;
}

/* ---- those that lock for themselves, because they pin ---- */

static int do_attach(struct udma_session *s, union udma_argument *a)
{
	struct udma_attach *attach = &a->attach;

	if (attach->flags & ~(UDMA_ATTACH_KEEP | UDMA_ATTACH_NO_BOUNCE) || attach->handle ||
	    memchr_inv(attach->reserved, 0, sizeof(attach->reserved)))
		return -EINVAL;
	return udma_session_attach(s, attach);
}

static int do_detach(struct udma_session *s, union udma_argument *a)
{
	struct udma_handle *h = &a->handle;

	if (h->flags || h->cookie || memchr_inv(h->reserved, 0, sizeof(h->reserved)))
		return -EINVAL;
	return udma_session_detach(s, h->handle);
}

static int do_queue(struct udma_session *s, union udma_argument *a)
{
	struct udma_handle *h = &a->handle;

	if (h->flags || memchr_inv(h->reserved, 0, sizeof(h->reserved)))
		return -EINVAL;
	return udma_session_queue(s, h->handle, h->cookie);
}

static int do_dequeue(struct udma_session *s, union udma_argument *a)
{
	if (memchr_inv(&a->done, 0, sizeof(a->done)))
		return -EINVAL;
	return udma_session_dequeue(s, &a->done);
}

static const struct {
	unsigned int command;
	int (*run)(struct udma_session *s, union udma_argument *a);
	bool locked;
} ioctls[] = {
	{ UDMA_IOC_INFO, do_info, true },
	{ UDMA_IOC_ENUM_FORMAT, do_enum_format, true },
	{ UDMA_IOC_GET_FORMAT, do_get_format, true },
	{ UDMA_IOC_SET_FORMAT, do_set_format, true },
	{ UDMA_IOC_TRY_FORMAT, do_try_format, true },
	{ UDMA_IOC_SETUP, do_setup, true },
	{ UDMA_IOC_ATTACH, do_attach, false },
	{ UDMA_IOC_DETACH, do_detach, false },
	{ UDMA_IOC_QUEUE, do_queue, false },
	{ UDMA_IOC_DEQUEUE, do_dequeue, false },
	{ UDMA_IOC_START, do_start, true },
	{ UDMA_IOC_STOP, do_stop, true },
	{ UDMA_IOC_LIMITS, do_limits, true },
	{ UDMA_IOC_STATS, do_stats, true },
};

static long run_ioctl(struct udma_session *s, unsigned int index, void __user *user)
{
	const unsigned int command = ioctls[index].command, size = _IOC_SIZE(command);
	union udma_argument a = { };
	int err;

	if (_IOC_DIR(command) & _IOC_WRITE && copy_from_user(&a, user, size))
		return -EFAULT;
	if (ioctls[index].locked)
		mutex_lock(&s->lock);
	err = ioctls[index].run(s, &a);
	if (ioctls[index].locked)
		mutex_unlock(&s->lock);
	if (!err && _IOC_DIR(command) & _IOC_READ && copy_to_user(user, &a, size))
		return -EFAULT;
	return err;
}

static long udma_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (ioctls[i].command == command)
			return run_ioctl(file->private_data, i, (void __user *)argument);
	return -ENOTTY;
}

const struct file_operations udma_fops = {
	.owner = THIS_MODULE,
	.open = udma_open,
	.release = udma_release_file,
	.read = udma_read,
	.poll = udma_poll,
	.unlocked_ioctl = udma_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
