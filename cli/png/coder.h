/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures to the compressed data of PNG, at the rate of cameras.
 *
 * What a camera gives is noise to the search for repetitions that compressors
 * spend their time with: of a row filtered as PNG has it nothing comes again.
 * What is left to win is in how often each byte comes.  So:
 *
 *	rows --filter--> bytes --count some--> a Huffman code --> bits
 *
 * A picture is cut into strips of some 0.4 MB, each with the filter and the code
 * that suit it.  A strip needs to know only the row above it, ends on a whole
 * byte and becomes an IDAT chunk of its own: so strips of one picture can be
 * made by several threads at once, in any order.
 *
 * Where a strip is flat, or its content comes again (drawn pictures, lens caps),
 * short runs or real repetitions are used as well (runs.h, matches.h), whichever is
 * shorter by trying a part of it (choose.h).  Pictures that are flat all over get
 * larger strips.
 *
 * The bytes depend on the picture alone: not on the processor, nor on threads.
 *
 * A coder belongs to one thread and allocates when it is opened, never after.
 * This folder needs nothing of the rest of the program but libdeflate, for
 * Adler-32 and CRC-32.
 */
#ifndef PNG_CODER_H
#define PNG_CODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "path.h"

struct png_shape {
	uint32_t width, height;		/* pixels, at least 1 */
	uint8_t channels;		/* 1: grey, 3: red green blue */
	uint8_t sample_bytes;		/* 1, or 2: the high byte first */
};

/* some rows of a picture, as PNG has them: no padding bits, samples big endian */
struct png_rows {
	const uint8_t *first;
	ptrdiff_t stride;		/* bytes from a row to the next below; may be negative */
	uint32_t rows;
	const uint8_t *above;		/* the row above the first; NULL: it is the topmost */
};

struct png_coder;

/* how little there is in a picture: the less, the longer are its strips, since each costs some bytes */
enum png_flatness {
	PNG_NOT_FLAT,
	PNG_FLAT,		/* nearly all pixels equal a neighbour */
	PNG_BLANK,		/* all do */
	PNG_FLATNESSES
};

/**
 * png_coder_open - a coder for pictures of one shape
 * @path:	from png_path_best() or png_path_find()
 *
 * Return: 0; -EOVERFLOW: too large for this machine's memory; -ENOMEM.
 */
int png_coder_open(const struct png_shape *shape, const struct png_path *path,
		   struct png_coder **out);

/** png_coder_close - NULL is fine */
void png_coder_close(struct png_coder *coder);

/** png_coder_row_bytes - of a row as png_rows has it */
uint64_t png_coder_row_bytes(const struct png_coder *coder);

/**
 * png_coder_strip_rows - how many rows a strip has, the last may have fewer
 * @flatness:	of the picture
 */
uint32_t png_coder_strip_rows(const struct png_coder *coder, enum png_flatness flatness);

/** png_shape_strip_rows - the same before there is a coder */
uint32_t png_shape_strip_rows(const struct png_shape *shape, enum png_flatness flatness);

/**
 * png_coder_flatness - how flat is a picture where these rows are?
 *
 * To be asked for a few places all over the picture, of which the least counts.
 * What it says is about size and speed: any picture may be packed with any.
 */
enum png_flatness png_coder_flatness(struct png_coder *coder, const struct png_rows *rows);

/** png_coder_bound - most bytes that png_coder_strip() writes to for so many rows */
size_t png_coder_bound(const struct png_coder *coder, uint32_t rows);

/* a strip as it is in the file */
struct png_strip {
	size_t length;		/* bytes of deflate blocks */
	uint32_t adler;		/* Adler-32 of what they decompress to ... */
	uint64_t bytes;		/* ... which has so many bytes */
};

/**
 * png_coder_strip - compress a strip
 * @final:	the picture's last; the others end on a whole byte all the same
 * @out:	has png_coder_bound() bytes
 */
void png_coder_strip(struct png_coder *coder, const struct png_rows *rows, bool final,
		     uint8_t *out, struct png_strip *strip);

/** png_adler_join - Adler-32 of two pieces, from theirs and the length of the second */
uint32_t png_adler_join(uint32_t first, uint32_t second, uint64_t second_bytes);

#endif /* PNG_CODER_H */
