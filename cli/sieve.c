/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sieve.h"

void sieve_open(struct sieve *s, const struct request *request)
{
	*s = (struct sieve){ .request = request };
	s->warm = !request->skip_frames && !request->skip_ns;
}

static uint64_t elapsed(uint64_t now_ns, uint64_t since_ns)
{
	return now_ns > since_ns ? now_ns - since_ns : 0;
}

/* Is this frame one of --skip? */
static bool warming_up(struct sieve *s, const struct capture_frame *frame)
{
	if (!s->warm_frames)
		s->warm_since_ns = frame->time_ns;
	if (s->warm_frames >= s->request->skip_frames &&
	    elapsed(frame->time_ns, s->warm_since_ns) >= s->request->skip_ns)
		return false;
	s->warm_frames++;
	return true;
}

/* Is it the first of its slot? Counts the slots that had none. */
static bool opens_slot(struct sieve *s, const struct capture_frame *frame, struct tally *tally)
{
	uint64_t slot;

	if (!tally->have_first) {
		s->slot = 1;
		return true;
	}
	slot = elapsed(frame->time_ns, tally->first_time_ns) / s->request->interval_ns;
	if (slot < s->slot)
		return false;
	tally->lost.slots += slot - s->slot;
	s->slot = slot + 1;
	return true;
}

static void count_gap(const struct capture_frame *frame, uint64_t starved, struct tally *tally)
{
	if (starved > frame->gap)
		starved = frame->gap;
	tally->lost.ring_full += starved;
	tally->lost.device += frame->gap - starved;
}

/* Is it less than a whole good frame? */
static bool damaged(const struct capture_frame *frame, struct tally *tally)
{
	if (frame->flags & CAPTURE_FRAME_CORRUPT)
		tally->lost.corrupt++;
	else if (frame->flags & CAPTURE_FRAME_INCOMPLETE)
		tally->lost.incomplete++;
	else
		return false;
	return true;
}

enum verdict sieve_judge(struct sieve *s, const struct capture_frame *frame, uint64_t starved,
			 struct tally *tally)
{
	const struct request *r = s->request;
	uint64_t starved_now = starved - s->starved;

	s->starved = starved;
	if (frame->flags & CAPTURE_FRAME_REFUSED)
		return VERDICT_BAD;	/* no frame: its buffer is tried again */
	if (r->duration_ns && tally->have_first &&
	    elapsed(frame->time_ns, tally->first_time_ns) >= r->duration_ns)
		return VERDICT_END;
	if (!s->warm) {
		if (frame->status)
			return VERDICT_BAD;
		if (warming_up(s, frame)) {
			tally->skipped++;
			return VERDICT_PASS;
		}
		s->warm = true;		/* what was lost before this frame was before the beginning */
	} else {
		count_gap(frame, starved_now, tally);
	}
	if (frame->status) {
		tally->lost.transfer++;
		return VERDICT_BAD;
	}
	if (damaged(frame, tally) && r->damaged == DAMAGED_DROP)
		return VERDICT_BAD;
	if (r->interval_ns ? opens_slot(s, frame, tally) : s->good++ % r->every == 0)
		return VERDICT_KEEP;
	tally->skipped++;
	return VERDICT_PASS;
}
