/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory frames may take, and how many buffers that makes. */
#ifndef GRAB_BUDGET_H
#define GRAB_BUDGET_H

#include <stdio.h>

#include "request.h"

/* what the machine has, in bytes */
struct memory_facts {
	uint64_t total;
	uint64_t available;	/* without swapping: of the machine, or of the control group if less */
};

/* From /proc/meminfo and the control group of this process (v2). */
void memory_facts_read(struct memory_facts *facts);

/* The value of a line "NAME:   123 kB" in bytes; 0: no such line. */
uint64_t memory_facts_field(FILE *meminfo, const char *name);

/**
 * budget_of - the most bytes that the frames of a run may take
 *
 * What was asked for; else a quarter of the RAM, but not more than half of what
 * is available.  Never more than seven eighths of what is available.
 */
uint64_t budget_of(const struct request *request, const struct memory_facts *facts);

struct buffer_wish {
	uint64_t frame_bytes;	/* one buffer, rounded up to pages */
	uint64_t budget;	/* bytes */
	uint64_t asked;		/* --buffers N; 0: as many as make sense */
	bool all;		/* --buffers all */
	uint64_t frames;	/* of the run; 0: open-ended */
	uint64_t fps;		/* rounded up; 0: not known */
	bool keep;		/* frames wait for an encoder: memory for all of them is worth having */
	bool more;		/* more frames come than the run keeps: --skip, --every, --interval */
	bool on_demand;		/* the source waits for buffers: none is lost for want of one */
	unsigned int writers;	/* threads that each have a frame of their own */
};

#define BUFFERS_LEAST 4		/* below that many devices do not start */
#define BUFFERS_MOST (1u << 20)

/**
 * buffers_of - how many buffers
 *
 * As many as there are frames, if the budget holds them; for an open-ended run,
 * or one that keeps nothing, a second's worth, 8 to 256, which also is the least
 * where more frames come than are kept.  At least 4 all the same: some devices
 * do not start with fewer.
 *
 * More memory than keeps all threads at work is of no use where the source waits:
 * then it is two for each writer and two for the source, but at least 8; and one
 * for one frame.
 *
 * Return: the number; -EDQUOT with words if not even one fits the budget, or
 * fewer than asked for.
 */
int64_t buffers_of(const struct buffer_wish *wish);

#endif /* GRAB_BUDGET_H */
