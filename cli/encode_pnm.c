/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netpbm's P5 (grey) and P6 (RGB); samples of two bytes are big endian. */
#include <inttypes.h>
#include <stdio.h>

#include "encode_pixels.h"
#include "encoders.h"

#define HEADER_MAX 64

static int pnm_open(struct encode *e)
{
	struct pixels_wish wish = encode_pixels_wish(&e->options);
	struct pixels *p = e->priv;
	int r = pixels_open(p, &e->format, &wish);

	if (r)
		return r;
	e->frame_bound = HEADER_MAX + p->row_bytes * p->height;
	e->frame_fixed = true;
	pixels_about(p, e->about, sizeof(e->about));
	return 0;
}

static int pnm_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct pixels *p = e->priv;
	char header[HEADER_MAX];
	int length, r;

	r = pixels_begin(p, picture);
	if (r)
		return r;
	length = snprintf(header, sizeof(header), "P%d\n%" PRIu32 " %" PRIu32 "\n%" PRIu32 "\n",
			  p->channels == 1 ? 5 : 6, p->width, p->height, p->maxval);
	r = sink_write(sink, header, (size_t)length);
	return r ? r : pixels_write(p, sink);
}

static void pnm_close(struct encode *e)
{
	pixels_close(e->priv);
}

const struct encoder encoder_pnm = {
	.name = "pnm",
	.suffixes = "pnm pgm ppm",
	.help = "Netpbm, grey or RGB, 8 or 16 bits, not compressed",
	.priv_size = sizeof(struct pixels),
	.accepts = encode_pixels_accepts,
	.rank = encode_pixels_rank,
	.open = pnm_open,
	.frame = pnm_frame,
	.close = pnm_close,
};
