/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PNG file as libpng writes it, or all but the pixels: signature, header, what
 * is known about the samples, texts, and the end.
 *
 *	png_file_begin	what stands before the pixels
 *	png_file_rows	all rows, compressed by libpng		} one
 *	png_file_data	compressed data of one's own, by pieces	} of these
 *	png_file_end	what stands behind them
 *
 * png_file_done() follows in any case.
 */
#ifndef GRAB_PNG_FILE_H
#define GRAB_PNG_FILE_H

#include "encode.h"
#include "pixels.h"

/* of a chunk, before and behind its data */
#define PNG_CHUNK_HEAD 8
#define PNG_CHUNK_TAIL 4
#define PNG_CHUNK_MOST 0x7fffffff	/* bytes of data */

struct png_file;

/**
 * png_file_open - get ready
 * @rows:	png_file_rows() will be used
 *
 * Return: 0, -EOVERFLOW or -ENOMEM, with words.
 */
int png_file_open(const struct pixels *pixels, bool rows, struct png_file **out);

void png_file_close(struct png_file *file);	/* NULL is fine */

/* All return 0, or a negative errno with words. */
int png_file_begin(struct png_file *file, const struct encode *e, const struct pixels *pixels,
		   const struct picture *picture, struct sink *sink);
int png_file_rows(struct png_file *file, struct pixels *pixels);

/**
 * png_file_chunk - make an IDAT chunk of data in its place
 * @chunk:	PNG_CHUNK_HEAD bytes of room, the data, PNG_CHUNK_TAIL bytes of room
 * @length:	of the data, at most PNG_CHUNK_MOST
 *
 * By any thread.
 *
 * Return: bytes of the chunk.
 */
size_t png_file_chunk(uint8_t *chunk, size_t length);

/** png_file_data - write chunks as they are */
int png_file_data(struct png_file *file, const uint8_t *chunk, size_t length);

int png_file_end(struct png_file *file);
void png_file_done(struct png_file *file);

/** png_file_bound - no file of such pictures is longer; 0: not known */
uint64_t png_file_bound(const struct pixels *pixels);

#endif /* GRAB_PNG_FILE_H */
