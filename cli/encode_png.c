/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG: libpng's compression, our own (png_strips.h) or libdeflate's (png_best.h). */
#include <string.h>

#include "encode_pixels.h"
#include "encoders.h"
#include "png_best.h"
#include "png_file.h"
#include "png_strips.h"

struct png_state {
	struct pixels pixels;
	struct png_file *file;
	struct png_strips *strips;	/* ENCODE_PNG_FAST */
	struct png_best *best;		/* ENCODE_PNG_BEST */
};

static int write_pixels(struct encode *e, const struct picture *picture)
{
	struct png_state *s = e->priv;
	int r;

	switch (e->options.png) {
	case ENCODE_PNG_FAST:
		r = png_strips_write(s->strips, picture, s->file, e->helpers);
		break;
	case ENCODE_PNG_BEST:
		r = png_best_write(s->best, &s->pixels, s->file);
		break;
	default:
		return png_file_rows(s->file, &s->pixels);
	}
	return r ? r : png_file_end(s->file);
}

static int png_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct png_state *s = e->priv;
	int r = pixels_begin(&s->pixels, picture);

	if (r)
		return r;
	r = png_file_begin(s->file, e, &s->pixels, picture, sink);
	if (!r)
		r = write_pixels(e, picture);
	png_file_done(s->file);
	return r;
}

static void png_assist(struct encode *e, struct encode *of)
{
	struct png_state *s = e->priv, *other = of->priv;

	if (s->strips)
		png_strips_assist(s->strips, other->strips);
}

/* ---- the table's row ---------------------------------------------------- */

static int png_open(struct encode *e)
{
	struct pixels_wish wish = encode_pixels_wish(&e->options);
	struct png_state *s = e->priv;
	int r = pixels_open(&s->pixels, &e->format, &wish);

	if (!r && e->options.png == ENCODE_PNG_FAST)
		r = png_strips_check();
	if (r)
		return r;
	e->parts = e->options.png == ENCODE_PNG_FAST ? png_strips_parts(&s->pixels) : 1;
	e->frame_bound = png_file_bound(&s->pixels);
	pixels_about(&s->pixels, e->about, sizeof(e->about));
	return 0;
}

static int png_prepare(struct encode *e)
{
	struct png_state *s = e->priv;
	int r = png_file_open(&s->pixels, e->options.png == ENCODE_PNG_LEVEL, &s->file);

	if (!r && e->options.png == ENCODE_PNG_FAST)
		r = png_strips_open(&s->pixels, &s->strips);
	if (!r && e->options.png == ENCODE_PNG_BEST)
		r = png_best_open(&s->pixels, &s->best);
	return r;
}

static void png_close(struct encode *e)
{
	struct png_state *s = e->priv;

	png_best_close(s->best);
	png_strips_close(s->strips);
	png_file_close(s->file);
	pixels_close(&s->pixels);
}

const struct encoder encoder_png = {
	.name = "png",
	.suffixes = "png",
	.help = "PNG, grey or RGB, 8 or 16 bits, compressed without loss",
	.priv_size = sizeof(struct png_state),
	.accepts = encode_pixels_accepts,
	.rank = encode_pixels_rank,
	.open = png_open,
	.prepare = png_prepare,
	.frame = png_frame,
	.assist = png_assist,
	.close = png_close,
};
