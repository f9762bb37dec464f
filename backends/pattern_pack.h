/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From rows of 16-bit RGB to rows of a pixel format, as they are in memory.
 *
 *	8 bits	v >> 8; fewer or more bits likewise, v >> (16 - bits)
 *	grey	(19595 r + 38470 g + 7471 b + 32768) >> 16, of 16-bit values
 *	Y	16 + ((66 r + 129 g + 25 b + 128) >> 8), of 8-bit values:
 *		BT.601, limited range
 *	Cb	128 + ((-38 r - 74 g + 112 b + 128) >> 8)
 *	Cr	128 + ((112 r - 94 g - 18 b + 128) >> 8)
 *		of the mean (rounded) over the pixels that share the sample; at an
 *		odd edge the last row or column counts twice
 *	Bayer	one colour of each pixel, as the order says
 *	X, A	bytes of 32-bit RGB that carry no colour are 255
 */
#ifndef PATTERN_PACK_H
#define PATTERN_PACK_H

#include "pattern_picture.h"

enum pack_family {
	PACK_GREY,	/* one sample a pixel, the picture in grey */
	PACK_BAYER,	/* one sample a pixel, of the colour that order[] has there */
	PACK_RGB,	/* 3 or 4 bytes a pixel */
	PACK_YUV422,	/* one plane, two pixels in four bytes */
	PACK_SEMI,	/* a Y plane and a plane of CbCr pairs */
	PACK_PLANAR,	/* planes of Y, Cb, Cr */
	PACK_JPEG,	/* made of RGB by pattern_jpeg.c */
};

/* how samples of one row lie in memory */
enum pack_layout {
	LAYOUT_8,
	LAYOUT_LE16,	/* low bits, little endian */
	LAYOUT_BE16,
	LAYOUT_10P,	/* MIPI: 4 high bytes, then their low bits */
	LAYOUT_12P,
	LAYOUT_14P,
	LAYOUT_10B,	/* a stream of bits, highest first */
};

struct pack {
	uint32_t fourcc;
	enum pack_family family;
	enum pack_layout layout;	/* grey, Bayer */
	uint8_t depth;			/* grey, Bayer: bits of a sample */
	/*
	 * Bayer: colours of (0,0) (1,0) (0,1) (1,1); RGB: of each byte; both 'r' 'g' 'b' 'x'.
	 * 4:2:2: 'y' 'u' 'v' of each byte.  Semi, planar: "uv" or "vu".
	 */
	char order[5];
};

/* NULL: not one of ours */
const struct pack *pack_find(uint32_t fourcc);

/*
 * Rows of the picture that one row of @plane is made of: from *@first, one or
 * two (the second may be past the last: use the first again).
 */
unsigned int pack_rows(const struct pack *pack, const struct capture_pixel_format *format,
		       uint32_t plane, uint32_t line, uint32_t *first);

/* room for what is worked out on the way to a row */
#define PACK_WORK_ROWS 6

struct pack_work {
	uint16_t *rows;		/* PACK_WORK_ROWS of them */
	size_t room;		/* values in each: at least 8 more than the width */
};

/* Write one row of a plane.  @width: a multiple of format->align.  Returns the bytes written. */
size_t pack_row(const struct pack *pack, const struct capture_pixel_format *format, uint32_t plane,
		uint32_t line, const struct rgb_row rows[2], uint32_t width,
		const struct pack_work *work, uint8_t *out);

/* Bytes R, G, B of each pixel: what a compressor takes. */
void pack_rgb(const struct rgb_row *row, uint32_t width, uint8_t *out);

#endif /* PATTERN_PACK_H */
