/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "map.h"

void png_map_make(const struct png_path *path, const struct png_text *text, size_t distance,
		  uint64_t *map)
{
	size_t words = png_map_words(text->length);
	size_t from = (distance + PNG_MAP_BITS - 1) / PNG_MAP_BITS, at = from * PNG_MAP_BITS;

	if (from >= words - 1) {
		memset(map, 0xff, words * sizeof(*map));
		return;
	}
	memset(map, 0xff, from * sizeof(*map));
	map[words - 1] = UINT64_MAX;
	path->differ(map + from, text->data + at, text->data + at - distance, text->length - at);
}

/* So many bytes are the end of one word and the beginning of the next, or all of it. */
static size_t next_as_word(const uint64_t *map, size_t at, size_t length)
{
	size_t words = length / PNG_MAP_BITS + 1, i = at / PNG_MAP_BITS;
	uint64_t here = map[i] | ~(UINT64_MAX << at % PNG_MAP_BITS), next;
	unsigned int ends, begins;

	for (; i < words; i++, here = next) {
		next = i + 1 < words ? map[i + 1] : UINT64_MAX;
		ends = here ? (unsigned int)__builtin_clzll(here) : PNG_MAP_BITS;
		begins = next ? (unsigned int)__builtin_ctzll(next) : PNG_MAP_BITS;
		if (ends + begins >= PNG_MAP_BITS)
			return (i + 1) * PNG_MAP_BITS - ends;
	}
	return length;
}

/*
 * A bit stays where the next one is set, too, then where the next two are, the
 * next four, ...
 */
size_t png_map_next(const uint64_t *map, size_t at, size_t length, unsigned int least)
{
	size_t words = length / PNG_MAP_BITS + 1, i = at / PNG_MAP_BITS;
	uint64_t here = ~map[i] & UINT64_MAX << at % PNG_MAP_BITS, next, x, y;
	unsigned int n;

	if (least == PNG_MAP_BITS)
		return next_as_word(map, at, length);
	for (; i < words; i++, here = next) {
		next = i + 1 < words ? ~map[i + 1] : 0;
		for (n = 1, x = here, y = next; n < least; n *= 2) {
			x &= x >> n | y << (PNG_MAP_BITS - n);
			y &= y >> n;
		}
		if (x)
			return i * PNG_MAP_BITS + (unsigned int)__builtin_ctzll(x);
	}
	return length;
}
