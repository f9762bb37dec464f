/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops of conversion, once for each kind of processor.  All give the
 * same bytes; they are the same C (pixel_loops.h) for vectors of other lengths.
 *
 *	scalar	what the compiler takes for any processor
 *	avx2	vectors of 32 bytes
 *
 * The variable GRAB_PIXELS_PATH names one of them, for tests.
 */
#ifndef GRAB_PIXEL_PATH_H
#define GRAB_PIXEL_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "unpack.h"
#include "ycbcr.h"

/* rows of numbers, each with one more at either end */
struct bayer_rows {
	uint16_t *above, *here, *below;
};

struct pixel_path {
	const char *name;
	/* a row of pixels, all of whose samples are there, to three planes: ycbcr.h */
	void (*ycbcr)(const struct ycbcr_matrix *matrix, const uint8_t *y, const uint8_t *cb,
		      const uint8_t *cr, uint8_t *red, uint8_t *green, uint8_t *blue,
		      uint32_t width);
	/* a row of @width samples out of half as many (rounded up): each counts twice */
	void (*twice)(const uint8_t *src, uint8_t *dst, uint32_t width);
	/* a row's own colour, green, and the other one: pixels_bayer.c. @colour: the first column,
	   0 or 1, that has the row's own colour */
	void (*bayer)(const struct bayer_rows *rows, uint32_t width, uint32_t colour, uint16_t *own,
		      uint16_t *green, uint16_t *other);
	/* unpack.h */
	void (*unpack)(enum unpack_kind kind, unsigned int bits, const uint8_t *src, uint16_t *dst,
		       uint32_t width);
	void (*store)(const struct store *store, const uint16_t *src, uint8_t *dst, uint64_t count);
	/* three rows of samples of two bytes, side by side */
	void (*merge_16)(uint8_t *const src[3], uint8_t *dst, uint32_t width);
};

/** pixel_path_at - all that are compiled in, the plainest first. NULL past the last. */
const struct pixel_path *pixel_path_at(unsigned int index);

/** pixel_path_runs - does this processor have what it needs? */
bool pixel_path_runs(const struct pixel_path *path);

/** pixel_path_wanted - what GRAB_PIXELS_PATH says, or the fastest. NULL: there is no such path here. */
const struct pixel_path *pixel_path_wanted(void);

#endif /* GRAB_PIXEL_PATH_H */
