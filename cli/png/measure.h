/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many bits something will take, without writing it. */
#ifndef PNG_MEASURE_H
#define PNG_MEASURE_H

#include "coder.h"
#include "tokens.h"

#define PNG_ENTROPY_MOST 4096	/* symbols in all that png_entropy() takes */

/** png_entropy_open - make its table */
void png_entropy_open(uint32_t table[PNG_ENTROPY_MOST + 1]);

/**
 * png_entropy - bits that an ideal code needs for bytes, in 1/256
 * @length:	at most PNG_ENTROPY_MOST
 */
uint64_t png_entropy(const uint32_t table[PNG_ENTROPY_MOST + 1], const uint8_t *data,
		     size_t length);

/** png_tokens_bits - bits that an ideal code needs for symbols, and the bits behind them */
uint64_t png_tokens_bits(const struct png_counts *counts);

/**
 * png_repeats - does much of it come again within 32 KiB, as it is?
 *
 * Looks at some places of the last 16 KiB.  Zeros count, noise does not.
 */
int png_repeats(const uint8_t *data, size_t length);

#define PNG_PIXELS_MOST 256

/**
 * png_few_pixels - are there few different ones in some rows, as of drawings and false colours?
 * @row_bytes:		of a row, whole pixels
 * @pixel_bytes:	up to 6
 * @most:		so many are few; up to PNG_PIXELS_MOST
 */
bool png_few_pixels(const struct png_rows *rows, uint64_t row_bytes, unsigned int pixel_bytes,
		    unsigned int most);

#endif /* PNG_MEASURE_H */
