/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libyuv.h>

#include "planar.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define PLANES(code, xs, ys, cb, cr) \
	{ .fourcc = (code), .kind = PLANAR_PLANES, .xsub = (xs), .ysub = (ys), .u = (cb), .v = (cr) }
#define PAIRS(code, xs, ys, cb, cr) \
	{ .fourcc = (code), .kind = PLANAR_PAIRS, .xsub = (xs), .ysub = (ys), .u = (cb), .v = (cr) }
#define PACKED_422(code, luma, cb, cr) \
	{ .fourcc = (code), .kind = PLANAR_422, .xsub = 1, .y = (luma), .u = (cb), .v = (cr) }
#define PACKED_444(code, bytes, luma, cb, cr) \
	{ .fourcc = (code), .kind = PLANAR_444, .step = (bytes), .y = (luma), .u = (cb), .v = (cr) }

static const struct planar formats[] = {
	PLANES(F('Y', 'U', '1', '2'), 1, 1, 1, 2),
	PLANES(F('Y', 'V', '1', '2'), 1, 1, 2, 1),
	PLANES(F('4', '2', '2', 'P'), 1, 0, 1, 2),
	PLANES(F('Y', 'M', '1', '2'), 1, 1, 1, 2),
	PLANES(F('Y', 'M', '2', '1'), 1, 1, 2, 1),
	PLANES(F('Y', 'M', '1', '6'), 1, 0, 1, 2),
	PLANES(F('Y', 'M', '6', '1'), 1, 0, 2, 1),
	PLANES(F('Y', 'M', '2', '4'), 0, 0, 1, 2),
	PLANES(F('Y', 'M', '4', '2'), 0, 0, 2, 1),

	PAIRS(F('N', 'V', '1', '2'), 1, 1, 0, 1),
	PAIRS(F('N', 'V', '2', '1'), 1, 1, 1, 0),
	PAIRS(F('N', 'V', '1', '6'), 1, 0, 0, 1),
	PAIRS(F('N', 'V', '6', '1'), 1, 0, 1, 0),
	PAIRS(F('N', 'V', '2', '4'), 0, 0, 0, 1),
	PAIRS(F('N', 'V', '4', '2'), 0, 0, 1, 0),
	PAIRS(F('N', 'M', '1', '2'), 1, 1, 0, 1),
	PAIRS(F('N', 'M', '2', '1'), 1, 1, 1, 0),
	PAIRS(F('N', 'M', '1', '6'), 1, 0, 0, 1),
	PAIRS(F('N', 'M', '6', '1'), 1, 0, 1, 0),

	PACKED_422(F('Y', 'U', 'Y', 'V'), 0, 1, 3),
	PACKED_422(F('Y', 'V', 'Y', 'U'), 0, 3, 1),
	PACKED_422(F('U', 'Y', 'V', 'Y'), 1, 0, 2),
	PACKED_422(F('V', 'Y', 'U', 'Y'), 1, 2, 0),

	PACKED_444(F('Y', 'U', 'V', '3'), 3, 0, 1, 2),
	PACKED_444(F('Y', 'U', 'V', '4'), 4, 1, 2, 3),
	PACKED_444(F('A', 'Y', 'U', 'V'), 4, 1, 2, 3),
	PACKED_444(F('X', 'Y', 'U', 'V'), 4, 1, 2, 3),
	PACKED_444(F('Y', 'U', 'V', 'A'), 4, 0, 1, 2),
	PACKED_444(F('Y', 'U', 'V', 'X'), 4, 0, 1, 2),
	PACKED_444(F('V', 'U', 'Y', 'A'), 4, 2, 1, 0),
	PACKED_444(F('V', 'U', 'Y', 'X'), 4, 2, 1, 0),
};

const struct planar *planar_find(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	return NULL;
}

static uint64_t chroma_width(const struct planar *planar, uint32_t width)
{
	return ((uint64_t)width + (1u << planar->xsub) - 1) >> planar->xsub;
}

static uint32_t chroma_rows(const struct planar *planar, uint32_t rows)
{
	return (rows >> planar->ysub) + (rows & ((1u << planar->ysub) - 1) ? 1 : 0);
}

uint64_t planar_scratch(const struct planar *planar, uint32_t width, uint32_t rows)
{
	uint64_t chroma, luma = 0, bytes;

	if (planar->kind == PLANAR_PLANES)
		return 0;
	if (__builtin_mul_overflow(2 * chroma_width(planar, width), chroma_rows(planar, rows), &chroma))
		return UINT64_MAX;
	if (planar->kind != PLANAR_PAIRS)
		luma = (uint64_t)width * rows;
	return __builtin_add_overflow(luma, chroma, &bytes) ? UINT64_MAX : bytes;
}

static const uint8_t *row_of(const struct picture_rows *plane, uint32_t row)
{
	return plane->first + plane->stride * (ptrdiff_t)row;
}

/* where a packed or half packed format is taken apart to; chroma rows follow each other */
struct split {
	uint8_t *y, *u, *v;
	int chroma_width;
};

static void split_422(const struct planar *planar, const struct picture_rows *src, uint32_t width,
		      uint32_t rows, const struct split *to)
{
	/* UYVY and YUYV; which chroma sample comes first is the only other difference */
	int (*split)(const uint8_t *, int, uint8_t *, int, uint8_t *, int, uint8_t *, int, int,
		     int) = planar->y ? UYVYToI422 : YUY2ToI422;
	bool cb_first = planar->u < planar->v;

	split(src->first, (int)src->stride, to->y, (int)width,
	      cb_first ? to->u : to->v, to->chroma_width,
	      cb_first ? to->v : to->u, to->chroma_width, (int)width, (int)rows);
}

static void split_444(const struct planar *planar, const struct picture_rows *src, uint32_t width,
		      uint32_t rows, const struct split *to)
{
	const unsigned int step = planar->step;
	uint8_t *y = to->y, *u = to->u, *v = to->v;
	uint32_t r, x;

	for (r = 0; r < rows; r++) {
		const uint8_t *pixel = row_of(src, r);

		for (x = 0; x < width; x++, pixel += step) {
			*y++ = pixel[planar->y];
			*u++ = pixel[planar->u];
			*v++ = pixel[planar->v];
		}
	}
}

static void split_pairs(const struct planar *planar, const struct picture_rows *src, uint32_t rows,
			const struct split *to)
{
	SplitUVPlane(src->first, (int)src->stride,
		     planar->u ? to->v : to->u, to->chroma_width,
		     planar->u ? to->u : to->v, to->chroma_width, to->chroma_width, (int)rows);
}

static struct picture_rows rows_from(const struct picture_rows *plane, uint32_t row)
{
	return (struct picture_rows){ row_of(plane, row), plane->stride };
}

void planar_rows(const struct planar *planar, const struct picture_rows *plane, uint32_t width,
		 uint32_t first, uint32_t rows, uint8_t *scratch, struct planar_rows *out)
{
	ptrdiff_t cw = (ptrdiff_t)chroma_width(planar, width);
	uint32_t cfirst = first >> planar->ysub, crows = chroma_rows(planar, rows);
	struct split to = { .u = scratch, .chroma_width = (int)cw };
	struct picture_rows src = rows_from(&plane[0], first);

	if (planar->kind == PLANAR_PLANES) {
		out->y = src;
		out->u = rows_from(&plane[planar->u], cfirst);
		out->v = rows_from(&plane[planar->v], cfirst);
		return;
	}
	to.v = to.u + cw * crows;
	to.y = to.v + cw * crows;
	out->y = (struct picture_rows){ to.y, (ptrdiff_t)width };
	out->u = (struct picture_rows){ to.u, cw };
	out->v = (struct picture_rows){ to.v, cw };
	if (planar->kind == PLANAR_PAIRS) {
		out->y = src;
		src = rows_from(&plane[1], cfirst);
		split_pairs(planar, &src, crows, &to);
	} else if (planar->kind == PLANAR_422) {
		split_422(planar, &src, width, rows, &to);
	} else {
		split_444(planar, &src, width, rows, &to);
	}
}
