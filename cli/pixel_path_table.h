/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops for one kind of processor; included once by each file that has
 * some, with
 *
 *	PIXEL_TARGET	the attribute that its functions are compiled with, or nothing
 *	PIXEL_PATH	the declaration of the struct pixel_path that they make up
 *	PIXEL_NAME	its name
 */
#include "pixel_loops.h"

PIXEL_TARGET
static void ycbcr(const struct ycbcr_matrix *matrix, const uint8_t *y, const uint8_t *cb,
		  const uint8_t *cr, uint8_t *red, uint8_t *green, uint8_t *blue, uint32_t width)
{
	pixel_loop_ycbcr(matrix, y, cb, cr, red, green, blue, width);
}

PIXEL_TARGET
static void twice(const uint8_t *src, uint8_t *dst, uint32_t width)
{
	pixel_loop_twice(src, dst, width);
}

PIXEL_TARGET
static void bayer(const struct bayer_rows *rows, uint32_t width, uint32_t colour, uint16_t *own,
		  uint16_t *green, uint16_t *other)
{
	pixel_loop_bayer(rows, width, colour, own, green, other);
}

PIXEL_TARGET
static void unpack(enum unpack_kind kind, unsigned int bits, const uint8_t *src, uint16_t *dst,
		   uint32_t width)
{
	pixel_loop_unpack(kind, bits, src, dst, width);
}

PIXEL_TARGET
static void store_samples(const struct store *store, const uint16_t *src, uint8_t *dst,
			  uint64_t count)
{
	pixel_loop_store(store, src, dst, count);
}

PIXEL_TARGET
static void merge_16(uint8_t *const src[3], uint8_t *dst, uint32_t width)
{
	pixel_loop_merge_16(src, dst, width);
}

PIXEL_PATH = {
	.name = PIXEL_NAME,
	.ycbcr = ycbcr,
	.twice = twice,
	.bayer = bayer,
	.unpack = unpack,
	.store = store_samples,
	.merge_16 = merge_16,
};
