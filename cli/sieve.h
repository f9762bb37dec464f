/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames are kept, and what was lost between them.
 *
 *	--skip		the first ones pass, and nothing that happens meanwhile counts
 *	damaged		corrupt and short frames count as lost; dropped or kept
 *	--interval	of each slot the first frame; slots begin with the first kept
 *			frame and do not drift
 *	--every		the Nth, 2Nth, ... of the good frames pass the sieve, from the first
 *	--duration	by the frames' own times, from the first kept frame
 *
 * Frames that are lost or damaged do not count as frames of --frames: N frames
 * are N good ones (unless damaged ones are kept).
 */
#ifndef GRAB_SIEVE_H
#define GRAB_SIEVE_H

#include "tally.h"

enum verdict {
	VERDICT_KEEP,
	VERDICT_PASS,		/* good, but not asked for */
	VERDICT_BAD,		/* failed, or damaged and not kept */
	VERDICT_END,		/* beyond --duration: the run is over */
};

struct sieve {
	const struct request *request;
	uint64_t warm_frames;		/* of --skip, seen so far */
	uint64_t warm_since_ns;		/* time of the first frame */
	bool warm;			/* --skip is over */
	uint64_t starved;		/* capture_stats.lost_starved as of the last frame */
	uint64_t good;			/* good frames since */
	uint64_t slot;			/* of --interval: the next one wanted */
};

void sieve_open(struct sieve *sieve, const struct request *request);

/**
 * sieve_judge - the next frame
 * @frame:	not a cancelled one
 * @starved:	capture_stats.lost_starved after it
 *
 * Counts everything but the frames kept: see tally_frame().
 */
enum verdict sieve_judge(struct sieve *sieve, const struct capture_frame *frame, uint64_t starved,
			 struct tally *tally);

#endif /* GRAB_SIEVE_H */
