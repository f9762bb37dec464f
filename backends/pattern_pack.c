/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The formulas of pattern_pack.h. */
#include <string.h>

#include "pattern_pack.h"

#define CODE(text) CAPTURE_FOURCC((text)[0], (text)[1], (text)[2], (text)[3])
#define GREY(text, layout, depth) { CODE(text), PACK_GREY, layout, depth, "" }
#define RGB(text, order) { CODE(text), PACK_RGB, 0, 8, order }
#define YUV(text, family, order) { CODE(text), family, 0, 8, order }
#define BAYER(b, g, r, s, layout, depth) \
	{ CODE(b), PACK_BAYER, layout, depth, "bggr" }, \
	{ CODE(g), PACK_BAYER, layout, depth, "gbrg" }, \
	{ CODE(r), PACK_BAYER, layout, depth, "grbg" }, \
	{ CODE(s), PACK_BAYER, layout, depth, "rggb" }

static const struct pack packs[] = {
	GREY("GREY", LAYOUT_8, 8),
	GREY("Y10 ", LAYOUT_LE16, 10),
	GREY("Y12 ", LAYOUT_LE16, 12),
	GREY("Y14 ", LAYOUT_LE16, 14),
	GREY("Y16 ", LAYOUT_LE16, 16),
	GREY("Y16\240", LAYOUT_BE16, 16),	/* the big-endian twin has the highest bit set */
	GREY("Y10P", LAYOUT_10P, 10),
	GREY("Y12P", LAYOUT_12P, 12),
	GREY("Y14P", LAYOUT_14P, 14),
	GREY("Y10B", LAYOUT_10B, 10),
	RGB("RGB3", "rgb"),
	RGB("BGR3", "bgr"),
	RGB("RGB4", "xrgb"), RGB("BGR4", "bgrx"),
	RGB("XR24", "bgrx"), RGB("AR24", "bgrx"),
	RGB("BX24", "xrgb"), RGB("BA24", "xrgb"),
	RGB("XB24", "rgbx"), RGB("AB24", "rgbx"),
	RGB("RX24", "xbgr"), RGB("RA24", "xbgr"),
	YUV("YUYV", PACK_YUV422, "yuyv"), YUV("UYVY", PACK_YUV422, "uyvy"),
	YUV("YVYU", PACK_YUV422, "yvyu"), YUV("VYUY", PACK_YUV422, "vyuy"),
	YUV("NV12", PACK_SEMI, "uv"), YUV("NV21", PACK_SEMI, "vu"),
	YUV("NV16", PACK_SEMI, "uv"), YUV("NV61", PACK_SEMI, "vu"),
	YUV("NV24", PACK_SEMI, "uv"), YUV("NV42", PACK_SEMI, "vu"),
	YUV("NM12", PACK_SEMI, "uv"), YUV("NM21", PACK_SEMI, "vu"),
	YUV("NM16", PACK_SEMI, "uv"), YUV("NM61", PACK_SEMI, "vu"),
	YUV("YU12", PACK_PLANAR, "uv"), YUV("YV12", PACK_PLANAR, "vu"),
	YUV("422P", PACK_PLANAR, "uv"),
	YUV("YM12", PACK_PLANAR, "uv"), YUV("YM21", PACK_PLANAR, "vu"),
	YUV("YM16", PACK_PLANAR, "uv"), YUV("YM61", PACK_PLANAR, "vu"),
	YUV("YM24", PACK_PLANAR, "uv"), YUV("YM42", PACK_PLANAR, "vu"),
	BAYER("BA81", "GBRG", "GRBG", "RGGB", LAYOUT_8, 8),
	BAYER("BG10", "GB10", "BA10", "RG10", LAYOUT_LE16, 10),
	BAYER("BG12", "GB12", "BA12", "RG12", LAYOUT_LE16, 12),
	BAYER("BG14", "GB14", "GR14", "RG14", LAYOUT_LE16, 14),
	BAYER("BYR2", "GB16", "GR16", "RG16", LAYOUT_LE16, 16),
	BAYER("pBAA", "pGAA", "pgAA", "pRAA", LAYOUT_10P, 10),
	BAYER("pBCC", "pGCC", "pgCC", "pRCC", LAYOUT_12P, 12),
	BAYER("pBEE", "pGEE", "pgEE", "pREE", LAYOUT_14P, 14),
	{ CODE("MJPG"), PACK_JPEG, 0, 8, "" },
	{ CODE("JPEG"), PACK_JPEG, 0, 8, "" },
};

const struct pack *pack_find(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < sizeof(packs) / sizeof(packs[0]); i++)
		if (packs[i].fourcc == fourcc)
			return &packs[i];
	return NULL;
}

unsigned int pack_rows(const struct pack *pack, const struct capture_pixel_format *format,
		       uint32_t plane, uint32_t line, uint32_t *first)
{
	unsigned int shift = plane ? format->ysub : 0;

	*first = line << shift;
	return 1u << shift;
}

/* ---- samples ---- */

static void grey_samples(const struct rgb_row *row, uint32_t width, uint8_t depth, uint16_t *out)
{
	uint32_t x, grey;

	for (x = 0; x < width; x++) {
		grey = (19595u * row->r[x] + 38470u * row->g[x] + 7471u * row->b[x] + 32768) >> 16;
		out[x] = grey >> (16 - depth);
	}
}

static const uint16_t *colour(const struct rgb_row *row, char name)
{
	return name == 'r' ? row->r : name == 'g' ? row->g : row->b;
}

static void bayer_samples(const struct rgb_row *row, const char *order, uint32_t width,
			  uint8_t depth, uint16_t *out)
{
	const uint16_t *even = colour(row, order[0]), *odd = colour(row, order[1]);
	uint32_t x;

	for (x = 0; x + 1 < width; x += 2) {
		out[x] = even[x] >> (16 - depth);
		out[x + 1] = odd[x + 1] >> (16 - depth);
	}
	if (x < width)
		out[x] = even[x] >> (16 - depth);
}

static uint8_t *lay_10p(const uint16_t *v, uint8_t *out)
{
	out[0] = v[0] >> 2;
	out[1] = v[1] >> 2;
	out[2] = v[2] >> 2;
	out[3] = v[3] >> 2;
	out[4] = (v[0] & 3) | (v[1] & 3) << 2 | (v[2] & 3) << 4 | (v[3] & 3) << 6;
	return out + 5;
}

static uint8_t *lay_10b(const uint16_t *v, uint8_t *out)
{
	out[0] = v[0] >> 2;
	out[1] = v[0] << 6 | v[1] >> 4;
	out[2] = v[1] << 4 | v[2] >> 6;
	out[3] = v[2] << 2 | v[3] >> 8;
	out[4] = v[3];
	return out + 5;
}

static uint8_t *lay_12p(const uint16_t *v, uint8_t *out)
{
	out[0] = v[0] >> 4;
	out[1] = v[1] >> 4;
	out[2] = (v[0] & 15) | (v[1] & 15) << 4;
	return out + 3;
}

static uint8_t *lay_14p(const uint16_t *v, uint8_t *out)
{
	out[0] = v[0] >> 6;
	out[1] = v[1] >> 6;
	out[2] = v[2] >> 6;
	out[3] = v[3] >> 6;
	out[4] = (v[0] & 63) | (v[1] & 3) << 6;
	out[5] = (v[1] & 63) >> 2 | (v[2] & 15) << 4;
	out[6] = (v[2] & 63) >> 4 | (v[3] & 63) << 2;
	return out + 7;
}

/* @v has zeros behind its @width values, enough for a whole group */
static size_t lay_out(enum pack_layout layout, const uint16_t *v, uint32_t width, uint8_t *out)
{
	uint8_t *start = out;
	uint32_t x;

	switch (layout) {
	case LAYOUT_8:
		for (x = 0; x < width; x++)
			out[x] = v[x];
		return width;
	case LAYOUT_LE16:
		for (x = 0; x < width; x++) {
			out[2 * x] = v[x];
			out[2 * x + 1] = v[x] >> 8;
		}
		return (size_t)2 * width;
	case LAYOUT_BE16:
		for (x = 0; x < width; x++) {
			out[2 * x] = v[x] >> 8;
			out[2 * x + 1] = v[x];
		}
		return (size_t)2 * width;
	case LAYOUT_10P:
		for (x = 0; x < width; x += 4)
			out = lay_10p(v + x, out);
		break;
	case LAYOUT_10B:
		for (x = 0; x < width; x += 4)
			out = lay_10b(v + x, out);
		break;
	case LAYOUT_12P:
		for (x = 0; x < width; x += 2)
			out = lay_12p(v + x, out);
		break;
	case LAYOUT_14P:
		for (x = 0; x < width; x += 4)
			out = lay_14p(v + x, out);
		break;
	}
	return out - start;
}

static size_t pack_samples(const struct pack *pack, const struct rgb_row *row, uint32_t line,
			   uint32_t width, uint16_t *samples, uint8_t *out)
{
	if (pack->family == PACK_GREY)
		grey_samples(row, width, pack->depth, samples);
	else
		bayer_samples(row, pack->order + (line & 1) * 2, width, pack->depth, samples);
	memset(samples + width, 0, 8 * sizeof(*samples));
	return lay_out(pack->layout, samples, width, out);
}

/* ---- RGB ---- */

static size_t pack_bytes(const char *order, const struct rgb_row *row, uint32_t width, uint8_t *out)
{
	size_t bytes = strlen(order), i;
	const uint16_t *v;
	uint32_t x;

	for (i = 0; i < bytes; i++) {
		if (order[i] == 'x') {
			for (x = 0; x < width; x++)
				out[x * bytes + i] = 255;
			continue;
		}
		v = colour(row, order[i]);
		for (x = 0; x < width; x++)
			out[x * bytes + i] = v[x] >> 8;
	}
	return bytes * width;
}

void pack_rgb(const struct rgb_row *row, uint32_t width, uint8_t *out)
{
	pack_bytes("rgb", row, width, out);
}

/* ---- YCbCr ---- */

/* rows of 16-bit values that are worked out on the way, each with room for a row */
enum { WORK_LUMA, WORK_R, WORK_G, WORK_B, WORK_CB, WORK_CR };

static uint16_t *work_row(const struct pack_work *work, unsigned int index)
{
	return work->rows + index * work->room;
}

/* All sums of products below fit into 16 bits, so that vectors hold twice as many. */
static void luma_row(const struct rgb_row *row, uint32_t width, uint16_t *y)
{
	uint16_t r, g, b;
	uint32_t x;

	for (x = 0; x < width; x++) {
		r = row->r[x] >> 8;
		g = row->g[x] >> 8;
		b = row->b[x] >> 8;
		y[x] = 16 + ((uint16_t)(66 * r + 129 * g + 25 * b + 128) >> 8);
	}
}

/* The sum of two neighbours as 8-bit values, whichever comes first in memory. */
static inline uint32_t pair(const uint16_t *v)
{
	uint32_t both;

	memcpy(&both, v, sizeof(both));
	return (both >> 8 & 0xff) + (both >> 24);
}

/* The mean of the pixels that share a sample; @lower is @upper where rows do not share. */
static void mean_row(const uint16_t *upper, const uint16_t *lower, uint32_t samples,
		     unsigned int xshift, uint16_t *restrict out)
{
	uint32_t i;

	if (!xshift)
		for (i = 0; i < samples; i++)
			out[i] = ((upper[i] >> 8) + (lower[i] >> 8) + 1) >> 1;
	else if (upper == lower)
		for (i = 0; i < samples; i++)
			out[i] = (pair(upper + 2 * i) + 1) >> 1;
	else
		for (i = 0; i < samples; i++)
			out[i] = (pair(upper + 2 * i) + pair(lower + 2 * i) + 2) >> 2;
}

static void chroma_rows(const struct rgb_row rows[2], uint32_t samples, unsigned int xshift,
			const struct pack_work *work)
{
	uint16_t *red = work_row(work, WORK_R), *green = work_row(work, WORK_G);
	uint16_t *blue = work_row(work, WORK_B), *cb = work_row(work, WORK_CB);
	uint16_t *cr = work_row(work, WORK_CR);
	int16_t r, g, b;
	uint32_t i;

	mean_row(rows[0].r, rows[1].r, samples, xshift, red);
	mean_row(rows[0].g, rows[1].g, samples, xshift, green);
	mean_row(rows[0].b, rows[1].b, samples, xshift, blue);
	for (i = 0; i < samples; i++) {
		r = red[i];
		g = green[i];
		b = blue[i];
		cb[i] = 128 + ((int16_t)(-38 * r - 74 * g + 112 * b + 128) >> 8);
		cr[i] = 128 + ((int16_t)(112 * r - 94 * g - 18 * b + 128) >> 8);
	}
}

static void narrow(const uint16_t *v, uint32_t count, uint8_t *out)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		out[i] = v[i];
}

static void narrow_pairs(const uint16_t *first, const uint16_t *second, uint32_t count,
			 uint8_t *out)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		out[2 * i] = first[i];
		out[2 * i + 1] = second[i];
	}
}

/* Two pixels in four bytes: luma at @y and @y + 2, the chroma samples between. */
static inline void narrow_422(const uint16_t *luma, const uint16_t *first, const uint16_t *second,
			      uint32_t count, unsigned int y, uint8_t *out)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		out[4 * i + y] = luma[2 * i];
		out[4 * i + y + 2] = luma[2 * i + 1];
		out[4 * i + 1 - y] = first[i];
		out[4 * i + 3 - y] = second[i];
	}
}

static size_t pack_luma(const struct rgb_row *row, uint32_t width, const struct pack_work *work,
			uint8_t *out)
{
	luma_row(row, width, work_row(work, WORK_LUMA));
	narrow(work_row(work, WORK_LUMA), width, out);
	return width;
}

static size_t pack_yuv422(const char *order, const struct rgb_row rows[2], uint32_t width,
			  const struct pack_work *work, uint8_t *out)
{
	const uint16_t *luma = work_row(work, WORK_LUMA);
	bool swapped = strchr(order, 'v') < strchr(order, 'u');
	const uint16_t *first = work_row(work, swapped ? WORK_CR : WORK_CB);
	const uint16_t *second = work_row(work, swapped ? WORK_CB : WORK_CR);

	luma_row(&rows[0], width, work_row(work, WORK_LUMA));
	chroma_rows(rows, width / 2, 1, work);
	if (order[0] == 'y')
		narrow_422(luma, first, second, width / 2, 0, out);
	else
		narrow_422(luma, first, second, width / 2, 1, out);
	return (size_t)2 * width;
}

static size_t pack_chroma(const struct pack *pack, const struct capture_pixel_format *format,
			  uint32_t plane, const struct rgb_row rows[2], uint32_t width,
			  const struct pack_work *work, uint8_t *out)
{
	const uint16_t *cb = work_row(work, WORK_CB), *cr = work_row(work, WORK_CR);
	uint32_t samples = width >> format->xsub;
	bool swapped = pack->order[0] == 'v';

	chroma_rows(rows, samples, format->xsub, work);
	if (pack->family == PACK_SEMI) {
		narrow_pairs(swapped ? cr : cb, swapped ? cb : cr, samples, out);
		return (size_t)2 * samples;
	}
	narrow((plane == 1) == swapped ? cr : cb, samples, out);
	return samples;
}

size_t pack_row(const struct pack *pack, const struct capture_pixel_format *format, uint32_t plane,
		uint32_t line, const struct rgb_row rows[2], uint32_t width,
		const struct pack_work *work, uint8_t *out)
{
	switch (pack->family) {
	case PACK_GREY:
	case PACK_BAYER:
		return pack_samples(pack, &rows[0], line, width, work->rows, out);
	case PACK_RGB:
		return pack_bytes(pack->order, &rows[0], width, out);
	case PACK_YUV422:
		return pack_yuv422(pack->order, rows, width, work, out);
	case PACK_SEMI:
	case PACK_PLANAR:
		if (plane)
			return pack_chroma(pack, format, plane, rows, width, work, out);
		return pack_luma(&rows[0], width, work, out);
	case PACK_JPEG:
		break;
	}
	return 0;
}
