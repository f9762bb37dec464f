/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "matches.h"

#include <endian.h>
#include <string.h>

/* How hard to try; about what zlib does by default. */
#define CHAIN_MOST 64		/* places looked at */
#define GOOD_ENOUGH 32		/* a match this long is taken without a look at the next place */
#define NICE 128		/* and this long: no other place is looked at */
#define RUN_PLACES 4		/* of a run that are remembered */
#define SHORT_FAR 4096		/* a match of three bytes from further costs more than literals */

static unsigned int hash_of(const uint8_t *data)
{
	uint32_t three = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;

	return three * 0x9e3779b1u >> 17;
}

static unsigned int common(const uint8_t *a, const uint8_t *b, unsigned int most)
{
	unsigned int n = 0;

	while (n + 8 <= most) {
		uint64_t x, y;

		memcpy(&x, a + n, 8);
		memcpy(&y, b + n, 8);
		if (x != y)
			return n + (unsigned int)__builtin_ctzll(le64toh(x ^ y)) / 8;
		n += 8;
	}
	while (n < most && a[n] == b[n])
		n++;
	return n;
}

static void remember(struct png_matcher *m, const uint8_t *data, size_t at)
{
	unsigned int hash = hash_of(data + at);

	m->before[at % PNG_DISTANCE_MOST] = m->head[hash];
	m->head[hash] = (int32_t)at;
}

/* The longest match of what begins at @at that is longer than @best; 0: none. */
static unsigned int longest(const struct png_matcher *m, const uint8_t *data, size_t at,
			    size_t length, unsigned int best, unsigned int *distance)
{
	unsigned int most = length - at < PNG_MATCH_MOST ? (unsigned int)(length - at) : PNG_MATCH_MOST;
	unsigned int tries = CHAIN_MOST, found = 0, n;
	int32_t place = m->head[hash_of(data + at)];

	if (best >= most)
		return 0;
	for (; tries-- && place >= 0 && at - (size_t)place <= PNG_DISTANCE_MOST;
	     place = m->before[(size_t)place % PNG_DISTANCE_MOST]) {
		if (data[(size_t)place + best] != data[at + best])
			continue;
		n = common(data + place, data + at, most);
		if (n <= best || n < PNG_MATCH_LEAST ||
		    (n == PNG_MATCH_LEAST && at - (size_t)place > SHORT_FAR))
			continue;
		found = best = n;
		*distance = (unsigned int)(at - (size_t)place);
		if (n >= NICE || n == most)
			break;
	}
	return found;
}

size_t png_matches_find(struct png_matcher *m, const uint8_t *data, size_t from, size_t length,
			struct png_tokens *tokens)
{
	size_t at = from, done = from, end = length < PNG_MATCH_LEAST ? 0 : length - PNG_MATCH_LEAST + 1;
	unsigned int n, next, distance = 0;

	tokens->count = 0;
	if (!from)
		memset(m->head, 0xff, sizeof(m->head));
	while (at < end) {
		n = longest(m, data, at, length, 0, &distance);
		remember(m, data, at);
		if (!n) {
			at++;
			continue;
		}
		/* does a longer one begin at the next byte? */
		while (n < GOOD_ENOUGH && at + 1 < end &&
		       (next = longest(m, data, at + 1, length, n, &distance))) {
			n = next;
			at++;
			remember(m, data, at);
		}
		tokens->match[tokens->count++] = (struct png_match){
			(uint32_t)(at - done), (uint16_t)n, (uint16_t)(distance - 1),
		};
		done = at + n;
		/* within a run one place is as good as another */
		if (distance == 1 && n > RUN_PLACES)
			at = done - RUN_PLACES;
		for (at++; at < done; at++)
			if (at < end)
				remember(m, data, at);
		if (tokens->count == tokens->room)
			return done;
	}
	return length;
}
