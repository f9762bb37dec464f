/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YCbCr to RGB by libyuv, strip by strip, with the matrix that the format names. */
#include <libyuv.h>

#include "pixels_source.h"
#include "planar.h"

struct yuv {
	const struct planar *planar;
	/*
	 * libyuv's RGB24 is B G R in memory.  Exchanging Cb and Cr, in the
	 * matrix and in the pictures that go in, makes it R G B.
	 */
	const struct YuvConstants *exchanged;
};

static const struct YuvConstants *exchanged_matrix(uint32_t flags)
{
	bool limited = flags & CAPTURE_FORMAT_LIMITED_RANGE;

	if (flags & CAPTURE_FORMAT_BT709)
		return limited ? &kYvuH709Constants : &kYvuF709Constants;
	return limited ? &kYvuI601Constants : &kYvuJPEGConstants;
}

static int yuv_open(struct pixels *p)
{
	const struct planar *planar = planar_find(p->format.fourcc);
	uint64_t bytes = planar_scratch(planar, p->width, p->strip);
	struct yuv *yuv;
	int r;

	if (__builtin_add_overflow(bytes, sizeof(*yuv), &bytes))
		bytes = UINT64_MAX;
	r = pixels_scratch(p, bytes, 1, 1);
	if (r)
		return r;
	yuv = p->state = p->scratch;
	yuv->planar = planar;
	yuv->exchanged = exchanged_matrix(p->format.flags);
	return 0;
}

/* Y with interleaved chroma of half the height: libyuv has the whole way. */
static void pairs_rows(struct pixels *p, const struct yuv *yuv, uint32_t first, uint32_t rows,
		       uint8_t *out)
{
	const struct picture_rows *luma = &p->plane[0], *pairs = &p->plane[1];
	int (*convert)(const uint8_t *, int, const uint8_t *, int, uint8_t *, int,
		       const struct YuvConstants *, int, int) =
		yuv->planar->u ? NV12ToRGB24Matrix : NV21ToRGB24Matrix;

	convert(luma->first + luma->stride * (ptrdiff_t)first, (int)luma->stride,
		pairs->first + pairs->stride * (ptrdiff_t)(first / 2), (int)pairs->stride,
		out, (int)p->row_bytes, yuv->exchanged, (int)p->width, (int)rows);
}

static void strip_rows(struct pixels *p, const struct yuv *yuv, uint32_t first, uint32_t rows,
		       uint8_t *out)
{
	const struct planar *planar = yuv->planar;
	int (*convert)(const uint8_t *, int, const uint8_t *, int, const uint8_t *, int, uint8_t *,
		       int, const struct YuvConstants *, int, int);
	struct planar_rows at;

	if (planar->ysub)
		convert = I420ToRGB24Matrix;
	else
		convert = planar->xsub ? I422ToRGB24Matrix : I444ToRGB24Matrix;
	planar_rows(planar, p->plane, p->width, first, rows, (uint8_t *)p->state + sizeof(*yuv), &at);
	convert(at.y.first, (int)at.y.stride, at.v.first, (int)at.v.stride,
		at.u.first, (int)at.u.stride, out, (int)p->row_bytes, yuv->exchanged,
		(int)p->width, (int)rows);
}

static void yuv_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	const struct yuv *yuv = p->state;
	uint32_t part;

	for (; rows; rows -= part, first += part, out += part * p->row_bytes) {
		part = rows < p->strip ? rows : p->strip;
		if (yuv->planar->kind == PLANAR_PAIRS && yuv->planar->ysub)
			pairs_rows(p, yuv, first, part, out);
		else
			strip_rows(p, yuv, first, part, out);
	}
}

const struct pixels_family pixels_yuv = {
	.rank = 9,
	.rgb = true,
	.open = yuv_open,
	.rows = yuv_rows,
};
