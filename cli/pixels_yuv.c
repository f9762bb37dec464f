/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YCbCr to RGB: a strip becomes planes (planar.h), and each row of those goes
 * through rows of single colours, which stay in the first level cache.
 */
#include <libyuv.h>

#include "pixels_source.h"
#include "planar.h"
#include "ycbcr.h"

struct yuv {
	const struct planar *planar;
	const struct ycbcr_matrix *matrix;
	uint8_t *cb, *cr;		/* a row of each, as wide as the picture */
	uint8_t *red, *green, *blue;
	uint8_t *split;			/* for planar_rows() */
};

static int yuv_open(struct pixels *p)
{
	const struct planar *planar = planar_find(p->format.fourcc);
	uint64_t bytes = planar_scratch(planar, p->width, p->strip);
	struct yuv *yuv;
	int r;

	if (__builtin_add_overflow(bytes, sizeof(*yuv) + 5 * (uint64_t)p->width, &bytes))
		bytes = UINT64_MAX;
	r = pixels_scratch(p, bytes, 1, 1);
	if (r)
		return r;
	yuv = p->state = p->scratch;
	yuv->planar = planar;
	yuv->matrix = ycbcr_matrix(p->format.flags & CAPTURE_FORMAT_LIMITED_RANGE,
				   p->format.flags & CAPTURE_FORMAT_BT709);
	yuv->cb = (uint8_t *)(yuv + 1);
	yuv->cr = yuv->cb + p->width;
	yuv->red = yuv->cr + p->width;
	yuv->green = yuv->red + p->width;
	yuv->blue = yuv->green + p->width;
	yuv->split = yuv->blue + p->width;
	return 0;
}

static void convert_row(const struct pixels *p, const struct yuv *yuv, const uint8_t *y,
			const uint8_t *cb, const uint8_t *cr, uint8_t *out)
{
	const int width = (int)p->width;

	if (yuv->planar->xsub) {
		p->path->twice(cb, yuv->cb, p->width);
		p->path->twice(cr, yuv->cr, p->width);
		cb = yuv->cb;
		cr = yuv->cr;
	}
	p->path->ycbcr(yuv->matrix, y, cb, cr, yuv->red, yuv->green, yuv->blue, p->width);
	MergeRGBPlane(yuv->red, width, yuv->green, width, yuv->blue, width, out, 3 * width, width, 1);
}

static void convert_strip(struct pixels *p, const struct yuv *yuv, uint32_t first, uint32_t rows,
			  uint8_t *out)
{
	struct planar_rows at;
	uint32_t row;

	planar_rows(yuv->planar, p->plane, p->width, first, rows, yuv->split, &at);
	for (row = 0; row < rows; row++, out += p->row_bytes) {
		ptrdiff_t chroma = row >> yuv->planar->ysub;

		convert_row(p, yuv, at.y.first + at.y.stride * (ptrdiff_t)row,
			    at.u.first + at.u.stride * chroma, at.v.first + at.v.stride * chroma,
			    out);
	}
}

static void yuv_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	uint32_t part;

	for (; rows; rows -= part, first += part, out += part * p->row_bytes) {
		part = rows < p->strip ? rows : p->strip;
		convert_strip(p, p->state, first, part, out);
	}
}

const struct pixels_family pixels_yuv = {
	.rank = 9,
	.rgb = true,
	.open = yuv_open,
	.rows = yuv_rows,
};
