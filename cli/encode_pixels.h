/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For encoders that take whatever pixels.h converts. */
#ifndef GRAB_ENCODE_PIXELS_H
#define GRAB_ENCODE_PIXELS_H

#include "encode.h"
#include "pixels.h"

/* What the user asked for of samples; big endian, where they have two bytes. */
struct pixels_wish encode_pixels_wish(const struct encode_options *options);

/* As struct encoder has them. */
int encode_pixels_accepts(const struct capture_format *format,
			  const struct encode_options *options);
unsigned int encode_pixels_rank(const struct capture_format *format,
				const struct encode_options *options);

#endif /* GRAB_ENCODE_PIXELS_H */
