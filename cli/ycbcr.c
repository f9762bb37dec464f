/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ycbcr.h"

#define ROUND(x) ((int16_t)((x) < 0 ? (x) - 0.5 : (x) + 0.5))
/* From the weights of red and blue in Y; chroma spans 224 steps in limited range, else 255. */
#define MATRIX(kr, kb, dark, y_steps, c_steps) { \
	.black = (dark), \
	.y_scale = ROUND(16384 * 255.0 / (y_steps)), \
	.red_cr = ROUND(8192 * 255.0 / (c_steps) * 2 * (1 - (kr))), \
	.green_cb = ROUND(-8192 * 255.0 / (c_steps) * 2 * (1 - (kb)) * (kb) / (1 - (kr) - (kb))), \
	.green_cr = ROUND(-8192 * 255.0 / (c_steps) * 2 * (1 - (kr)) * (kr) / (1 - (kr) - (kb))), \
	.blue_cb = ROUND(8192 * 255.0 / (c_steps) * 2 * (1 - (kb))), \
}

const struct ycbcr_matrix *ycbcr_matrix(bool limited_range, bool bt709)
{
	static const struct ycbcr_matrix matrices[2][2] = {
		{ MATRIX(0.299, 0.114, 0, 255, 255), MATRIX(0.2126, 0.0722, 0, 255, 255) },
		{ MATRIX(0.299, 0.114, 16, 219, 224), MATRIX(0.2126, 0.0722, 16, 219, 224) },
	};

	return &matrices[limited_range][bt709];
}

static inline int16_t upper_half(int16_t a, int16_t b)
{
	return (int16_t)((int32_t)a * b >> 16);
}

static inline uint8_t limit(int16_t v)
{
	v = (int16_t)(v >> 5);
	v = v < 0 ? 0 : v;
	return (uint8_t)(v > 255 ? 255 : v);
}

void ycbcr_widen_luma(const uint8_t *restrict src, uint8_t *restrict dst, uint32_t width)
{
	const struct ycbcr_matrix *m = ycbcr_matrix(true, false);
	const int16_t black = m->black, scale = m->y_scale;
	uint32_t x;

	for (x = 0; x < width; x++)
		dst[x] = limit((int16_t)(upper_half((int16_t)((src[x] - black) * 128), scale) + 16));
}

void ycbcr_widen_chroma(const uint8_t *restrict src, uint8_t *restrict dst, uint32_t width)
{
	const int16_t scale = ROUND(8192 * 255.0 / 224), middle = 128 * 32 + 16;
	uint32_t x;

	for (x = 0; x < width; x++)
		dst[x] = limit((int16_t)(upper_half((int16_t)((src[x] - 128) * 256), scale) + middle));
}
