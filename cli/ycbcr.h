/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YCbCr to RGB by the definitions of ITU-R BT.601 and BT.709, in integers of 16
 * bits that compilers turn into SIMD: the same bytes on every machine, within
 * 0.65 of the exact value (0.5 of that is rounding).  Greys are exact.
 *
 * libyuv would be faster, but on x86 it holds factors in 7 bits, up to 2.0: blue
 * of BT.709 in limited range needs 2.11 and comes out up to 14 steps wrong.
 *
 *	E(x) = (a * b) >> 16, rounded down
 *	l = E((Y - black) * 128, y_scale) + 17
 *	R = (l + E((Cr - 128) * 256, red_cr)) >> 5
 *	G = (l + E((Cb - 128) * 256, green_cb) + E((Cr - 128) * 256, green_cr)) >> 5
 *	B = (l + E((Cb - 128) * 256, blue_cb)) >> 5	each limited to 0..255
 */
#ifndef GRAB_YCBCR_H
#define GRAB_YCBCR_H

#include <stdbool.h>
#include <stdint.h>

struct ycbcr_matrix {
	int16_t black;		/* Y of black */
	int16_t y_scale;	/* in 1/16384 */
	int16_t red_cr, green_cb, green_cr, blue_cb;	/* in 1/8192 */
};

/* Return: a constant matrix. */
const struct ycbcr_matrix *ycbcr_matrix(bool limited_range, bool bt709);

/*
 * Samples of limited range in full range, as JPEG has it: Y - 16 in 255/219 steps,
 * chroma in 255/224 steps around 128, each rounded and limited to 0..255.
 */
void ycbcr_widen_luma(const uint8_t *src, uint8_t *dst, uint32_t width);
void ycbcr_widen_chroma(const uint8_t *src, uint8_t *dst, uint32_t width);

#endif /* GRAB_YCBCR_H */
