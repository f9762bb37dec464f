/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What "sim:KEY=VALUE,..." asks for. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "backend.h"
#include "pattern.h"
#include "sim_schedule.h"

#define SIM_SIDE_MAX	32768
#define SIM_RATE_MAX	1000000		/* frames per second */
#define SIM_TIME_MAX	(24 * 3600 * UINT64_C(1000000000))	/* ns */
#define SIM_NEVER	UINT64_MAX	/* a frame that does not come; a time that does not end */

struct sim_options {
	uint32_t width, height, fourcc;
	uint32_t fps_num, fps_den;	/* 0/0: as fast as buffers come */
	uint32_t align;			/* strides are multiples of it, bytes */
	uint32_t seed;
	enum pattern_kind pattern;
	uint32_t depth;			/* buffers held at once */
	bool guard;
	/* faults, by frame number from the start of streaming */
	struct schedule drop, error, flip, incomplete, cut, repeat, late, stray, fail_frame;
	struct schedule fail_queue;	/* by number of the call */
	uint64_t jitter_ns;
	uint64_t stall_ns, stall_at;
	uint64_t unplug_at, fatal_at;
	uint32_t wrap;			/* frames before the counter wraps; 0: it starts at 0 */
	int fail_open, fail_start;	/* negative errno */
};

extern const struct capture_option sim_option_table[];

/* 0, or -EINVAL with words. */
int sim_options_parse(const struct capture_uri *uri, struct sim_options *options);

#endif /* SIM_OPTIONS_H */
