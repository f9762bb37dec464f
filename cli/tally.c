/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tally.h"

#include "status.h"

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* From the last kept frame to this one. */
static void tally_interval(struct tally *t, const struct capture_frame *frame, uint64_t period_ns)
{
	uint64_t interval = distance(frame->time_ns, t->last_time_ns);
	uint64_t step = frame->sequence - t->last_sequence;	/* 0: the number is repeated */

	if (interval > t->longest_ns)
		t->longest_ns = interval;
	if (!t->shortest_ns || interval < t->shortest_ns)
		t->shortest_ns = interval;
	if (period_ns && step)
		histogram_add(&t->jitter, distance(interval, step * period_ns));
}

void tally_frame(struct tally *t, const struct capture_frame *frame, uint64_t period_ns)
{
	t->captured++;
	t->bytes += frame->bytes;
	if (t->have_first) {
		tally_interval(t, frame, period_ns);
	} else {
		t->have_first = true;
		t->first_sequence = frame->sequence;
		t->first_time_ns = frame->time_ns;
	}
	t->last_sequence = frame->sequence;
	t->last_time_ns = frame->time_ns;
	/* some drivers stamp a frame with a time to come */
	histogram_add(&t->latency, frame->dequeue_ns > frame->time_ns ?
		      frame->dequeue_ns - frame->time_ns : 0);
}

uint64_t tally_lost(const struct tally *t, const struct request *r)
{
	uint64_t on_the_way = t->lost.device + t->lost.transfer + t->lost.ring_full +
			      t->lost.corrupt + t->lost.incomplete;

	/* between two slots of --interval nobody waits for a frame */
	return (r->interval_ns ? t->lost.slots : on_the_way) + t->lost.writer;
}

int tally_status(const struct tally *t, const struct request *r)
{
	bool open_ended = !r->frames && !r->duration_ns;

	if (t->error_status)
		return t->error_status;
	if (t->end == END_SIGNAL && !open_ended)
		return STATUS_SIGNAL + t->signal;
	if (t->end == END_LOSS || (r->frames && t->written < r->frames) ||
	    (t->end == END_SOURCE && !open_ended && !r->frames))
		return STATUS_EARLY;
	return tally_lost(t, r) && r->loss != LOSS_IGNORE ? STATUS_LOSS : STATUS_OK;
}

double tally_fps(const struct tally *t)
{
	uint64_t span = distance(t->last_time_ns, t->first_time_ns);

	return t->captured > 1 && span ? (double)(t->captured - 1) * 1e9 / (double)span : 0;
}

const char *tally_proof(const struct tally *t)
{
	/* a source without a counter repeats the same number */
	bool counted = t->captured < 2 || t->last_sequence != t->first_sequence;

	if (t->verified && t->captured)
		return counted ? "seq+content" : "content";
	return counted && t->captured ? "seq" : "none";
}

const char *tally_end_name(enum end end)
{
	static const char *const names[] = {
		[END_NONE] = "running",		[END_COUNT] = "count",
		[END_DURATION] = "duration",	[END_SIGNAL] = "signal",
		[END_PIPE] = "pipe",		[END_LOSS] = "loss",
		[END_MISMATCH] = "mismatch",	[END_TIMEOUT] = "timeout",
		[END_DEVICE] = "device",	[END_OUTPUT] = "output",
		[END_SOURCE] = "source",
	};

	return names[end];
}
