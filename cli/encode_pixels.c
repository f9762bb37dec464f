/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "encode_pixels.h"

struct pixels_wish encode_pixels_wish(const struct encode_options *options)
{
	return (struct pixels_wish){ .depth = options->depth, .debayer = options->debayer };
}

int encode_pixels_accepts(const struct capture_format *format,
			  const struct encode_options *options)
{
	const struct pixels_wish wish = encode_pixels_wish(options);

	return pixels_accepts(format, &wish);
}

unsigned int encode_pixels_rank(const struct capture_format *format,
				const struct encode_options *options)
{
	const struct pixels_wish wish = encode_pixels_wish(options);

	return pixels_rank(format, &wish);
}
