/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "matches.h"

#include <stdbool.h>
#include <string.h>

#include "places.h"

#define LEAST PNG_MATCH_LEAST	/* bytes of a match */
#define LONG (LEAST + 3)	/* pays from wherever it comes */
#define STRETCH_LEAST 5		/* bytes of one that nothing is looked up for */
#define ABOVE_BETTER 2		/* bytes more than a stretch that a match from further away has to have */
#define NEAR 64			/* how far a match of LEAST pays; eight times as far for each byte more */
#define GOOD_ENOUGH 48	/* a match this long is taken without a look at the next place */
#define CLOSE 256	/* distances up to here take few bits */
#define KEPT 6			/* stretches within a match that are remembered */
#define HURRY 16		/* places in vain, and more and more of them are left out */
#define MANY 32			/* bytes that find long matches */
#define TAIL MANY		/* bytes at the end that begin no match: so many can be read anywhere */

struct best {
	unsigned int length;	/* 0: none */
	size_t distance;
};

/* what is searched, by whom */
struct search {
	struct png_matcher *m;
	const uint8_t *data;
	size_t length, row;
	unsigned int step;
};

static unsigned int same(const uint64_t *map, size_t at, unsigned int most)
{
	return (unsigned int)png_map_same(map, at, most);
}

static unsigned int most_at(const struct search *t, size_t at)
{
	return t->length - at < PNG_MATCH_MOST ? (unsigned int)(t->length - at) : PNG_MATCH_MOST;
}

/* ---- places ------------------------------------------------------------- */

static void remember(uint32_t *places, size_t at)
{
	*places = *places << 16 | (at & 0xffff);
}

/* A place that was never set is one like any other: what counts is what stands there. */
static inline void try_place(const struct search *t, size_t at, uint32_t place, unsigned int most,
			     struct best *best)
{
	const size_t furthest = at < PNG_DISTANCE_MOST ? at : PNG_DISTANCE_MOST;
	const size_t back = (at - place) & 0xffff;
	const uint8_t *here = t->data + at;
	unsigned int n;

	/* a longer one has the eight bytes up to the first that the best has not */
	if (back - 1 >= furthest || best->length >= most ||
	    (best->length >= 7 && png_load(here + best->length - 7) != png_load(here - back + best->length - 7)))
		return;
	n = png_common(here, here - back, most);
	if (n > best->length && n >= LEAST)
		*best = (struct best){ n, back };
}

static inline void try_places(const struct search *t, size_t at, uint32_t *places,
			      unsigned int most, struct best *best)
{
	uint32_t two = *places;

	remember(places, at);
	try_place(t, at, two & 0xffff, most, best);
	try_place(t, at, two >> 16, most, best);
}

/*
 * Where the stretch ends that begins within the next bytes, as the distance from
 * @at; 0: none does.
 */
static inline unsigned int stretch_end(const struct search *t, size_t at, unsigned int most)
{
	const uint64_t bits = png_map_from(t->m->before, at);
	const unsigned int first = 31 - (unsigned int)__builtin_clz((bits & 0xff) << 1 | 1);
	const uint64_t from_first = bits >> first;

	if (first > 6)
		return 0;
	if (from_first)
		return first + (unsigned int)__builtin_ctzll(from_first);
	return first + same(t->m->before, at + first, most - first);
}

static uint32_t *stretch_places(const struct search *t, uint64_t eight, unsigned int end)
{
	return &t->m->stretch[png_hash(eight * 31 + end, PNG_MATCHES_PLACES_BITS)];
}

static uint32_t *eight_places(const struct search *t, uint64_t eight)
{
	return &t->m->eight[png_hash(eight, PNG_MATCHES_PLACES_BITS)];
}

/* Four products that do not wait for each other, by any odd numbers. */
static uint32_t *many_places(const struct search *t, size_t at)
{
	const uint8_t *here = t->data + at;
	uint64_t hash = png_load(here) * 0x9e3779b97f4a7c15u ^ png_load(here + 8) * 0xbf58476d1ce4e5b9u ^
			png_load(here + 16) * 0x94d049bb133111ebu ^ png_load(here + 24) * 0xd6e8feb86659fd93u;

	/* the highest bits are a place's number */
	return &t->m->many[hash >> (64 - PNG_MATCHES_PLACES_BITS)];
}

/* ---- a match ------------------------------------------------------------ */

static void look_up(const struct search *t, size_t at, unsigned int most, struct best *best)
{
	uint64_t eight = png_load(t->data + at);
	unsigned int end = stretch_end(t, at, most);

	if (end)
		try_places(t, at, stretch_places(t, eight, end), most, best);
	if (!end || best->length <= end)
		try_places(t, at, eight_places(t, eight), most, best);
	else
		remember(eight_places(t, eight), at);
	if (best->length >= 8)
		try_places(t, at, many_places(t, at), most, best);
}

/* Its distance takes fewer bits than the literals that it saves. */
static bool pays(const struct best *m)
{
	return m->length < LEAST || m->length >= LONG ||
	       m->distance <= (size_t)NEAR << 3 * (m->length - LEAST);
}

/* The longest match of what begins at @at, if it is longer than @least. */
static struct best longest(const struct search *t, size_t at, unsigned int least)
{
	const unsigned int most = most_at(t, at);
	unsigned int above = same(t->m->above, at, most);
	struct best best = { least < LEAST ? 0 : least, 0 };

	if (above >= LEAST && above > best.length)
		best = (struct best){ above, t->row };
	look_up(t, at, most, &best);
	return pays(&best) ? best : (struct best){ 0 };
}

/* In the middle of a stretch: the rest of it, unless the row above goes on for longer. */
static struct best rest_of_stretch(const struct search *t, size_t at)
{
	const unsigned int most = most_at(t, at);
	unsigned int n = same(t->m->before, at, most), above;

	if (n < STRETCH_LEAST)
		return (struct best){ 0 };
	above = same(t->m->above, at, most);
	return above > n + ABOVE_BETTER ? (struct best){ above, t->row } : (struct best){ n, t->step };
}

/* A long one as far away as the last, if it is better than a stretch: slopes go on like that. */
static struct best as_last(const struct search *t, size_t at, size_t distance, struct best stretch)
{
	const unsigned int most = most_at(t, at), from = stretch.length;
	const uint8_t *here = t->data + at;
	unsigned int n;

	if (!distance || from + 8 > most || png_load(here + from) != png_load(here + from - distance))
		return stretch;
	n = png_common(here, here - distance, most);
	return n >= GOOD_ENOUGH && n > from + ABOVE_BETTER ? (struct best){ n, distance } : stretch;
}

/* As long a one from close by takes fewer bits: of a pattern that repeats in its row and in others. */
static struct best as_close(const struct search *t, size_t at, size_t close, struct best best)
{
	const uint8_t *here = t->data + at;

	if (!close || best.distance <= close || best.length < GOOD_ENOUGH ||
	    png_load(here) != png_load(here - close) || png_common(here, here - close, best.length) < best.length)
		return best;
	return (struct best){ best.length, close };
}

/* How far away a pattern comes again that goes on where a match ends; it came at @close until now. */
static size_t close_after(const struct search *t, size_t end, struct best match, size_t close)
{
	const uint8_t *last = t->data + end - 8;

	if (match.distance > CLOSE || match.length < GOOD_ENOUGH ||
	    (close && png_load(last) == png_load(last - close)))
		return close;
	return match.distance;
}

/* The match at *@at, or a longer one that begins at the next bytes; the last was at @distance. */
static struct best match_at(const struct search *t, size_t *at, size_t end, size_t distance)
{
	struct best best = as_last(t, *at, distance, rest_of_stretch(t, *at)), next;

	if (best.length)
		return best;
	best = longest(t, *at, 0);
	while (best.length && best.length < GOOD_ENOUGH && *at + 1 < end) {
		next = longest(t, *at + 1, best.length);
		if (next.length <= best.length)
			break;
		best = next;
		++*at;
	}
	return best;
}

/* The first stretches that begin between @at and @end, which a match covers. */
static void remember_within(const struct search *t, size_t at, size_t end)
{
	unsigned int i, length;

	for (i = 0; i < KEPT && at < end; i++) {
		uint64_t eight;

		at += same(t->m->before, at, most_at(t, at));
		if (at >= end)
			return;
		eight = png_load(t->data + at);
		length = stretch_end(t, at, most_at(t, at));
		remember(eight_places(t, eight), at);
		remember(many_places(t, at), at);
		if (length)
			remember(stretch_places(t, eight, length), at);
		at += length ? length : LEAST;
	}
}

static void begin(struct png_matcher *m, const struct png_text *text)
{
	memset(m->stretch, 0, sizeof(m->stretch));
	memset(m->eight, 0, sizeof(m->eight));
	memset(m->many, 0, sizeof(m->many));
	png_map_make(m->path, text, text->step, m->before);
	/* too far away to be copied: as if it were never the same */
	png_map_make(m->path, text, text->row <= PNG_DISTANCE_MOST ? text->row : text->length,
		     m->above);
}

/* Where to look after places in vain: where no filter changed pixels, each of them is one. */
static size_t next_place(const struct png_text *text, size_t at, unsigned int missed)
{
	const size_t in_row = at % text->row, places = missed / HURRY + 1;

	if (!missed || !in_row)
		return at + 1;
	return at + places * text->step - (in_row - 1) % text->step;
}

size_t png_matches_find(struct png_matcher *m, const struct png_text *text, size_t from,
			struct png_tokens *tokens)
{
	const struct search t = { m, text->data, text->length, text->row, text->step };
	const size_t end = t.length < TAIL ? 0 : t.length - TAIL;
	size_t at = from, done = from, distance = 0, close = 0;
	unsigned int missed = 0;

	tokens->count = 0;
	if (!from)
		begin(m, text);
	while (at < end) {
		struct best best = match_at(&t, &at, end, distance);

		if (!best.length) {
			at = next_place(text, at, missed++);
			continue;
		}
		missed = 0;
		best = as_close(&t, at, close, best);
		tokens->match[tokens->count++] = (struct png_match){
			(uint32_t)(at - done), (uint16_t)best.length, (uint16_t)(best.distance - 1),
		};
		done = at + best.length;
		if (best.distance != t.step) {
			distance = best.distance;
			close = close_after(&t, done, best, close);
			remember_within(&t, at + 1, done < end ? done : end);
		}
		at = done;
		if (tokens->count == tokens->room)
			return done;
	}
	return t.length;
}
