/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TIFF, one picture or many, little endian and not compressed.
 *
 *	header -> directory        -> directory        -> 0
 *	          |                   |
 *	header  [pixels][directory] [pixels][directory] ...
 *
 * A directory tells where the next one is, and the last one that there is none:
 * but which is the last is known only at the end.  All pages have as many pixels, so
 * the next place is known before; the last page's is taken back at the end of a
 * file.  A stream cannot be taken back: there a directory waits for the next frame.
 * The bytes are the same.
 */
#include <stdio.h>

#include "encode_pixels.h"
#include "encoders.h"
#include "tiff_page.h"
#include "words.h"

#define HEADER_CLASSIC 8
#define HEADER_BIG 16

struct tiff_state {
	struct pixels pixels;
	struct tiff_page *page;
	uint64_t pixel_bytes;		/* of a page */
	/* of the file at hand */
	bool big;			/* places of 64 bits, else of 32 */
	bool header_due;
	bool waiting;			/* the last directory is not written yet */
	uint64_t pages;
	uint64_t begin;			/* of the next page */
	uint64_t link;			/* where the last page tells of the next; 0: it does not */
};

/* ---- places ------------------------------------------------------------- */

static unsigned int place_bytes(const struct tiff_state *s)
{
	return s->big ? 8 : 4;
}

/* Where the directory of a page that begins at @begin is: behind its pixels, at an even place. */
static uint64_t directory_place(const struct tiff_state *s, uint64_t begin)
{
	return (begin + s->pixel_bytes + 1) & ~1ull;
}

/* May a file with all its frames be longer than 32 bits can count? */
static bool may_be_big(const struct encode *e)
{
	uint64_t bytes;

	return !e->file_frames ||
	       __builtin_mul_overflow(e->file_frames, e->frame_bound, &bytes) ||
	       bytes > UINT32_MAX;
}

/* ---- a file ------------------------------------------------------------- */

static int tiff_header(struct encode *e, struct sink *sink)
{
	struct tiff_state *s = e->priv;

	s->big = may_be_big(e);
	s->header_due = true;
	s->waiting = false;
	s->pages = s->link = 0;
	s->begin = s->big ? HEADER_BIG : HEADER_CLASSIC;
	return 0;
}

/* With the first frame, so that a stream without any has no byte. */
static int write_header(struct tiff_state *s, struct sink *sink)
{
	uint8_t header[HEADER_BIG] = { 'I', 'I', s->big ? 43 : 42, 0, 8 };
	unsigned int length = s->big ? HEADER_BIG : HEADER_CLASSIC;
	int r;

	tiff_page_number(header + length - place_bytes(s), directory_place(s, s->begin),
			 place_bytes(s));
	r = sink_write(sink, header, length);
	if (!r)
		s->header_due = false;
	return r;
}

static int write_directory(struct tiff_state *s, struct sink *sink)
{
	size_t length, link;
	const uint8_t *directory = tiff_page_directory(s->page, &length, &link);

	s->waiting = false;
	return sink_write(sink, directory, length);
}

/* The page's pixels are written: what comes behind them. */
static int end_page(struct encode *e, struct sink *sink)
{
	struct tiff_state *s = e->priv;
	bool last = s->pages + 1 == e->file_frames;
	uint64_t end = s->begin + s->pixel_bytes;
	size_t length, link;
	int r = 0;

	tiff_page_directory(s->page, &length, &link);
	tiff_page_link(s->page, last ? 0 : directory_place(s, end + length));
	if (last || sink->patch)
		r = write_directory(s, sink);
	else
		s->waiting = true;
	if (r)
		return r;
	s->link = last ? 0 : end + link;
	s->begin = end + length;
	s->pages++;
	return 0;
}

static int tiff_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct tiff_state *s = e->priv;
	int r = pixels_begin(&s->pixels, picture);

	if (!r && s->header_due)
		r = write_header(s, sink);
	if (!r && s->waiting)
		r = write_directory(s, sink);
	if (!r)
		r = tiff_page_write(s->page, e, &s->pixels, picture, sink, s->begin, s->big);
	return r ? r : end_page(e, sink);
}

static int tiff_trailer(struct encode *e, struct sink *sink)
{
	static const uint8_t none[8];
	struct tiff_state *s = e->priv;
	uint64_t link = s->link;

	s->link = 0;
	if (s->waiting) {
		tiff_page_link(s->page, 0);
		return write_directory(s, sink);
	}
	return link && sink->patch ? sink->patch(sink, link, none, place_bytes(s)) : 0;
}

/* ---- the table's row ---------------------------------------------------- */

static int tiff_open(struct encode *e)
{
	struct pixels_wish wish = encode_pixels_wish(&e->options);
	struct tiff_state *s = e->priv;
	struct pixels *p = &s->pixels;
	int r;

	wish.little_endian = true;
	r = pixels_open(p, &e->format, &wish);
	if (r)
		return r;
	if (__builtin_mul_overflow(p->row_bytes, (uint64_t)p->height, &s->pixel_bytes) ||
	    s->pixel_bytes > INT64_MAX / 2)
		return say_why(-EOVERFLOW, "tiff: a picture of %ux%u pixels is too large", p->width,
			       p->height);
	e->frame_bound = HEADER_BIG + s->pixel_bytes + tiff_page_room(p);
	e->frame_fixed = true;
	pixels_about(p, e->about, sizeof(e->about));
	tiff_header(e, NULL);
	return tiff_page_open(p, &s->page);
}

static void tiff_close(struct encode *e)
{
	struct tiff_state *s = e->priv;

	tiff_page_close(s->page);
	pixels_close(&s->pixels);
}

const struct encoder encoder_tiff = {
	.name = "tiff",
	.suffixes = "tiff tif",
	.help = "TIFF, grey or RGB, 8 or 16 bits, not compressed; pages of one file, or a file each",
	.container = true,
	.by_name = true,
	.priv_size = sizeof(struct tiff_state),
	.accepts = encode_pixels_accepts,
	.rank = encode_pixels_rank,
	.open = tiff_open,
	.header = tiff_header,
	.frame = tiff_frame,
	.trailer = tiff_trailer,
	.close = tiff_close,
};
