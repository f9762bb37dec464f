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

#include "pixels_source.h"

/* rows of numbers with one more at either end */
struct bayer {
	uint16_t *above, *here, *below;
	uint16_t *rgb;
	uint32_t next;		/* the row that "below" has, or height: none */
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

	unpack_row((enum unpack_kind)p->source->arg[0], p->source->depth,
		   pixels_source_row(p, mirror(row, p->height)), numbers + 1, width);
	numbers[0] = numbers[1 + mirror(-1, width)];
	numbers[width + 1] = numbers[1 + mirror(width, width)];
}

/* A red or blue pixel at @x; @own and @other say where its own and the opposite colour go. */
static inline void colour_pixel(const struct bayer *b, uint32_t x, unsigned int own,
				unsigned int other)
{
	const uint16_t *n = b->above + x, *c = b->here + x, *s = b->below + x;
	uint16_t *rgb = b->rgb + 3 * (uint64_t)x;

	rgb[own] = c[1];
	rgb[1] = (uint16_t)((n[1] + s[1] + c[0] + c[2] + 2) >> 2);
	rgb[other] = (uint16_t)((n[0] + n[2] + s[0] + s[2] + 2) >> 2);
}

/* A green pixel; @own is the other colour of its row. */
static inline void green_pixel(const struct bayer *b, uint32_t x, unsigned int own,
			       unsigned int other)
{
	const uint16_t *n = b->above + x, *c = b->here + x, *s = b->below + x;
	uint16_t *rgb = b->rgb + 3 * (uint64_t)x;

	rgb[own] = (uint16_t)((c[0] + c[2] + 1) >> 1);
	rgb[1] = c[1];
	rgb[other] = (uint16_t)((n[1] + s[1] + 1) >> 1);
}

static void interpolate(const struct pixels *p, const struct bayer *b, uint32_t row)
{
	const uint8_t *arg = p->source->arg;
	bool red_row = (row & 1) == arg[2];
	unsigned int own = red_row ? 0 : 2, other = 2 - own;
	/* the first column with the row's own colour */
	uint32_t colour = red_row ? arg[1] : arg[1] ^ 1u, width = p->width, x = 0;

	if (colour)
		green_pixel(b, x++, own, other);
	for (; x + 1 < width; x += 2) {
		colour_pixel(b, x, own, other);
		green_pixel(b, x + 1, own, other);
	}
	if (x < width)
		colour_pixel(b, x, own, other);
}

static int bayer_open(struct pixels *p)
{
	uint64_t line = (uint64_t)p->width + 2;
	struct bayer *b;
	int r = pixels_scratch(p, 1, 1, sizeof(*b) + (3 * line + 3 * (uint64_t)p->width) * 2);

	if (r)
		return r;
	b = (struct bayer *)(void *)p->scratch;
	b->above = (uint16_t *)(void *)(b + 1);
	b->here = b->above + line;
	b->below = b->here + line;
	b->rgb = b->below + line;
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
	uint16_t *gone = b->above;

	if (b->next != row) {
		load(p, (int64_t)row - 1, b->here);
		load(p, row, b->below);
	}
	b->above = b->here;
	b->here = b->below;
	b->below = gone;
	load(p, (int64_t)row + 1, b->below);
	b->next = row + 1;
}

static void bayer_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	struct bayer *b = p->state;
	uint32_t row;

	for (row = first; row < first + rows; row++, out += p->row_bytes) {
		advance(p, b, row);
		interpolate(p, b, row);
		store_row(&p->store, b->rgb, out, 3 * (uint64_t)p->width);
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
