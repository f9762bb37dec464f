/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choose.h"

#include <string.h>

#include "runs.h"

#define SAMPLE PNG_ENTROPY_MOST	/* bytes that the filter is chosen by */
#define PIECES 8		/* they come from so many places ... */
#define BANDS 4			/* ... or where rows are short, from so many bands of rows */
#define SMALL 16384		/* strips up to here are tried as a whole */
#define PLACE_BYTES 17408	/* of a larger one that are, ... */
#define PLACE_ROWS 3		/* ... with so many rows at least, ... */
#define PLACE_EACH (128 * 1024)	/* ... from one place in so many bytes, ... */
#define PLACES_MOST 5		/* ... but not from more, ... */
#define PLACES_LEAST 2		/* ... nor from fewer: the filter for runs is chosen by so many */
#define PLAIN_BITS 2		/* a byte; what takes fewer may be flat, and its codes are to be exact */
#define SLOWER 256		/* matches have to be shorter by one part in so many */
#define NEARLY_NOTHING 16	/* bytes for a bit */
#define MOSTLY 4		/* one byte in so many is not 0 where it is flat */
#define LONG_RUN 64		/* worth while among any literals */
#define MEDIUM_RUN 8		/* among some */

/* Rows of the strip that may be looked at one by one: without those above, but it knows of them. */
static struct png_rows part_of(const struct png_rows *rows, uint32_t first, uint32_t count)
{
	const uint8_t *at = rows->first + rows->stride * (ptrdiff_t)first;

	return (struct png_rows){
		.first = at, .stride = rows->stride, .above = first ? at - rows->stride : rows->above,
		.rows = count < rows->rows - first ? count : rows->rows - first,
	};
}

/* About @bytes from the middle, as whole rows, or as the beginning of one. */
static size_t take_middle(struct png_chooser *c, const struct png_rows *rows, unsigned int filter,
			  size_t bytes)
{
	uint64_t length = c->row_bytes < bytes ? c->row_bytes : bytes;
	uint32_t count = (uint32_t)(bytes / (length + 1));
	struct png_rows part;

	if (!count)
		count = 1;
	part = part_of(rows, count < rows->rows ? (rows->rows - count) / 2 : 0, count);
	png_filter_rows(&c->filtering, filter, &part, length, c->scratch);
	return (length + 1) * part.rows;
}

/* Bytes of each row that take_parts() takes, with the filter's number. */
static size_t part_row(const struct png_chooser *c)
{
	const size_t most = PLACE_BYTES / PLACE_ROWS;

	return c->row_bytes < most ? c->row_bytes + 1 : most;
}

/*
 * Some bytes from all over the strip.  From each place some rows below each other,
 * so that matches find what comes again in the next row.
 */
static size_t take_parts(struct png_chooser *c, const struct png_rows *rows, unsigned int filter,
			 uint32_t places)
{
	const size_t row = part_row(c);
	const uint32_t count = (uint32_t)(PLACE_BYTES / row);
	uint8_t *out = c->scratch;
	uint32_t i, first;

	if (rows->rows <= count * places) {
		png_filter_rows(&c->filtering, filter, rows, row - 1, out);
		return row * rows->rows;
	}
	for (i = 0; i < places; i++) {
		struct png_rows part;

		first = (uint32_t)((uint64_t)(rows->rows - count) * (2 * i + 1) / (2 * places));
		part = part_of(rows, first, count);
		png_filter_rows(&c->filtering, filter, &part, row - 1, out);
		out += row * count;
	}
	return (size_t)(out - c->scratch);
}

static uint32_t places_of(const struct png_chooser *c, const struct png_rows *rows)
{
	uint64_t places = (c->row_bytes + 1) * rows->rows / PLACE_EACH;

	return places < PLACES_LEAST ? PLACES_LEAST : places < PLACES_MOST ? (uint32_t)places : PLACES_MOST;
}

size_t png_chooser_scratch(uint64_t row_bytes)
{
	/* take_parts() of the most, and take_sample() */
	return PLACES_MOST * PLACE_BYTES + 2 * SAMPLE + PNG_BITS_SLACK;
}

/* ---- the filter --------------------------------------------------------- */

static size_t take_pieces(struct png_chooser *c, const struct png_rows *rows, unsigned int filter)
{
	const size_t length = SAMPLE / PIECES, pixel = c->filtering.pixel_bytes;
	const uint64_t span = c->row_bytes - pixel - length;
	unsigned int i;

	for (i = 0; i < PIECES; i++) {
		struct png_rows part = part_of(rows, (uint32_t)((uint64_t)rows->rows * (2 * i + 1) /
								(2 * PIECES)), 1);
		/* left, right, and between them, and not all below each other */
		uint64_t at = pixel + span * (i * 5 % PIECES) / (PIECES - 1);
		const uint8_t *above = part.above ? part.above + at : c->filtering.zeros + at;

		png_filter_piece(&c->filtering, filter, part.first + at, above, length,
				 c->scratch + i * length);
	}
	return SAMPLE;
}

static size_t take_bands(struct png_chooser *c, const struct png_rows *rows, unsigned int filter)
{
	uint32_t count = (uint32_t)(SAMPLE / BANDS / (c->row_bytes + 1)), i;
	uint8_t *all = c->scratch;
	size_t length = 0;

	if (!count)
		count = 1;
	for (i = 0; i < BANDS; i++) {
		struct png_rows part = part_of(rows, (uint32_t)((uint64_t)rows->rows * (2 * i + 1) /
								(2 * BANDS)), count);

		png_filter_rows(&c->filtering, filter, &part, c->row_bytes, all + length);
		length += (size_t)(c->row_bytes + 1) * part.rows;
	}
	return length < SAMPLE ? length : SAMPLE;
}

/* The filter that leaves the least to write, by a sample of bytes; returns bits in 1/256 a byte. */
static uint64_t choose_filter(struct png_chooser *c, const struct png_rows *rows,
			      unsigned int *filter)
{
	uint64_t least = UINT64_MAX, bits;
	unsigned int i;
	size_t length;

	for (i = 0; i < PNG_CODER_FILTERS; i++) {
		length = c->row_bytes >= 2 * SAMPLE / PIECES ? take_pieces(c, rows, i) :
							       take_bands(c, rows, i);
		bits = png_entropy(c->entropy, c->scratch, length) / length;
		if (bits >= least)
			continue;
		least = bits;
		*filter = i;
	}
	return least;
}

/* ---- the way ------------------------------------------------------------ */

/* How a part of the strip came out in the best way so far. */
struct trial {
	struct png_chooser *c;
	const struct png_rows *rows;
	uint32_t places;	/* of the part */
	size_t length;		/* of it in the scratch, by the filter that suits runs */
	uint64_t least;		/* bits that it took */
	uint64_t least_below;	/* likewise of matches alone, see bits_below() */
	struct png_choice choice;
};

/* Rows in the scratch, as they were filtered: @row bytes each, with the filter's number. */
static struct png_text text_of(const struct png_chooser *c, size_t length, size_t row,
			       unsigned int filter)
{
	return (struct png_text){
		c->scratch, length, row, png_text_step(filter, c->filtering.pixel_bytes),
	};
}

static uint64_t bits_of_tokens(const struct png_chooser *c, size_t length)
{
	struct png_counts counts;

	png_tokens_count(c->scratch, length, &c->tokens, &counts);
	return png_tokens_bits(&counts);
}

static uint64_t bits_of_matches(struct png_chooser *c, const struct png_text *text)
{
	png_matches_find(&c->matcher, text, 0, &c->tokens);
	return bits_of_tokens(c, text->length);
}

/* @length bytes of the scratch are filtered rows. */
static void try_runs(struct trial *t, size_t length, unsigned int filter, unsigned int least)
{
	const struct png_text text = text_of(t->c, length, part_row(t->c), filter);
	uint64_t bits;

	png_runs_find(t->c->filtering.path, t->c->matcher.before, &text, 0, least, &t->c->tokens);
	bits = bits_of_tokens(t->c, length);
	if (bits >= t->least)
		return;
	t->least = bits;
	t->choice = (struct png_choice){
		filter, least < LONG_RUN ? PNG_WAY_RUNS : PNG_WAY_LITERALS, least,
		least == LONG_RUN && bits >= PLAIN_BITS * length,
	};
}

/* Matches that begin before @to, and what is before them; *@at is behind the last of them. */
static struct png_tokens take_until(const struct png_match **match, const struct png_match *end,
				    size_t *at, size_t to)
{
	struct png_tokens taken = { (struct png_match *)*match, 0, 0 };

	for (; *match < end && *at + (*match)->literals < to; ++*match, taken.count++)
		*at += (*match)->literals + (*match)->length;
	return taken;
}

/*
 * What matches, and what is between them, take in all but the first row of each place,
 * which has none above it that it could be the same as.  Few rows of a strip have none.
 */
static uint64_t bits_below(const struct png_chooser *c, size_t length)
{
	const size_t row = part_row(c), place = PLACE_BYTES / row * row;
	const struct png_match *match = c->tokens.match, *last = match + c->tokens.count;
	size_t at = 0, begin, end, first;
	struct png_counts counts;
	struct png_tokens part;
	uint64_t bits = 0;

	for (begin = 0; begin + 2 * row <= length; begin = end) {
		end = begin + place < length ? begin + place : length;
		take_until(&match, last, &at, begin + row);
		first = at;
		part = take_until(&match, last, &at, end);
		png_tokens_count(c->scratch + first, (at < end ? end : at) - first, &part, &counts);
		bits += png_tokens_bits(&counts);
	}
	return bits;
}

/* How rows came out as matches. */
struct matched {
	uint64_t bits;		/* that they took, and a bit more */
	uint64_t below;		/* bits_below() */
};

/* @length bytes of the scratch are filtered rows. */
static struct matched match_parts(struct png_chooser *c, size_t length, unsigned int filter)
{
	const struct png_text text = text_of(c, length, part_row(c), filter);
	uint64_t bits = bits_of_matches(c, &text);

	return (struct matched){ bits + bits / SLOWER, bits_below(c, length) };
}

/* They are the choice if they take less than runs, and less than matches by other filters. */
static bool take_matches(struct trial *t, unsigned int filter, const struct matched *m)
{
	if (m->bits >= t->least)
		return false;
	if (t->choice.way != PNG_WAY_MATCHES || m->below < t->least_below) {
		t->least_below = m->below;
		t->choice = (struct png_choice){ filter, PNG_WAY_MATCHES, 0, false };
	}
	return true;
}

static void try_matches(struct trial *t, unsigned int filter)
{
	size_t length = take_parts(t->c, t->rows, filter, t->places);
	struct matched m = match_parts(t->c, length, filter);

	take_matches(t, filter, &m);
}

/* By which filter runs of medium length leave the least, and how much of all places. */
static void try_filters(struct trial *t)
{
	unsigned int filter;
	size_t length;

	for (filter = 0; filter < PNG_CODER_FILTERS; filter++) {
		length = take_parts(t->c, t->rows, filter, PLACES_LEAST);
		try_runs(t, length, filter, MEDIUM_RUN);
	}
	filter = t->choice.filter;
	t->length = take_parts(t->c, t->rows, filter, t->places);
	t->least = UINT64_MAX;
	try_runs(t, t->length, filter, MEDIUM_RUN);
}

/* By the same filter, of which the scratch still has the rows, longer and shorter ones. */
static void try_other_runs(struct trial *t)
{
	static const unsigned int others[] = { LONG_RUN, 16, 4 };
	const unsigned int filter = t->choice.filter;

	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		try_runs(t, t->length, filter, others[i]);
}

/*
 * Where they are no help with the filter that suits runs, they are none with others, unless
 * pixels are few.  Where they take far less than runs of one length, those of no other are
 * tried.  PAETH leaves what UP leaves, and less at edges that are not level.
 */
static void try_all_matches(struct trial *t, bool few)
{
	const unsigned int filter = t->choice.filter;
	const struct matched m = match_parts(t->c, t->length, filter);

	if (m.bits >= t->least - t->least / 4)
		try_other_runs(t);
	if (!take_matches(t, filter, &m) && !few)
		return;
	if (filter != PNG_CODER_SUB)
		try_matches(t, PNG_CODER_SUB);
	if (filter != PNG_CODER_NONE)
		try_matches(t, PNG_CODER_NONE);
	if (few && filter != PNG_CODER_UP)
		try_matches(t, PNG_CODER_UP);
	if (t->choice.filter == PNG_CODER_UP && filter != PNG_CODER_PAETH)
		try_matches(t, PNG_CODER_PAETH);
}

/*
 * So few that a number for each would take less than half of the bits, which are of 1/256 a
 * byte, that the best filter leaves of it.
 */
static bool has_few_pixels(const struct png_chooser *c, const struct png_rows *rows, uint64_t bits)
{
	const unsigned int pixel = c->filtering.pixel_bytes;
	const uint64_t half = bits * pixel / 2 >> 8;

	return png_few_pixels(rows, c->row_bytes, pixel, half < 8 ? 1u << half : PNG_PIXELS_MOST);
}

/* In three channels: by the row in the middle. */
static bool is_grey(const struct png_chooser *c, const struct png_rows *rows)
{
	return c->filtering.pixel_bytes == PNG_PIXEL &&
	       png_grey_row(part_of(rows, rows->rows / 2, 1).first, c->row_bytes);
}

/* Then not even the filter's number is to be written. */
static bool is_black(const struct png_chooser *c, const struct png_rows *rows)
{
	const uint8_t *row = rows->first;
	uint32_t i;

	for (i = 0; i < rows->rows; i++, row += rows->stride)
		if (memcmp(row, c->filtering.zeros, c->row_bytes))
			return false;
	return true;
}

void png_choose(struct png_chooser *c, const struct png_rows *rows, struct png_choice *choice)
{
	const bool small = (c->row_bytes + 1) * rows->rows <= SMALL;
	struct trial t = { .c = c, .rows = rows, .places = places_of(c, rows), .least = UINT64_MAX };
	uint64_t bits = 0;
	bool searched, few;

	*choice = (struct png_choice){ .least = LONG_RUN };
	if (!small)
		bits = choose_filter(c, rows, &choice->filter);
	choice->sample = bits >= PLAIN_BITS << 8;
	/* what is small, and what repeats, in any case */
	searched = small || png_repeats(c->scratch, take_middle(c, rows, PNG_CODER_SUB, SMALL));
	if (!searched && is_grey(c, rows)) {
		*choice = (struct png_choice){ choice->filter, PNG_WAY_GREY, 0, false };
		return;
	}
	few = !searched && has_few_pixels(c, rows, bits);
	if (choice->sample && !searched && !few)
		return;
	try_filters(&t);
	if (t.least < t.places * (PLACE_BYTES / NEARLY_NOTHING) && !small)
		/* what there is to write is elsewhere: no part is like the whole */
		t.choice = (struct png_choice){
			is_black(c, rows) ? PNG_CODER_NONE : PNG_CODER_PAETH, PNG_WAY_MATCHES, 0, false,
		};
	else if (searched || few)
		try_all_matches(&t, few);
	else
		try_other_runs(&t);
	*choice = t.choice;
}

enum png_flatness png_flatness(struct png_chooser *c, const struct png_rows *rows)
{
	static const unsigned int filters[] = { PNG_CODER_SUB, PNG_CODER_UP };
	enum png_flatness flatness = PNG_NOT_FLAT;
	size_t length, zeros, i, f;

	for (f = 0; f < 2; f++) {
		length = take_middle(c, rows, filters[f], SMALL);
		for (i = 0, zeros = 0; i < length; i++)
			zeros += !c->scratch[i];
		/* each row has the filter's number */
		if (length - zeros <= rows->rows)
			return PNG_BLANK;
		if (length - zeros <= length / MOSTLY + rows->rows)
			flatness = PNG_FLAT;
	}
	return flatness;
}
