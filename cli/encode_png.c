/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PNG by libpng: the only file that knows it.  libpng leaves by longjmp() when
 * something fails; that ends in write_png().
 *
 * libpng has no instance that survives a picture: its memory, zlib's included,
 * comes from a pool that is emptied after each, so that no frame allocates.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <png.h>

#include "encoders.h"
#include "pixels.h"
#include "words.h"

#define IDAT_BYTES (128 * 1024)		/* of one chunk, and of what is written at once */
#define ZLIB_BYTES (384 * 1024)		/* deflate's own tables take 268 KiB */
#define ROWS_KEPT 4			/* libpng keeps the row, the last one and two filtered ones */
#define TEXT_MAX 256
#define NS_PER_S 1000000000

struct pool {
	uint8_t *memory;
	size_t size, used;
};

struct png_state {
	struct pixels pixels;
	struct pool pool;
	/* of the picture at hand */
	png_structp png;
	png_infop info;
	struct sink *sink;
	int error;
	size_t pending;			/* bytes in buffer */
	uint8_t buffer[IDAT_BYTES];
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

static int pool_open(struct png_state *s)
{
	uint64_t rows;

	if (__builtin_mul_overflow(s->pixels.row_bytes + 256, (uint64_t)ROWS_KEPT, &rows) ||
	    rows > SIZE_MAX / 2)
		return say_why(-EOVERFLOW, "png: rows of %u pixels are too long", s->pixels.width);
	s->pool.size = rows + ZLIB_BYTES + IDAT_BYTES + 64 * 1024;
	s->pool.memory = malloc(s->pool.size);
	if (!s->pool.memory)
		return say_why(-ENOMEM, "png: no memory for rows of %u pixels", s->pixels.width);
	memset(s->pool.memory, 0, s->pool.size);	/* faults it in */
	return 0;
}

/* ---- libpng's way out --------------------------------------------------- */

static void failed(png_structp png, png_const_charp text)
{
	struct png_state *s = png_get_error_ptr(png);

	if (!s->error)
		s->error = say_why(-EIO, "libpng: %s", text);
	png_longjmp(png, 1);
}

static void warned(png_structp png, png_const_charp text)
{
}

/* Pass on what is pending, and @data behind it. */
static void pass_on(png_structp png, struct png_state *s, const uint8_t *data, size_t length)
{
	struct iovec piece[2] = {
		{ s->buffer, s->pending },
		{ (void *)data, length },
	};

	s->error = sink_write_pieces(s->sink, piece, 2);
	s->pending = 0;
	if (s->error)
		png_error(png, "write");
}

static void take(png_structp png, png_bytep data, size_t length)
{
	struct png_state *s = png_get_io_ptr(png);

	if (length > sizeof(s->buffer) - s->pending) {
		pass_on(png, s, data, length);
		return;
	}
	memcpy(s->buffer + s->pending, data, length);
	s->pending += length;
}

static void flush(png_structp png)
{
	/* write_png() passes on what is left */
}

/* ---- what stands before the pixels -------------------------------------- */

static void set_header(const struct encode *e, struct png_state *s)
{
	static const int filters[] = {
		PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_AVG, PNG_FILTER_PAETH,
		PNG_ALL_FILTERS,
	};
	const struct pixels *p = &s->pixels;

	png_set_user_limits(s->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
	png_set_IHDR(s->png, s->info, p->width, p->height, 8 * p->sample_bytes,
		     p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_filter(s->png, PNG_FILTER_TYPE_BASE, filters[e->options.png_filter]);
	png_set_compression_level(s->png, (int)e->options.png_level);
	png_set_compression_buffer_size(s->png, IDAT_BYTES);
}

/*
 * sBIT counts bits from the top, so samples in the device's own numbers have
 * none.  What sensors deliver has no known transfer function; what cameras made
 * into a picture is meant for a screen.
 */
static void set_meaning(const struct encode *e, struct png_state *s)
{
	const struct pixels *p = &s->pixels;
	png_color_8 bits = {
		.red = p->significant, .green = p->significant, .blue = p->significant,
		.gray = p->significant,
	};

	if (p->significant < 8 * p->sample_bytes && e->options.depth == ENCODE_DEPTH_MSB)
		png_set_sBIT(s->png, s->info, &bits);
	if (!p->linear)
		png_set_sRGB_gAMA_and_cHRM(s->png, s->info, PNG_sRGB_INTENT_PERCEPTUAL);
}

/* Latin-1 without control characters is what PNG allows; what is not ASCII becomes "?". */
static void plain(char *out, size_t size, const char *text)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < size; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
}

static void set_time(struct png_state *s, int64_t utc_ns, char *text, size_t size)
{
	int64_t part = utc_ns % NS_PER_S;
	time_t seconds = (time_t)(utc_ns / NS_PER_S);
	png_time when;
	struct tm tm;

	text[0] = '\0';
	if (part < 0) {
		part += NS_PER_S;
		seconds--;
	}
	/* tIME has four digits for the year */
	if (utc_ns == INT64_MIN || !gmtime_r(&seconds, &tm) || tm.tm_year < -1900 ||
	    tm.tm_year > 9999 - 1900)
		return;
	png_convert_from_struct_tm(&when, &tm);
	png_set_tIME(s->png, s->info, &when);
	snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%09" PRId64 "Z", tm.tm_year + 1900,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, part);
}

static void add_text(struct png_state *s, const char *key, char *value)
{
	png_text entry = {
		.compression = PNG_TEXT_COMPRESSION_NONE, .key = (png_charp)key, .text = value,
		.text_length = strlen(value),
	};

	if (value[0])
		png_set_text(s->png, s->info, &entry, 1);
}

static void set_texts(const struct encode *e, struct png_state *s, const struct picture *picture)
{
	const char *software = e->options.software ? e->options.software : "grab " PACKAGE_VERSION;
	char text[TEXT_MAX];

	plain(text, sizeof(text), software);
	add_text(s, "Software", text);
	plain(text, sizeof(text), e->options.source ? e->options.source : "");
	add_text(s, "Source", text);
	snprintf(text, sizeof(text), "%" PRIu64, picture->sequence);
	add_text(s, "Sequence", text);
	set_time(s, picture->utc_ns, text, sizeof(text));
	add_text(s, "Creation Time", text);
}

/* ---- a picture ---------------------------------------------------------- */

static void write_rows(struct png_state *s)
{
	struct pixels *p = &s->pixels;
	struct picture_rows strip;
	uint32_t first, rows, row;

	for (first = 0; first < p->height; first += rows) {
		rows = p->height - first < p->strip ? p->height - first : p->strip;
		strip = pixels_strip(p, first, rows);
		for (row = 0; row < rows; row++)
			png_write_row(s->png, strip.first + strip.stride * (ptrdiff_t)row);
	}
}

/* Nothing local may be looked at after the longjmp: all is in @s. */
static int write_png(struct encode *e, struct png_state *s, const struct picture *picture)
{
	if (setjmp(png_jmpbuf(s->png)))
		return s->error;
	png_set_write_fn(s->png, s, take, flush);
	set_header(e, s);
	set_meaning(e, s);
	set_texts(e, s, picture);
	png_write_info(s->png, s->info);
	write_rows(s);
	png_write_end(s->png, NULL);
	pass_on(s->png, s, NULL, 0);
	return 0;
}

static int png_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct png_state *s = e->priv;
	int r = pixels_begin(&s->pixels, picture);

	if (r)
		return r;
	s->sink = sink;
	s->error = 0;
	s->pending = 0;
	s->pool.used = 0;
	s->info = NULL;
	s->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, s, failed, warned, &s->pool,
					   pool_malloc, pool_free);
	if (s->png)
		s->info = png_create_info_struct(s->png);
	r = s->info ? write_png(e, s, picture) : say_why(-ENOMEM, "png: libpng does not start");
	png_destroy_write_struct(&s->png, &s->info);
	return r;
}

/* ---- the table's row ---------------------------------------------------- */

static struct pixels_wish wish_of(const struct encode_options *options)
{
	return (struct pixels_wish){ .depth = options->depth, .debayer = options->debayer };
}

static int png_accepts(const struct capture_format *format, const struct encode_options *options)
{
	struct pixels_wish wish = wish_of(options);

	return pixels_accepts(format, &wish);
}

static unsigned int png_rank(const struct capture_format *format,
			     const struct encode_options *options)
{
	struct pixels_wish wish = wish_of(options);

	return pixels_rank(format, &wish);
}

/* zlib's own bound for any setting, a chunk's 12 bytes for each buffer, and texts. */
static uint64_t bound_of(const struct pixels *p)
{
	uint64_t raw, bound;

	if (__builtin_mul_overflow(p->row_bytes + 1, (uint64_t)p->height, &raw))
		return 0;
	bound = raw + raw / 8 + raw / 64 + 64;
	return bound < raw ? 0 : bound + bound / IDAT_BYTES * 12 + 4 * TEXT_MAX + 1024;
}

static int png_open(struct encode *e)
{
	struct pixels_wish wish = wish_of(&e->options);
	struct png_state *s = e->priv;
	int r = pixels_open(&s->pixels, &e->format, &wish);

	if (!r)
		r = pool_open(s);
	if (r)
		return r;
	memset(s->buffer, 0, sizeof(s->buffer));	/* faults it in */
	e->frame_bound = bound_of(&s->pixels);
	pixels_about(&s->pixels, e->about, sizeof(e->about));
	return 0;
}

static void png_close(struct encode *e)
{
	struct png_state *s = e->priv;

	pixels_close(&s->pixels);
	free(s->pool.memory);
}

const struct encoder encoder_png = {
	.name = "png",
	.suffixes = "png",
	.help = "PNG, grey or RGB, 8 or 16 bits, compressed without loss",
	.priv_size = sizeof(struct png_state),
	.accepts = png_accepts,
	.rank = png_rank,
	.open = png_open,
	.frame = png_frame,
	.close = png_close,
};
