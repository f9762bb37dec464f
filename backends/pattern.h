/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the simulated device sees: pictures that are a function of their number.
 *
 *	look + number --picture--> rows of 16-bit RGB --pack--> bytes of any format
 *
 * Everything is integer arithmetic, so that the same bytes come out on every
 * machine; only JPEG depends on the library that compresses it.  A frame can be
 * read in pieces of any size in any order, and no frame is ever held whole (but
 * for JPEG): that is what a transfer in chunks needs.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcapture.h"

enum pattern_kind {
	PATTERN_SCENE,		/* hills, a sun and a ball that moves; with the frame's number */
	PATTERN_BARS,		/* eight colour bars; with the frame's number */
	PATTERN_CHECKERS,	/* squares of 16x16 pixels */
	PATTERN_RAMP,		/* grey, 0 at the left */
	PATTERN_BLACK,
	PATTERN_WHITE,
	PATTERN_NOISE,		/* every pixel of every frame another colour */
	PATTERN_BYTES,		/* no picture: every byte in memory from pattern_byte() */
};

/* names in the order of enum pattern_kind; NULL ends */
extern const char *const pattern_names[];

#define PATTERN_BRIGHTNESS_MAX	128	/* and -128 */
#define PATTERN_GAIN_MAX	100	/* percent */
#define PATTERN_EXPOSURE	100	/* the exposure that changes nothing */
#define PATTERN_EXPOSURE_MAX	10000

/* What a picture depends on besides its number.  PATTERN_BYTES: kind and seed only. */
struct pattern_look {
	enum pattern_kind kind;
	uint32_t seed;
	uint32_t speed;		/* pixels that the scene moves from frame to frame */
	int32_t brightness;	/* added to the 8-bit value */
	uint32_t gain;		/* percent more */
	uint32_t exposure;	/* in units of 1/PATTERN_EXPOSURE */
	bool hflip, vflip;	/* the picture, not the number drawn over it */
};

struct pattern;

/* Can frames of this pixel format be made? */
bool pattern_can(uint32_t fourcc);

/*
 * Fill in what follows from width, height and fourcc, and plane[0].stride if that
 * is not 0: planes, size, flags.  As capture_format_layout(), compressed formats
 * too.
 */
int pattern_layout(struct capture_format *format);

/**
 * pattern_new - a maker of frames of one format
 * @format:	laid out already; copied
 * @out:	ends with pattern_free(); for one thread at a time
 *
 * Return: 0; -EOPNOTSUPP: no such pixel format; -ENOMEM.
 */
int pattern_new(const struct capture_format *format, struct pattern **out);
void pattern_free(struct pattern *pattern);

/**
 * pattern_begin - turn to the frame of this number
 * @bytes:	of the frame: format.size, or less for a compressed one
 *
 * Return: 0; -EIO: the compressor failed.
 */
int pattern_begin(struct pattern *pattern, const struct pattern_look *look, uint32_t number,
		  uint64_t *bytes);

/* Copy the bytes [@offset, @offset + @len) of the frame, which must be inside of it. */
void pattern_read(struct pattern *pattern, uint64_t offset, size_t len, uint8_t *out);

/* Where a byte is: its plane, row and column in bytes.  Compressed: 0, 0 and the offset. */
void pattern_place(const struct capture_format *format, uint64_t offset, uint32_t *plane,
		   uint32_t *line, uint64_t *column);

/*
 * PATTERN_BYTES: the byte at a column of a line of a frame.  Lines are counted
 * through all planes, from 0.
 */
uint8_t pattern_byte(uint32_t seed, uint32_t number, uint32_t line, uint32_t column);

/* 32 bits to 32 bits, each of which depends on all of the input */
static inline uint32_t pattern_mix(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x7feb352d;
	x ^= x >> 15;
	x *= 0x846ca68b;
	return x ^ x >> 16;
}

#endif /* PATTERN_H */
