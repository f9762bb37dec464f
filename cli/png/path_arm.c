/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path_arm.h"

#if PNG_HAVE_ARM

#include <arm_neon.h>

#include "path_loops.h"

#define LANES 16

PNG_PATH_FILTER(none)
PNG_PATH_FILTER(sub)
PNG_PATH_FILTER(up)
PNG_PATH_LITERALS(literals)
PNG_PATH_MARK(mark)

static void avg(uint8_t *out, const uint8_t *x, const uint8_t *left, const uint8_t *above,
		const uint8_t *above_left, size_t length)
{
	size_t i;

	for (i = 0; i + LANES <= length; i += LANES)
		vst1q_u8(out + i, vsubq_u8(vld1q_u8(x + i),
					   vhaddq_u8(vld1q_u8(left + i), vld1q_u8(above + i))));
	png_loop_avg(out + i, x + i, left + i, above + i, above_left + i, length - i);
}

/* Distances to @a and @b fit in bytes; that to @c is compared with them, so 255 stands for more. */
static inline uint8x16_t predict(uint8x16_t a, uint8x16_t b, uint8x16_t c)
{
	uint8x16_t to_a = vabdq_u8(b, c), to_b = vabdq_u8(a, c);
	uint16x8_t low = vabdq_u16(vaddl_u8(vget_low_u8(a), vget_low_u8(b)),
				   vshll_n_u8(vget_low_u8(c), 1));
	uint16x8_t high = vabdq_u16(vaddl_high_u8(a, b), vshll_high_n_u8(c, 1));
	uint8x16_t to_c = vqmovn_high_u16(vqmovn_u16(low), high);
	uint8x16_t b_or_c = vbslq_u8(vcleq_u8(to_b, to_c), b, c);

	return vbslq_u8(vandq_u8(vcleq_u8(to_a, to_b), vcleq_u8(to_a, to_c)), a, b_or_c);
}

static void paeth(uint8_t *out, const uint8_t *x, const uint8_t *left, const uint8_t *above,
		  const uint8_t *above_left, size_t length)
{
	size_t i;

	for (i = 0; i + LANES <= length; i += LANES)
		vst1q_u8(out + i, vsubq_u8(vld1q_u8(x + i),
					   predict(vld1q_u8(left + i), vld1q_u8(above + i),
						   vld1q_u8(above_left + i))));
	png_loop_paeth(out + i, x + i, left + i, above + i, above_left + i, length - i);
}

/* In each lane its own bit of eight, where the bytes differ. */
static inline uint8x16_t differ_16(const uint8_t *a, const uint8_t *b)
{
	const uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));

	return vbicq_u8(bits, vceqq_u8(vld1q_u8(a), vld1q_u8(b)));
}

/* Neighbours are added until every byte has its eight bits. */
static inline uint64_t differ_64(const uint8_t *a, const uint8_t *b)
{
	uint8x16_t first = vpaddq_u8(differ_16(a, b), differ_16(a + 16, b + 16));
	uint8x16_t second = vpaddq_u8(differ_16(a + 32, b + 32), differ_16(a + 48, b + 48));
	uint8x16_t sum = vpaddq_u8(first, second);

	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

PNG_PATH_DIFFER(differ, differ_64)

const struct png_path png_path_neon = {
	.name = "neon",
	.filter = { none, sub, up, avg, paeth },
	.literals = literals,
	.mark = mark,
	.differ = differ,
};

#endif
