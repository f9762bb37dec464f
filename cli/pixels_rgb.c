/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RGB in any order of bytes, or of bits in 8 or 16. */
#include <string.h>

#include <libyuv.h>

#include "pixels_source.h"

/* ---- bytes -------------------------------------------------------------- */

/* The order of bytes as one number: red, green, blue, bytes of a pixel. */
#define ORDER(red, green, blue, bytes) ((red) << 12 | (green) << 8 | (blue) << 4 | (bytes))

static unsigned int order_of(const struct pixels *p)
{
	const uint8_t *arg = p->source->arg;

	return ORDER((unsigned int)arg[0], (unsigned int)arg[1], (unsigned int)arg[2], arg[3]);
}

static int bytes_open(struct pixels *p)
{
	p->in_place = order_of(p) == ORDER(0, 1, 2, 3);
	return 0;
}

static void pick_bytes(const struct pixels *p, const uint8_t *src, uint8_t *out)
{
	const uint8_t *arg = p->source->arg;
	uint32_t x;

	for (x = 0; x < p->width; x++, src += arg[3], out += 3) {
		out[0] = src[arg[0]];
		out[1] = src[arg[1]];
		out[2] = src[arg[2]];
	}
}

static void bytes_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	const int width = (int)p->width, bytes = (int)p->row_bytes;
	uint32_t row;

	for (row = first; row < first + rows; row++, out += p->row_bytes) {
		const uint8_t *src = pixels_source_row(p, row);

		/* libyuv's names: RAW is R G B in memory, RGB24 is B G R, ARGB is B G R A */
		switch (order_of(p)) {
		case ORDER(0, 1, 2, 3):
			memcpy(out, src, p->row_bytes);
			break;
		case ORDER(2, 1, 0, 3):
			RAWToRGB24(src, bytes, out, bytes, width, 1);
			break;
		case ORDER(2, 1, 0, 4):
			ARGBToRAW(src, 4 * width, out, bytes, width, 1);
			break;
		case ORDER(0, 1, 2, 4):
			/* keeps the order and drops the fourth byte */
			ARGBToRGB24(src, 4 * width, out, bytes, width, 1);
			break;
		default:
			pick_bytes(p, src, out);
		}
	}
}

const struct pixels_family pixels_rgb_bytes = {
	.rank = 12,
	.rgb = true,
	.open = bytes_open,
	.rows = bytes_rows,
};

/* ---- bits --------------------------------------------------------------- */

#define BIG_ENDIAN_BIT 0x80

/* Full scale stays full scale: round(value * 255 / largest), from a table of at most 64 entries. */
static void scale_table(unsigned int count, uint8_t *table)
{
	unsigned int largest = (1u << count) - 1, i;

	for (i = 0; i <= largest; i++)
		table[i] = (uint8_t)((i * 255 + largest / 2) / largest);
}

static int bits_open(struct pixels *p)
{
	int channel, r = pixels_scratch(p, 3, 64, 1);

	for (channel = 0; !r && channel < 3; channel++)
		scale_table(p->source->arg[channel] & 15, p->scratch + 64 * channel);
	return r;
}

static unsigned int bits_word(const uint8_t *src, uint8_t bytes)
{
	if (bytes == 1)
		return src[0];
	if (bytes & BIG_ENDIAN_BIT)
		return (unsigned int)src[0] << 8 | src[1];
	return (unsigned int)src[1] << 8 | src[0];
}

static void bits_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	const uint8_t *arg = p->source->arg, bytes = arg[3];
	uint32_t row, x;
	int channel;

	for (row = first; row < first + rows; row++) {
		const uint8_t *src = pixels_source_row(p, row);

		for (x = 0; x < p->width; x++, src += bytes & 3) {
			unsigned int word = bits_word(src, bytes);

			for (channel = 0; channel < 3; channel++)
				*out++ = p->scratch[64 * channel + (word >> (arg[channel] >> 4) &
						    ((1u << (arg[channel] & 15)) - 1))];
		}
	}
}

const struct pixels_family pixels_rgb_bits = {
	.rank = 6,
	.rgb = true,
	.open = bits_open,
	.rows = bits_rows,
};
