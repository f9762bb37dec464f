/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "histogram.h"

/* Values below 16 have a bucket each; above, the 4 bits behind the highest one choose. */
static unsigned int bucket_of(uint64_t value)
{
	unsigned int shift;

	if (value < HISTOGRAM_STEPS)
		return (unsigned int)value;
	shift = 63 - (unsigned int)__builtin_clzll(value) - 4;
	return (shift + 1) * HISTOGRAM_STEPS + (unsigned int)(value >> shift) % HISTOGRAM_STEPS;
}

static uint64_t highest_in(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < HISTOGRAM_STEPS)
		return bucket;
	shift = bucket / HISTOGRAM_STEPS - 1;
	return ((HISTOGRAM_STEPS + (uint64_t)(bucket % HISTOGRAM_STEPS)) << shift) +
	       ((1ull << shift) - 1);
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->bucket[bucket_of(value)]++;
	h->count++;
	if (value > h->max)
		h->max = value;
}

uint64_t histogram_percentile(const struct histogram *h, unsigned int percent)
{
	uint64_t below = 0;
	uint64_t rank = (uint64_t)(((unsigned __int128)h->count * percent + 99) / 100);

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		below += h->bucket[i];
		if (below >= rank && below)
			return highest_in(i) < h->max ? highest_in(i) : h->max;
	}
	return 0;
}
