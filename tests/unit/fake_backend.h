/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A backend that the test plays itself: what queue, reap, start and stop answer
 * is set here, what was asked of them is counted here.  Frames become ready when
 * the test says so (fake_complete), so nothing depends on time.
 */
#ifndef FAKE_BACKEND_H
#define FAKE_BACKEND_H

#include "backend.h"

struct fake {
	unsigned int depth;		/* for open */
	bool sequence_from_start;
	int queue_error;		/* the next queue fails with this, once */
	int reap_error;			/* set by fake_die() */
	int start_error, stop_error;
	unsigned int opens, closes, attaches, detaches, starts, stops, queues;
	unsigned int held;		/* buffers it has now */
	uint64_t end_ns;		/* of frames that are reaped; 0: they tell no time */
	bool tells_starved;		/* for open */
	bool wakes_for_oldest;		/* for open: as drivers of before videobuf2 */
	uint64_t starved;		/* before each frame that is reaped */
};

extern struct fake fake;

/* All as new. */
void fake_reset(void);

/* The oldest buffer it holds is filled: sequence, flags, status of its frame. */
void fake_complete(uint64_t sequence, uint32_t flags, int32_t status);

/* It polls readable though there is nothing to reap, as those drivers do without a buffer. */
void fake_make_noise(void);

/* The device polls readable from now on, and every reap fails with @error. */
void fake_die(int error);

#endif /* FAKE_BACKEND_H */
