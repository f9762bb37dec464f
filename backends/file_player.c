/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The thread that plays a recording.
 *
 * With a rate, frame n is there n + 1 periods after the start, and it goes into
 * the oldest buffer that was queued by then.  If there was none the frame is
 * lost, as a camera's would be; but the last one waits for a buffer, so that its
 * gap tells of those before it.  Without a rate a frame comes whenever a buffer
 * is there, and none is lost.
 */
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "thread.h"

#define PIECE (1u << 20)	/* bytes after which a stop is looked for */

/* ---- queues ---- */

static void queue_clear(struct file_queue *q)
{
	q->head = NULL;
	q->tail = &q->head;
}

static void queue_push(struct file_queue *q, struct file_buffer *b)
{
	b->next = NULL;
	*q->tail = b;
	q->tail = &b->next;
}

static struct file_buffer *queue_pop(struct file_queue *q)
{
	struct file_buffer *b = q->head;

	if (b)
		q->head = b->next;
	if (!q->head)
		q->tail = &q->head;
	return b;
}

/* The descriptor is readable while there is something to say. */
static void update_event(struct player *p)
{
	eventfd_t ignored;

	if (p->done.head || p->ended || p->error)
		eventfd_write(p->event_fd, 1);
	else
		eventfd_read(p->event_fd, &ignored);
}

/* ---- the thread ---- */

struct show {
	struct player *player;
	uint64_t start_ns;
	uint64_t number;	/* of the next frame */
	uint64_t starved;	/* since the last frame: those that found no buffer */
};

/* The end of a frame, which takes a period. */
static uint64_t due_ns(const struct show *show, uint64_t number)
{
	const struct player *p = show->player;

	return show->start_ns + (uint64_t)((unsigned __int128)(number + 1) * p->fps_den * 1000000000u /
					   p->fps_num);
}

/* Wait with the lock held until something changes, or until @ns; 0: for ever. */
static void doze(struct player *p, uint64_t ns)
{
	const struct timespec ts = { .tv_sec = (time_t)(ns / 1000000000u),
				     .tv_nsec = (long)(ns % 1000000000u) };

	if (ns)
		pthread_cond_timedwait(&p->wake, &p->lock, &ts);
	else
		pthread_cond_wait(&p->wake, &p->lock);
}

static bool is_last(const struct show *show)
{
	return !show->player->loop && show->number + 1 == show->player->recording->count;
}

static void lose(struct show *show)
{
	show->number++;
	show->starved++;
}

/*
 * Of a rate: the frames that were due before the oldest buffer was queued are
 * lost.  Moves on to the first that is not, and waits until that is due.
 */
static void keep_time(struct show *show)
{
	struct player *p = show->player;
	uint64_t due;

	while (!p->stopping) {
		due = due_ns(show, show->number);
		if (capture_now_ns() < due)
			doze(p, due);
		else if (is_last(show) || (p->queued.head && p->queued.head->queued_ns <= due))
			return;
		else if (p->queued.head)
			lose(show);
		else
			doze(p, 0);
	}
}

static bool is_stopping(const struct player *p)
{
	return __atomic_load_n(&p->stopping, __ATOMIC_RELAXED);
}

struct copy {
	struct player *player;
	struct file_buffer *to;
};

static int copy_piece(void *arg, uint64_t at, const void *bytes, size_t len)
{
	const struct copy *copy = arg;
	struct file_buffer *b = copy->to;

	if (is_stopping(copy->player))
		return -ECANCELED;
	b->frame.bytes = at + len;
	return bus_write(&copy->player->bus, (char *)b->buffer->addr + at, bytes, len);
}

/* Of the file into the application's memory; the kernel checks both. */
static int read_bytes(struct player *p, const struct show *show, struct file_buffer *b)
{
	const struct recording *r = p->recording;
	uint64_t offset = recording_offset(r, show->number), size = r->format.size;
	ssize_t got;

	for (; b->frame.bytes < size; b->frame.bytes += (uint64_t)got) {
		uint64_t left = size - b->frame.bytes;

		if (is_stopping(p))
			return -ECANCELED;
		got = pread(r->fd, (char *)b->buffer->addr + b->frame.bytes, left < PIECE ? left : PIECE,
			    (off_t)(offset + b->frame.bytes));
		if (!got)
			return fail(-EIO, "file: the file has become shorter than it was; do not write to what is played");
		if (got < 0)
			return fail(-errno, "file: cannot read the next frame: %m; see the kernel's log");
	}
	return 0;
}

static int read_frame(struct player *p, const struct show *show, struct file_buffer *b)
{
	struct copy copy = { .player = p, .to = b };

	return p->recording->pattern ? recording_read(p->recording, show->number, copy_piece, &copy) :
	       read_bytes(p, show, b);
}

static void set_up(struct show *show, struct file_buffer *b)
{
	const struct capture_format *f = &show->player->recording->format;
	unsigned int i;

	b->frame = (struct capture_frame){
		.buffer = b->buffer,
		.sequence = show->number,
		.time_source = CAPTURE_TIME_END,
		.flags = CAPTURE_FRAME_COPIED,
		.chunks = 1,
	};
	b->buffer->starved = show->starved;
	show->starved = 0;
	for (i = 0; i < f->planes; i++)
		b->frame.plane_offset[i] = f->plane[i].offset;
}

/* -EFAULT is the buffer's failure; every other one is the file's, and ends the show. */
static void deliver(struct show *show, struct file_buffer *b, int err)
{
	struct player *p = show->player;

	if (err == -ECANCELED)
		return;		/* the core cancels what was not delivered */
	if (err && err != -EFAULT) {
		p->error = err;
		snprintf(p->why, sizeof(p->why), "%s", capture_error());
	}
	b->frame.status = p->error ? -EIO : err;
	b->frame.time_ns = p->fps_num ? due_ns(show, show->number) : capture_now_ns();
	queue_push(&p->done, b);
	p->ended = is_last(show);
	show->number++;
	update_event(p);
}

static void play_one(struct show *show)
{
	struct player *p = show->player;
	struct file_buffer *b;
	int err;

	if (p->fps_num)
		keep_time(show);
	while (!p->stopping && !p->queued.head)
		doze(p, 0);
	if (p->stopping)
		return;
	b = queue_pop(&p->queued);
	set_up(show, b);
	pthread_mutex_unlock(&p->lock);
	err = read_frame(p, show, b);
	pthread_mutex_lock(&p->lock);
	deliver(show, b, err);
}

static void *play(void *arg)
{
	struct show show = { .player = arg, .start_ns = capture_now_ns() };
	struct player *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping && !p->ended && !p->error)
		play_one(&show);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ---- from outside ---- */

int player_init(struct player *p, const struct recording *recording)
{
	int err;

	*p = (struct player){ .recording = recording };
	err = bus_open(&p->bus, false);
	if (err)
		return fail_in(err, "file: ");
	p->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->event_fd < 0) {
		bus_close(&p->bus);
		return fail(-errno, "file: cannot make an event: %m; close some files or raise ulimit -n");
	}
	queue_clear(&p->queued);
	queue_clear(&p->done);
	pthread_mutex_init(&p->lock, NULL);
	err = thread_cond_init(&p->wake);
	if (!err)
		return 0;
	pthread_mutex_destroy(&p->lock);
	close(p->event_fd);
	bus_close(&p->bus);
	return fail(err, "file: cannot make a lock: %m");
}

void player_fini(struct player *p)
{
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	close(p->event_fd);
	bus_close(&p->bus);
}

int player_start(struct player *p)
{
	int err = thread_start(&p->thread, play, p);

	if (err)
		return fail(err, "file: cannot start a thread: %m");
	p->running = true;
	return 0;
}

void player_stop(struct player *p)
{
	if (p->running) {
		pthread_mutex_lock(&p->lock);
		__atomic_store_n(&p->stopping, true, __ATOMIC_RELAXED);
		pthread_cond_signal(&p->wake);
		pthread_mutex_unlock(&p->lock);
		pthread_join(p->thread, NULL);
	}
	p->running = p->stopping = p->ended = false;
	p->error = 0;
	queue_clear(&p->queued);
	queue_clear(&p->done);
	update_event(p);
}

/* In the thread that asks: words are a thread's own. */
static int say_error(const struct player *p)
{
	return fail(-EIO, "%s", p->why);
}

int player_queue(struct player *p, struct file_buffer *buffer)
{
	int err = 0;

	pthread_mutex_lock(&p->lock);
	if (p->error) {
		err = say_error(p);
	} else {
		buffer->queued_ns = capture_now_ns();
		queue_push(&p->queued, buffer);
		pthread_cond_signal(&p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return err;
}

int player_reap(struct player *p, struct capture_frame *frame)
{
	struct file_buffer *b;
	int err = -EAGAIN;

	pthread_mutex_lock(&p->lock);
	b = queue_pop(&p->done);
	if (b) {
		*frame = b->frame;
		err = 0;
	} else if (p->error) {
		err = say_error(p);
	} else if (p->ended) {
		err = fail(-ENODATA, "file: the recording is over after %llu frames",
			   (unsigned long long)p->recording->count);
	}
	update_event(p);
	pthread_mutex_unlock(&p->lock);
	return err;
}
