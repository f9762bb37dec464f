/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YCbCr pictures as the planes that TurboJPEG compresses: of full range, and
 * padded to whole units of chroma by repeating the last column and row.
 *
 * JPEG's colours are those of BT.601; a picture in those of BT.709 has no such
 * planes and goes through RGB.
 */
#ifndef GRAB_JPEG_PLANES_H
#define GRAB_JPEG_PLANES_H

#include "pixels.h"
#include "planar.h"

struct jpeg_planes {
	uint8_t *plane[3];	/* the topmost row first */
	int stride[3];
	int subsampling;	/* TJSAMP_* */

	/* private from here */
	struct pixels pixels;	/* checks the layout */
	const struct planar *planar;
	int lines[3];		/* with padding */
	uint8_t *memory;	/* of the planes, and scratch for a strip */
	uint8_t *scratch;
};

/** jpeg_planes_subsampling - TJSAMP_* of a format that has such planes, else -1 */
int jpeg_planes_subsampling(const struct capture_format *format);

/* Zeroed before; jpeg_planes_close() after, whatever this returned. Errors as pixels_open(). */
int jpeg_planes_open(struct jpeg_planes *p, const struct capture_format *format);

/** jpeg_planes_fill - the planes of a picture; errors as pixels_begin() */
int jpeg_planes_fill(struct jpeg_planes *p, const struct picture *picture);

void jpeg_planes_close(struct jpeg_planes *p);

#endif /* GRAB_JPEG_PLANES_H */
