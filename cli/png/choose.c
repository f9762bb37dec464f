/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choose.h"

#define SAMPLE PNG_ENTROPY_MOST	/* bytes that the filter is chosen by */
#define PIECES 8		/* they come from so many places ... */
#define BANDS 4			/* ... or where rows are short, from so many bands of rows */
#define SMALL 16384		/* strips up to here are tried as a whole */
#define TRIAL 32768		/* bytes of a larger one that are */
#define PLAIN_BITS 2		/* a byte; what takes fewer may be flat */
#define LONG_MATCH 16		/* mean length of matches that are found quickly */
#define SAMPLE_BITS 4		/* below that codes are to be exact */
#define NEARLY_NOTHING 16	/* bytes for a bit */
#define LONG_RUN 64		/* worth while among any literals */

static const unsigned int run_lengths[] = { LONG_RUN, 16, 8, 4 };

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

size_t png_chooser_scratch(uint64_t row_bytes)
{
	/* take_middle() of the most, and take_sample() */
	return TRIAL + 2 * SAMPLE + PNG_BITS_SLACK;
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

static uint64_t try_tokens(struct png_chooser *c, size_t length)
{
	struct png_counts counts;

	png_tokens_count(c->scratch, length, &c->tokens, &counts);
	return png_tokens_bits(&counts);
}

/* Bytes that matches cover. */
static size_t matched(const struct png_chooser *c)
{
	size_t length = 0;
	unsigned int i;

	for (i = 0; i < c->tokens.count; i++)
		length += c->tokens.match[i].length;
	return length;
}

static void try_runs(struct png_chooser *c, const struct png_rows *rows, unsigned int filter,
		     size_t bytes, uint64_t *least, struct png_choice *choice)
{
	size_t length = take_middle(c, rows, filter, bytes), i;
	uint64_t bits;

	for (i = 0; i < sizeof(run_lengths) / sizeof(run_lengths[0]); i++) {
		png_runs_find(c->scratch, length, run_lengths[i], &c->tokens);
		bits = try_tokens(c, length);
		if (bits >= *least)
			continue;
		*least = bits;
		*choice = (struct png_choice){
			filter, i ? PNG_WAY_RUNS : PNG_WAY_LITERALS, run_lengths[i],
			!i && bits >= SAMPLE_BITS * length,
		};
	}
}

static void try_matches(struct png_chooser *c, const struct png_rows *rows, unsigned int filter,
			size_t bytes, uint64_t *least, struct png_choice *choice)
{
	size_t length = take_middle(c, rows, filter, bytes);
	uint64_t bits;

	if (!png_repeats(c->scratch, length))
		return;
	png_matches_find(c->matcher, c->scratch, 0, length, &c->tokens);
	bits = try_tokens(c, length);
	/* takes longer, the more the shorter they are: has to be worth it */
	if (bits + bits / (matched(c) >= (size_t)LONG_MATCH * c->tokens.count ? 64 : 3) >= *least)
		return;
	*least = bits;
	*choice = (struct png_choice){ filter, PNG_WAY_MATCHES, 0, false };
}

void png_choose(struct png_chooser *c, const struct png_rows *rows, struct png_choice *choice)
{
	bool small = (c->row_bytes + 1) * rows->rows <= SMALL, repeats;
	size_t bytes = small ? SMALL : TRIAL;
	uint64_t least = UINT64_MAX, bits = 0;
	unsigned int filter;

	*choice = (struct png_choice){ .least = LONG_RUN };
	if (!small)
		bits = choose_filter(c, rows, &choice->filter);
	choice->sample = bits >= SAMPLE_BITS << 8;
	repeats = png_repeats(c->scratch, take_middle(c, rows, PNG_CODER_SUB, SMALL));
	if (bits >= PLAIN_BITS << 8 && !repeats)
		return;
	for (filter = 0; filter <= PNG_FILTER_EACH; filter++)
		try_runs(c, rows, filter, bytes, &least, choice);
	if (!repeats && !small)
		return;
	if (least < bytes / NEARLY_NOTHING && !small) {
		/* what there is to write is elsewhere: no part is like the whole */
		*choice = (struct png_choice){ PNG_FILTER_EACH, PNG_WAY_MATCHES, 0, false };
		return;
	}
	try_matches(c, rows, choice->filter, bytes, &least, choice);
	try_matches(c, rows, PNG_CODER_NONE, bytes, &least, choice);
	try_matches(c, rows, PNG_CODER_SUB, bytes, &least, choice);
	try_matches(c, rows, PNG_FILTER_EACH, bytes, &least, choice);
}

bool png_is_flat(struct png_chooser *c, const struct png_rows *rows)
{
	static const unsigned int filters[] = { PNG_CODER_SUB, PNG_CODER_UP };
	size_t length, zeros, i, f;

	for (f = 0; f < 2; f++) {
		length = take_middle(c, rows, filters[f], SMALL);
		for (i = 0, zeros = 0; i < length; i++)
			zeros += !c->scratch[i];
		if (length - zeros <= length / 32 + rows->rows)
			return true;
	}
	return false;
}
