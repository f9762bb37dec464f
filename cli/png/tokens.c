/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tokens.h"

#include <string.h>

/* Four tables, so that equal neighbours do not wait for each other. */
static void count_literals(const uint8_t *data, size_t length, uint32_t count[4][256])
{
	size_t i;

	for (i = 0; i + 4 <= length; i += 4) {
		count[0][data[i]]++;
		count[1][data[i + 1]]++;
		count[2][data[i + 2]]++;
		count[3][data[i + 3]]++;
	}
	for (; i < length; i++)
		count[0][data[i]]++;
}

void png_tokens_count(const uint8_t *data, size_t length, const struct png_tokens *tokens,
		      struct png_counts *counts)
{
	uint32_t count[4][256] = { 0 }, lengths[PNG_MATCH_MOST + 1] = { 0 };
	const uint8_t *end = data + length;
	unsigned int i;

	memset(counts, 0, sizeof(*counts));
	for (i = 0; i < tokens->count; i++) {
		const struct png_match *m = &tokens->match[i];

		count_literals(data, m->literals, count);
		data += m->literals + m->length;
		lengths[m->length]++;
		counts->distance[png_distance_symbol(m->distance).symbol]++;
	}
	count_literals(data, (size_t)(end - data), count);
	for (i = 0; i < 256; i++)
		counts->literal[i] = count[0][i] + count[1][i] + count[2][i] + count[3][i];
	for (i = PNG_MATCH_LEAST; i <= PNG_MATCH_MOST; i++) {
		struct png_symbol s = png_length_symbol(i);

		counts->literal[s.symbol] += lengths[i];
		counts->extra_bits += (uint64_t)lengths[i] * s.extra_bits;
	}
	for (i = 0; i < PNG_DISTANCES; i++)
		counts->extra_bits += (uint64_t)counts->distance[i] * png_distance_bits(i);
	counts->literal[PNG_END_OF_BLOCK] = 1;
}
