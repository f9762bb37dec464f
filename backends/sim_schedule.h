/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a fault happens: rules that are written in a URI and decide for every
 * frame, the same way in every run.
 *
 *	N	every Nth: 7 means frames 6, 13, 20, ... (counted from 0)
 *	P%	this share, spread by the seed: "3%", "0.5%"
 *	@F	frame F
 *	N@F	N frames from F on
 *	A+B	what A or B says; up to SCHEDULE_RULES
 */
#ifndef SIM_SCHEDULE_H
#define SIM_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_RULES 8

struct schedule_rule {
	enum { RULE_EVERY, RULE_SHARE, RULE_RANGE } kind;
	uint64_t count;		/* every: N; share: of 2^32; range: N */
	uint64_t from;		/* range: F */
};

/* all zero: never */
struct schedule {
	unsigned int count;
	uint32_t salt;		/* makes the shares of different faults independent */
	struct schedule_rule rule[SCHEDULE_RULES];
};

/* 0, or -EINVAL with words that begin with @key. */
int schedule_parse(const char *key, const char *text, struct schedule *schedule);

/* Does it happen to frame @number of a device with this seed? */
bool schedule_hits(const struct schedule *schedule, uint32_t seed, uint64_t number);

#endif /* SIM_SCHEDULE_H */
