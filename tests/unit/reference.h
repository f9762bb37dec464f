/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slow and obvious: one pixel of a picture at a time, from descriptions that are
 * written as the kernel's "Image Formats" pages write them.  What the fast
 * converters are compared with.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "picture.h"

struct reference_pixel {
	int channels;		/* 1: grey, 3: R G B */
	int bits;		/* of each number */
	bool exact;		/* else rounding may differ a little (YCbCr) */
	double value[3];
};

/* Does the reference know this format? */
bool reference_knows(uint32_t fourcc);

/* The pixel at @x, @y as people see it. @debayer: interpolated, as pixels_bayer.c says. */
void reference_pixel(const struct picture *picture, uint32_t x, uint32_t y, bool debayer,
		     struct reference_pixel *out);

/* The Y, Cb and Cr samples that belong to a pixel. False: no YCbCr format. */
bool reference_ycbcr(const struct picture *picture, uint32_t x, uint32_t y, uint8_t out[3]);

/* Formats beyond those of libcapture's table: codes, 0 ends. */
extern const uint32_t reference_more_formats[];

/* A random picture in memory that ends (or begins) at a page that must not be touched. */
struct reference_picture {
	struct capture_format format;
	struct picture picture;
	void *map;
	uint64_t map_size;
};

/* @padding: random bytes behind each row; @flags: CAPTURE_FORMAT_* */
void reference_make(struct reference_picture *r, uint32_t fourcc, uint32_t width, uint32_t height,
		    bool padding, bool guard_first, uint32_t flags);
void reference_free(struct reference_picture *r);

/* A random number below @limit; reference_seed() prints the seed to begin with. */
uint32_t reference_random(uint32_t limit);
void reference_seed(void);

#endif /* REFERENCE_H */
