/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "agree.h"
#include "arena.h"
#include "inplace.h"
#include "parse.h"
#include "place.h"
#include "say.h"
#include "words.h"

unsigned int plan_writers(const struct request *r, unsigned int processors, uint64_t frames,
			  uint32_t parts)
{
	/* one processor is the source's, but for the only frame: that has come by then */
	const unsigned int others = processors > 1 && frames != 1 ? processors - 1 : processors;
	uint64_t threads = r->writers ? r->writers : others, most;

	if (frames && !__builtin_mul_overflow(frames, (uint64_t)parts, &most) && threads > most)
		threads = most;
	return (unsigned int)threads;
}

/* How long a frame is in the file, and how many threads that keeps busy. */
static int ask_encoder(const struct plan *plan, struct output *output)
{
	const struct request *r = plan->request;
	struct encode_facts facts;
	int err = encode_ask(output->wish->encoder, &plan->format, &r->encode, &facts);

	if (err)
		return say_error(status_of(PHASE_AGREE, err), err, "%s", why());
	output->frame_bytes = facts.frame_bound;
	output->frame_fixed = facts.frame_fixed;
	/* frames of one file or stream are written one after the other */
	output->writers = plan_writers(r, (unsigned int)sysconf(_SC_NPROCESSORS_ONLN),
				       output->mode == OUTPUT_FILES ? r->frames : 1,
				       facts.parts);
	return 0;
}

/* Frames of the run as far as that can be told; 0: open-ended. */
static uint64_t frames_expected(const struct plan *plan)
{
	const struct request *r = plan->request;
	const struct capture_format *f = &plan->format;
	unsigned __int128 frames;

	if (r->frames || !r->duration_ns || !f->fps_num || !f->fps_den)
		return r->frames;
	frames = (unsigned __int128)r->duration_ns * f->fps_num / f->fps_den / NSEC_PER_SEC + 1;
	return frames > UINT64_MAX ? 0 : (uint64_t)frames;
}

/* More frames come than are kept. */
static bool keeps_some(const struct request *r)
{
	return r->skip_frames || r->skip_ns || r->every > 1 || r->interval_ns;
}

/* To write to memory is cheaper than to have the kernel make it zeros and map it. */
static bool is_wanted_in_place(const struct request *r, const char *path)
{
	return r->direct == DIRECT_ON ? inplace_may(path) : inplace_must(path);
}

/* The one output is a file in memory whose frames are as they lie in buffers of any kind. */
static bool may_go_in_place(const struct plan *plan)
{
	const struct request *r = plan->request;
	const struct output *o = &plan->outputs[0];

	return plan->output_count == 1 && output_is_plain_file(o) && !output_why_buffered(o, r) &&
	       o->frame_fixed && o->frame_bytes == plan->format.size && r->memory == MEMORY_AUTO &&
	       !keeps_some(r) && is_wanted_in_place(r, o->path);
}

/* Threads that work on frames of their own at once. */
static unsigned int writers_of(const struct plan *plan)
{
	unsigned int writers = 0;

	for (unsigned int i = 0; i < plan->output_count; i++)
		writers += plan->outputs[i].writers;
	return writers;
}

static int plan_memory(struct plan *plan)
{
	const struct request *r = plan->request;
	const struct capture_format *f = &plan->format;
	struct buffer_wish wish = {
		.asked = r->buffers,
		.all = r->buffers_all,
		.frames = frames_expected(plan),
		.fps = f->fps_num && f->fps_den ? (f->fps_num + (uint64_t)f->fps_den - 1) / f->fps_den : 0,
		/* comparing takes longer than capturing, too */
		.keep = (plan->output_count && !plan->in_place) || r->check,
		.more = keeps_some(r),
		.on_demand = f->flags & CAPTURE_FORMAT_ON_DEMAND,
		.writers = writers_of(plan),
	};
	int64_t buffers;

	plan->stride = arena_stride(f->size);
	wish.frame_bytes = plan->stride;
	wish.budget = plan->budget;
	buffers = buffers_of(&wish);
	if (buffers < 0)
		return say_error(STATUS_MEMORY, (int)buffers, "%s", why());
	plan->buffers = (unsigned int)buffers;
	plan->pinned = plan->stride * (plan->buffers < plan->info.depth ? plan->buffers : plan->info.depth);
	if (plan->info.window && plan->info.chunk &&
	    plan->info.chunk * plan->info.window < plan->pinned)
		plan->pinned = plan->info.chunk * plan->info.window;
	return 0;
}

/* --check needs a source that knows what it sends. */
static int check_verifiable(const struct request *r, struct capture_session *session)
{
	int err = r->check ? capture_verify(session, NULL) : 0;

	if (!err)
		return 0;
	return say_error(STATUS_CONFIG, err, "--check: %s; leave it out", capture_error());
}

int plan_open(struct plan *plan, const struct request *r, const struct device_choice *choice,
	      struct capture_session **session)
{
	memset(plan, 0, sizeof(*plan));
	plan->request = r;
	plan->choice = choice;
	memory_facts_read(&plan->memory);
	plan->budget = budget_of(r, &plan->memory);
	return device_open(r, choice->uri, plan->budget, session);
}

/* --start auto: a frame has the same number in all outputs. */
static void align_starts(struct plan *plan)
{
	uint64_t start = 0;

	for (unsigned int i = 0; i < plan->output_count; i++)
		if (plan->outputs[i].start > start)
			start = plan->outputs[i].start;
	for (unsigned int i = 0; i < plan->output_count; i++)
		plan->outputs[i].start = plan->outputs[i].facts.index = start;
}

/* Each output by itself; those that discard are left out. */
static int plan_outputs(struct plan *plan)
{
	const struct request *r = plan->request;
	uint64_t period_ns = 0;
	int status;

	if (plan->format.fps_num && plan->format.fps_den)
		period_ns = NSEC_PER_SEC * plan->format.fps_den / plan->format.fps_num;
	for (unsigned int i = 0; i < r->output_count; i++) {
		struct output *output = &plan->outputs[plan->output_count];

		status = output_plan(r, &r->outputs[i], plan->info.serial, period_ns, output);
		if (status)
			return status;
		if (output->mode == OUTPUT_DISCARD)
			continue;
		status = ask_encoder(plan, output);
		if (status)
			return status;
		plan->output_count++;
	}
	align_starts(plan);
	return places_check(plan->outputs, plan->output_count, r);
}

int plan_make(struct plan *plan, struct capture_session *session, bool change)
{
	const struct request *r = plan->request;
	int status;

	capture_info(session, &plan->info);
	status = check_verifiable(r, session);
	if (!status)
		status = agree(session, r, change, &plan->format);
	if (status)
		return status;
	status = plan_outputs(plan);
	if (status)
		return status;
	plan->in_place = may_go_in_place(plan);
	return plan_memory(plan);
}

/* A file beside those of the frames; NULL and "-": there is none. */
static int check_side_file(const struct request *r, const char *option, const char *path)
{
	int err = path && strcmp(path, "-") ? outfile_check_one(path, &r->outfile) : 0;

	return err ? say_why_in(err, "%s: ", option) : 0;
}

/* Files that can only be mapped are good for frames that are captured into them. */
static int check_writable(const struct plan *plan)
{
	for (unsigned int i = 0; !plan->in_place && i < plan->output_count; i++) {
		const char *path = plan->outputs[i].report.first;

		if (*path && inplace_must(path))
			return say_why(-EOPNOTSUPP, "%s: files on hugetlbfs cannot be written to; the only "
				       "output may be there if it is raw and holds all frames as they are, "
				       "without --direct off", path);
	}
	return 0;
}

int plan_check(struct plan *plan)
{
	const struct request *r = plan->request;
	int err = outputs_check(plan->outputs, plan->output_count, r);

	if (!err)
		err = check_writable(plan);
	if (!err)
		err = check_side_file(r, "--metadata", r->metadata);
	return err ? err : check_side_file(r, "--stats", r->stats_file);
}
