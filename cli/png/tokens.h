/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What deflate copies instead of spelling it out: stretches of bytes that came
 * before.  Between them are literals.
 *
 *	literals | length bytes from distance bytes before | literals | ...
 */
#ifndef PNG_TOKENS_H
#define PNG_TOKENS_H

#include <stddef.h>
#include <stdint.h>

#define PNG_MATCH_LEAST 3
#define PNG_MATCH_MOST 258
#define PNG_DISTANCE_MOST 32768
#define PNG_LENGTH_FIRST 257		/* symbol of the shortest match */
#define PNG_LITERALS 286		/* symbols of literals, end of block and lengths */
#define PNG_DISTANCES 30
#define PNG_END_OF_BLOCK 256

struct png_match {
	uint32_t literals;	/* bytes before it that are spelled out */
	uint16_t length;	/* PNG_MATCH_LEAST to PNG_MATCH_MOST */
	uint16_t distance;	/* less one */
};

struct png_tokens {
	struct png_match *match;
	unsigned int count, room;
};

/* How often each symbol comes, and bits that follow symbols as they are. */
struct png_counts {
	uint32_t literal[PNG_LITERALS];
	uint32_t distance[PNG_DISTANCES];
	uint64_t extra_bits;
};

/* A number as deflate writes it: a symbol, and bits behind that. */
struct png_symbol {
	unsigned int symbol, extra_bits, extra;
};

static inline struct png_symbol png_length_symbol(unsigned int length)
{
	unsigned int more = length - PNG_MATCH_LEAST, bits;

	if (length == PNG_MATCH_MOST)
		return (struct png_symbol){ PNG_LITERALS - 1, 0, 0 };
	bits = more < 8 ? 0 : 29 - (unsigned int)__builtin_clz(more);
	return (struct png_symbol){ PNG_LENGTH_FIRST + 4 * bits + (more >> bits), bits,
				    more & ((1u << bits) - 1) };
}

/* @less_one: the distance less one */
static inline struct png_symbol png_distance_symbol(unsigned int less_one)
{
	unsigned int bits = less_one < 4 ? 0 : 30 - (unsigned int)__builtin_clz(less_one);

	return (struct png_symbol){ 2 * bits + (less_one >> bits), bits,
				    less_one & ((1u << bits) - 1) };
}

/* bits behind a distance's symbol */
static inline unsigned int png_distance_bits(unsigned int symbol)
{
	return symbol < 4 ? 0 : symbol / 2 - 1;
}

/**
 * png_tokens_count - how often each symbol comes, the end of the block included
 * @length:	bytes that the matches and the literals around them cover
 */
void png_tokens_count(const uint8_t *data, size_t length, const struct png_tokens *tokens,
		      struct png_counts *counts);

#endif /* PNG_TOKENS_H */
