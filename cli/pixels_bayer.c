/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bayer to RGB: bilinear, on numbers of 8 to 16 bits.
 *
 * Each pixel keeps the colour it has.  The two that it lacks are means of its
 * nearest neighbours of that colour, halves rounded up:
 *
 *	at a red or blue pixel	green			(n + s + w + e + 2) / 4
 *				the opposite colour	(nw + ne + sw + se + 2) / 4
 *	at a green pixel	the row's colour	(w + e + 1) / 2
 *				the other colour	(n + s + 1) / 2
 *
 * At the edges the picture is mirrored about its outermost row and column,
 * which keeps the pattern: row -1 is row 1.  A picture of one row or column is
 * repeated instead.
 */
#include <string.h>

#include <libyuv.h>

#include "pixels_source.h"

struct bayer {
	struct bayer_rows rows;
	uint32_t next;			/* the row that "below" has, or height: none */
	uint16_t *number[3];		/* of red, green and blue of a row */
	uint8_t *sample[3];		/* the same as the file has them */
};

static uint32_t mirror(int64_t i, uint32_t n)
{
	if (n == 1)
		return 0;
	if (i < 0)
		return (uint32_t)-i;
	return i < n ? (uint32_t)i : (uint32_t)(2 * (int64_t)n - 2 - i);
}

static void load(const struct pixels *p, int64_t row, uint16_t *numbers)
{
	const uint32_t width = p->width;

	p->path->unpack((enum unpack_kind)p->source->arg[0], p->source->depth,
			pixels_source_row(p, mirror(row, p->height)), numbers + 1, width);
	numbers[0] = numbers[1 + mirror(-1, width)];
	numbers[width + 1] = numbers[1 + mirror(width, width)];
}

static void interpolate_row(const struct pixels *p, const struct bayer *b, uint32_t row)
{
	const uint8_t *arg = p->source->arg;
	const bool red_row = (row & 1) == arg[2];
	const unsigned int own = red_row ? 0 : 2;

	p->path->bayer(&b->rows, p->width, red_row ? arg[1] : arg[1] ^ 1u, b->number[own],
		       b->number[1], b->number[2 - own]);
}

static int bayer_open(struct pixels *p)
{
	const uint64_t line = (uint64_t)p->width + 2, width = p->width;
	struct bayer *b;
	uint8_t *at;
	int r = pixels_scratch(p, 1, 1, sizeof(*b) + 2 * (3 * line + 6 * width)), i;

	if (r)
		return r;
	b = (struct bayer *)(void *)p->scratch;
	b->rows.above = (uint16_t *)(void *)(b + 1);
	b->rows.here = b->rows.above + line;
	b->rows.below = b->rows.here + line;
	at = (uint8_t *)(b->rows.below + line);
	for (i = 0; i < 3; i++, at += 4 * width) {
		b->number[i] = (uint16_t *)(void *)at;
		b->sample[i] = at + 2 * width;
	}
	p->state = b;
	return 0;
}

static int bayer_begin(struct pixels *p, const struct picture *picture)
{
	struct bayer *b = p->state;

	b->next = p->height;
	return 0;
}

/* Have @row and its neighbours; after the row before, two of them are there. */
static void advance(struct pixels *p, struct bayer *b, uint32_t row)
{
	struct bayer_rows *r = &b->rows;
	uint16_t *gone = r->above;

	if (b->next != row) {
		load(p, (int64_t)row - 1, r->here);
		load(p, row, r->below);
	}
	r->above = r->here;
	r->here = r->below;
	r->below = gone;
	load(p, (int64_t)row + 1, r->below);
	b->next = row + 1;
}

static void bayer_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	const int width = (int)p->width;
	struct bayer *b = p->state;
	uint32_t row;
	int i;

	for (row = first; row < first + rows; row++, out += p->row_bytes) {
		advance(p, b, row);
		interpolate_row(p, b, row);
		for (i = 0; i < 3; i++)
			p->path->store(&p->store, b->number[i], b->sample[i], p->width);
		if (p->sample_bytes == 2)
			p->path->merge_16(b->sample, out, p->width);
		else
			MergeRGBPlane(b->sample[0], width, b->sample[1], width, b->sample[2], width,
				      out, 3 * width, width, 1);
	}
}

const struct pixels_family pixels_bayer = {
	.rank = 11,
	.rgb = true,
	.linear = true,
	.open = bayer_open,
	.begin = bayer_begin,
	.rows = bayer_rows,
};
