/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One filter for all rows, or the one that leaves the smallest numbers row by
 * row: all are compressed with little effort, the most promising with all there
 * is.
 */
#include "png_best.h"

#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "png/filter.h"
#include "words.h"

#define TRIAL_LEVEL 3
#define LEVEL 12
#define CHUNK_MOST (1u << 30)	/* bytes of data in one chunk */

struct png_best {
	struct libdeflate_compressor *trial, *final;
	struct png_filtering filtering;
	uint8_t *pixels;	/* a picture's rows */
	uint8_t *filtered;
	uint8_t *packed;	/* with room for a chunk's head and tail */
	uint8_t *spare, *zeros;
	size_t length;		/* of filtered */
	size_t room;		/* for packed data */
};

static bool count_bytes(const struct pixels *p, struct png_best *b)
{
	uint64_t length;

	if (__builtin_mul_overflow(p->row_bytes + 1, (uint64_t)p->height, &length) ||
	    length > SIZE_MAX / 4)
		return false;
	b->length = length;
	b->room = libdeflate_zlib_compress_bound(b->final, length);
	return true;
}

static bool allocate(const struct pixels *p, struct png_best *b)
{
	b->pixels = malloc(b->length);
	b->filtered = malloc(b->length);
	b->packed = malloc(PNG_CHUNK_HEAD + b->room + PNG_CHUNK_TAIL);
	b->spare = malloc(p->row_bytes + 1);
	b->zeros = calloc(1, p->row_bytes);
	b->filtering = (struct png_filtering){
		.path = png_path_best(), .pixel_bytes = (unsigned int)p->channels * p->sample_bytes,
		.zeros = b->zeros, .spare = b->spare,
	};
	return b->pixels && b->filtered && b->packed && b->spare && b->zeros;
}

int png_best_open(const struct pixels *p, struct png_best **out)
{
	struct png_best *b = calloc(1, sizeof(*b));
	int r = 0;

	if (b) {
		b->trial = libdeflate_alloc_compressor(TRIAL_LEVEL);
		b->final = libdeflate_alloc_compressor(LEVEL);
	}
	if (!b || !b->trial || !b->final)
		r = -ENOMEM;
	else if (!count_bytes(p, b))
		r = -EOVERFLOW;
	else if (!allocate(p, b))
		r = -ENOMEM;
	if (r) {
		png_best_close(b);
		return say_why(r, "png: no memory to compress pictures of %ux%u pixels as a whole; use --png fast",
			       p->width, p->height);
	}
	*out = b;
	return 0;
}

void png_best_close(struct png_best *b)
{
	if (!b)
		return;
	libdeflate_free_compressor(b->trial);
	libdeflate_free_compressor(b->final);
	free(b->pixels);
	free(b->filtered);
	free(b->packed);
	free(b->spare);
	free(b->zeros);
	free(b);
}

static size_t pack(struct png_best *b, struct libdeflate_compressor *how,
		   const struct png_rows *rows, size_t row_bytes, unsigned int filter)
{
	png_filter_rows(&b->filtering, filter, rows, row_bytes, b->filtered);
	return libdeflate_zlib_compress(how, b->filtered, b->length, b->packed + PNG_CHUNK_HEAD,
					b->room);
}

/* Head and tail of a chunk overwrite what is written already, and what comes next: kept meanwhile. */
static int write_chunks(struct png_best *b, struct png_file *file, size_t length)
{
	uint8_t *at = b->packed, kept[PNG_CHUNK_TAIL];
	size_t part;
	int r = 0;

	for (; !r && length; length -= part, at += part) {
		part = length < CHUNK_MOST ? length : CHUNK_MOST;
		memcpy(kept, at + PNG_CHUNK_HEAD + part, sizeof(kept));
		r = png_file_data(file, at, png_file_chunk(at, part));
		memcpy(at + PNG_CHUNK_HEAD + part, kept, sizeof(kept));
	}
	return r;
}

int png_best_write(struct png_best *b, struct pixels *p, struct png_file *file)
{
	const struct png_rows rows = { b->pixels, (ptrdiff_t)p->row_bytes, p->height, NULL };
	unsigned int filter, best = 0;
	size_t least = SIZE_MAX, length;

	pixels_rows(p, 0, p->height, b->pixels);
	for (filter = 0; filter <= PNG_FILTER_EACH; filter++) {
		length = pack(b, b->trial, &rows, p->row_bytes, filter);
		if (length >= least)
			continue;
		least = length;
		best = filter;
	}
	return write_chunks(b, file, pack(b, b->final, &rows, p->row_bytes, best));
}
