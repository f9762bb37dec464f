/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the pixel format of a device to the samples of a picture file: grey or
 * RGB, 8 or 16 bits each, row by row.
 *
 *	grey, also packed	numbers of 8 to 16 bits (unpack.h)
 *	Bayer			likewise, as grey; or RGB by interpolation (pixels_bayer.c)
 *	RGB in any order	8 bits each
 *	YCbCr			RGB by BT.601 or BT.709, limited or full range as the
 *				format's flags say (ycbcr.h); chroma is not interpolated
 *	JPEG			RGB by TurboJPEG; Huffman tables may be missing
 *	what nobody here reads	RGB by libv4lconvert (pixels_v4l.c has the list)
 *
 * 10, 12, 14 and 16 bits become 8 bits by leaving the lower ones out.
 *
 * An instance belongs to one thread.  Scratch memory is allocated and faulted
 * in at pixels_open(); JPEG's decoder allocates a little by itself.
 */
#ifndef GRAB_PIXELS_H
#define GRAB_PIXELS_H

#include <stdbool.h>
#include <stdint.h>

#include "encode.h"
#include "picture.h"
#include "pixel_path.h"

/* What a file format wants */
struct pixels_wish {
	enum encode_depth depth;
	bool debayer;
	bool little_endian;	/* 16-bit samples; else big endian */
};

struct pixels_source;

struct pixels {
	/* what comes out; set by pixels_open() */
	uint32_t width, height;
	uint8_t channels;	/* 1: grey, 3: R G B */
	uint8_t sample_bytes;	/* 1 or 2 */
	uint8_t significant;	/* bits of a sample that come from the device */
	bool linear;		/* sensor values: no transfer function is known */
	uint32_t maxval;	/* the largest number a sample can have */
	uint64_t row_bytes;
	uint32_t strip;		/* rows that are converted at once; even, or the height */
	bool in_place;		/* the picture's own memory has the rows as they are wanted */

	/* private from here */
	const struct pixels_source *source;
	const struct pixel_path *path;
	struct capture_format format;
	struct pixels_wish wish;
	struct store store;
	struct picture_rows plane[CAPTURE_PLANES_MAX];	/* of the picture at hand */
	uint8_t *out;		/* room for a strip */
	uint8_t *scratch;	/* the source's own */
	void *state;		/* likewise */
};

/**
 * pixels_accepts - can this be converted?
 *
 * Return: 0, or -EOPNOTSUPP with words.
 */
int pixels_accepts(const struct capture_format *format, const struct pixels_wish *wish);

/** pixels_rank - how well a format suits: see encoder_rank(). 0: not at all. */
unsigned int pixels_rank(const struct capture_format *format, const struct pixels_wish *wish);

/** pixels_are_grey - will grey come out? Of a format that is accepted. */
bool pixels_are_grey(const struct capture_format *format, const struct pixels_wish *wish);

/** pixels_about - what becomes of what, in a few words: encode.about */
void pixels_about(const struct pixels *p, char *text, size_t size);

/**
 * pixels_open - get ready for pictures of one format
 *
 * Return: 0; -EOPNOTSUPP; -EOVERFLOW: too large; -ENOMEM.  With words.  On
 * failure there is nothing to close.
 */
int pixels_open(struct pixels *p, const struct capture_format *format,
		const struct pixels_wish *wish);

void pixels_close(struct pixels *p);

/**
 * pixels_begin - take a picture
 *
 * It must stay until its last row was asked for.
 *
 * Return: 0; -EMSGSIZE: its planes do not lie within its memory; -EBADMSG: a
 * compressed picture that is damaged, or of another size.  With words.
 */
int pixels_begin(struct pixels *p, const struct picture *picture);

/**
 * pixels_by_strips - may several instances share the rows of a picture?
 *
 * False where pixels_begin() does the work, for all rows.
 */
bool pixels_by_strips(const struct pixels *p);

/**
 * pixels_rows - convert some rows
 * @first:	the topmost row is 0; must be even
 * @out:	rows x row_bytes bytes, without gaps
 */
void pixels_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out);

/**
 * pixels_strip - some rows, wherever they are
 * @first:	must be even
 * @rows:	not more than strip
 *
 * Return: rows in the picture's own memory, or converted into memory of the
 * instance, which the next call overwrites.
 */
struct picture_rows pixels_strip(struct pixels *p, uint32_t first, uint32_t rows);

/**
 * pixels_packed - some rows, wherever they are, without gaps between them
 *
 * Parameters as for pixels_strip(); the bytes of pixels_rows().
 */
const uint8_t *pixels_packed(struct pixels *p, uint32_t first, uint32_t rows);

/**
 * pixels_write - all rows into a sink, without gaps
 *
 * Return: 0, or what the sink said.
 */
int pixels_write(struct pixels *p, struct sink *sink);

#endif /* GRAB_PIXELS_H */
