/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that knows libpng, which leaves by longjmp() when something
 * fails.
 *
 * libpng has no instance that survives a picture: its memory, zlib's included,
 * comes from a pool that is emptied after each, so that no frame allocates.
 */
#include "png_file.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>
#include <png.h>

#include "picture_text.h"
#include "words.h"

#define IDAT_BYTES (128 * 1024)		/* of one chunk, and of what is written at once */
#define ZLIB_BYTES (384 * 1024)		/* deflate's own tables take 268 KiB */
#define HEAD_BYTES 4096			/* of what stands before own data */
#define ROWS_KEPT 4			/* libpng keeps the row, the last one and two filtered ones */

struct pool {
	uint8_t *memory;
	size_t size, used;
};

struct png_file {
	struct pool pool;
	/* of the picture at hand */
	png_structp png;
	png_infop info;
	struct sink *sink;
	int error;
	size_t pending;			/* bytes in buffer */
	size_t room;			/* of buffer */
	uint8_t buffer[];
};

/* ---- memory ------------------------------------------------------------- */

static png_voidp pool_malloc(png_structp png, png_alloc_size_t size)
{
	struct pool *pool = png_get_mem_ptr(png);
	size_t bytes = (size + 15) & ~(size_t)15;
	void *at;

	if (bytes < size || bytes > pool->size - pool->used)
		return malloc(size);	/* not expected, and not wrong */
	at = pool->memory + pool->used;
	pool->used += bytes;
	return at;
}

static void pool_free(png_structp png, png_voidp at)
{
	struct pool *pool = png_get_mem_ptr(png);

	if ((uint8_t *)at < pool->memory || (uint8_t *)at >= pool->memory + pool->size)
		free(at);
}

/* What libpng needs for @rows, or without: its own structures. */
static int pool_open(struct png_file *f, const struct pixels *p, bool rows)
{
	uint64_t bytes = 0;

	if (rows && (__builtin_mul_overflow(p->row_bytes + 256, (uint64_t)ROWS_KEPT, &bytes) ||
		     bytes > SIZE_MAX / 2))
		return say_why(-EOVERFLOW, "png: rows of %u pixels are too long", p->width);
	f->pool.size = bytes + (rows ? ZLIB_BYTES + IDAT_BYTES : 0) + 64 * 1024;
	f->pool.memory = malloc(f->pool.size);
	if (!f->pool.memory)
		return say_why(-ENOMEM, "png: no memory for rows of %u pixels", p->width);
	memset(f->pool.memory, 0, f->pool.size);	/* faults it in */
	return 0;
}

int png_file_open(const struct pixels *p, bool rows, struct png_file **out)
{
	size_t room = rows ? IDAT_BYTES : HEAD_BYTES;
	struct png_file *f = malloc(sizeof(*f) + room);
	int r;

	if (!f)
		return say_why(-ENOMEM, "png: no memory for a file");
	memset(f, 0, sizeof(*f) + room);		/* likewise */
	f->room = room;
	r = pool_open(f, p, rows);
	if (r) {
		png_file_close(f);
		return r;
	}
	*out = f;
	return 0;
}

void png_file_close(struct png_file *f)
{
	if (!f)
		return;
	free(f->pool.memory);
	free(f);
}

/* ---- libpng's way out --------------------------------------------------- */

static void failed(png_structp png, png_const_charp text)
{
	struct png_file *f = png_get_error_ptr(png);

	if (!f->error)
		f->error = say_why(-EIO, "libpng: %s", text);
	png_longjmp(png, 1);
}

static void warned(png_structp png, png_const_charp text)
{
}

/* Pass on what is pending, and @data behind it. */
static void pass_on(png_structp png, struct png_file *f, const uint8_t *data, size_t length)
{
	struct iovec piece[2] = {
		{ f->buffer, f->pending },
		{ (void *)data, length },
	};

	f->error = sink_write_pieces(f->sink, piece, 2);
	f->pending = 0;
	if (f->error)
		png_error(png, "write");
}

static void take(png_structp png, png_bytep data, size_t length)
{
	struct png_file *f = png_get_io_ptr(png);

	if (length > f->room - f->pending) {
		pass_on(png, f, data, length);
		return;
	}
	memcpy(f->buffer + f->pending, data, length);
	f->pending += length;
}

static void flush(png_structp png)
{
	/* what is left goes with what comes next */
}

/* ---- what stands before the pixels -------------------------------------- */

static void set_header(const struct encode *e, struct png_file *f, const struct pixels *p)
{
	static const int filters[] = {
		PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_AVG, PNG_FILTER_PAETH,
		PNG_ALL_FILTERS,
	};
	png_set_user_limits(f->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
	png_set_IHDR(f->png, f->info, p->width, p->height, 8 * p->sample_bytes,
		     p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_filter(f->png, PNG_FILTER_TYPE_BASE, filters[e->options.png_filter]);
	png_set_compression_level(f->png, (int)e->options.png_level);
	png_set_compression_buffer_size(f->png, IDAT_BYTES);
}

/*
 * sBIT counts bits from the top, so samples in the device's own numbers have
 * none.  What sensors deliver has no known transfer function; what cameras made
 * into a picture is meant for a screen.
 */
static void set_meaning(const struct encode *e, struct png_file *f, const struct pixels *p)
{
	png_color_8 bits = {
		.red = p->significant, .green = p->significant, .blue = p->significant,
		.gray = p->significant,
	};

	if (p->significant < 8 * p->sample_bytes && e->options.depth == ENCODE_DEPTH_MSB)
		png_set_sBIT(f->png, f->info, &bits);
	if (!p->linear)
		png_set_sRGB_gAMA_and_cHRM(f->png, f->info, PNG_sRGB_INTENT_PERCEPTUAL);
}

static void add_text(struct png_file *f, const char *key, char *value)
{
	png_text entry = {
		.compression = PNG_TEXT_COMPRESSION_NONE, .key = (png_charp)key, .text = value,
		.text_length = strlen(value),
	};

	if (value[0])
		png_set_text(f->png, f->info, &entry, 1);
}

/* All are ASCII; Latin-1 without control characters is what PNG allows. */
static void set_texts(const struct encode *e, struct png_file *f, const struct picture *picture)
{
	char text[PICTURE_TEXT_MAX];
	png_time when;
	struct tm tm;

	picture_text_software(text, &e->options);
	add_text(f, "Software", text);
	picture_text_source(text, &e->options);
	add_text(f, "Source", text);
	snprintf(text, sizeof(text), "%" PRIu64, picture->sequence);
	add_text(f, "Sequence", text);
	if (!picture_text_time(text, picture, &tm))
		return;
	png_convert_from_struct_tm(&when, &tm);
	png_set_tIME(f->png, f->info, &when);
	add_text(f, "Creation Time", text);
}

static void write_rows(struct png_file *f, struct pixels *p)
{
	struct picture_rows strip;
	uint32_t first, rows, row;

	for (first = 0; first < p->height; first += rows) {
		rows = p->height - first < p->strip ? p->height - first : p->strip;
		strip = pixels_strip(p, first, rows);
		for (row = 0; row < rows; row++)
			png_write_row(f->png, strip.first + strip.stride * (ptrdiff_t)row);
	}
}

/* ---- step by step ------------------------------------------------------- */

/* After a longjmp nothing local may be looked at: all is in the file's own struct. */
int png_file_begin(struct png_file *f, const struct encode *e, const struct pixels *p,
		   const struct picture *picture, struct sink *sink)
{
	f->sink = sink;
	f->error = 0;
	f->pending = 0;
	f->pool.used = 0;
	f->info = NULL;
	f->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, f, failed, warned, &f->pool,
					   pool_malloc, pool_free);
	if (f->png)
		f->info = png_create_info_struct(f->png);
	if (!f->info)
		return say_why(-ENOMEM, "png: libpng does not start");
	if (setjmp(png_jmpbuf(f->png)))
		return f->error;
	png_set_write_fn(f->png, f, take, flush);
	set_header(e, f, p);
	set_meaning(e, f, p);
	set_texts(e, f, picture);
	png_write_info(f->png, f->info);
	return 0;
}

int png_file_rows(struct png_file *f, struct pixels *p)
{
	if (setjmp(png_jmpbuf(f->png)))
		return f->error;
	write_rows(f, p);
	png_write_end(f->png, NULL);
	pass_on(f->png, f, NULL, 0);
	return 0;
}

int png_file_data(struct png_file *f, const uint8_t *chunk, size_t length)
{
	if (setjmp(png_jmpbuf(f->png)))
		return f->error;
	pass_on(f->png, f, chunk, length);
	return 0;
}

/* png_write_end() wants to have written the pixels itself. */
int png_file_end(struct png_file *f)
{
	static const png_byte name[5] = "IEND";

	if (setjmp(png_jmpbuf(f->png)))
		return f->error;
	png_write_chunk(f->png, name, NULL, 0);
	pass_on(f->png, f, NULL, 0);
	return 0;
}

void png_file_done(struct png_file *f)
{
	png_destroy_write_struct(&f->png, &f->info);
}

/* ---- data of one's own -------------------------------------------------- */

static void store_be32(uint8_t *at, uint32_t value)
{
	png_save_uint_32(at, value);
}

/* libdeflate's sum: libpng would take zlib's, which is slower than the compression. */
size_t png_file_chunk(uint8_t *chunk, size_t length)
{
	store_be32(chunk, (uint32_t)length);
	memcpy(chunk + 4, "IDAT", 4);
	store_be32(chunk + PNG_CHUNK_HEAD + length, libdeflate_crc32(0, chunk + 4, length + 4));
	return PNG_CHUNK_HEAD + length + PNG_CHUNK_TAIL;
}

/* zlib's own bound for any setting, a chunk's 12 bytes for each buffer, and texts. */
uint64_t png_file_bound(const struct pixels *p)
{
	uint64_t raw, bound;

	if (__builtin_mul_overflow(p->row_bytes + 1, (uint64_t)p->height, &raw))
		return 0;
	bound = raw + raw / 8 + raw / 64 + 64;
	return bound < raw ? 0 : bound + bound / IDAT_BYTES * 12 + 4 * PICTURE_TEXT_MAX + 1024;
}
