/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Buffers to the driver and back, and which way they go.
 *
 *	             refused before the start
 *	 userptr ----------------------------> dmabuf --------> mmap + copy
 *	    ^                                     ^                ^
 *	    +--------- io= names one: no other is tried -----------+
 *
 * Drivers refuse a pointer only at QBUF, and some refuse one buffer and take the
 * next.  So the way is decided by the first buffer that is attached, tried on
 * every other before frames flow, and then stays for the whole run.
 *
 * Whatever is pinned or mapped ends with REQBUFS(0), which every stop does.
 * Where the device is gone that call fails, and closing the descriptor does it:
 * on its last reference the kernel stops the queue and lets all pages go.
 */
#include <libv4l2.h>
#include <stdio.h>
#include <string.h>

#include "v4l2.h"

static const struct v4l_way *const ways[] = { &v4l_userptr, &v4l_dmabuf, &v4l_mmap };
static const size_t way_count = sizeof(ways) / sizeof(ways[0]);

const struct v4l_way *v4l_way_named(const char *name)
{
	size_t i;

	for (i = 0; i < way_count; i++)
		if (!strcmp(ways[i]->name, name))
			return ways[i];
	return NULL;
}

static const struct v4l_way *next_way(const struct v4l_way *way)
{
	size_t i;

	for (i = 0; i + 1 < way_count; i++)
		if (ways[i] == way)
			return ways[i + 1];
	return NULL;
}

/* ---- messages ----------------------------------------------------------- */

void v4l_message(struct v4l_session *v, unsigned int index, struct v4l_message *m)
{
	memset(m, 0, sizeof(*m));
	m->buffer.index = index;
	m->buffer.type = v->type;
	m->buffer.memory = v->way->memory;
	if (v4l_multiplanar(v)) {
		m->buffer.m.planes = m->plane;
		m->buffer.length = v->layout.planes;
	}
}

int v4l_qbuf(struct v4l_session *v, struct v4l_slot *slot, struct v4l_message *m)
{
	struct v4l_message copy = *m;
	int err;

	if (v4l_multiplanar(v))
		copy.buffer.m.planes = copy.plane;
	err = v4l_ioctl(v, VIDIOC_QBUF, &m->buffer);
	if (err == -EINVAL) {
		/* a passing fault must not decide the way, nor cost a buffer */
		err = v4l_ioctl(v, VIDIOC_QBUF, &copy.buffer);
		if (!err)
			capture_log(v->session, CAPTURE_LOG_WARNING,
				    "%s: VIDIOC_QBUF failed once with \"Invalid argument\" and then worked",
				    v->path);
	}
	if (err)
		return err;
	slot->queued = true;
	v->queued++;
	return 0;
}

/* ---- holding the driver's queue ----------------------------------------- */

static int request(struct v4l_session *v, unsigned int count, unsigned int *given)
{
	struct v4l2_requestbuffers r = {
		.count = count, .type = v->type, .memory = v->way->memory,
	};
	int err = v4l_ioctl(v, VIDIOC_REQBUFS, &r);

	if (given)
		*given = r.count;
	/*
	 * videobuf2 alone says what it can. videobuf_poll_stream() of before waits for the
	 * oldest buffer, each of which has waiters of its own.
	 */
	if (!err)
		v->session->wakes_for_oldest = !r.capabilities;
	return err;
}

/* The descriptor's end is the end of all that the kernel does for it. */
static void give_up(struct v4l_session *v)
{
	v4l2_close(v->fd);
	v->fd = v->session->fd = -1;
	v->streaming = false;
}

/*
 * Drivers of before videobuf2 (Linux 6.1 has some) give queued buffers back at the
 * end of a stream alone: to ask for no buffers is EBUSY, and to end a stream that has
 * not begun EINVAL.  One that has just begun will do.
 */
static int begin_and_end(struct v4l_session *v)
{
	int err = v4l_ioctl(v, VIDIOC_STREAMON, &v->type);

	return err ? err : v4l_ioctl(v, VIDIOC_STREAMOFF, &v->type);
}

static int free_all(struct v4l_session *v, bool streamed)
{
	int err = request(v, 0, NULL);

	if (streamed || err != -EBUSY)
		return err;
	err = begin_and_end(v);
	return err ? err : request(v, 0, NULL);
}

int v4l_release(struct v4l_session *v)
{
	bool streamed = v->streaming;
	int err = 0;

	if (!v->slots)
		return 0;
	if (v->way->release)
		v->way->release(v);
	if (v->streaming)
		err = v4l_ioctl(v, VIDIOC_STREAMOFF, &v->type);
	v->streaming = false;
	if (!err)
		err = free_all(v, streamed);
	if (err && v->fd >= 0)
		give_up(v);
	if (v->way->released)
		v->way->released(v);
	memset(v->slot, 0, sizeof(v->slot));
	v->slots = v->queued = 0;
	return err;
}

static int fail_request(struct v4l_session *v, int err)
{
	if (err != -EINVAL)
		return v4l_fail(v, "VIDIOC_REQBUFS", err);
	/* does it not have the way, or was that a fault? Asking for none tells */
	if (!request(v, 0, NULL))
		return v4l_fail(v, "VIDIOC_REQBUFS", -EINVAL), -EIO;
	return fail(-EOPNOTSUPP, "%s: the driver does not have this way (io=%s)", v->path,
		    v->way->name);
}

static int allocate(struct v4l_session *v)
{
	unsigned int given;
	int err;

	err = request(v, v->way->count(v), &given);
	if (err)
		return fail_request(v, err);
	if (!given || given > V4L_SLOTS_MAX)
		return fail(-EIO, "%s: the driver gave %u buffers where %u were asked for; report it to the driver's authors",
			    v->path, given, v->way->count(v));
	v->slots = given;
	/* in the mmap way the application's buffers are not bound to the driver's */
	v->session->depth = v->way == &v4l_mmap ? V4L_SLOTS_MAX : given;
	err = v->way->prepare ? v->way->prepare(v) : 0;
	if (err)
		v4l_release(v);
	return err;
}

/* ---- which way ---------------------------------------------------------- */

static int queue_one(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	struct v4l_buffer *own = b->priv;
	int err = v->way->queue(b);

	if (!err)
		own->accepted = v->way;
	return err;
}

/* All that the core has handed over, and @extra, in order. */
static int queue_all(struct v4l_session *v, struct capture_buffer *extra)
{
	struct capture_buffer *b;
	int err = 0;

	for (b = v->session->with_backend.head; b && !err; b = b->queue_next)
		err = queue_one(b);
	return !err && extra ? queue_one(extra) : err;
}

static bool may_go_another_way(const struct v4l_session *v, int err)
{
	if (v->wanted || v->streaming || !next_way(v->way))
		return false;
	return err == -EFAULT || err == -EINVAL || err == -ENOMEM || err == -EOPNOTSUPP;
}

/* The failure's words, without the device that everybody knows. */
static const char *reason(const struct v4l_session *v)
{
	const char *words = capture_error();
	size_t len = strlen(v->path);

	return !strncmp(words, v->path, len) && words[len] == ':' ? words + len + 2 : words;
}

/* Keep why the better way was refused, for those who ask how frames come. */
static void take_way(struct v4l_session *v, const struct v4l_way *way, const char *refusal)
{
	struct capture_session *s = v->session;
	size_t len = strlen(v->why);

	if (refusal)
		snprintf(v->why + len, sizeof(v->why) - len, "%sno %s: %s", len ? "; " : "",
			 v->way->name, refusal);
	v->way = way;
	s->info.way_name = way->name;
	s->info.way = way->kind;
	s->info.way_why = v->wanted ? "asked for" : *v->why ? v->why : way->why;
}

static void go_another_way(struct v4l_session *v)
{
	const struct v4l_way *next = next_way(v->way);

	capture_log(v->session, CAPTURE_LOG_INFO, "%s: trying io=%s: no io=%s: %s", v->path,
		    next->name, v->way->name, reason(v));
	v4l_release(v);
	take_way(v, next, reason(v));
}

/* Have the driver's queue, with everything in it that belongs there, whichever way works. */
static int settle(struct v4l_session *v, struct capture_buffer *extra)
{
	int err;

	if (!v->way) {
		v->why[0] = '\0';
		take_way(v, v->wanted ? v->wanted : ways[0], NULL);
	}
	for (;;) {
		err = allocate(v);
		if (!err)
			err = queue_all(v, extra);
		if (!err || !may_go_another_way(v, err))
			return err;
		go_another_way(v);
	}
}

/* STREAMOFF gives everything back, without a frame and, in videobuf2, without unpinning. */
static int take_all_back(struct v4l_session *v)
{
	unsigned int i;
	int err = v4l_ioctl(v, VIDIOC_STREAMOFF, &v->type);

	if (err == -EINVAL)
		err = begin_and_end(v);
	if (err)
		return v4l_fail(v, "VIDIOC_STREAMOFF", err);
	for (i = 0; i < v->slots; i++) {
		v->slot[i].queued = false;
		v->slot[i].buffer = NULL;
	}
	v->queued = 0;
	return 0;
}

/* ---- buffers ------------------------------------------------------------ */

/*
 * Show the first buffer to the driver, so that the application knows the way and
 * may choose other memory; nothing is held afterwards.  A failure decides nothing:
 * it comes again, if it lasts, when a buffer is queued.
 */
static void decide(struct v4l_session *v, struct capture_buffer *b)
{
	int err = settle(v, b);

	v4l_release(v);
	if (!err)
		return;
	capture_log(v->session, CAPTURE_LOG_WARNING, "%s", capture_error());
	v->way = NULL;
}

int v4l_attach(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	struct v4l_buffer *own = b->priv;

	own->number = ++v->attaches;
	if (!v->way && v->fd >= 0)
		decide(v, b);
	return 0;
}

/* Only a closing session detaches what the driver still has; no frame flows then. */
static bool is_with_driver(const struct v4l_session *v, const struct capture_buffer *b)
{
	unsigned int i;

	for (i = 0; i < v->slots; i++)
		if (v->slot[i].queued && v->slot[i].buffer == b)
			return true;
	return false;
}

void v4l_detach(struct capture_buffer *b)
{
	const struct capture_session *s = b->session;
	struct v4l_session *v = v4l_of(s);
	size_t i;

	if (!v->streaming && (!v->queued || is_with_driver(v, b)))
		v4l_release(v);
	/* a buffer may have traces of a way that was left */
	for (i = 0; i < way_count; i++)
		if (ways[i]->detach)
			ways[i]->detach(b);
	/* other memory, another decision */
	if (!v->streaming && s->buffers == b && !b->next)
		v->way = NULL;
}

/* The few failures that an application is told to expect. */
static int queue_error(int err)
{
	switch (err) {
	case 0:
	case -EFAULT:
	case -ENODEV:
	case -ESTALE:
	case -EBUSY:
	case -ENOMEM:
	case -EOPNOTSUPP:
		return err;
	default:
		return -EIO;
	}
}

int v4l_queue(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	int err;

	if (!v->slots)
		return queue_error(settle(v, b));
	err = queue_one(b);
	if (err && may_go_another_way(v, err)) {
		go_another_way(v);
		err = settle(v, b);
	}
	return queue_error(err);
}

static int dequeue(struct v4l_session *v, struct v4l_filled *filled)
{
	struct v4l_message m;
	int err;

	v4l_message(v, 0, &m);
	err = v4l_ioctl(v, VIDIOC_DQBUF, &m.buffer);
	if (err == -EAGAIN)
		return err;
	if (err)
		return v4l_fail(v, "VIDIOC_DQBUF", err), err == -ENODEV ? err : -EIO;
	return v4l_filled(v, &m, filled);
}

int v4l_reap(struct capture_session *s, struct capture_frame *frame)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l_filled filled;
	struct v4l_slot *slot;
	int err;

	if (!v->slots || !s->with_backend.head)
		return -EAGAIN;
	/* only after the mmap way could not give its buffer back */
	if (!v->queued) {
		err = v->way->queue(s->with_backend.head);
		if (err)
			return queue_error(err);
	}
	err = dequeue(v, &filled);
	if (err)
		return err;
	slot = &v->slot[filled.index];
	slot->queued = false;
	v->queued--;
	v->way->finish(v, slot, &filled, frame);
	slot->buffer = NULL;
	return 0;
}

/* ---- start and stop ----------------------------------------------------- */

static struct capture_buffer *first_untried(const struct v4l_session *v)
{
	struct capture_buffer *b;

	for (b = v->session->buffers; b; b = b->next) {
		const struct v4l_buffer *own = b->priv;

		if (own->accepted != v->way)
			return b;
	}
	return NULL;
}

/*
 * More may be attached than the driver holds.  One that is refused in the middle
 * of a run would end it, so every one is shown to the driver before.
 */
static int try_the_rest(struct v4l_session *v)
{
	struct capture_buffer *b = first_untried(v);
	int err;

	if (!b)
		return 0;
	err = take_all_back(v);
	for (; b && !err; b = first_untried(v)) {
		if (v->queued == v->slots)
			err = take_all_back(v);
		if (!err)
			err = queue_one(b);
	}
	if (!err)
		err = take_all_back(v);
	return err ? err : queue_all(v, NULL);
}

static int settle_all(struct v4l_session *v)
{
	int err = v->slots ? 0 : settle(v, NULL);

	while (!err && !v->wanted && v->way != &v4l_mmap) {
		err = try_the_rest(v);
		if (!err || !may_go_another_way(v, err))
			break;
		go_another_way(v);
		err = settle(v, NULL);
	}
	return err;
}

static int stream_error(int err)
{
	switch (err) {
	case -ENODEV:
	case -EBUSY:
	case -ENOSPC:
	case -ENOLINK:
		return err;
	default:
		return -EIO;
	}
}

int v4l_start(struct capture_session *s)
{
	struct v4l_session *v = v4l_of(s);
	int err;

	err = v4l_signal_check(v);
	if (err)
		return err;
	err = settle_all(v);
	if (err)
		return queue_error(err);
	err = v4l_ioctl(v, VIDIOC_STREAMON, &v->type);
	if (!err) {
		v->streaming = true;
		return 0;
	}
	err = stream_error(v4l_fail(v, "VIDIOC_STREAMON", err));
	/* what is queued stays so, for another try; otherwise nothing is kept from others */
	if (!v->queued)
		v4l_release(v);
	return err;
}

int v4l_stop(struct capture_session *s)
{
	/* silent in any case: the queue was stopped, or its descriptor is closed */
	v4l_release(v4l_of(s));
	return 0;
}
