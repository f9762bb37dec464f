/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG's filters over rows. */
#ifndef PNG_FILTER_H
#define PNG_FILTER_H

#include "coder.h"

#define PNG_PIXEL_MOST 6	/* bytes */

/* not one filter for all rows but the one that leaves the smallest numbers, row by row */
#define PNG_FILTER_EACH PNG_CODER_FILTERS

struct png_filtering {
	const struct png_path *path;
	unsigned int pixel_bytes;
	const uint8_t *zeros;		/* a row above the topmost */
	uint8_t *spare;			/* a row with its type in front */
};

/**
 * png_filter_rows - filter the first bytes of rows
 * @filter:	one of PNG_CODER_* or PNG_FILTER_EACH
 * @length:	bytes of each row
 * @out:	gets rows x (length + 1): the filter's number before each
 */
void png_filter_rows(const struct png_filtering *f, unsigned int filter,
		     const struct png_rows *rows, size_t length, uint8_t *out);

/**
 * png_filter_piece - some bytes of a row that is not at its beginning
 * @row:	the bytes; a pixel is in front of them
 * @above:	likewise
 */
void png_filter_piece(const struct png_filtering *f, unsigned int filter, const uint8_t *row,
		      const uint8_t *above, size_t length, uint8_t *out);

#endif /* PNG_FILTER_H */
