/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "parse.h"
#include "say.h"
#include "sieve.h"
#include "signals.h"
#include "words.h"

#define DEFAULT_TIMEOUT_NS (5 * NSEC_PER_SEC)

/* a buffer and what is on its way in it */
struct slot {
	struct job job;		/* first: a job is its slot */
	struct capture_buffer *buffer;
	unsigned int number;
	struct metadata_line *line;
};

struct pipeline {
	const struct pipeline_setup *setup;
	const struct request *request;
	struct tally *tally;
	struct sieve sieve;
	struct slot *slots;
	uint64_t period_ns;	/* from one frame to the next; 0: not known */
	uint64_t timeout_ns;	/* 0: none */
	uint64_t waiting_since_ns;	/* for the next good frame */
	unsigned int queued;	/* buffers with the device */
	unsigned int busy;	/* buffers with the writers */
	bool told_full;
};

/* ---- how it ends -------------------------------------------------------- */

/* The first reason stands. */
static void end(struct pipeline *p, enum end why_ended)
{
	if (p->tally->end == END_NONE)
		p->tally->end = why_ended;
}

static void end_in_error(struct pipeline *p, enum end why_ended, int status)
{
	end(p, why_ended);
	if (!p->tally->error_status)
		p->tally->error_status = status;
}

static void device_failed(struct pipeline *p, int err)
{
	end_in_error(p, END_DEVICE, say_library_error(PHASE_STREAM, err));
}

static void output_failed(struct pipeline *p, int err)
{
	if (p->tally->error_status)
		return;
	if (err == -EPIPE) {	/* the reader has had enough: no error of ours, nothing to say */
		say(SAY_DETAILS, "%s", why());
		end_in_error(p, END_PIPE, STATUS_SIGNAL + SIGPIPE);
		return;
	}
	end_in_error(p, END_OUTPUT, say_error(status_of(PHASE_WRITE, err), err, "%s", why()));
}

/* ---- buffers ------------------------------------------------------------ */

static int queue(struct pipeline *p, struct slot *slot)
{
	int err = capture_queue(slot->buffer);

	if (err == -EINVAL || err == -EAGAIN || err == -ENOMEM)
		err = capture_queue(slot->buffer);	/* some drivers refuse now and then */
	if (err)
		return err;
	if (!p->queued++)
		p->waiting_since_ns = clock_now();
	return 0;
}

/* Back to the device, unless the run is over. */
static void recycle(struct pipeline *p, struct slot *slot)
{
	int err;

	if (p->tally->end != END_NONE)
		return;
	err = queue(p, slot);
	if (err)
		device_failed(p, err);
}

/* ---- frames ------------------------------------------------------------- */

static void verify(struct pipeline *p, const struct capture_frame *frame)
{
	int err = capture_verify(p->setup->session, frame);

	if (!err)
		return;
	p->tally->verified = false;
	end_in_error(p, END_MISMATCH, say_error(err == -EBADMSG ? STATUS_MISMATCH :
						status_of(PHASE_MEMORY, err), err, "%s",
						capture_error()));
}

/* Everything about a frame that is kept, but its memory. */
static int describe(struct pipeline *p, struct slot *slot, const struct capture_frame *frame)
{
	struct metadata_facts facts = { .frame = frame, .picture = &slot->job.picture,
					.buffer = slot->number };
	struct picture *picture = &slot->job.picture;
	int err;

	picture_set(picture, p->setup->format, frame,
		    p->setup->output->start + p->tally->captured - 1);
	picture->utc_ns = clock_utc(frame->time_ns, &facts.utc_error_ns);
	slot->job.path = NULL;
	slot->line = NULL;
	if (p->setup->output->mode == OUTPUT_FILES) {
		err = output_name(p->setup->output, picture, &slot->job.path);
		if (err)
			return err;
	}
	facts.file = slot->job.path;
	if (p->setup->output->mode == OUTPUT_FILE)
		facts.file = p->setup->output->path;
	return p->setup->metadata ? metadata_add(p->setup->metadata, &facts, &slot->line) : 0;
}

/* The writers, or nobody, are done with a frame. */
static void settle(struct pipeline *p, struct slot *slot)
{
	bool one_file = p->setup->writer && p->setup->output->mode != OUTPUT_FILES;
	int err = 0;

	p->tally->written += slot->job.written;
	if (slot->line)
		err = metadata_done(p->setup->metadata, slot->line, slot->job.written, one_file,
				    slot->job.offset);
	if (err)
		output_failed(p, err);
	free(slot->job.path);
	slot->job.path = NULL;
}

static void keep(struct pipeline *p, struct slot *slot, const struct capture_frame *frame)
{
	struct tally *t = p->tally;
	int err;

	tally_frame(t, frame, p->period_ns);
	if (p->request->check)
		verify(p, frame);
	if (p->setup->writer || p->setup->metadata) {
		err = describe(p, slot, frame);
		if (err) {
			free(slot->job.path);
			slot->job.path = NULL;
			output_failed(p, err);
			return;
		}
	}
	if (p->setup->writer) {
		if (++p->busy > t->high_water)
			t->high_water = p->busy;
		writer_put(p->setup->writer, &slot->job);
	} else {
		slot->job.written = true;
		settle(p, slot);
	}
	if (t->requested && t->captured >= t->requested)
		end(p, END_COUNT);
}

static void tell_full(struct pipeline *p)
{
	if (p->told_full || !p->tally->lost.ring_full || !p->busy)
		return;
	p->told_full = true;
	say(SAY_NOTES, "all %u buffers wait to be written: new frames are lost until one is free; "
	    "give more memory (--mem-budget), write faster (--format raw, --writers) or ask for less "
	    "(--fps, --size)", p->tally->depth);
}

static void take(struct pipeline *p, const struct capture_frame *frame)
{
	struct slot *slot = capture_buffer_tag(frame->buffer);
	struct capture_stats stats;
	bool handed_over = false;

	p->queued--;
	if (frame->status == -ECANCELED)
		return;
	capture_stats(p->setup->session, &stats);
	switch (sieve_judge(&p->sieve, frame, stats.lost_starved, p->tally)) {
	case VERDICT_KEEP:
		keep(p, slot, frame);
		handed_over = p->setup->writer;
		__attribute__((fallthrough));
	case VERDICT_PASS:
		p->waiting_since_ns = clock_now();
		break;
	case VERDICT_BAD:
		break;
	case VERDICT_END:
		end(p, END_DURATION);
		break;
	}
	tell_full(p);
	if (p->request->loss == LOSS_ABORT && tally_lost(p->tally, p->request))
		end(p, END_LOSS);
	if (!handed_over)
		recycle(p, slot);
}

/* One frame, if there is one: more than one a turn would cost a call that finds nothing. */
static void reap(struct pipeline *p)
{
	struct capture_frame frame;
	int err = capture_wait(p->setup->session, 0, &frame);

	if (!err)
		take(p, &frame);
	else if (err == -ENODATA)	/* buffers are queued, so it is the source that has no more */
		end(p, END_SOURCE);
	else if (err != -ETIMEDOUT && err != -EINTR)
		device_failed(p, err);
}

/* What the writers are done with. */
static void collect(struct pipeline *p)
{
	struct job *job;
	int err;

	while ((job = writer_take(p->setup->writer))) {
		p->busy--;
		settle(p, (struct slot *)job);
		recycle(p, (struct slot *)job);
	}
	err = writer_error(p->setup->writer);
	if (err)
		output_failed(p, err);
}

/* ---- time --------------------------------------------------------------- */

static void timed_out(struct pipeline *p)
{
	const struct tally *t = p->tally;
	uint64_t bad = t->lost.transfer + t->lost.corrupt + t->lost.incomplete;
	struct capture_info info;

	capture_info(p->setup->session, &info);
	if (bad)
		end_in_error(p, END_TIMEOUT, say_error(STATUS_RETRY, -ETIMEDOUT, "%s: no good frame "
			     "within %g s (%" PRIu64 " captured, %" PRIu64 " damaged); check cable and "
			     "signal, or keep damaged frames with --damaged keep", info.uri,
			     (double)p->timeout_ns / 1e9, t->captured, bad));
	else
		end_in_error(p, END_TIMEOUT, say_error(STATUS_RETRY, -ETIMEDOUT, "%s: no frame within "
			     "%g s (%" PRIu64 " captured); check signal and trigger, or wait longer "
			     "with --timeout", info.uri, (double)p->timeout_ns / 1e9, t->captured));
}

/*
 * Frames carry their own times and end the run by them; this is for a device
 * that falls silent just before: two periods and a second later.
 */
static uint64_t duration_deadline(const struct pipeline *p)
{
	if (!p->request->duration_ns || !p->tally->have_first)
		return UINT64_MAX;
	return p->tally->first_time_ns + p->request->duration_ns + 2 * p->period_ns + NSEC_PER_SEC;
}

static uint64_t frame_deadline(const struct pipeline *p)
{
	/* no buffer queued: it is we who are waited for */
	return p->timeout_ns && p->queued ? p->waiting_since_ns + p->timeout_ns : UINT64_MAX;
}

static uint64_t next_deadline(const struct pipeline *p)
{
	uint64_t next = p->setup->progress->next_ns;

	if (p->tally->end == END_NONE && frame_deadline(p) < next)
		next = frame_deadline(p);
	if (p->tally->end == END_NONE && duration_deadline(p) < next)
		next = duration_deadline(p);
	return next;
}

static void check_time(struct pipeline *p)
{
	uint64_t now = clock_now();

	progress_show(p->setup->progress, p->tally, p->busy, now);
	if (p->tally->end != END_NONE)
		return;
	if (now >= duration_deadline(p))
		end(p, END_DURATION);
	else if (now >= frame_deadline(p))
		timed_out(p);
}

/* ---- the loop ----------------------------------------------------------- */

/* At once: no file under its final name that is not whole, none under a temporary one. */
static _Noreturn void give_up(struct pipeline *p, int number)
{
	outfile_unlink_all();
	say(SAY_NOTES, "stopped at once; %u frames in memory are not written", p->busy);
	signals_die(number);
}

static void take_signal(struct pipeline *p)
{
	int number = signals_take(p->setup->signals);

	if (!number)
		return;
	if (number == SIGUSR2) {
		p->setup->show(p->setup->show_arg, p->tally);
		return;
	}
	if (p->tally->signal)
		give_up(p, number);
	p->tally->signal = number;
	end(p, END_SIGNAL);
	if (p->busy)
		say(SAY_NOTES, "writing the frames in memory; once more stops at once");
}

/* Wait for the device (unless the run is over), the writers, a signal or a deadline. */
static void turn(struct pipeline *p)
{
	bool running = p->tally->end == END_NONE && p->queued;
	struct pollfd fds[] = {
		{ .fd = running ? capture_fd(p->setup->session) : -1, .events = POLLIN },
		{ .fd = p->setup->writer ? writer_fd(p->setup->writer) : -1, .events = POLLIN },
		{ .fd = p->setup->signals, .events = POLLIN },
	};
	uint64_t deadline = next_deadline(p), now;
	struct timespec left, *timeout = NULL;

	if (deadline != UINT64_MAX) {
		now = clock_now();
		now = deadline > now ? deadline - now : 0;
		left = (struct timespec){ .tv_sec = (time_t)(now / NSEC_PER_SEC),
					  .tv_nsec = (long)(now % NSEC_PER_SEC) };
		timeout = &left;
	}
	if (ppoll(fds, 3, timeout, NULL) < 0)
		return;
	if (fds[2].revents)
		take_signal(p);
	if (fds[1].revents)
		collect(p);
	if (fds[0].revents && p->tally->end == END_NONE)
		reap(p);
	check_time(p);
}

static int start(struct pipeline *p)
{
	const struct ring *ring = p->setup->ring;
	int err;

	for (unsigned int i = 0; i < ring->count; i++) {
		struct slot *slot = &p->slots[i];

		slot->number = i;
		slot->buffer = ring->buffers[i];
		capture_buffer_set_tag(slot->buffer, slot);
		err = queue(p, slot);
		if (err)
			return err;
	}
	p->tally->start_ns = clock_now();	/* frames may come before the next call returns */
	err = capture_start(p->setup->session);
	p->waiting_since_ns = clock_now();
	return err;
}

/* No more DMA from here on; what was filled before is still good. */
static void stop(struct pipeline *p)
{
	struct capture_frame frame;
	int err = capture_stop(p->setup->session);
	bool wanted = p->tally->end == END_SIGNAL || p->tally->end == END_DEVICE;

	p->tally->end_ns = clock_now();
	if (err)
		device_failed(p, err);
	while (!capture_wait(p->setup->session, 0, &frame)) {
		if (wanted && p->tally->captured < (p->tally->requested ?: UINT64_MAX))
			take(p, &frame);
		else
			p->queued--;
	}
	if (p->tally->end == END_SIGNAL && p->tally->captured == p->tally->requested)
		p->tally->end = END_COUNT;	/* the signal came just too late */
}

/* The files: everything that was captured, then the durable end. */
static void finish(struct pipeline *p)
{
	int err = 0;

	while (p->busy)
		turn(p);
	if (p->setup->writer) {
		err = writer_finish(p->setup->writer);
		if (err)
			output_failed(p, err);
	}
	p->tally->lost.writer = p->tally->captured - p->tally->written;
	if (p->setup->metadata) {
		err = metadata_finish(p->setup->metadata);
		if (err)
			output_failed(p, err);
	}
	if (p->request->outfile.sync == OUTFILE_SYNC_END) {
		err = outfile_sync_all();
		if (err)
			output_failed(p, err);
	}
}

int pipeline_run(const struct pipeline_setup *setup, struct tally *tally)
{
	const struct capture_format *format = setup->format;
	struct pipeline p = { .setup = setup, .request = setup->request, .tally = tally };
	int err;

	tally->depth = setup->ring->count;
	tally->verified = setup->request->check;
	if (format->fps_num && format->fps_den)
		p.period_ns = NSEC_PER_SEC * format->fps_den / format->fps_num;
	p.timeout_ns = setup->request->timeout_ns;
	if (!setup->request->have_timeout)
		p.timeout_ns = 5 * p.period_ns > DEFAULT_TIMEOUT_NS ? 5 * p.period_ns :
								      DEFAULT_TIMEOUT_NS;
	sieve_open(&p.sieve, setup->request);
	p.slots = calloc(setup->ring->count, sizeof(*p.slots));
	if (!p.slots)
		return say_error(STATUS_MEMORY, -ENOMEM, "no memory for %u buffers; ask for fewer with "
				 "--buffers", setup->ring->count);
	err = start(&p);
	if (err)
		device_failed(&p, err);
	while (tally->end == END_NONE)
		turn(&p);
	stop(&p);
	finish(&p);
	progress_close(setup->progress, tally);
	free(p.slots);
	return tally_status(tally, setup->request);
}
