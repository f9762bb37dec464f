/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames to the grabber and back, and the ladder that makes sure it is silent. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vfio.h"

/* how long a step of the ladder may take; an emulated device on a busy machine is slow */
#define IDLE_MS 3000
#define PENDING_MS 200
#define READY_MS 1000

static void push(struct vfio_fifo *fifo, struct vfio_buffer *b)
{
	b->next = NULL;
	if (fifo->tail)
		fifo->tail->next = b;
	else
		fifo->head = b;
	fifo->tail = b;
}

static struct vfio_buffer *pop(struct vfio_fifo *fifo)
{
	struct vfio_buffer *b = fifo->head;

	if (!b)
		return NULL;
	fifo->head = b->next;
	if (!fifo->head)
		fifo->tail = NULL;
	return b;
}

/* Readable while there is a frame to reap, or news that there will be none. */
static void update_event(struct vfio_session *v)
{
	const bool wanted = v->done.head || v->health != VFIO_WELL;
	eventfd_t ignored;

	if (wanted == v->raised)
		return;
	v->raised = wanted;
	if (wanted)
		eventfd_write(v->session->fd, 1);
	else
		eventfd_read(v->session->fd, &ignored);
}

void vfio_give_up(struct vfio_session *v, enum vfio_health health, const char *format, ...)
{
	va_list args;

	if (v->health >= health)
		return;
	v->health = health;
	va_start(args, format);
	vsnprintf(v->words, sizeof(v->words), format, args);
	va_end(args);
	update_event(v);
}

/* Statistics are those of the application's thread, which takes them from ours. */
static void count(struct vfio_session *v)
{
	v->session->stats.interrupts_lost = v->late;
	if (v->health == VFIO_DEAD && !v->counted)
		capture_count_faults(v->session, 1, v->words);
	v->counted = v->health == VFIO_DEAD;
}

static int check_health(struct vfio_session *v)
{
	count(v);
	if (v->health == VFIO_GONE)
		return fail(-ENODEV, "vfio:%s: %s", v->device.address, v->words);
	if (v->health == VFIO_DEAD)
		return fail(-EIO, "vfio:%s: %s; stop and start again", v->device.address, v->words);
	return 0;
}

/* ---- what the grabber says ---- */

static const struct {
	uint32_t flag;
	enum vfio_health health;
	const char *words;
} fatal[] = {
	{ GRABBER_EVENT_GONE, VFIO_GONE, "the device is gone (all its registers read as ones)" },
	{ GRABBER_EVENT_ABORT, VFIO_DEAD,
	  "the device addressed memory that is not mapped for it, and was stopped (PCI abort)" },
	{ GRABBER_EVENT_PROGRAM, VFIO_DEAD, "the device met an instruction that it does not know" },
	{ GRABBER_EVENT_SYNC, VFIO_DEAD, "the device and its program are out of step" },
	{ GRABBER_EVENT_FETCH, VFIO_DEAD, "a parity error on the bus in the device's program" },
	{ GRABBER_EVENT_STOPPED, VFIO_DEAD, "the device stands still and does not say why" },
};

static void tell_fatal(struct vfio_session *v, uint32_t flags)
{
	size_t i;

	for (i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		if (flags & fatal[i].flag)
			vfio_give_up(v, fatal[i].health, "%s", fatal[i].words);
}

static void fill_frame(struct vfio_session *v, struct vfio_buffer *b, const struct grabber_frame *told,
		       uint64_t time_ns)
{
	struct capture_frame *f = &b->frame;
	unsigned int i;

	*f = (struct capture_frame){
		.buffer = b->buffer,
		.bytes = v->format.size,
		.sequence = told->sequence,
		.time_ns = time_ns,
		.time_source = CAPTURE_TIME_END,
		.status = b->error,
		.chunks = b->chunks,
		.segments = b->segments,
		.pinned_peak = b->held_peak,
	};
	if (told->flags & GRABBER_FRAME_INCOMPLETE)
		f->flags |= CAPTURE_FRAME_INCOMPLETE;
	if (told->flags & GRABBER_FRAME_CORRUPT)
		f->flags |= CAPTURE_FRAME_CORRUPT;
	if (b->error || told->flags & GRABBER_FRAME_INCOMPLETE)
		f->bytes = b->error ? 0 : vfio_window_whole(v, b, b->steps_done);
	for (i = 0; i < v->format.planes; i++)
		f->plane_offset[i] = v->format.plane[i].offset;
}

static void bounce(struct vfio_session *v, struct vfio_buffer *b)
{
	struct capture_frame *f = &b->frame;

	f->flags |= CAPTURE_FRAME_BOUNCED;
	if (!f->bytes || f->status || !bus_write(&v->bus, b->buffer->addr, b->bounce, f->bytes))
		return;
	f->status = -EFAULT;
	f->bytes = 0;
}

/* Nothing of the frame is mapped any more when the application gets it. */
static void complete(struct vfio_session *v, const struct grabber_frame *told, uint64_t time_ns)
{
	struct vfio_buffer *b = pop(&v->queued);

	v->told = told->number;
	b->buffer->starved = told->starved - v->starved;
	v->starved = told->starved;
	fill_frame(v, b, told, time_ns);
	vfio_let_go(v, b);
	if (b->bounce)
		bounce(v, b);
	push(&v->done, b);
	update_event(v);
}

/* How far an unfinished frame came, before that is forgotten. */
static void note_steps(struct vfio_session *v)
{
	struct vfio_buffer *b = v->queued.head;

	if (b && v->grabber->at == b->number)
		b->steps_done = v->grabber->at_step;
}

bool vfio_serve(struct vfio_session *v, uint64_t time_ns, bool late)
{
	const struct grabber_device *d = v->grabber->device;
	struct grabber_frame told;
	bool any = false, progress = false;
	uint32_t flags;

	while (v->health == VFIO_WELL && v->started && d->event(v->grabber, &flags)) {
		any = true;
		progress |= flags & GRABBER_EVENT_PROGRESS;
		while (v->queued.head && d->finished(v->grabber, &told))
			complete(v, &told, time_ns);
		if (flags & GRABBER_EVENT_FATAL)
			tell_fatal(v, flags);
		else if (vfio_windowed(v))
			vfio_window_move(v);
		note_steps(v);
	}
	if (late && progress && !v->late++)
		capture_log(v->session, CAPTURE_LOG_WARNING,
			    "vfio:%s: an interrupt did not come; what it would have told was found by looking",
			    v->device.address);
	return any;
}

/* ---- queue and reap ---- */

static int enqueue(struct vfio_session *v, struct vfio_buffer *b)
{
	const struct grabber_device *d = v->grabber->device;
	struct grabber_segment segment;
	int64_t number;
	int err;

	number = d->begin(v->grabber, v->grabber->mode.split ? b->chunks : 1);
	if (number < 0)
		return fail(-EIO, "vfio:%s: the device takes no more frames: %s", v->device.address,
			    strerror((int)-number));
	b->number = (uint64_t)number;
	b->loaded = b->segments = b->steps_done = 0;
	b->error = 0;
	push(&v->queued, b);
	if (vfio_windowed(v)) {
		vfio_window_move(v);
		return 0;
	}
	b->segments = 1;
	segment = (struct grabber_segment){
		.addr = b->iova + ((uintptr_t)b->target & ((uintptr_t)sysconf(_SC_PAGESIZE) - 1)),
		.bytes = (uint32_t)v->format.size,
	};
	err = d->load(v->grabber, b->number, 0, &segment, 1);
	if (err)
		vfio_give_up(v, VFIO_DEAD, "a frame cannot be programmed: %s", strerror(-err));
	return 0;
}

int vfio_queue(struct capture_buffer *buffer)
{
	struct vfio_session *v = vfio_of(buffer->session);
	struct vfio_buffer *b = buffer->priv;
	int err;

	vfio_lock(v);
	err = check_health(v);
	if (!err && !v->program)
		err = vfio_program_open(v);
	if (!err)
		err = vfio_hold(v, b);
	if (!err) {
		err = enqueue(v, b);
		if (err)
			vfio_let_go(v, b);
	}
	pthread_mutex_unlock(&v->lock);
	return err;
}

int vfio_reap(struct capture_session *s, struct capture_frame *frame)
{
	struct vfio_session *v = vfio_of(s);
	struct vfio_buffer *b;
	int err = 0;

	vfio_lock(v);
	b = pop(&v->done);
	if (b)
		*frame = b->frame;
	else
		err = check_health(v) ?: -EAGAIN;
	update_event(v);
	pthread_mutex_unlock(&v->lock);
	return b ? 0 : err;
}

/* ---- start ---- */

static int check_signal(struct vfio_session *v)
{
	const struct grabber_device *d = v->grabber->device;
	struct grabber_input in;
	uint32_t i;

	for (i = 0; d->input && !d->input(v->grabber, i, &in); i++)
		if (in.selected && !in.signal)
			return fail(-ENOLINK, "vfio:%s: no signal at input %u (%s); check the cable, or choose another input",
				    v->device.address, i, in.name);
	return 0;
}

static int wait_ready(struct vfio_session *v)
{
	const struct grabber_device *d = v->grabber->device;
	unsigned int ms;

	for (ms = 0; d->ready && d->ready(v->grabber); ms += 10) {
		if (ms >= READY_MS)
			return fail(-EIO, "vfio:%s: the device does not get ready (its clock does not lock); is std= the right one?",
				    v->device.address);
		usleep(10000);
	}
	return 0;
}

int vfio_start(struct capture_session *s)
{
	struct vfio_session *v = vfio_of(s);
	int err;

	err = check_health(v);
	if (!err && vfio_is_gone(&v->device)) {
		vfio_give_up(v, VFIO_GONE, "the device is gone");
		err = check_health(v);
	}
	if (!err)
		err = check_signal(v);
	if (!err)
		err = wait_ready(v);
	if (!err && !v->program)
		err = vfio_program_open(v);
	if (err)
		return err;
	vfio_bus_master(&v->device, true);
	err = vfio_irq_enable(&v->device, v->irq);
	if (err)
		goto not_master;
	/* an interrupt of before the start is served after it: that it has no reason yet says nothing */
	vfio_lock(v);
	err = vfio_thread_start(v);
	if (!err) {
		v->started = true;
		v->grabber->device->start(v->grabber);
	}
	pthread_mutex_unlock(&v->lock);
	if (!err)
		return 0;
	vfio_irq_disable(&v->device);
not_master:
	vfio_bus_master(&v->device, false);
	return err;
}

/* ---- stop: the ladder ---- */

static bool wait_idle(struct vfio_session *v)
{
	unsigned int ms;

	for (ms = 0; ms < IDLE_MS; ms++) {
		if (v->grabber->device->idle(v->grabber) || vfio_is_gone(&v->device))
			return true;
		usleep(1000);
	}
	return false;
}

static void wait_transactions(struct vfio_session *v)
{
	unsigned int ms;

	for (ms = 0; ms < PENDING_MS && vfio_transactions_pending(&v->device); ms++)
		usleep(1000);
}

/*
 * Engine off, idle, bus master off, nothing on its way, else reset.  If even that
 * fails there is the IOMMU: what is unmapped cannot be written to, whatever the
 * device does.
 */
static bool silence(struct vfio_session *v)
{
	bool idle;

	v->grabber->device->halt(v->grabber);
	idle = wait_idle(v);
	vfio_bus_master(&v->device, false);
	wait_transactions(v);
	if (idle)
		return true;
	capture_log(v->session, CAPTURE_LOG_WARNING, "vfio:%s: the device did not stop; it is reset",
		    v->device.address);
	vfio_reset(&v->device);
	vfio_give_up(v, VFIO_GONE, "the device did not stop and had to be cut off; open it again");
	return false;
}

static int unmap_all(struct vfio_session *v)
{
	struct capture_buffer *buffer;
	int err = 0;

	for (buffer = v->session->buffers; buffer; buffer = buffer->next) {
		struct vfio_buffer *b = buffer->priv;

		if (b->mapped && !err)
			err = vfio_unmap(v, b, 0, v->format.size);
		b->mapped = false;
	}
	return err;
}

int vfio_stop(struct capture_session *s)
{
	struct vfio_session *v = vfio_of(s);
	bool silent = true;
	int err = 0;

	vfio_thread_stop(v);
	vfio_lock(v);
	if (v->started) {
		silent = silence(v);
		vfio_irq_disable(&v->device);
	} else {
		v->grabber->device->halt(v->grabber);
	}
	v->started = false;
	while (v->queued.head)
		vfio_let_go(v, pop(&v->queued));
	v->done = (struct vfio_fifo){ NULL, NULL };
	v->told = v->starved = 0;
	vfio_program_close(v);
	if (!silent)
		err = unmap_all(v);
	count(v);
	if (v->health == VFIO_DEAD)
		v->health = VFIO_WELL;
	update_event(v);
	pthread_mutex_unlock(&v->lock);
	if (err)
		return fail(-EIO, "vfio:%s: the device did not fall silent, and its memory cannot be unmapped: %s; do not use that memory again",
			    v->device.address, strerror(-err));
	return 0;
}
