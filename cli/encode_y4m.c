/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YUV4MPEG2: a line of text, then for each picture "FRAME\n" and its planes.
 *
 *	what comes		what is written
 *	8-bit YCbCr		its own planes: C420jpeg, C422, C444
 *	camera JPEG		the planes inside it: C420jpeg, C422, C444, C411, Cmono;
 *				the first picture tells which, so the header waits for it
 *	grey, Bayer as grey	Cmono, Cmono16; Cmono10 and Cmono12 with --depth native;
 *				numbers of 16 bits are little endian
 *	all the rest		RGB made into C444, BT.601 limited range, by libyuv
 *
 * XCOLORRANGE tells the range.  There is no tag for the matrix: readers take
 * BT.601, or guess by the size.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoders.h"
#include "words.h"
#include "y4m.h"

#define HEADER_MAX 160

static const char frame_line[] = "FRAME\n";

struct y4m_state {
	struct y4m y4m;
	bool header_due;
	struct iovec *piece;		/* room for a frame line and all rows */
};

static void format_header(const struct encode *e, const struct y4m *y, char *text, size_t size)
{
	const struct capture_format *f = &e->format;
	/* which field comes first is not known */
	char interlace = f->flags & CAPTURE_FORMAT_INTERLACED ? '?' : 'p';

	snprintf(text, size, "YUV4MPEG2 W%" PRIu32 " H%" PRIu32 " F%" PRIu32 ":%" PRIu32
		 " I%c A0:0 C%s XCOLORRANGE=%s\n", f->width, f->height, f->fps_num, f->fps_den,
		 interlace, y->tag, y->full_range ? "FULL" : "LIMITED");
}

static int write_header(struct encode *e, struct sink *sink)
{
	struct y4m_state *s = e->priv;
	char text[HEADER_MAX];
	int r;

	format_header(e, &s->y4m, text, sizeof(text));
	r = sink_write(sink, text, strlen(text));
	if (!r)
		s->header_due = false;
	return r;
}

/* A file without frames has a header too, unless only a frame could have told it. */
static int y4m_trailer(struct encode *e, struct sink *sink)
{
	struct y4m_state *s = e->priv;

	return s->header_due && s->y4m.tag ? write_header(e, sink) : 0;
}

static int y4m_header(struct encode *e, struct sink *sink)
{
	struct y4m_state *s = e->priv;

	s->header_due = true;
	return y4m_trailer(e, sink);
}

/* Rows of a plane; one piece where they follow each other. */
static struct iovec *add_plane(struct iovec *piece, const struct y4m_plane *plane)
{
	const uint8_t *row = plane->rows.first;
	uint32_t i;

	if (plane->rows.stride == (ptrdiff_t)plane->row_bytes) {
		*piece++ = (struct iovec){ (void *)row, plane->row_bytes * plane->lines };
		return piece;
	}
	for (i = 0; i < plane->lines; i++, row += plane->rows.stride)
		*piece++ = (struct iovec){ (void *)row, plane->row_bytes };
	return piece;
}

static int y4m_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct y4m_state *s = e->priv;
	struct iovec *piece = s->piece;
	unsigned int i;
	int r = y4m_begin(&s->y4m, picture);

	if (!r && s->header_due)
		r = write_header(e, sink);
	if (r)
		return r;
	*piece++ = (struct iovec){ (void *)frame_line, sizeof(frame_line) - 1 };
	for (i = 0; i < s->y4m.count; i++)
		piece = add_plane(piece, &s->y4m.plane[i]);
	return sink_write_pieces(sink, s->piece, (int)(piece - s->piece));
}

static uint64_t bound_of(const struct y4m *y)
{
	uint64_t bytes = y->count == 1 ? y->pixels.row_bytes : 3 * (uint64_t)y->width;

	/* 16-bit RGB, and JPEG's planes, are never more than that either */
	return bytes * y->height + sizeof(frame_line) - 1 + HEADER_MAX;
}

static int y4m_open_encoder(struct encode *e)
{
	struct y4m_state *s = e->priv;
	uint64_t rows = 3 * (uint64_t)e->format.height + 1;
	char name[20];
	int r = y4m_open(&s->y4m, &e->format, &e->options);

	if (r)
		return r;
	s->header_due = true;
	s->piece = calloc(rows, sizeof(*s->piece));
	if (!s->piece)
		return say_why(-ENOMEM, "y4m: no memory for a picture of %u rows", e->format.height);
	e->frame_bound = bound_of(&s->y4m);
	e->frame_fixed = true;
	snprintf(e->about, sizeof(e->about), "C%s, %s range, from %s",
		 s->y4m.tag ? s->y4m.tag : " as in the pictures",
		 s->y4m.full_range ? "full" : "limited",
		 capture_fourcc_name(e->format.fourcc, name));
	return 0;
}

static void y4m_close_encoder(struct encode *e)
{
	struct y4m_state *s = e->priv;

	y4m_close(&s->y4m);
	free(s->piece);
}

const struct encoder encoder_y4m = {
	.name = "y4m",
	.suffixes = "y4m",
	.help = "YUV4MPEG2 for other programs: planes of YCbCr or grey, not compressed",
	.container = true,
	.lends = true,
	.priv_size = sizeof(struct y4m_state),
	.accepts = y4m_accepts,
	.rank = y4m_rank,
	.open = y4m_open_encoder,
	.header = y4m_header,
	.frame = y4m_frame,
	.trailer = y4m_trailer,
	.close = y4m_close_encoder,
};
