/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YCbCr pictures, however they lie in memory, as three planes of 8-bit samples.
 *
 * Formats whose planes are there already are not copied; packed formats and
 * interleaved chroma are taken apart into scratch memory of the caller.
 */
#ifndef GRAB_PLANAR_H
#define GRAB_PLANAR_H

#include <stdint.h>

#include "picture.h"

enum planar_kind {
	PLANAR_PLANES,		/* Y, and two planes of chroma */
	PLANAR_PAIRS,		/* Y, and a plane of chroma pairs */
	PLANAR_422,		/* packed, two pixels in four bytes */
	PLANAR_444,		/* packed, a pixel in step bytes */
};

struct planar {
	uint32_t fourcc;
	uint8_t kind;		/* enum planar_kind */
	uint8_t xsub, ysub;	/* chroma subsampling as shifts */
	uint8_t y, u, v;	/* PLANES: plane numbers of Cb and Cr; PAIRS: which of the pair;
				   packed: bytes from the start of the unit */
	uint8_t step;		/* PLANAR_444: bytes of a pixel */
};

/* Return: a constant entry, or NULL: no 8-bit YCbCr format, or not known. */
const struct planar *planar_find(uint32_t fourcc);

/* three planes */
struct planar_rows {
	struct picture_rows y, u, v;
};

/* Bytes of scratch memory that planar_rows() needs for @rows rows, or UINT64_MAX. */
uint64_t planar_scratch(const struct planar *planar, uint32_t width, uint32_t rows);

/**
 * planar_rows - some rows of a picture as planes
 * @plane:	the picture's planes, by picture_plane()
 * @first:	the first row; a multiple of 1 << ysub
 * @scratch:	planar_scratch() bytes; what @out points to may lie there
 */
void planar_rows(const struct planar *planar, const struct picture_rows *plane, uint32_t width,
		 uint32_t first, uint32_t rows, uint8_t *scratch, struct planar_rows *out);

#endif /* GRAB_PLANAR_H */
