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

static inline uint8_t luma(const struct rgb_row *row, uint32_t x)
{
	uint32_t r = row->r[x] >> 8, g = row->g[x] >> 8, b = row->b[x] >> 8;

	return 16 + ((16829 * r + 33039 * g + 6416 * b + 32768) >> 16);
}

static inline uint8_t blue_difference(int32_t r, int32_t g, int32_t b)
{
	return 128 + ((-9714 * r - 19070 * g + 28784 * b + 32768) >> 16);
}

static inline uint8_t red_difference(int32_t r, int32_t g, int32_t b)
{
	return 128 + ((28784 * r - 24103 * g - 4681 * b + 32768) >> 16);
}

/* mean of the 8-bit values of @xs x @ys pixels from column @x, each 1 or 2 */
static inline int32_t mean(const uint16_t *upper, const uint16_t *lower, uint32_t x,
			   unsigned int xshift, unsigned int yshift)
{
	int32_t sum = upper[x] >> 8;

	if (xshift)
		sum += upper[x + 1] >> 8;
	if (yshift)
		sum += lower[x] >> 8;
	if (xshift && yshift)
		sum += lower[x + 1] >> 8;
	return (sum + ((1 << (xshift + yshift)) >> 1)) >> (xshift + yshift);
}

/* One row of Cb and Cr, each to its place, @step bytes from sample to sample. */
static inline void chroma_row(const struct rgb_row rows[2], uint32_t width, unsigned int xshift,
			      unsigned int yshift, size_t step, uint8_t *cb, uint8_t *cr)
{
	int32_t r, g, b;
	uint32_t x;

	for (x = 0; x < width; x += 1u << xshift) {
		r = mean(rows[0].r, rows[1].r, x, xshift, yshift);
		g = mean(rows[0].g, rows[1].g, x, xshift, yshift);
		b = mean(rows[0].b, rows[1].b, x, xshift, yshift);
		if (cb) {
			*cb = blue_difference(r, g, b);
			cb += step;
		}
		if (cr) {
			*cr = red_difference(r, g, b);
			cr += step;
		}
	}
}

static size_t pack_luma(const struct rgb_row *row, uint32_t width, size_t step, uint8_t *out)
{
	uint32_t x;

	for (x = 0; x < width; x++)
		out[x * step] = luma(row, x);
	return width * step;
}

static size_t pack_yuv422(const char *order, const struct rgb_row rows[2], uint32_t width,
			  uint8_t *out)
{
	pack_luma(&rows[0], width, 2, out + (strchr(order, 'y') - order));
	chroma_row(rows, width, 1, 0, 4, out + (strchr(order, 'u') - order),
		   out + (strchr(order, 'v') - order));
	return (size_t)2 * width;
}

static size_t pack_semi(const char *order, const struct capture_pixel_format *format,
			const struct rgb_row rows[2], uint32_t width, uint8_t *out)
{
	bool swapped = order[0] == 'v';

	chroma_row(rows, width, format->xsub, format->ysub, 2, out + swapped, out + !swapped);
	return (size_t)2 * (width >> format->xsub);
}

static size_t pack_planar(bool red, const struct capture_pixel_format *format,
			  const struct rgb_row rows[2], uint32_t width, uint8_t *out)
{
	chroma_row(rows, width, format->xsub, format->ysub, 1, red ? NULL : out, red ? out : NULL);
	return width >> format->xsub;
}

size_t pack_row(const struct pack *pack, const struct capture_pixel_format *format, uint32_t plane,
		uint32_t line, const struct rgb_row rows[2], uint32_t width, uint16_t *samples,
		uint8_t *out)
{
	switch (pack->family) {
	case PACK_GREY:
	case PACK_BAYER:
		return pack_samples(pack, &rows[0], line, width, samples, out);
	case PACK_RGB:
		return pack_bytes(pack->order, &rows[0], width, out);
	case PACK_YUV422:
		return pack_yuv422(pack->order, rows, width, out);
	case PACK_SEMI:
		if (plane)
			return pack_semi(pack->order, format, rows, width, out);
		return pack_luma(&rows[0], width, 1, out);
	case PACK_PLANAR:
		if (plane)
			return pack_planar(pack->order[plane - 1] == 'v', format, rows, width, out);
		return pack_luma(&rows[0], width, 1, out);
	case PACK_JPEG:
		break;
	}
	return 0;
}
