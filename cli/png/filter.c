/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

static void filter_row(const struct png_filtering *f, unsigned int filter, const uint8_t *row,
		       const uint8_t *above, size_t length, uint8_t *out)
{
	const size_t pixel = f->pixel_bytes < length ? f->pixel_bytes : length;

	/* left of the picture is nothing */
	f->path->filter[filter](out, row, f->zeros, above, f->zeros, pixel);
	f->path->filter[filter](out + pixel, row + pixel, row, above + pixel, above, length - pixel);
}

/* How far from zero bytes are, as signed numbers. */
static uint64_t distance_from_zero(const uint8_t *data, size_t length)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < length; i++)
		sum += (uint32_t)abs((int8_t)data[i]);
	return sum;
}

static void filter_row_best(const struct png_filtering *f, const uint8_t *row,
			    const uint8_t *above, size_t length, uint8_t *out)
{
	/* those that leave nothing of flat pictures come first */
	static const uint8_t order[PNG_CODER_FILTERS] = {
		PNG_CODER_NONE, PNG_CODER_UP, PNG_CODER_SUB, PNG_CODER_AVG, PNG_CODER_PAETH,
	};
	uint64_t least = UINT64_MAX, sum;
	unsigned int filter, i;

	for (i = 0; i < PNG_CODER_FILTERS && least; i++) {
		filter = order[i];
		f->spare[0] = (uint8_t)filter;
		filter_row(f, filter, row, above, length, f->spare + 1);
		sum = distance_from_zero(f->spare + 1, length);
		if (sum >= least)
			continue;
		least = sum;
		memcpy(out, f->spare, length + 1);
	}
}

void png_filter_rows(const struct png_filtering *f, unsigned int filter,
		     const struct png_rows *rows, size_t length, uint8_t *out)
{
	const uint8_t *row = rows->first, *above = rows->above ? rows->above : f->zeros;
	uint32_t i;

	for (i = 0; i < rows->rows; i++, above = row, row += rows->stride, out += length + 1) {
		if (filter == PNG_FILTER_EACH) {
			filter_row_best(f, row, above, length, out);
			continue;
		}
		out[0] = (uint8_t)filter;
		filter_row(f, filter, row, above, length, out + 1);
	}
}

void png_filter_piece(const struct png_filtering *f, unsigned int filter, const uint8_t *row,
		      const uint8_t *above, size_t length, uint8_t *out)
{
	f->path->filter[filter](out, row, row - f->pixel_bytes, above, above - f->pixel_bytes,
				length);
}
