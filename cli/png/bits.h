/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bits into memory, the lowest first, as deflate wants them.
 *
 * Each put stores eight bytes, so the memory must have PNG_BITS_SLACK bytes
 * behind the last one that counts.
 */
#ifndef PNG_BITS_H
#define PNG_BITS_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define PNG_BITS_SLACK 8
#define PNG_BITS_MOST 56	/* of one put */

struct png_bits {
	uint64_t word;		/* not stored yet */
	unsigned int count;	/* bits of it; below 8 between puts */
	uint8_t *at;
};

/* The lowest @count bits of @value; the others are 0. */
static inline void png_bits_put(struct png_bits *b, uint64_t value, unsigned int count)
{
	uint64_t stored;

	b->word |= value << b->count;
	b->count += count;
	stored = htole64(b->word);
	memcpy(b->at, &stored, sizeof(stored));
	b->at += b->count >> 3;
	b->word >>= b->count & ~7u;
	b->count &= 7;
}

/* Go on at the next whole byte. */
static inline void png_bits_align(struct png_bits *b)
{
	if (!b->count)
		return;
	*b->at++ = (uint8_t)b->word;
	b->word = 0;
	b->count = 0;
}

#endif /* PNG_BITS_H */
