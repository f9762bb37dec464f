/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The thread that plays the device.
 *
 * With a rate, frame n comes at tick n of CLOCK_MONOTONIC, counted from the
 * start.  It goes into the oldest buffer if that was queued by then, else it is
 * lost: what counts is when the buffer was given, not when this thread got the
 * processor, so a busy machine delays frames but does not lose them.  Without a
 * rate a frame comes whenever a buffer is there.
 */
#include <stdlib.h>
#include <time.h>

#include "sim_device.h"
#include "sim_transfer.h"

#define LATE_NS 10000000		/* without a rate */
#define LOST_NS 1000000			/* without a rate: a frame that is lost takes its time too */

/* the thread's own */
struct engine {
	struct sim_device *device;
	uint64_t start_ns;		/* moves on with every stall */
	uint64_t number;		/* of the next frame */
	uint64_t repeats;		/* so far: ticks that brought no new number */
	bool repeating;			/* the next frame is the last one again */
	uint64_t starved;		/* since the last frame: those that found no buffer */
	uint64_t last_ns;		/* time stamps never go back */
};

/* ---- faults ---- */

static bool hits(const struct sim_options *o, const struct schedule *schedule, uint64_t number)
{
	return schedule_hits(schedule, o->seed, number);
}

/* 0 to 65535, another one for every frame and every @use */
static uint64_t dice(const struct sim_options *o, uint64_t number, uint32_t use)
{
	return pattern_mix(pattern_mix(o->seed ^ use) + (uint32_t)number) & 0xffff;
}

static uint64_t scale(uint64_t value, uint64_t dice)
{
	return (unsigned __int128)value * dice >> 16;
}

static bool lacks_end(const struct sim_device *d, uint64_t number)
{
	const struct sim_options *o = &d->options;

	return hits(o, &o->incomplete, number) ||
	       (d->format.flags & CAPTURE_FORMAT_COMPRESSED && hits(o, &o->cut, number));
}

uint64_t sim_frame_bytes(const struct sim_device *d, uint64_t number, uint64_t whole)
{
	return lacks_end(d, number) ? scale(whole, dice(&d->options, number, 0x73686f72)) : whole;
}

void sim_frame_damage(const struct sim_options *o, uint64_t number, uint64_t bytes, uint64_t *at,
		      uint64_t *len)
{
	*at = scale(bytes, dice(o, number, 0x64616d61));
	*len = bytes / 16 + 1;
	if (*len > bytes - *at)
		*len = bytes - *at;
}

/* ---- clock ---- */

static bool has_rate(const struct engine *e)
{
	return e->device->format.fps_num != 0;
}

static uint64_t ticks_ns(const struct engine *e, uint64_t ticks)
{
	const struct capture_format *f = &e->device->format;

	return (unsigned __int128)ticks * f->fps_den * 1000000000u / f->fps_num;
}

/* The end of a frame: the first one takes a period too. */
static uint64_t tick_ns(const struct engine *e, uint64_t number)
{
	return e->start_ns + ticks_ns(e, number + e->repeats + 1);
}

/* The first frame whose tick is at @ns or later. */
static uint64_t frame_at(const struct engine *e, uint64_t ns)
{
	const struct capture_format *f = &e->device->format;
	uint64_t per = (uint64_t)f->fps_den * 1000000000u, tick;

	if (ns <= tick_ns(e, 0))
		return 0;
	tick = ((unsigned __int128)(ns - e->start_ns) * f->fps_num + per - 1) / per;
	return tick - e->repeats - 1;
}

/* A device that is told to stop, or that is gone, waits for nothing. */
static bool over(const struct sim_device *d)
{
	return d->stopping || d->health != SIM_WELL;
}

/* Wait for the next thing to happen, with the lock held, but not past @ns. */
static void doze(struct sim_device *d, uint64_t ns)
{
	struct timespec ts = { .tv_sec = ns / 1000000000u, .tv_nsec = ns % 1000000000u };

	if (ns == SIM_NEVER)
		pthread_cond_wait(&d->wake, &d->lock);
	else
		pthread_cond_timedwait(&d->wake, &d->lock, &ts);
}

static void sleep_until(struct sim_device *d, uint64_t ns)
{
	while (!over(d) && capture_now_ns() < ns)
		doze(d, ns);
}

static void wait_buffer(struct sim_device *d, uint64_t ns)
{
	while (!over(d) && !d->queued.head && capture_now_ns() < ns)
		doze(d, ns);
}

/* When a frame is there: its tick and what delays it. */
static uint64_t due_ns(const struct engine *e, uint64_t number)
{
	const struct sim_options *o = &e->device->options;
	uint64_t ns = has_rate(e) ? tick_ns(e, number) : capture_now_ns();

	if (hits(o, &o->late, number))
		ns += has_rate(e) ? ticks_ns(e, 1) : LATE_NS;
	return ns + scale(o->jitter_ns, dice(o, number, 0x6a697474));
}

/* ---- events that stop the stream ---- */

static uint64_t next_event(const struct engine *e)
{
	const struct sim_options *o = &e->device->options;
	uint64_t at = o->unplug_at;

	if (o->fatal_at < at)
		at = o->fatal_at;
	if (o->stall_at < at && o->stall_at > e->number)
		at = o->stall_at;
	return at;
}

static void stall(struct engine *e)
{
	struct sim_device *d = e->device;
	uint64_t until = d->options.stall_ns;

	if (until != SIM_NEVER) {
		until += has_rate(e) ? tick_ns(e, e->number) : capture_now_ns();
		e->start_ns += d->options.stall_ns;
	}
	sleep_until(d, until);
}

static void meet_events(struct engine *e)
{
	struct sim_device *d = e->device;
	const struct sim_options *o = &d->options;

	if (e->number == o->stall_at && !e->repeating)
		stall(e);
	if (e->number < o->unplug_at && e->number < o->fatal_at)
		return;
	if (has_rate(e))
		sleep_until(d, tick_ns(e, e->number));
	if (!over(d))
		device_fail(d, e->number >= o->unplug_at ? SIM_GONE : SIM_DEAD);
}

/* ---- frames ---- */

/*
 * The buffer for the frame that is due at @ns, or NULL: it is over, or the frame
 * is lost and e->number is that of the next one that matters.
 */
static struct sim_buffer *take_buffer(struct engine *e, uint64_t ns)
{
	struct sim_device *d = e->device;
	uint64_t event = next_event(e), next;

	wait_buffer(d, has_rate(e) && event != SIM_NEVER ? tick_ns(e, event) : SIM_NEVER);
	if (over(d))
		return NULL;
	if (!has_rate(e) || (d->queued.head && d->queued.head->queued_ns <= ns))
		return fifo_pop(&d->queued);
	next = d->queued.head ? frame_at(e, d->queued.head->queued_ns) : event;
	if (next > event)
		next = event;
	if (next <= e->number)
		next = e->number + 1;
	e->starved += next - e->number - e->repeating;
	e->number = next;
	e->repeating = false;
	return NULL;
}

static void set_up(struct engine *e, struct sim_buffer *buffer)
{
	struct sim_device *d = e->device;
	const struct sim_options *o = &d->options;

	buffer->look = d->look;
	buffer->number = e->number;
	buffer->buffer->starved = e->starved;
	e->starved = 0;
	buffer->damage_at = buffer->damage_len = 0;
	buffer->frame = (struct capture_frame){
		.buffer = buffer->buffer,
		.sequence = (uint32_t)(device_first_sequence(d) + e->number),
		.time_source = CAPTURE_TIME_END,
	};
	if (hits(o, &o->late, e->number))
		buffer->frame.flags |= CAPTURE_FRAME_LATE;
	if (hits(o, &o->error, e->number) || d->damage_next)
		buffer->frame.flags |= CAPTURE_FRAME_CORRUPT;
	d->damage_next = false;
}

/* Fill the buffer.  Without the lock: this is the DMA. */
static int fill(const struct engine *e, struct sim_buffer *buffer)
{
	struct sim_device *d = e->device;
	struct capture_frame *frame = &buffer->frame;
	struct transfer t = {
		.addr = (uintptr_t)buffer->buffer->addr,
		.len = buffer->buffer->len,
		.chunk = d->chunk,
		.window = d->window,
		.guard = d->options.guard,
		.stray = hits(&d->options, &d->options.stray, buffer->number),
		.pattern = d->pattern,
		.bus = &d->bus,
		.stop = &d->stopping,
	};
	uint64_t whole;
	uint32_t i;
	int err;

	if (hits(&d->options, &d->options.fail_frame, buffer->number))
		return -EIO;
	err = pattern_begin(d->pattern, &buffer->look, buffer->number, &whole);
	if (err)
		return err;
	t.bytes = sim_frame_bytes(d, buffer->number, whole);
	if (hits(&d->options, &d->options.incomplete, buffer->number))
		frame->flags |= CAPTURE_FRAME_INCOMPLETE;
	if (frame->flags & CAPTURE_FRAME_CORRUPT)
		sim_frame_damage(&d->options, buffer->number, t.bytes, &t.damage_at, &t.damage_len);
	buffer->damage_at = t.damage_at;
	buffer->damage_len = t.damage_len;
	if (hits(&d->options, &d->options.flip, buffer->number)) {
		t.damage_at = t.bytes / 2;	/* not noted: the judge must find it */
		t.damage_len = 1;
	}

	err = transfer_run(&t, d->scratch);
	frame->bytes = t.written;
	frame->chunks = t.chunks;
	frame->pinned_peak = t.pinned_peak;
	for (i = 0; i < d->format.planes; i++)
		frame->plane_offset[i] = d->format.plane[i].offset;
	return err;
}

static void finish(struct engine *e, struct sim_buffer *buffer, uint64_t due)
{
	uint64_t ns = has_rate(e) ? due : capture_now_ns();

	if (ns < e->last_ns)
		ns = e->last_ns;
	e->last_ns = ns;
	buffer->frame.time_ns = ns;
	device_deliver(e->device, buffer);
}

static void advance(struct engine *e)
{
	const struct sim_options *o = &e->device->options;

	if (!e->repeating && hits(o, &o->repeat, e->number)) {
		e->repeating = true;
		e->repeats++;
		return;
	}
	e->repeating = false;
	e->number++;
}

static void lose(struct engine *e)
{
	if (!has_rate(e))
		sleep_until(e->device, capture_now_ns() + LOST_NS);
	e->number++;
}

static void one_frame(struct engine *e)
{
	struct sim_device *d = e->device;
	struct sim_buffer *buffer;
	uint64_t due;
	int err;

	if (hits(&d->options, &d->options.drop, e->number)) {
		lose(e);
		return;
	}
	due = due_ns(e, e->number);
	sleep_until(d, due);
	buffer = take_buffer(e, due);
	if (!buffer)
		return;
	set_up(e, buffer);
	pthread_mutex_unlock(&d->lock);
	err = fill(e, buffer);
	pthread_mutex_lock(&d->lock);
	if (err == -ECANCELED)
		return;		/* stopped: the core cancels what was not delivered */
	buffer->frame.status = err;
	finish(e, buffer, due);
	advance(e);
}

void *sim_engine(void *arg)
{
	struct sim_device *d = arg;
	struct engine e = { .device = d, .start_ns = capture_now_ns() };

	pthread_mutex_lock(&d->lock);
	while (!over(d)) {
		meet_events(&e);
		if (!over(d))
			one_frame(&e);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}
