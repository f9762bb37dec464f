/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pixel_path_x86.h"

#if PIXEL_HAVE_X86

#include "pixel_loops.h"

#define AVX2 __attribute__((target("avx2")))

AVX2 static void ycbcr(const struct ycbcr_matrix *matrix, const uint8_t *y, const uint8_t *cb,
		  const uint8_t *cr, uint8_t *red, uint8_t *green, uint8_t *blue, uint32_t width)
{
	pixel_loop_ycbcr(matrix, y, cb, cr, red, green, blue, width);
}

AVX2 static void twice(const uint8_t *src, uint8_t *dst, uint32_t width)
{
	pixel_loop_twice(src, dst, width);
}

AVX2 static void bayer(const struct bayer_rows *rows, uint32_t width, uint32_t colour, uint16_t *own,
		  uint16_t *green, uint16_t *other)
{
	pixel_loop_bayer(rows, width, colour, own, green, other);
}

AVX2 static void unpack(enum unpack_kind kind, unsigned int bits, const uint8_t *src, uint16_t *dst,
		   uint32_t width)
{
	pixel_loop_unpack(kind, bits, src, dst, width);
}

AVX2 static void store_samples(const struct store *store, const uint16_t *src, uint8_t *dst,
			  uint64_t count)
{
	pixel_loop_store(store, src, dst, count);
}

AVX2 static void merge_16(uint8_t *const src[3], uint8_t *dst, uint32_t width)
{
	pixel_loop_merge_16(src, dst, width);
}

const struct pixel_path pixel_path_avx2 = {
	.name = "avx2",
	.ycbcr = ycbcr,
	.twice = twice,
	.bayer = bayer,
	.unpack = unpack,
	.store = store_samples,
	.merge_16 = merge_16,
};

bool pixel_path_runs_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

#endif
