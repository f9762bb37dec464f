/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "words.h"

struct queue {
	struct job *head, *tail;
};

/* a thread, and what it asks of the others */
struct hand {
	struct encode_helpers helpers;
	struct writer *writer;
	struct encode *encode;
	pthread_t thread;
	bool called;		/* for help with its frame; under the writer's lock */
};

struct writer {
	struct writer_setup setup;
	pthread_mutex_t lock;		/* protects the next six, and hands that call */
	pthread_cond_t wake;		/* waiting has something, a hand called, or quit */
	struct queue waiting, done;
	bool quit;
	int error;			/* the first failure */
	char words[1024];		/* and its words */
	int fd;				/* eventfd: done has something */
	bool file_open, fd_open;
	struct outfile file;		/* OUTPUT_FILE, and OUTPUT_STREAM to a device or fifo */
	struct sink_fd stream;		/* standard output */
	struct sink *sink;		/* of the one file or stream */
	struct sink_fd *pipe;		/* that is it, and takes pages of memory; NULL: it is none */
	struct queue behind;		/* jobs that it has not brought out yet; its thread's */
	uint64_t frames;		/* written to it; under the lock */
	uint64_t whole;			/* bytes of those */
	struct writer_way way;		/* under the lock */
	struct hand *hands;
	unsigned int encoders_open, threads_running;
};

static void push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	if (queue->tail)
		queue->tail->next = job;
	else
		queue->head = job;
	queue->tail = job;
}

static struct job *pop(struct queue *queue)
{
	struct job *job = queue->head;

	if (!job)
		return NULL;
	queue->head = job->next;
	if (!queue->head)
		queue->tail = NULL;
	return job;
}

/* ---- in the writers' threads -------------------------------------------- */

static int write_file(struct writer *w, struct encode *encode, struct job *job)
{
	struct outfile file;
	int err = outfile_open(&file, job->path, w->setup.policy);

	if (err)
		return err;
	err = encode_header(encode, &file.out.sink);
	if (!err)
		err = encode_frame(encode, &job->picture, &file.out.sink);
	if (!err)
		err = encode_trailer(encode, &file.out.sink);
	if (!err)
		return outfile_commit(&file);
	outfile_abort(&file);
	return err;
}

/* To the one file or stream; the sink may still have it afterwards. */
static int write_behind(struct writer *w, struct encode *encode, struct job *job)
{
	int err;

	job->offset = w->sink->bytes;
	if (w->pipe)
		sink_fd_lend(w->pipe, job->picture.lasting ? job->picture.data : NULL,
			     job->picture.size);
	err = encode_frame(encode, &job->picture, w->sink);
	job->end = err ? UINT64_MAX : w->sink->bytes;
	push(&w->behind, job);
	/* those before it are good if they get out */
	while (err && w->sink->done < w->sink->bytes && !w->sink->settle(w->sink))
		;
	return err;
}

/* No room left: what is in the file already is as good as before. */
static bool keeps_frames(const struct writer *w, int err)
{
	return (err == -ENOSPC || err == -EDQUOT || err == -EFBIG) && w->file_open &&
	       !w->file.direct && w->frames;
}

/* Done with a job, under the lock. */
static void settle(struct writer *w, struct job *job, int err)
{
	bool first = !w->done.head;

	job->written = !err;
	if (err && !w->error) {
		w->error = err;
		snprintf(w->words, sizeof(w->words), "%s", why());
		if (keeps_frames(w, err))
			snprintf(w->words, sizeof(w->words), "%s; the %" PRIu64 " frames before are kept",
				 why(), w->frames);
	}
	push(&w->done, job);
	if (first)
		eventfd_write(w->fd, 1);
}

/* How much of the file came about without a copy. */
static void note_in_place(struct writer *w)
{
	struct writer_way *way = &w->way;
	uint64_t copied = inplace_copied(w->file.in_place, way->why);

	way->way = copied && copied >= w->sink->bytes ? DIRECT_NO : DIRECT_IN_PLACE;
	if (copied && !*way->why)
		snprintf(way->why, sizeof(way->why), "%" PRIu64 " of %" PRIu64 " bytes were copied, for "
			 "frames before them were left out", copied, w->sink->bytes);
}

/* How much of what went into the pipe went as pages, if any did. */
static void note_spliced(struct writer *w)
{
	struct writer_way *way = &w->way;

	if (!w->pipe->spliced)
		return;
	way->applies = true;
	way->way = DIRECT_SPLICED;
	if (w->pipe->spliced < w->sink->bytes)
		snprintf(way->why, sizeof(way->why), "%" PRIu64 " of %" PRIu64 " bytes were copied, for "
			 "they are few or their memory is used again",
			 w->sink->bytes - w->pipe->spliced, w->sink->bytes);
}

/* Under the lock. */
static void note_way(struct writer *w)
{
	const char *words;

	if (w->pipe)
		note_spliced(w);
	if (w->file.in_place)
		note_in_place(w);
	if (!w->file.behind)
		return;
	w->way.way = direct_way(w->file.behind, &words);
	snprintf(w->way.why, sizeof(w->way.why), "%s", words);
}

/* What the sink brought out; all, after a failure. Under the lock. */
static void settle_behind(struct writer *w, int err)
{
	struct job *job;

	while ((job = w->behind.head) && (err || job->end <= w->sink->done)) {
		pop(&w->behind);
		if (job->end <= w->sink->done) {
			w->frames++;
			w->whole = job->end;
			settle(w, job, 0);
		} else {
			settle(w, job, err);
		}
	}
	note_way(w);
}

/* One job, or, without one, what was begun before. Under the lock, which is let go meanwhile. */
static void work(struct writer *w, struct hand *me, struct job *job)
{
	bool failed = w->error;
	int err;

	pthread_mutex_unlock(&w->lock);
	if (!job)
		err = w->sink->settle(w->sink);
	else if (failed)
		err = -ECANCELED;
	else if (w->setup.mode == OUTPUT_FILES)
		err = write_file(w, me->encode, job);
	else
		err = write_behind(w, me->encode, job);
	pthread_mutex_lock(&w->lock);
	if (job && (failed || w->setup.mode == OUTPUT_FILES))
		settle(w, job, err);
	else
		settle_behind(w, err);
}

/* By an encoder at a large frame. */
static void call(const struct encode_helpers *helpers)
{
	struct hand *me = (struct hand *)helpers;

	pthread_mutex_lock(&me->writer->lock);
	me->called = true;
	pthread_cond_broadcast(&me->writer->wake);
	pthread_mutex_unlock(&me->writer->lock);
}

/* Help one that called; under the lock, which is let go meanwhile. */
static bool lend_a_hand(struct writer *w, struct hand *me)
{
	unsigned int i;

	for (i = 0; i < w->encoders_open; i++) {
		struct hand *other = &w->hands[i];

		if (other == me || !other->called)
			continue;
		pthread_mutex_unlock(&w->lock);
		encode_assist(me->encode, other->encode);
		pthread_mutex_lock(&w->lock);
		/* it calls again when there is more */
		other->called = false;
		return true;
	}
	return false;
}

/* Frames of one file or stream are written by one thread, in order. */
static bool may_write(const struct writer *w, const struct hand *me)
{
	return w->setup.mode == OUTPUT_FILES || me == &w->hands[0];
}

static void *run(void *arg)
{
	struct hand *me = arg;
	struct writer *w = me->writer;
	struct job *job;

	pthread_mutex_lock(&w->lock);
	while (1) {
		job = may_write(w, me) ? pop(&w->waiting) : NULL;
		if (job || (may_write(w, me) && w->behind.head))
			work(w, me, job);
		else if (w->quit)
			break;
		else if (!lend_a_hand(w, me))
			pthread_cond_wait(&w->wake, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* ---- in the caller's thread --------------------------------------------- */

/* The one file, in place or past the page cache if that is wished and can be. */
static int open_behind(struct writer *w)
{
	const struct writer_setup *s = &w->setup;
	int err = s->why_buffered ? say_why(-EOPNOTSUPP, "%s", s->why_buffered) : 0;

	w->way.applies = true;
	if (!err && s->in_place.slots && !outfile_write_in_place(&w->file, &s->in_place)) {
		w->way.way = DIRECT_IN_PLACE;
		w->sink = inplace_sink(w->file.in_place);
		return 0;
	}
	if (!err && inplace_may(s->path))
		err = say_why(-EOPNOTSUPP, "the file is in memory");
	if (!err)
		err = outfile_write_directly(&w->file, s->expected);
	if (!err) {
		w->way.way = DIRECT_YES;
		w->sink = direct_sink(w->file.behind);
		return 0;
	}
	if (s->must_direct)
		return say_why_in(err, "%s cannot be written directly, leave out --direct on or write "
				  "to another disk: ", s->path);
	snprintf(w->way.why, sizeof(w->way.why), "%s", why());
	return 0;
}

/* Standard output, a device or a fifo: pipes are made wide, whatever goes into them. */
static void open_stream(struct writer *w, struct sink_fd *stream)
{
	w->sink = &stream->sink;
	if (sink_fd_widen(stream) && w->setup.encoder->lends)
		w->pipe = stream;
}

static int open_sink(struct writer *w)
{
	int err;

	if (w->setup.mode == OUTPUT_FILES)
		return 0;
	if (w->setup.standard) {
		sink_fd_init(&w->stream, STDOUT_FILENO, "standard output");
		open_stream(w, &w->stream);
		return 0;
	}
	err = outfile_open(&w->file, w->setup.path, w->setup.policy);
	if (err)
		return err;
	w->file_open = true;
	if (w->setup.mode == OUTPUT_STREAM)
		open_stream(w, &w->file.out);
	else
		w->sink = &w->file.out.sink;
	return w->setup.plain_file ? open_behind(w) : 0;
}

static int open_encoders(struct writer *w)
{
	int err;

	for (; w->encoders_open < w->setup.threads; w->encoders_open++) {
		struct hand *hand = &w->hands[w->encoders_open];

		err = encode_open(w->setup.encoder, w->setup.format, w->setup.options,
				  &hand->encode);
		if (err)
			return err;
		encode_expect(hand->encode, w->setup.mode == OUTPUT_FILES ? 1 : w->setup.frames);
		hand->writer = w;
		hand->helpers.call = call;
		if (w->setup.threads > 1)
			encode_set_helpers(hand->encode, &hand->helpers);
	}
	return w->sink ? encode_header(w->hands[0].encode, w->sink) : 0;
}

static int start_some_threads(struct writer *w)
{
	int err;

	for (; w->threads_running < w->setup.threads; w->threads_running++) {
		struct hand *hand = &w->hands[w->threads_running];

		err = pthread_create(&hand->thread, NULL, run, hand);
		if (err)
			return say_why(-err, "cannot start a writer thread: %m; ask for fewer with "
				       "--writers");
	}
	return 0;
}

/* Signals are for the thread that captures. */
static int start_threads(struct writer *w)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = start_some_threads(w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

int writer_open(const struct writer_setup *setup, struct writer **out)
{
	struct writer *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return say_why(-ENOMEM, "%m");
	w->setup = *setup;
	if (setup->mode != OUTPUT_FILES && !setup->encoder->assist)
		w->setup.threads = 1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->fd_open = w->fd >= 0;
	w->hands = calloc(w->setup.threads, sizeof(*w->hands));
	if (!w->fd_open || !w->hands)
		err = say_why(w->fd_open ? -ENOMEM : -errno, "cannot start the writers: %m");
	else
		err = open_sink(w);
	if (!err)
		err = open_encoders(w);
	if (!err)
		err = start_threads(w);
	if (err) {
		writer_close(w);
		return err;
	}
	*out = w;
	return 0;
}

bool writer_takes_pages(const struct writer *w)
{
	return w->pipe;
}

int writer_fd(const struct writer *w)
{
	return w->fd;
}

void writer_put(struct writer *w, struct job *job)
{
	job->written = false;
	pthread_mutex_lock(&w->lock);
	push(&w->waiting, job);
	/* all: who wakes may be one that only lends a hand */
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

struct job *writer_take(struct writer *w)
{
	eventfd_t ignored;
	struct job *job;

	pthread_mutex_lock(&w->lock);
	job = pop(&w->done);
	if (job && !w->done.head)
		eventfd_read(w->fd, &ignored);
	pthread_mutex_unlock(&w->lock);
	return job;
}

int writer_error(struct writer *w)
{
	int err;

	pthread_mutex_lock(&w->lock);
	err = w->error ? say_why(w->error, "%s", w->words) : 0;
	pthread_mutex_unlock(&w->lock);
	return err;
}

void writer_way(struct writer *w, struct writer_way *way)
{
	pthread_mutex_lock(&w->lock);
	*way = w->way;
	pthread_mutex_unlock(&w->lock);
}

struct inplace *writer_in_place(struct writer *w)
{
	return w->file_open ? w->file.in_place : NULL;
}

static void stop_threads(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	while (w->threads_running)
		pthread_join(w->hands[--w->threads_running].thread, NULL);
}

/* End the file behind its last whole frame. */
static int keep_frames(struct writer *w)
{
	int err = outfile_cut(&w->file, w->whole);

	if (!err)
		err = encode_trailer(w->hands[0].encode, w->sink);
	if (err)
		return err;
	w->file_open = false;
	return outfile_commit(&w->file);
}

int writer_finish(struct writer *w)
{
	int err, lost;

	stop_threads(w);
	err = writer_error(w);
	if (keeps_frames(w, err)) {
		lost = keep_frames(w);
		return lost ? lost : writer_error(w);
	}
	if (err || !w->sink || !w->frames)
		return err;
	err = encode_trailer(w->hands[0].encode, w->sink);
	if (!err && w->file_open) {
		w->file_open = false;
		err = outfile_commit(&w->file);
	}
	return err;
}

void writer_close(struct writer *w)
{
	if (!w)
		return;
	stop_threads(w);
	if (w->file_open)
		outfile_abort(&w->file);
	while (w->encoders_open)
		encode_close(w->hands[--w->encoders_open].encode);
	free(w->hands);
	if (w->fd_open)
		close(w->fd);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
