/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>

#include "camera_jpeg.h"
#include "encode_pixels.h"
#include "words.h"
#include "y4m.h"

static int scratch(struct y4m *y, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(a, b, &bytes) || __builtin_mul_overflow(bytes, c, &bytes) ||
	    bytes > SIZE_MAX / 2)
		return say_why(-EOVERFLOW, "y4m: a picture of %ux%u pixels is too large for memory",
			       y->width, y->height);
	y->scratch = malloc(bytes ? bytes : 1);
	if (!y->scratch)
		return say_why(-ENOMEM, "y4m: no memory for pictures of %ux%u pixels", y->width,
			       y->height);
	memset(y->scratch, 0, bytes);	/* faults it in */
	return 0;
}

static void set_plane(struct y4m *y, unsigned int i, struct picture_rows rows, uint64_t row_bytes,
		      uint32_t lines)
{
	y->plane[i] = (struct y4m_plane){ .rows = rows, .row_bytes = row_bytes, .lines = lines };
}

/* ---- YCbCr in the capture buffer ---------------------------------------- */

static int planar_open(struct y4m *y, const struct capture_format *format,
		       const struct encode_options *options)
{
	struct pixels_wish wish = { .depth = ENCODE_DEPTH_8 };
	int r = pixels_open(&y->pixels, format, &wish);

	if (r)
		return r;
	y->planar = planar_find(format->fourcc);
	y->count = 3;
	if (y->planar->ysub)
		y->tag = "420jpeg";
	else
		y->tag = y->planar->xsub ? "422" : "444";
	y->full_range = !(format->flags & CAPTURE_FORMAT_LIMITED_RANGE);
	return scratch(y, planar_scratch(y->planar, y->width, y->height), 1, 1);
}

static int planar_begin(struct y4m *y, const struct picture *picture)
{
	uint64_t cw = ((uint64_t)y->width + (1u << y->planar->xsub) - 1) >> y->planar->xsub;
	uint32_t ch = (y->height + (1u << y->planar->ysub) - 1) >> y->planar->ysub;
	struct planar_rows rows;
	int r = pixels_begin(&y->pixels, picture);

	if (r)
		return r;
	planar_rows(y->planar, y->pixels.plane, y->width, 0, y->height, y->scratch, &rows);
	set_plane(y, 0, rows.y, y->width, y->height);
	set_plane(y, 1, rows.u, cw, ch);
	set_plane(y, 2, rows.v, cw, ch);
	return 0;
}

static const struct y4m_way planar_way = { planar_open, planar_begin };

/* ---- JPEG --------------------------------------------------------------- */

static int jpeg_open(struct y4m *y, const struct capture_format *format,
		     const struct encode_options *options)
{
	/* planes are padded to whole units of 8 samples at most times four */
	uint64_t width = ((uint64_t)y->width + 31) & ~31ull, height = ((uint64_t)y->height + 31) & ~31ull;

	y->full_range = true;
	y->jpeg = tjInitDecompress();
	if (!y->jpeg)
		return say_why(-ENOMEM, "y4m: no memory for a JPEG decoder");
	return scratch(y, width, height, 3);
}

static const char *jpeg_tag(int subsampling)
{
	switch (subsampling) {
	case TJSAMP_444:
		return "444";
	case TJSAMP_422:
		return "422";
	case TJSAMP_420:
		return "420jpeg";
	case TJSAMP_411:
		return "411";
	case TJSAMP_GRAY:
		return "mono";
	}
	return NULL;
}

static int jpeg_begin(struct y4m *y, const struct picture *picture)
{
	unsigned char *planes[3];
	struct camera_jpeg jpeg;
	const char *tag;
	uint8_t *at = y->scratch;
	int i, stride, lines, r = camera_jpeg_look(y->jpeg, picture, &jpeg);

	if (r)
		return r;
	tag = jpeg_tag(jpeg.subsampling);
	if (!tag)
		return say_why(-EBADMSG, "y4m: the JPEG picture's chroma is sampled in a way that y4m lacks");
	if (y->tag && strcmp(tag, y->tag))
		return say_why(-EBADMSG, "y4m: a JPEG picture with chroma 4:%s among those with 4:%s",
			       tag, y->tag);
	y->count = jpeg.subsampling == TJSAMP_GRAY ? 1 : 3;
	for (i = 0; i < (int)y->count; i++) {
		stride = tjPlaneWidth(i, (int)y->width, jpeg.subsampling);
		lines = tjPlaneHeight(i, (int)y->height, jpeg.subsampling);
		planes[i] = at;
		/* luma is padded to whole units of chroma: the padding is not written */
		set_plane(y, (unsigned int)i, (struct picture_rows){ at, stride },
			  i ? (uint64_t)stride : y->width, i ? (uint32_t)lines : y->height);
		at += (size_t)stride * (size_t)lines;
	}
	if (tjDecompressToYUVPlanes(y->jpeg, jpeg.data, jpeg.length, planes, (int)y->width, NULL,
				    (int)y->height, 0)) {
		r = camera_jpeg_failed(y->jpeg);
		if (r)
			return r;
	}
	y->tag = tag;
	return 0;
}

static const struct y4m_way jpeg_way = { jpeg_open, jpeg_begin };

/* ---- grey --------------------------------------------------------------- */

static const char *grey_tag(const struct pixels *p)
{
	if (p->maxval == 255)
		return "mono";
	if (p->maxval == 65535)
		return "mono16";
	if (p->maxval == 4095)
		return "mono12";
	return p->maxval == 1023 ? "mono10" : NULL;
}

static int grey_begin(struct y4m *y, const struct picture *picture)
{
	struct pixels *p = &y->pixels;
	struct picture_rows rows = { y->scratch, (ptrdiff_t)p->row_bytes };
	int r = pixels_begin(p, picture);

	if (r)
		return r;
	if (p->in_place)
		rows = pixels_strip(p, 0, p->height);
	else
		pixels_rows(p, 0, p->height, y->scratch);
	set_plane(y, 0, rows, p->row_bytes, p->height);
	return 0;
}

static int grey_open(struct y4m *y, const struct capture_format *format,
		     const struct encode_options *options)
{
	struct pixels_wish wish = { .depth = options->depth, .little_endian = true };
	int r = pixels_open(&y->pixels, format, &wish);

	if (r)
		return r;
	y->tag = grey_tag(&y->pixels);
	y->full_range = true;
	y->count = 1;
	return scratch(y, y->pixels.in_place ? 0 : y->pixels.row_bytes, y->height, 1);
}

static const struct y4m_way grey_way = { grey_open, grey_begin };

/* ---- RGB ---------------------------------------------------------------- */

/* Three planes, and behind them a strip as libyuv wants it: B G R A. */
static int rgb_open(struct y4m *y, const struct capture_format *format,
		    const struct encode_options *options)
{
	struct pixels_wish wish = { .depth = ENCODE_DEPTH_8, .debayer = true };
	uint64_t rows;
	int r = pixels_open(&y->pixels, format, &wish);

	if (r)
		return r;
	y->tag = "444";
	y->count = 3;
	rows = 3 * (uint64_t)y->height + 4 * (uint64_t)y->pixels.strip;
	return scratch(y, y->width, rows, 1);
}

static int rgb_begin(struct y4m *y, const struct picture *picture)
{
	const uint64_t plane = (uint64_t)y->width * y->height;
	const int width = (int)y->width;
	struct pixels *p = &y->pixels;
	uint8_t *luma = y->scratch, *u = luma + plane, *v = u + plane, *bgra = v + plane;
	struct picture_rows strip;
	uint32_t first, rows;
	int r = pixels_begin(p, picture);

	if (r)
		return r;
	for (first = 0; first < p->height; first += rows) {
		uint64_t at = (uint64_t)first * y->width;

		rows = p->height - first < p->strip ? p->height - first : p->strip;
		strip = pixels_strip(p, first, rows);
		RAWToARGB(strip.first, (int)strip.stride, bgra, 4 * width, width, (int)rows);
		ARGBToI444(bgra, 4 * width, luma + at, width, u + at, width, v + at, width, width,
			   (int)rows);
	}
	set_plane(y, 0, (struct picture_rows){ luma, width }, y->width, y->height);
	set_plane(y, 1, (struct picture_rows){ u, width }, y->width, y->height);
	set_plane(y, 2, (struct picture_rows){ v, width }, y->width, y->height);
	return 0;
}

static const struct y4m_way rgb_way = { rgb_open, rgb_begin };

/* ---- choosing ----------------------------------------------------------- */

static const struct y4m_way *way_of(const struct capture_format *format,
				    const struct encode_options *options)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(format->fourcc);
	const struct pixels_wish wish = encode_pixels_wish(options);

	if (pf && pf->flags & CAPTURE_FORMAT_COMPRESSED)
		return &jpeg_way;
	if (planar_find(format->fourcc))
		return &planar_way;
	return pixels_are_grey(format, &wish) ? &grey_way : &rgb_way;
}

int y4m_accepts(const struct capture_format *format, const struct encode_options *options)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(format->fourcc);
	int r = encode_pixels_accepts(format, options);

	if (!r && options->depth == ENCODE_DEPTH_NATIVE && pf && pf->depth == 14 && !options->debayer)
		return say_why(-EOPNOTSUPP, "y4m has no 14-bit samples; use --depth msb");
	return r;
}

unsigned int y4m_rank(const struct capture_format *format, const struct encode_options *options)
{
	const struct planar *planar = planar_find(format->fourcc);

	if (planar)
		return planar->xsub ? 60 : 61;
	return encode_pixels_rank(format, options);
}

int y4m_open(struct y4m *y, const struct capture_format *format,
	     const struct encode_options *options)
{
	y->width = format->width;
	y->height = format->height;
	y->way = way_of(format, options);
	return y->way->open(y, format, options);
}

int y4m_begin(struct y4m *y, const struct picture *picture)
{
	return y->way->begin(y, picture);
}

void y4m_close(struct y4m *y)
{
	pixels_close(&y->pixels);
	if (y->jpeg)
		tjDestroy(y->jpeg);
	free(y->scratch);
}
