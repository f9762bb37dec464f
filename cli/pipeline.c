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
#include "inspection.h"
#include "parse.h"
#include "say.h"
#include "sieve.h"
#include "signals.h"
#include "words.h"

#define DEFAULT_TIMEOUT_NS (5 * NSEC_PER_SEC)

/* a buffer and what is on its way in it */
struct slot {
	struct job *jobs;	/* one an output */
	unsigned int pending;	/* outputs that are not done with it */
	struct capture_buffer *buffer;
	struct capture_buffer *placed;	/* instead of it this time: memory of the file; NULL: none */
	unsigned int number;
	bool given;		/* its memory is a reader's, and never queued again */
	struct metadata_line *line;
};

struct pipeline {
	const struct pipeline_setup *setup;
	const struct request *request;
	struct tally *tally;
	struct sieve sieve;
	struct inspection inspection;
	struct slot *slots;
	struct inplace *place;	/* a file to capture into; NULL: none */
	uint64_t period_ns;	/* from one frame to the next; 0: not known */
	uint64_t timeout_ns;	/* 0: none */
	uint64_t waiting_since_ns;	/* for the next good frame */
	unsigned int queued;	/* buffers with the device */
	unsigned int busy;	/* buffers with the writers */
	unsigned int to_give;	/* buffers that may still be given away */
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

/* Where the frame belongs in the file, if all before it, which are under way, are kept. */
static void claim(struct pipeline *p, struct slot *slot)
{
	void *data = inplace_claim(p->place, slot->number, p->tally->captured + p->queued);

	if (!data)
		return;
	if (capture_attach(p->setup->session, data, p->setup->format->size, 0, &slot->placed)) {
		inplace_release(p->place, slot->number);
		inplace_refuse(p->place, capture_error());
		return;
	}
	capture_buffer_set_tag(slot->placed, slot);
}

static void unclaim(struct pipeline *p, struct slot *slot)
{
	/* one that the device was never stopped for stays, and so does its memory */
	if (!slot->placed || capture_detach(slot->placed))
		return;
	slot->placed = NULL;
	inplace_release(p->place, slot->number);
}

static int queue(struct pipeline *p, struct slot *slot)
{
	struct capture_buffer *buffer;
	int err;

	if (p->place)
		claim(p, slot);
	buffer = slot->placed ? slot->placed : slot->buffer;
	err = capture_queue(buffer);
	if (err == -EINVAL || err == -EAGAIN || err == -ENOMEM)
		err = capture_queue(buffer);	/* some drivers refuse now and then */
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

	unclaim(p, slot);
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

static void forget_names(struct pipeline *p, struct slot *slot)
{
	for (unsigned int i = 0; i < p->setup->output_count; i++) {
		free(slot->jobs[i].path);
		slot->jobs[i].path = NULL;
	}
}

/* What goes to one output: the picture, numbered and named as that one does. */
static int describe_job(struct pipeline *p, const struct slot *slot, struct output *output,
			const struct picture *picture, struct job *job)
{
	job->picture = *picture;
	job->picture.index = output->start + p->tally->captured - 1;
	job->picture.lasting = slot->given;
	job->path = NULL;
	job->written = false;
	return output->mode == OUTPUT_FILES ? output_name(output, &job->picture, &job->path) : 0;
}

/* Everything about a frame that is kept, but its memory. */
static int describe(struct pipeline *p, struct slot *slot, const struct capture_frame *frame)
{
	const struct pipeline_setup *setup = p->setup;
	uint64_t start = setup->output_count ? setup->outputs[0].start : p->request->start;
	struct picture picture;
	struct metadata_facts facts = { .frame = frame, .picture = &picture,
					.buffer = slot->number };
	int err = 0;

	picture_set(&picture, setup->format, frame, start + p->tally->captured - 1);
	picture.utc_ns = clock_utc(frame->time_ns, &facts.utc_error_ns);
	slot->line = NULL;
	for (unsigned int i = 0; !err && i < setup->output_count; i++)
		err = describe_job(p, slot, &setup->outputs[i], &picture, &slot->jobs[i]);
	if (err || !setup->metadata)
		return err;
	return metadata_add(setup->metadata, &facts, &slot->line);
}

static struct metadata_place place_of(const struct output *output, const struct job *job)
{
	return (struct metadata_place){
		.file = output->mode == OUTPUT_FILES ? job->path :
			output->mode == OUTPUT_FILE ? output->path : NULL,
		.written = job->written,
		.has_offset = output->mode != OUTPUT_FILES,
		.offset = job->offset,
	};
}

/* The writers, or nobody, are done with a frame. */
static void settle(struct pipeline *p, struct slot *slot)
{
	struct metadata_place places[REQUEST_OUTPUTS_MAX];
	bool written = true;
	int err = 0;

	for (unsigned int i = 0; i < p->setup->output_count; i++) {
		places[i] = place_of(&p->setup->outputs[i], &slot->jobs[i]);
		p->setup->outputs[i].written += places[i].written;
		written &= places[i].written;
	}
	p->tally->written += written;
	if (slot->line)
		err = metadata_done(p->setup->metadata, slot->line, places,
				    p->setup->output_count);
	if (err)
		output_failed(p, err);
	forget_names(p, slot);
}

/* Is it with the writers now? */
static bool keep(struct pipeline *p, struct slot *slot, const struct capture_frame *frame)
{
	const struct pipeline_setup *setup = p->setup;
	struct tally *t = p->tally;
	int err = 0;

	tally_frame(t, frame, p->period_ns);
	if (p->request->check)
		verify(p, frame);
	inspection_blank(&p->inspection, frame);
	slot->given = p->to_give;
	p->to_give -= slot->given;
	if (setup->output_count || setup->metadata)
		err = describe(p, slot, frame);
	if (err) {
		forget_names(p, slot);
		output_failed(p, err);
		return false;
	}
	slot->pending = setup->output_count;
	if (slot->pending && ++p->busy > t->high_water)
		t->high_water = p->busy;
	for (unsigned int i = 0; i < setup->output_count; i++)
		writer_put(setup->writers[i], &slot->jobs[i]);
	if (!slot->pending)
		settle(p, slot);
	if (t->requested && t->captured >= t->requested)
		end(p, END_COUNT);
	return slot->pending;
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

static void take(struct pipeline *p, struct capture_frame *frame)
{
	struct slot *slot = capture_buffer_tag(frame->buffer);
	struct capture_stats stats;
	bool handed_over = false;

	p->queued--;
	if (frame->status == -ECANCELED)
		return;
	inspection_look(&p->inspection, frame);
	capture_stats(p->setup->session, &stats);
	switch (sieve_judge(&p->sieve, frame, stats.lost_starved, p->tally)) {
	case VERDICT_KEEP:
		handed_over = keep(p, slot, frame);
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

/* What an output's writers are done with. */
static void collect(struct pipeline *p, struct writer *writer)
{
	struct slot *slot;
	struct job *job;
	int err;

	while ((job = writer_take(writer))) {
		slot = job->owner;
		if (--slot->pending)
			continue;
		p->busy--;
		settle(p, slot);
		if (!slot->given)
			recycle(p, slot);
	}
	err = writer_error(writer);
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
	struct pollfd fds[2 + REQUEST_OUTPUTS_MAX] = {
		{ .fd = running ? capture_fd(p->setup->session) : -1, .events = POLLIN },
		{ .fd = p->setup->signals, .events = POLLIN },
	};
	struct pollfd *writers = fds + 2;
	uint64_t deadline = next_deadline(p), now;
	struct timespec left, *timeout = NULL;

	for (unsigned int i = 0; i < p->setup->output_count; i++)
		writers[i] = (struct pollfd){ .fd = writer_fd(p->setup->writers[i]),
					      .events = POLLIN };
	if (deadline != UINT64_MAX) {
		now = clock_now();
		now = deadline > now ? deadline - now : 0;
		left = (struct timespec){ .tv_sec = (time_t)(now / NSEC_PER_SEC),
					  .tv_nsec = (long)(now % NSEC_PER_SEC) };
		timeout = &left;
	}
	if (ppoll(fds, 2 + p->setup->output_count, timeout, NULL) < 0)
		return;
	if (fds[1].revents)
		take_signal(p);
	for (unsigned int i = 0; i < p->setup->output_count; i++)
		if (writers[i].revents)
			collect(p, p->setup->writers[i]);
	if (fds[0].revents && p->tally->end == END_NONE)
		reap(p);
	check_time(p);
}

static int make_slots(struct pipeline *p)
{
	unsigned int outputs = p->setup->output_count, buffers = p->setup->ring->count;
	struct job *jobs = NULL;

	p->slots = calloc(buffers, sizeof(*p->slots));
	if (outputs)
		jobs = calloc((size_t)buffers * outputs, sizeof(*jobs));
	if (!p->slots || (outputs && !jobs)) {
		free(jobs);
		return say_error(STATUS_MEMORY, -ENOMEM, "no memory for %u buffers; ask for fewer with "
				 "--buffers", buffers);
	}
	for (unsigned int i = 0; jobs && i < buffers; i++) {
		p->slots[i].jobs = &jobs[i * outputs];
		for (unsigned int j = 0; j < outputs; j++)
			p->slots[i].jobs[j].owner = &p->slots[i];
	}
	return 0;
}

static void free_slots(struct pipeline *p)
{
	if (p->slots)
		free(p->slots[0].jobs);
	free(p->slots);
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
	for (unsigned int i = 0; i < p->setup->ring->count; i++)
		unclaim(p, &p->slots[i]);
	for (unsigned int i = 0; i < p->setup->output_count; i++) {
		err = writer_finish(p->setup->writers[i]);
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
	struct pipeline p = { .setup = setup, .request = setup->request, .tally = tally,
			      .to_give = setup->to_give };
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
	inspection_open(&p.inspection, format, setup->outputs, setup->output_count);
	if (setup->output_count)
		p.place = writer_in_place(setup->writers[0]);
	err = make_slots(&p);
	if (err) {
		free_slots(&p);
		return err;
	}
	err = start(&p);
	if (err)
		device_failed(&p, err);
	while (tally->end == END_NONE)
		turn(&p);
	stop(&p);
	finish(&p);
	progress_close(setup->progress, tally);
	free_slots(&p);
	return tally_status(tally, setup->request);
}
