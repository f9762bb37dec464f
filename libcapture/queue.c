/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Buffers on their way to the device and back.  Every queued buffer comes back
 * exactly once.
 *
 *	capture_queue                                   capture_wait
 *	     |                                               ^
 *	     v        depth has room        reap             |
 *	 [ waiting ] ---------------> [ with_backend ] --> frame
 *	     |                               |               ^
 *	     | backend refuses it            | stop          |
 *	     +--------> [ finished ] <-------+               |
 *	                     +-------------------------------+
 *
 * The application may queue more than the device holds (v4l2: 32 or 64): the
 * rest waits here and follows in order.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "memory.h"
#include "queue.h"

uint64_t capture_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- lists -------------------------------------------------------------- */

static void push(struct buffer_list *list, struct capture_buffer *b)
{
	b->queue_next = NULL;
	if (list->tail)
		list->tail->queue_next = b;
	else
		list->head = b;
	list->tail = b;
	list->count++;
}

static struct capture_buffer *pop(struct buffer_list *list)
{
	struct capture_buffer *b = list->head;

	if (!b)
		return NULL;
	list->head = b->queue_next;
	if (!list->head)
		list->tail = NULL;
	list->count--;
	return b;
}

/* Devices answer in order, so what is looked for is nearly always the head. */
static void take_out(struct buffer_list *list, struct capture_buffer *b)
{
	struct capture_buffer **link = &list->head, *before = NULL;

	while (*link != b) {
		before = *link;
		link = &before->queue_next;
	}
	*link = b->queue_next;
	if (list->tail == b)
		list->tail = before;
	list->count--;
}

static void take_back(struct buffer_list *list, struct capture_buffer *b)
{
	take_out(list, b);
	b->state = BUFFER_IDLE;
}

/* ---- frames that end here ----------------------------------------------- */

static void raise_event(struct capture_session *s)
{
	eventfd_write(s->event_fd, 1);
}

static void clear_event(struct capture_session *s)
{
	eventfd_t ignored;

	eventfd_read(s->event_fd, &ignored);
}

static void finish(struct capture_session *s, struct capture_buffer *b,
		   const struct capture_frame *frame)
{
	b->frame = *frame;
	b->state = BUFFER_FINISHED;
	push(&s->finished, b);
	if (s->finished.count == 1)
		raise_event(s);
}

/* A buffer that got no frame comes back with why. */
static void finish_empty(struct capture_session *s, struct capture_buffer *b, int status,
			 uint32_t flags)
{
	const struct capture_frame frame = {
		.buffer = b,
		.status = status,
		.sequence = s->sequence,
		.time_ns = capture_now_ns(),
		.dequeue_ns = capture_now_ns(),
		.time_source = CAPTURE_TIME_NONE,
		.flags = flags,
	};

	finish(s, b, &frame);
}

/* ---- facts about a frame ------------------------------------------------ */

/*
 * The source counts in 32 bits and may repeat or go back; the application sees
 * 64 bits that go on, the loss since the last frame, and REPEATED otherwise.
 */
static void count_sequence(struct capture_session *s, struct capture_frame *frame)
{
	int64_t step;

	if (!s->have_sequence) {
		frame->gap = 0;
		if (s->sequence_from_start && frame->sequence > s->first_sequence)
			frame->gap = frame->sequence - s->first_sequence;
		s->have_sequence = true;
		s->sequence = frame->sequence;
		return;
	}
	if (s->sequence_bits == 32)
		step = (int32_t)((uint32_t)frame->sequence - (uint32_t)s->sequence);
	else
		step = (int64_t)(frame->sequence - s->sequence);
	if (step <= 0) {
		frame->flags |= CAPTURE_FRAME_REPEATED;
		frame->gap = 0;
		if ((uint64_t)-step <= s->sequence)
			frame->sequence = s->sequence - (uint64_t)-step;
	} else {
		frame->gap = (uint64_t)step - 1;
		frame->sequence = s->sequence + (uint64_t)step;
	}
	s->sequence = frame->sequence;
}

/* Some devices stamp frames with their start, a time to come, or another clock's. */
static uint64_t filled_at(const struct capture_frame *frame)
{
	if (frame->time_source == CAPTURE_TIME_END && frame->time_ns < frame->dequeue_ns)
		return frame->time_ns;
	return frame->dequeue_ns;
}

/* Frames whose time came after the last one was filled and before this one's buffer was queued. */
static uint64_t frames_between(const struct capture_session *s, const struct capture_buffer *b)
{
	const struct capture_format *f = &s->format;

	if (b->queued_ns <= s->filled_ns || !f->fps_num || !f->fps_den)
		return 0;
	return (uint64_t)((unsigned __int128)(b->queued_ns - s->filled_ns) * f->fps_num / f->fps_den /
			  1000000000);
}

/*
 * How many frames of the gap were lost because no buffer was queued.  Some
 * backends know.  Else all of them if there was none at all when the last frame
 * was taken, or those whose time had come before the buffer of this frame was
 * queued, for buffers are filled in the order in which they are queued.
 */
static uint64_t starved_of(const struct capture_session *s, const struct capture_frame *frame)
{
	const struct capture_buffer *b = frame->buffer;
	uint64_t frames;

	if (s->tells_starved)
		frames = b->waited ? 0 : b->starved;
	else if (s->starved)
		return frame->gap;
	else
		frames = frames_between(s, b);
	return frames < frame->gap ? frames : frame->gap;
}

/* Where the backend does not know it better, all of a frame that did not come straight. */
static void tell_copied(struct capture_frame *frame)
{
	if (frame->flags & CAPTURE_FRAME_COPIED ||
	    (frame->flags & CAPTURE_FRAME_BOUNCED && !frame->copied))
		frame->copied = frame->bytes;
}

static void count_frame(struct capture_session *s, const struct capture_frame *frame)
{
	struct capture_stats *stats = &s->stats;

	if (frame->status == -ECANCELED) {
		stats->cancelled++;
		return;
	}
	stats->lost += frame->gap;
	stats->lost_starved += starved_of(s, frame);
	s->starved = false;
	s->filled_ns = filled_at(frame);
	if (frame->pinned_peak > stats->pinned_peak)
		stats->pinned_peak = frame->pinned_peak;
	stats->bytes += frame->bytes;
	stats->chunks += frame->chunks;
	stats->segments += frame->segments;
	stats->copied_bytes += frame->copied;
	if (frame->status) {
		stats->failed++;
		return;
	}
	stats->frames++;
	stats->incomplete += !!(frame->flags & CAPTURE_FRAME_INCOMPLETE);
	stats->corrupt += !!(frame->flags & CAPTURE_FRAME_CORRUPT);
	stats->repeated += !!(frame->flags & CAPTURE_FRAME_REPEATED);
	stats->copied += !!(frame->flags & (CAPTURE_FRAME_COPIED | CAPTURE_FRAME_BOUNCED));
}

/* ---- between core and backend ------------------------------------------- */

static int watch_backend(struct capture_session *s)
{
	struct epoll_event event = { .events = EPOLLIN };

	/* there is no oldest buffer to wake for */
	if (s->wakes_for_oldest && !s->with_backend.count)
		return 0;
	if (s->fd < 0 || !epoll_ctl(s->poll_fd, EPOLL_CTL_ADD, s->fd, &event) || errno == EEXIST)
		return 0;
	return fail(-errno, "%s: cannot poll the source: %m", s->uri);
}

static void unwatch_backend(struct capture_session *s)
{
	if (s->fd >= 0)
		epoll_ctl(s->poll_fd, EPOLL_CTL_DEL, s->fd, NULL);
}

/* There is another oldest buffer, or none. */
static void watch_oldest(struct capture_session *s)
{
	if (!s->wakes_for_oldest || !s->running)
		return;
	unwatch_backend(s);
	watch_backend(s);
}

static void push_to_backend(struct capture_session *s, struct capture_buffer *b)
{
	b->state = BUFFER_QUEUED;
	push(&s->with_backend, b);
	if (s->with_backend.count == 1)
		watch_oldest(s);
}

/* Hand waiting buffers over while the backend has room. */
static void feed(struct capture_session *s)
{
	struct capture_buffer *b;
	int err;

	while (s->waiting.head && s->with_backend.count < s->depth) {
		b = pop(&s->waiting);
		b->waited = true;
		err = s->backend->queue(b);
		if (err) {
			finish_empty(s, b, err, CAPTURE_FRAME_REFUSED);
			continue;
		}
		push_to_backend(s, b);
	}
}

static int reap(struct capture_session *s, struct capture_frame *frame)
{
	int err;

	memset(frame, 0, sizeof(*frame));
	err = s->backend->reap(s, frame);
	if (err)
		return err;
	take_out(&s->with_backend, frame->buffer);
	watch_oldest(s);
	frame->dequeue_ns = capture_now_ns();
	if (frame->time_source == CAPTURE_TIME_NONE)
		frame->time_ns = frame->dequeue_ns;
	if (frame->status != -ECANCELED)
		count_sequence(s, frame);
	tell_copied(frame);
	count_frame(s, frame);
	if (!s->with_backend.count && !s->waiting.count)
		s->starved = true;
	return 0;
}

static void give(struct capture_session *s, const struct capture_frame *frame)
{
	frame->buffer->state = BUFFER_IDLE;
	s->stats.reaps++;
	s->stats.queued--;
}

/* ---- the application's side --------------------------------------------- */

int capture_queue(struct capture_buffer *b)
{
	struct capture_session *s = b->session;
	int err;

	if (b->state != BUFFER_IDLE)
		return fail(-EBUSY, "%s: the buffer is queued already", s->uri);
	b->waited = false;
	if (!(b->flags & CAPTURE_ATTACH_STABLE)) {
		err = memory_make_present(b->addr, s->format.size);
		if (err)
			return fail_in(err, "%s: ", s->uri);
	}
	if (s->waiting.count || s->with_backend.count >= s->depth) {
		b->state = BUFFER_WAITING;
		push(&s->waiting, b);
	} else {
		err = s->backend->queue(b);
		if (err)
			return err;
		push_to_backend(s, b);
	}
	b->queued_ns = capture_now_ns();	/* up to here the device may have been without it */
	s->stats.queues++;
	s->stats.queued++;
	return 0;
}

int capture_start(struct capture_session *s)
{
	int err;

	if (s->running)
		return fail(-EALREADY, "%s: is running already", s->uri);
	err = s->backend->start(s);
	if (err)
		return err;
	s->running = true;
	s->starved = !s->with_backend.count;
	s->filled_ns = UINT64_MAX;
	s->have_sequence = false;
	s->stats.starts++;
	feed(s);
	err = watch_backend(s);
	if (err)
		capture_stop(s);
	return err;
}

/* Milliseconds left of a timeout, rounded up; -1 for ever. */
static int remaining_ms(int timeout_ms, uint64_t since_ns)
{
	uint64_t gone_ns;

	if (timeout_ms < 0)
		return -1;
	gone_ns = capture_now_ns() - since_ns;
	if (gone_ns >= (uint64_t)timeout_ms * 1000000u)
		return 0;
	return (int)(((uint64_t)timeout_ms * 1000000u - gone_ns + 999999u) / 1000000u);
}

static int give_finished(struct capture_session *s, struct capture_frame *frame)
{
	*frame = pop(&s->finished)->frame;
	if (!s->finished.count)
		clear_event(s);
	give(s, frame);
	return 0;
}

static int nothing_queued(struct capture_session *s)
{
	if (!s->running)
		return fail(-ENODATA, "%s: not running and nothing left to take; queue buffers and start", s->uri);
	return fail(-ENODATA, "%s: no buffer is queued, so no frame can come; queue one", s->uri);
}

/*
 * Wait first and then take: a frame costs one poll, one dequeue and, when its
 * buffer comes again, one queue.  Asking before waiting would be one call more
 * for every frame that is not there yet, which is nearly all of them.
 */
int capture_wait(struct capture_session *s, int timeout_ms, struct capture_frame *frame)
{
	uint64_t since_ns = timeout_ms > 0 ? capture_now_ns() : 0;
	struct pollfd poll_fd = { .fd = s->poll_fd, .events = POLLIN };
	int err, left;

	for (;;) {
		if (s->finished.head)
			return give_finished(s, frame);
		if (!s->running || !s->stats.queued)
			return nothing_queued(s);
		left = timeout_ms ? remaining_ms(timeout_ms, since_ns) : 0;
		if (left && poll(&poll_fd, 1, left) < 0)
			return fail(-errno, "%s: waiting for a frame: %m", s->uri);
		err = reap(s, frame);
		if (!err) {
			feed(s);
			give(s, frame);
			return 0;
		}
		if (err != -EAGAIN)
			return err;
		if (!left)
			return fail(-ETIMEDOUT, "%s: no frame within %d ms", s->uri, timeout_ms);
	}
}

/* What is filled comes first, before STREAMOFF and its like throw it away. */
static void drain(struct capture_session *s)
{
	struct capture_frame frame;

	while (s->with_backend.count && !reap(s, &frame))
		finish(s, frame.buffer, &frame);
}

static void cancel_all(struct capture_session *s, struct buffer_list *list)
{
	struct capture_buffer *b;

	while ((b = pop(list))) {
		finish_empty(s, b, -ECANCELED, 0);
		s->stats.cancelled++;
	}
}

int capture_stop(struct capture_session *s)
{
	int err;

	if (!s->running && !s->with_backend.count)
		return 0;
	if (s->running) {
		drain(s);
		unwatch_backend(s);
		s->stats.stops++;
	}
	/* not running: what was queued for a start that never came must come back too */
	err = s->backend->stop(s);
	s->running = false;
	cancel_all(s, &s->with_backend);
	cancel_all(s, &s->waiting);
	return err;
}

void queue_forget(struct capture_session *s)
{
	struct buffer_list *const lists[] = { &s->waiting, &s->with_backend, &s->finished };
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		while (lists[i]->head)
			take_back(lists[i], lists[i]->head);
}

int capture_fd(const struct capture_session *s)
{
	return s->poll_fd;
}
