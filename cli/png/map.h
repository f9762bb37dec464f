/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where bytes are the same as others some way before, as a map of bits: of what
 * is the same for long, 64 are passed over at a time.
 */
#ifndef PNG_MAP_H
#define PNG_MAP_H

#include "path.h"

#define PNG_MAP_BITS 64

/* filtered rows */
struct png_text {
	const uint8_t *data;
	size_t length;
	size_t row;		/* bytes from one row to the next */
	unsigned int step;	/* bytes from one to the next in a stretch: png_text_step() */
};

/** png_text_step - surfaces are pixels that repeat, and where a filter changed them zeros */
static inline unsigned int png_text_step(unsigned int filter, unsigned int pixel)
{
	return filter == PNG_CODER_NONE ? pixel : 1;
}

/*
 * Words of a map of so many bytes.  Bit n of them, the lowest first: byte n is not the same.
 * One more than they fill, so that 64 can be read from anywhere on.
 */
static inline size_t png_map_words(size_t length)
{
	return length / PNG_MAP_BITS + 2;
}

/** png_map_make - compare with the bytes @distance before; the first count as not the same */
void png_map_make(const struct png_path *path, const struct png_text *text, size_t distance,
		  uint64_t *map);

/** png_map_from - the 64 bits from @at on */
static inline uint64_t png_map_from(const uint64_t *map, size_t at)
{
	const uint64_t *word = map + at / PNG_MAP_BITS;
	unsigned int shift = at % PNG_MAP_BITS;

	return word[0] >> shift | word[1] << 1 << (PNG_MAP_BITS - 1 - shift);
}

/** png_map_same - how many bytes from @at on are the same, of @most */
static inline size_t png_map_same(const uint64_t *map, size_t at, size_t most)
{
	uint64_t word = map[at / PNG_MAP_BITS] >> at % PNG_MAP_BITS;
	size_t n = PNG_MAP_BITS - at % PNG_MAP_BITS;

	if (word) {
		n = (unsigned int)__builtin_ctzll(word);
		return n < most ? n : most;
	}
	for (; n < most; n += PNG_MAP_BITS) {
		word = map[(at + n) / PNG_MAP_BITS];
		if (!word)
			continue;
		n += (unsigned int)__builtin_ctzll(word);
		break;
	}
	return n < most ? n : most;
}

/**
 * png_map_next - the first byte from @at on where @least bytes are the same
 * @least:	a power of two up to 64
 *
 * Return: @length or more: there is none.
 */
size_t png_map_next(const uint64_t *map, size_t at, size_t length, unsigned int least);

#endif /* PNG_MAP_H */
