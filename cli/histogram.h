/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percentiles of any number of values in fixed memory: 16 buckets for each power
 * of two, so a percentile is at most 6.25 % too high.
 */
#ifndef GRAB_HISTOGRAM_H
#define GRAB_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 16	/* buckets for each power of two */
#define HISTOGRAM_BUCKETS ((64 - 4 + 1) * HISTOGRAM_STEPS)

struct histogram {
	uint64_t count, max;
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);

/* The value that @percent of all values do not exceed; 0 if there are none. */
uint64_t histogram_percentile(const struct histogram *h, unsigned int percent);

#endif /* GRAB_HISTOGRAM_H */
