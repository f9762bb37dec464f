/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grey.h"

#include "places.h"

#define LEAST (2 * PNG_PIXEL)	/* bytes of a match */
#define TAIL 8			/* bytes at the end that begin no match: so eight can be read anywhere */

bool png_grey_row(const uint8_t *row, uint64_t row_bytes)
{
	for (uint64_t at = 0; at < row_bytes; at += PNG_PIXEL)
		if (row[at + 1] != row[at] || row[at + 2] != row[at])
			return false;
	return true;
}

/* what is searched, and where in it */
struct search {
	struct png_grey *grey;
	const struct png_text *text;
	size_t at, row_end;
};

/* By the eight bytes there: three pixels but for the last byte, which is like the one before. */
static uint16_t *three_places(const struct search *s, uint64_t eight)
{
	return &s->grey->three[png_hash(eight, PNG_GREY_PLACES_BITS)];
}

static uint16_t *two_places(const struct search *s, uint64_t eight)
{
	return &s->grey->two[png_hash(eight << 16, PNG_GREY_PLACES_BITS)];
}

/*
 * How many bytes of whole pixels are the same as there, in this row, if they are enough.  A
 * place that was never set is one like any other: what counts is what stands there.
 */
static inline unsigned int length_at(const struct search *s, uint64_t eight, size_t back)
{
	const size_t left = (s->row_end < s->text->length ? s->row_end : s->text->length) - s->at;
	const unsigned int most = left < PNG_MATCH_MOST ? (unsigned int)left : PNG_MATCH_MOST;
	const uint8_t *here = s->text->data + s->at;
	unsigned int length;
	uint64_t differ;

	if (most < LEAST || back - 1 >= (s->at < PNG_DISTANCE_MOST ? s->at : PNG_DISTANCE_MOST))
		return 0;
	differ = eight ^ png_load(here - back);
	if (differ)
		return differ << 16 ? 0 : LEAST;
	if (most < 8)
		return LEAST;
	length = 8 + png_common(here + 8, here + 8 - back, most - 8);
	return length - length % PNG_PIXEL;
}

/* The pixels of a match are places for others. */
static void remember_within(const struct search *s, unsigned int length, size_t end)
{
	size_t at = s->at + PNG_PIXEL, behind = s->at + length;

	for (; at < behind && at < end; at += PNG_PIXEL) {
		uint64_t eight = png_load(s->text->data + at);

		*three_places(s, eight) = *two_places(s, eight) = (uint16_t)at;
	}
}

/* The bytes of a match that begins here, 0: there is none. */
static inline unsigned int match_here(const struct search *s, size_t *back)
{
	uint64_t eight = png_load(s->text->data + s->at);
	uint16_t *three = three_places(s, eight), *two = two_places(s, eight);
	const size_t back_two = (s->at - *two) & 0xffff;
	unsigned int length;

	*back = (s->at - *three) & 0xffff;
	*three = *two = (uint16_t)s->at;
	length = length_at(s, eight, *back);
	if (length <= LEAST) {
		*back = back_two;
		length = length_at(s, eight, back_two);
	}
	return length;
}

size_t png_grey_find(struct png_grey *grey, const struct png_text *text, size_t from,
		     struct png_tokens *tokens)
{
	const size_t end = text->length < TAIL ? 0 : text->length - TAIL;
	struct search s = { grey, text, from, from / text->row * text->row };
	size_t done = from, back;
	unsigned int length;

	tokens->count = 0;
	if (!from)
		memset(grey, 0, sizeof(*grey));
	/* a row's first byte is the filter's number */
	if (from > s.row_end)
		s.row_end += text->row;
	while (s.at < end) {
		if (s.at + PNG_PIXEL > s.row_end) {
			s.at = s.row_end + 1;
			s.row_end += text->row;
			continue;
		}
		length = match_here(&s, &back);
		if (!length) {
			s.at += PNG_PIXEL;
			continue;
		}
		tokens->match[tokens->count++] = (struct png_match){
			(uint32_t)(s.at - done), (uint16_t)length, (uint16_t)(back - 1),
		};
		remember_within(&s, length, end);
		s.at += length;
		done = s.at;
		if (tokens->count == tokens->room)
			return done;
	}
	return text->length;
}
