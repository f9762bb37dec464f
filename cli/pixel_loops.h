/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops in C.  They are compiled into functions for several kinds of
 * processor (pixel_path.c, pixel_path_x86.c), where the compiler makes vectors
 * of them.
 */
#ifndef GRAB_PIXEL_LOOPS_H
#define GRAB_PIXEL_LOOPS_H

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include "pixel_path.h"

#define PIXEL_LOOP static inline __attribute__((always_inline))

/* ---- YCbCr -------------------------------------------------------------- */

PIXEL_LOOP int16_t upper_half(int16_t a, int16_t b)
{
	return (int16_t)((int32_t)a * b >> 16);
}

PIXEL_LOOP uint8_t limit(int16_t v)
{
	v = (int16_t)(v >> 5);
	v = v < 0 ? 0 : v;
	return (uint8_t)(v > 255 ? 255 : v);
}

PIXEL_LOOP void pixel_loop_ycbcr(const struct ycbcr_matrix *matrix, const uint8_t *restrict y,
	       const uint8_t *restrict cb, const uint8_t *restrict cr, uint8_t *restrict red,
	       uint8_t *restrict green, uint8_t *restrict blue, uint32_t width)
{
	const struct ycbcr_matrix m = *matrix;
	uint32_t x;

	for (x = 0; x < width; x++) {
		int16_t l = (int16_t)(upper_half((int16_t)((y[x] - m.black) * 128), m.y_scale) + 17);
		int16_t u = (int16_t)((cb[x] - 128) * 256);
		int16_t v = (int16_t)((cr[x] - 128) * 256);

		red[x] = limit((int16_t)(l + upper_half(v, m.red_cr)));
		green[x] = limit((int16_t)(l + upper_half(u, m.green_cb) + upper_half(v, m.green_cr)));
		blue[x] = limit((int16_t)(l + upper_half(u, m.blue_cb)));
	}
}

PIXEL_LOOP void pixel_loop_twice(const uint8_t *restrict src, uint8_t *restrict dst, uint32_t width)
{
	uint32_t i;

	for (i = 0; i < width / 2; i++) {
		dst[2 * i] = src[i];
		dst[2 * i + 1] = src[i];
	}
	if (width & 1)
		dst[width - 1] = src[width / 2];
}

/* ---- Bayer -------------------------------------------------------------- */

/*
 * All that a pixel could need is worked out for every pixel: so there is nothing to decide
 * between, and vectors can do it.
 */
PIXEL_LOOP void pixel_loop_bayer(const struct bayer_rows *rows, uint32_t width, uint32_t colour,
				 uint16_t *restrict own, uint16_t *restrict green,
				 uint16_t *restrict other)
{
	const uint16_t *n = rows->above, *c = rows->here, *s = rows->below;

	/* not a number of 32 bits: x + 2 could be 0, and no vector would do */
	for (size_t x = 0; x < width; x++) {
		uint32_t sides = (uint32_t)c[x] + c[x + 2], ends = (uint32_t)n[x + 1] + s[x + 1];
		uint32_t corners = (uint32_t)n[x] + n[x + 2] + s[x] + s[x + 2];
		/* all ones where it is green */
		uint16_t is = (uint16_t)-(((uint16_t)x ^ colour) & 1), is_not = (uint16_t)~is;

		own[x] = (uint16_t)(((sides + 1) >> 1 & is) | (c[x + 1] & is_not));
		green[x] = (uint16_t)((c[x + 1] & is) | ((sides + ends + 2) >> 2 & is_not));
		other[x] = (uint16_t)(((ends + 1) >> 1 & is) | ((corners + 2) >> 2 & is_not));
	}
}

PIXEL_LOOP void pixel_loop_merge_16(uint8_t *const src[3], uint8_t *restrict dst, uint32_t width)
{
	const uint16_t *a = (const uint16_t *)(const void *)src[0];
	const uint16_t *b = (const uint16_t *)(const void *)src[1];
	const uint16_t *c = (const uint16_t *)(const void *)src[2];
	uint16_t *out = (uint16_t *)(void *)dst;

	for (uint32_t x = 0; x < width; x++) {
		out[3 * (uint64_t)x] = a[x];
		out[3 * (uint64_t)x + 1] = b[x];
		out[3 * (uint64_t)x + 2] = c[x];
	}
}

/* ---- packed numbers, and numbers to samples ----------------------------- */

PIXEL_LOOP void unpack_8(const uint8_t *src, uint16_t *dst, uint32_t width)
{
	uint32_t x;

	for (x = 0; x < width; x++)
		dst[x] = src[x];
}

PIXEL_LOOP void unpack_16(bool big_endian, unsigned int bits, const uint8_t *src, uint16_t *dst,
			  uint32_t width)
{
	const uint16_t mask = (uint16_t)((1u << bits) - 1);
	uint32_t x;

	for (x = 0; x < width; x++) {
		uint16_t v;

		memcpy(&v, src + 2 * (uint64_t)x, 2);
		dst[x] = (big_endian ? be16toh(v) : le16toh(v)) & mask;
	}
}

PIXEL_LOOP void group_p10(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 2 | (s[4] & 3));
	d[1] = (uint16_t)(s[1] << 2 | (s[4] >> 2 & 3));
	d[2] = (uint16_t)(s[2] << 2 | (s[4] >> 4 & 3));
	d[3] = (uint16_t)(s[3] << 2 | s[4] >> 6);
}

PIXEL_LOOP void group_p12(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 4 | (s[2] & 15));
	d[1] = (uint16_t)(s[1] << 4 | s[2] >> 4);
}

PIXEL_LOOP void group_p14(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 6 | (s[4] & 63));
	d[1] = (uint16_t)(s[1] << 6 | s[4] >> 6 | (s[5] & 15) << 2);
	d[2] = (uint16_t)(s[2] << 6 | s[5] >> 4 | (s[6] & 3) << 4);
	d[3] = (uint16_t)(s[3] << 6 | s[6] >> 2);
}

PIXEL_LOOP void group_string10(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 2 | s[1] >> 6);
	d[1] = (uint16_t)((s[1] & 63) << 4 | s[2] >> 4);
	d[2] = (uint16_t)((s[2] & 15) << 6 | s[3] >> 2);
	d[3] = (uint16_t)((s[3] & 3) << 8 | s[4]);
}

/* Groups of @pixels in @bytes; the last group may be used in part. */
#define UNPACK_GROUPS(group, pixels, bytes) do { \
	uint16_t last[pixels]; \
	uint32_t x; \
 \
	for (x = 0; width - x >= (pixels); x += (pixels), src += (bytes)) \
		group(src, dst + x); \
	if (x < width) { \
		group(src, last); \
		memcpy(dst + x, last, (width - x) * sizeof(*dst)); \
	} \
} while (0)

PIXEL_LOOP void pixel_loop_unpack(enum unpack_kind kind, unsigned int bits, const uint8_t *src,
				  uint16_t *dst, uint32_t width)
{
	switch (kind) {
	case UNPACK_8:
		unpack_8(src, dst, width);
		break;
	case UNPACK_16LE:
		unpack_16(false, bits, src, dst, width);
		break;
	case UNPACK_16BE:
		unpack_16(true, bits, src, dst, width);
		break;
	case UNPACK_P10:
		UNPACK_GROUPS(group_p10, 4, 5);
		break;
	case UNPACK_P12:
		UNPACK_GROUPS(group_p12, 2, 3);
		break;
	case UNPACK_P14:
		UNPACK_GROUPS(group_p14, 4, 7);
		break;
	case UNPACK_STRING10:
		UNPACK_GROUPS(group_string10, 4, 5);
		break;
	}
}

PIXEL_LOOP void pixel_loop_store(const struct store *store, const uint16_t *src, uint8_t *dst,
				 uint64_t count)
{
	const unsigned int left = store->left, right = store->right;
	uint64_t i;
	uint16_t v;

	switch (store->kind) {
	case STORE_8:
		for (i = 0; i < count; i++)
			dst[i] = (uint8_t)(src[i] >> right);
		break;
	case STORE_16BE:
		for (i = 0; i < count; i++) {
			v = htobe16((uint16_t)(src[i] << left));
			memcpy(dst + 2 * i, &v, 2);
		}
		break;
	case STORE_16LE:
		for (i = 0; i < count; i++) {
			v = htole16((uint16_t)(src[i] << left));
			memcpy(dst + 2 * i, &v, 2);
		}
		break;
	}
}

#endif /* GRAB_PIXEL_LOOPS_H */
