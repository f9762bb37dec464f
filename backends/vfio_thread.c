/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The thread that serves interrupts, from start to stop.
 *
 * Frames must go on while the application is busy elsewhere: a chunk is changed
 * within a line's time, not when somebody calls capture_wait().  It is a thread
 * of the backend's own, so it may wait; operations do not.
 */
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <time.h>

#include "thread.h"
#include "vfio.h"

#define LOOK_MS 500		/* without an interrupt: has one been lost? */
#define STORM 1000		/* interrupts in a row that had no reason */

static void *serve(void *arg)
{
	struct vfio_session *v = arg;
	struct vfio_device *d = &v->device;
	struct pollfd fds[] = {
		{ .fd = v->stop_fd, .events = POLLIN },
		{ .fd = d->irq_fd, .events = POLLIN },
		{ .fd = d->request_fd, .events = POLLIN },
	};
	unsigned int vain = 0;
	eventfd_t count;
	uint64_t now;
	int ready;

	for (;;) {
		ready = poll(fds, 3, LOOK_MS);
		now = capture_now_ns();
		if (fds[0].revents)
			return NULL;
		pthread_mutex_lock(&v->lock);
		if (fds[1].revents)
			eventfd_read(d->irq_fd, &count);
		if (vfio_serve(v, now, ready == 0))
			vain = 0;
		else if (fds[1].revents && ++vain == STORM)
			vfio_give_up(v, VFIO_DEAD, "%d interrupts in a row without a reason; another device on its line? Try irq=msi",
				     STORM);
		if (fds[1].revents && v->health == VFIO_WELL)
			vfio_irq_unmask(d);
		if (fds[2].revents) {
			fds[2].fd = -1;
			vfio_give_up(v, VFIO_GONE, "somebody wants the device back (unbind, or unplug): close it");
		}
		pthread_mutex_unlock(&v->lock);
		/* a mutex knows no turns: where interrupts do not end, only this one would ever get it */
		if (atomic_load(&v->wanted))
			sched_yield();
	}
}

int vfio_thread_start(struct vfio_session *v)
{
	eventfd_t count;
	int err;

	eventfd_read(v->stop_fd, &count);
	err = thread_start(&v->thread, serve, v);
	if (err)
		return fail(err, "vfio:%s: cannot start a thread: %m", v->device.address);
	v->running = true;
	return 0;
}

void vfio_thread_stop(struct vfio_session *v)
{
	if (!v->running)
		return;
	eventfd_write(v->stop_fd, 1);
	pthread_join(v->thread, NULL);
	v->running = false;
}
