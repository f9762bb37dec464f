/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a family of pixel formats provides to pixels.c. */
#ifndef GRAB_PIXELS_SOURCE_H
#define GRAB_PIXELS_SOURCE_H

#include "pixels.h"

/* how to convert a family of formats */
struct pixels_family {
	uint8_t rank;		/* see encoder_rank() */
	bool rgb;		/* 8-bit R G B comes out; else numbers, as pixels.store has it */
	bool linear;
	/* Anything that would keep it from working? 0, or -EOPNOTSUPP with words. Optional. */
	int (*accepts)(const struct pixels_source *source, const struct capture_format *format);
	int (*open)(struct pixels *p);		/* optional; pixels.h says what is set before */
	void (*close)(struct pixels *p);	/* optional */
	int (*begin)(struct pixels *p, const struct picture *picture);	/* optional */
	bool whole;		/* begin() does the work, for all rows */
	void (*rows)(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out);
};

/* one pixel format */
struct pixels_source {
	uint32_t fourcc;
	uint8_t depth;		/* significant bits of a sample */
	uint8_t bits;		/* bits of a pixel in plane 0, to check its stride; 0: compressed */
	uint8_t arg[4];		/* the family's own */
	const struct pixels_family *family;
};

/* arg: enum unpack_kind */
extern const struct pixels_family pixels_grey;
/* arg: enum unpack_kind, column and row of the first red pixel */
extern const struct pixels_family pixels_bayer;
/* the same without interpolation */
extern const struct pixels_family pixels_bayer_grey;
/* arg: bytes from the start of a pixel to red, green, blue; bytes of a pixel */
extern const struct pixels_family pixels_rgb_bytes;
/* arg: bits of red, green, blue as (lowest << 4 | count); bytes of a pixel, | 0x80: big endian */
extern const struct pixels_family pixels_rgb_bits;
/* planar.h knows them */
extern const struct pixels_family pixels_yuv;
extern const struct pixels_family pixels_jpeg;
/* arg: bits of a pixel over all planes; 0: varies.  bits 0: rows are not looked at */
extern const struct pixels_family pixels_v4l;

/* The row @row of plane 0. */
static inline const uint8_t *pixels_source_row(const struct pixels *p, uint32_t row)
{
	return p->plane[0].first + p->plane[0].stride * (ptrdiff_t)row;
}

/*
 * Memory that is there and faulted in, a * b * c bytes at least, for p->scratch.
 * 0, -EOVERFLOW or -ENOMEM with words.
 */
int pixels_scratch(struct pixels *p, uint64_t a, uint64_t b, uint64_t c);

#endif /* GRAB_PIXELS_SOURCE_H */
