/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jpeg_planes.h"

#include <stdlib.h>
#include <string.h>

#include <turbojpeg.h>

#include "words.h"
#include "ycbcr.h"

int jpeg_planes_subsampling(const struct capture_format *format)
{
	const struct planar *planar = planar_find(format->fourcc);

	if (!planar || format->flags & CAPTURE_FORMAT_BT709)
		return -1;
	if (planar->ysub)
		return TJSAMP_420;
	return planar->xsub ? TJSAMP_422 : TJSAMP_444;
}

/* Planes and scratch in one piece, faulted in. */
static int allocate(struct jpeg_planes *p)
{
	uint64_t bytes[3], sum = planar_scratch(p->planar, p->pixels.width, p->pixels.strip);
	const int width = (int)p->pixels.width, height = (int)p->pixels.height;
	uint8_t *at;
	int i;

	for (i = 0; i < 3; i++) {
		p->stride[i] = tjPlaneWidth(i, width, p->subsampling);
		p->lines[i] = tjPlaneHeight(i, height, p->subsampling);
		bytes[i] = (uint64_t)p->stride[i] * (uint64_t)p->lines[i];
		if (__builtin_add_overflow(sum, bytes[i], &sum))
			sum = UINT64_MAX;
	}
	if (sum > SIZE_MAX / 2)
		return say_why(-EOVERFLOW, "jpeg: a picture of %dx%d pixels is too large for memory",
			       width, height);
	p->memory = at = malloc(sum);
	if (!at)
		return say_why(-ENOMEM, "jpeg: no memory for pictures of %dx%d pixels", width, height);
	memset(at, 0, sum);
	for (i = 0; i < 3; at += bytes[i++])
		p->plane[i] = at;
	p->scratch = at;
	return 0;
}

int jpeg_planes_open(struct jpeg_planes *p, const struct capture_format *format)
{
	struct pixels_wish wish = { .depth = ENCODE_DEPTH_8 };
	int r = pixels_open(&p->pixels, format, &wish);

	if (r)
		return r;
	p->planar = planar_find(format->fourcc);
	p->subsampling = jpeg_planes_subsampling(format);
	return allocate(p);
}

void jpeg_planes_close(struct jpeg_planes *p)
{
	pixels_close(&p->pixels);
	free(p->memory);
}

/* @rows rows of @width samples into plane @i from row @first on, with what pads them on the right. */
static void fill_rows(struct jpeg_planes *p, int i, struct picture_rows src, uint32_t width,
		      uint32_t first, uint32_t rows)
{
	bool limited = p->pixels.format.flags & CAPTURE_FORMAT_LIMITED_RANGE;
	uint8_t *out = p->plane[i] + (size_t)p->stride[i] * first;
	uint32_t row;

	for (row = 0; row < rows; row++, out += p->stride[i]) {
		const uint8_t *in = src.first + src.stride * (ptrdiff_t)row;

		if (!limited)
			memcpy(out, in, width);
		else if (i)
			ycbcr_widen_chroma(in, out, width);
		else
			ycbcr_widen_luma(in, out, width);
		memset(out + width, out[width - 1], (size_t)p->stride[i] - width);
	}
}

/* Chroma is as wide as its plane; luma may be a column and a row less. */
static void fill_strip(struct jpeg_planes *p, uint32_t first, uint32_t rows)
{
	const unsigned int ysub = p->planar->ysub;
	uint32_t chroma = (uint32_t)p->stride[1], crows = (rows + (1u << ysub) - 1) >> ysub;
	struct planar_rows at;

	planar_rows(p->planar, p->pixels.plane, p->pixels.width, first, rows, p->scratch, &at);
	fill_rows(p, 0, at.y, p->pixels.width, first, rows);
	fill_rows(p, 1, at.u, chroma, first >> ysub, crows);
	fill_rows(p, 2, at.v, chroma, first >> ysub, crows);
}

int jpeg_planes_fill(struct jpeg_planes *p, const struct picture *picture)
{
	uint32_t first, rows, height = p->pixels.height;
	uint8_t *last = p->plane[0] + (size_t)p->stride[0] * height;
	int r = pixels_begin(&p->pixels, picture);

	if (r)
		return r;
	for (first = 0; first < height; first += rows) {
		rows = height - first < p->pixels.strip ? height - first : p->pixels.strip;
		fill_strip(p, first, rows);
	}
	if ((uint32_t)p->lines[0] > height)
		memcpy(last, last - p->stride[0], (size_t)p->stride[0]);
	return 0;
}
