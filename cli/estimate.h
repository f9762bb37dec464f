/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How fast an encoder is on this machine, by trying. */
#ifndef GRAB_ESTIMATE_H
#define GRAB_ESTIMATE_H

#include "encode.h"

/**
 * estimate_fps - frames per second that one thread encodes
 * @bytes:	gets the length of an encoded frame
 *
 * Encodes a strip of a made-up picture (a gradient with noise, as a camera has)
 * into memory for a tenth of a second at least.  Writing to the disk is not in it.
 *
 * Return: 0: not known (pixels that are compressed or unheard of cannot be made up).
 */
double estimate_fps(const struct encoder *encoder, const struct capture_format *format,
		    const struct encode_options *options, uint64_t *bytes);

#endif /* GRAB_ESTIMATE_H */
