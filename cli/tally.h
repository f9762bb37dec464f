/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of a run: what came, what was written, what was lost and where. */
#ifndef GRAB_TALLY_H
#define GRAB_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "libcapture.h"
#include "request.h"

/* why a run ended */
enum end {
	END_NONE,		/* it runs */
	END_COUNT,		/* all frames asked for are there */
	END_DURATION,
	END_SOURCE,		/* a recording has no more frames */
	END_SIGNAL,
	END_PIPE,		/* the reader of standard output went away */
	END_LOSS,		/* --loss abort */
	END_MISMATCH,		/* --check */
	END_TIMEOUT,
	END_DEVICE,		/* it failed or is gone */
	END_OUTPUT,		/* a file could not be written */
};

struct tally {
	uint64_t requested;	/* frames; 0: open-ended */
	uint64_t captured;	/* frames kept, also those whose writing failed */
	uint64_t written;
	uint64_t skipped;	/* passed over as --skip, --every and --interval asked */
	uint64_t bytes;		/* of the frames captured */
	struct {
		uint64_t device;	/* never reached memory */
		uint64_t transfer;	/* their transfer failed */
		uint64_t ring_full;	/* all memory was waiting for the writers */
		uint64_t corrupt;	/* the device says: damaged */
		uint64_t incomplete;	/* fewer bytes than a frame has */
		uint64_t writer;	/* captured, but not written */
		uint64_t slots;		/* intervals without a frame */
	} lost;
	bool have_first;
	uint64_t first_sequence, last_sequence;
	uint64_t first_time_ns, last_time_ns;
	uint64_t shortest_ns, longest_ns;	/* from one frame to the next; 0: fewer than two */
	uint64_t start_ns, end_ns;	/* of the streaming */
	struct histogram jitter, latency;	/* nanoseconds */
	bool verified;		/* --check compared every frame captured */
	unsigned int depth;	/* buffers */
	unsigned int high_water;	/* most of them waiting for the writers at once */
	enum end end;
	int signal;		/* END_SIGNAL: its number */
	int error_status;	/* 64 and up: what went wrong; 0: nothing did */
};

/** tally_frame - count a frame that is kept. @period_ns: expected; 0: not known */
void tally_frame(struct tally *tally, const struct capture_frame *frame, uint64_t period_ns);

/** tally_lost - frames lost or damaged, and intervals missed: all that spoils a run */
uint64_t tally_lost(const struct tally *tally, const struct request *request);

/** tally_status - the exit status of the run */
int tally_status(const struct tally *tally, const struct request *request);

/** tally_fps - frames per second over the whole run; 0: fewer than two frames */
double tally_fps(const struct tally *tally);

/** tally_proof - what the claim that nothing is lost rests on: "seq", "seq+content", "none" */
const char *tally_proof(const struct tally *tally);

/** tally_end_name - "count", "signal", ...: for machines */
const char *tally_end_name(enum end end);

#endif /* GRAB_TALLY_H */
