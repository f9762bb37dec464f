/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tokens.h"

#include <endian.h>
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
	uint32_t count[4][256] = { 0 };
	const uint8_t *end = data + length;
	unsigned int i;

	memset(counts, 0, sizeof(*counts));
	for (i = 0; i < tokens->count; i++) {
		const struct png_match *m = &tokens->match[i];
		struct png_symbol s = png_length_symbol(m->length);
		struct png_symbol d = png_distance_symbol(m->distance);

		count_literals(data, m->literals, count);
		data += m->literals + m->length;
		counts->literal[s.symbol]++;
		counts->distance[d.symbol]++;
		counts->extra_bits += s.extra_bits + d.extra_bits;
	}
	count_literals(data, (size_t)(end - data), count);
	for (i = 0; i < 256; i++)
		counts->literal[i] = count[0][i] + count[1][i] + count[2][i] + count[3][i];
	counts->literal[PNG_END_OF_BLOCK] = 1;
}

static uint64_t load(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return le64toh(word);
}

/* How many zeros from here on. */
static size_t zeros_at(const uint8_t *data, size_t length)
{
	size_t n = 0;

	while (n + 8 <= length) {
		uint64_t word = load(data + n);

		if (word)
			return n + (unsigned int)__builtin_ctzll(word) / 8;
		n += 8;
	}
	while (n < length && !data[n])
		n++;
	return n;
}

static size_t zeros_before(const uint8_t *data, size_t most)
{
	size_t n = 0;

	while (n < most && !data[-(ptrdiff_t)n - 1])
		n++;
	return n;
}

/*
 * The first byte from @at on that may begin a run.  A run of @least bytes covers
 * a whole piece of half as many wherever it begins, so one in two is looked at.
 */
static size_t next_zero(const uint8_t *data, size_t at, size_t length, unsigned int least)
{
	const size_t step = least / 2;

	if (least < 16) {
		/* sets the highest bit of the lowest byte that is zero, and maybe of bytes above */
		for (; at + 8 <= length; at += 8) {
			uint64_t word = load(data + at);
			uint64_t zero = (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;

			if (zero)
				return at + (unsigned int)__builtin_ctzll(zero) / 8;
		}
		while (at < length && data[at])
			at++;
		return at;
	}
	for (; at + 8 <= length; at += step)
		if (!load(data + at))
			return at;
	return length;
}

/* A run as matches of distance one: the first zero is a literal. */
static int add_run(struct png_tokens *tokens, size_t literals, size_t zeros)
{
	while (zeros >= PNG_MATCH_LEAST) {
		size_t part = zeros < PNG_MATCH_MOST ? zeros : PNG_MATCH_MOST;

		/* no rest that is too short for a match */
		if (zeros - part && zeros - part < PNG_MATCH_LEAST)
			part -= PNG_MATCH_LEAST;
		if (tokens->count == tokens->room)
			return 0;
		tokens->match[tokens->count++] = (struct png_match){
			(uint32_t)literals, (uint16_t)part, 0,
		};
		literals = 0;
		zeros -= part;
	}
	return 1;
}

size_t png_runs_find(const uint8_t *data, size_t length, unsigned int least,
		     struct png_tokens *tokens)
{
	size_t done = 0, at = 0, before, zeros;

	tokens->count = 0;
	while ((at = next_zero(data, at, length, least)) < length) {
		before = zeros_before(data + at, at - done);
		zeros = before + zeros_at(data + at, length - at);
		at -= before;
		if (zeros < least) {
			at += zeros;
			continue;
		}
		if (tokens->room - tokens->count < zeros / (PNG_MATCH_MOST - PNG_MATCH_LEAST) + 2)
			break;
		add_run(tokens, at + 1 - done, zeros - 1);
		at += zeros;
		done = at;
	}
	return at < length ? done : length;
}
