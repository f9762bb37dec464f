/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The side of the simulated device that the application's thread sees. */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "sim_device.h"
#include "sim_transfer.h"
#include "thread.h"

void fifo_push(struct sim_fifo *fifo, struct sim_buffer *buffer)
{
	buffer->next = NULL;
	if (fifo->tail)
		fifo->tail->next = buffer;
	else
		fifo->head = buffer;
	fifo->tail = buffer;
}

struct sim_buffer *fifo_pop(struct sim_fifo *fifo)
{
	struct sim_buffer *buffer = fifo->head;

	if (!buffer)
		return NULL;
	fifo->head = buffer->next;
	if (!fifo->head)
		fifo->tail = NULL;
	return buffer;
}

/* Readable while there is a frame to reap, or news that there will be none. */
static void update_event(struct sim_device *d)
{
	bool wanted = d->done.head || d->health != SIM_WELL;
	eventfd_t ignored;

	if (wanted == d->raised)
		return;
	d->raised = wanted;
	if (wanted)
		eventfd_write(d->event_fd, 1);
	else
		eventfd_read(d->event_fd, &ignored);
}

void device_deliver(struct sim_device *d, struct sim_buffer *buffer)
{
	fifo_push(&d->done, buffer);
	d->delivered++;
	update_event(d);
}

void device_fail(struct sim_device *d, enum sim_health health)
{
	if (d->health != SIM_GONE)
		d->health = health;
	update_event(d);
}

static int init_locks(struct sim_device *d)
{
	int err = pthread_mutex_init(&d->lock, NULL);

	if (err)
		return -err;
	err = thread_cond_init(&d->wake);
	if (err)
		pthread_mutex_destroy(&d->lock);
	return err;
}

int device_init(struct sim_device *d)
{
	int err;

	d->scratch = malloc(TRANSFER_SCRATCH);
	if (!d->scratch)
		return fail(-ENOMEM, "sim: no memory for a device");
	err = bus_open(&d->bus, false);
	if (err) {
		(void)fail_in(err, "sim: ");
		goto free_scratch;
	}
	d->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->event_fd < 0) {
		err = fail(-errno, "sim: cannot make an event descriptor: %m; close some files or raise ulimit -n");
		goto close_bus;
	}
	err = init_locks(d);
	if (err) {
		fail(err, "sim: cannot make a lock: %m");
		goto close_event;
	}
	return 0;

close_event:
	close(d->event_fd);
close_bus:
	bus_close(&d->bus);
free_scratch:
	free(d->scratch);
	return err;
}

void device_fini(struct sim_device *d)
{
	pthread_cond_destroy(&d->wake);
	pthread_mutex_destroy(&d->lock);
	close(d->event_fd);
	bus_close(&d->bus);
	free(d->scratch);
}

static int say_gone(void)
{
	return fail(-ENODEV, "sim: the device is unplugged; open it again");
}

int device_check(struct sim_device *d)
{
	bool gone;

	pthread_mutex_lock(&d->lock);
	gone = d->health == SIM_GONE;
	pthread_mutex_unlock(&d->lock);
	return gone ? say_gone() : 0;
}

int device_start(struct sim_device *d)
{
	int err = device_check(d);

	if (err)
		return err;
	if (d->options.fail_start && !d->starts++)
		return fail(d->options.fail_start, "sim: fail-start: %m");
	err = pattern_new(&d->format, &d->pattern);
	if (err)
		return err;
	d->stopping = false;
	err = thread_start(&d->thread, sim_engine, d);
	d->running = !err;
	if (!err)
		return 0;
	pattern_free(d->pattern);
	return fail(err, "sim: cannot start a thread: %m");
}

static void stop_thread(struct sim_device *d)
{
	if (!d->running)
		return;
	pthread_mutex_lock(&d->lock);
	d->stopping = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->thread, NULL);
	pattern_free(d->pattern);
	d->running = false;
}

void device_stop(struct sim_device *d)
{
	stop_thread(d);
	pthread_mutex_lock(&d->lock);
	if (d->health == SIM_DEAD)
		d->health = SIM_WELL;
	d->queued = d->done = (struct sim_fifo){ NULL, NULL };
	update_event(d);
	pthread_mutex_unlock(&d->lock);
}

static int check_queue(struct sim_device *d, const struct sim_buffer *buffer)
{
	const struct capture_buffer *b = buffer->buffer;

	if (d->health == SIM_GONE)
		return say_gone();
	if (d->health == SIM_DEAD)
		return fail(-EIO, "sim: the queue is dead; stop and start again");
	if (schedule_hits(&d->options.fail_queue, d->options.seed, d->queue_calls++))
		return fail(-EINVAL, "sim: fail-queue: the device refuses the buffer; queue it again");
	if (d->options.stray.count &&
	    !transfer_can_stray((uintptr_t)b->addr, b->len, d->chunk, d->window))
		return fail(-EINVAL, "sim: stray needs a buffer with pages outside of the window; make the buffer larger or the chunk smaller");
	return 0;
}

int device_queue(struct sim_device *d, struct sim_buffer *buffer)
{
	int err;

	pthread_mutex_lock(&d->lock);
	err = check_queue(d, buffer);
	if (!err) {
		buffer->queued_ns = capture_now_ns();
		fifo_push(&d->queued, buffer);
		pthread_cond_signal(&d->wake);
	}
	pthread_mutex_unlock(&d->lock);
	return err;
}

int device_reap(struct sim_device *d, struct capture_frame *frame)
{
	struct sim_buffer *buffer;
	enum sim_health health;

	pthread_mutex_lock(&d->lock);
	buffer = fifo_pop(&d->done);
	update_event(d);
	health = d->health;
	pthread_mutex_unlock(&d->lock);
	if (buffer) {
		*frame = buffer->frame;
		return 0;
	}
	if (health == SIM_GONE)
		return say_gone();
	if (health == SIM_DEAD)
		return fail(-EIO, "sim: the queue is dead; stop and start again");
	return -EAGAIN;
}

void device_set_look(struct sim_device *d, const struct pattern_look *look)
{
	pthread_mutex_lock(&d->lock);
	d->look = *look;
	pthread_mutex_unlock(&d->lock);
}

void device_unplug(struct sim_device *d)
{
	pthread_mutex_lock(&d->lock);
	device_fail(d, SIM_GONE);
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
}

void device_damage_next(struct sim_device *d)
{
	pthread_mutex_lock(&d->lock);
	d->damage_next = true;
	pthread_mutex_unlock(&d->lock);
}

uint64_t device_delivered(struct sim_device *d)
{
	uint64_t delivered;

	pthread_mutex_lock(&d->lock);
	delivered = d->delivered;
	pthread_mutex_unlock(&d->lock);
	return delivered;
}

uint32_t device_first_sequence(const struct sim_device *d)
{
	return -d->options.wrap;
}
