/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of pixel formats that picture files can be made of. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pixels_source.h"
#include "words.h"

#define STRIP_BYTES (256 * 1024)	/* stays in the second level cache */

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define BE(code) ((code) | 1u << 31)

#define GREY(code, dep, bpp, unpack) \
	{ .fourcc = (code), .depth = (dep), .bits = (bpp), .arg = { (unpack) }, \
	  .family = &pixels_grey }
#define BAYER(code, dep, bpp, unpack, redx, redy) \
	{ .fourcc = (code), .depth = (dep), .bits = (bpp), .arg = { (unpack), (redx), (redy) }, \
	  .family = &pixels_bayer }
/* the four orders of one packing: BGGR, GBRG, GRBG, RGGB */
#define BAYERS(bggr, gbrg, grbg, rggb, dep, bpp, unpack) \
	BAYER(bggr, dep, bpp, unpack, 1, 1), BAYER(gbrg, dep, bpp, unpack, 0, 1), \
	BAYER(grbg, dep, bpp, unpack, 1, 0), BAYER(rggb, dep, bpp, unpack, 0, 0)
#define RGB(code, red, green, blue, bytes) \
	{ .fourcc = (code), .depth = 8, .bits = 8 * (bytes), \
	  .arg = { (red), (green), (blue), (bytes) }, .family = &pixels_rgb_bytes }
#define FIELD(lowest, count) ((lowest) << 4 | (count))
#define BITS(code, red, green, blue, bytes) \
	{ .fourcc = (code), .depth = 8, .bits = 8 * ((bytes) & 3), \
	  .arg = { red, green, blue, (bytes) }, .family = &pixels_rgb_bits }
#define YUV(code, bpp) { .fourcc = (code), .depth = 8, .bits = (bpp), .family = &pixels_yuv }
#define JPEG(code) { .fourcc = (code), .depth = 8, .family = &pixels_jpeg }
#define V4L(code, bpp, total) \
	{ .fourcc = (code), .depth = 8, .bits = (bpp), .arg = { (total) }, .family = &pixels_v4l }

static const struct pixels_source sources[] = {
	GREY(F('G', 'R', 'E', 'Y'), 8, 8, UNPACK_8),
	GREY(F('Y', '1', '0', ' '), 10, 16, UNPACK_16LE),
	GREY(F('Y', '1', '2', ' '), 12, 16, UNPACK_16LE),
	GREY(F('Y', '1', '4', ' '), 14, 16, UNPACK_16LE),
	GREY(F('Y', '1', '6', ' '), 16, 16, UNPACK_16LE),
	GREY(BE(F('Y', '1', '6', ' ')), 16, 16, UNPACK_16BE),
	GREY(F('Y', '1', '0', 'B'), 10, 10, UNPACK_STRING10),
	GREY(F('Y', '1', '0', 'P'), 10, 10, UNPACK_P10),
	GREY(F('Y', '1', '2', 'P'), 12, 12, UNPACK_P12),
	GREY(F('Y', '1', '4', 'P'), 14, 14, UNPACK_P14),

	BAYERS(F('B', 'A', '8', '1'), F('G', 'B', 'R', 'G'), F('G', 'R', 'B', 'G'),
	       F('R', 'G', 'G', 'B'), 8, 8, UNPACK_8),
	BAYERS(F('B', 'G', '1', '0'), F('G', 'B', '1', '0'), F('B', 'A', '1', '0'),
	       F('R', 'G', '1', '0'), 10, 16, UNPACK_16LE),
	BAYERS(F('p', 'B', 'A', 'A'), F('p', 'G', 'A', 'A'), F('p', 'g', 'A', 'A'),
	       F('p', 'R', 'A', 'A'), 10, 10, UNPACK_P10),
	BAYERS(F('B', 'G', '1', '2'), F('G', 'B', '1', '2'), F('B', 'A', '1', '2'),
	       F('R', 'G', '1', '2'), 12, 16, UNPACK_16LE),
	BAYERS(F('p', 'B', 'C', 'C'), F('p', 'G', 'C', 'C'), F('p', 'g', 'C', 'C'),
	       F('p', 'R', 'C', 'C'), 12, 12, UNPACK_P12),
	BAYERS(F('B', 'G', '1', '4'), F('G', 'B', '1', '4'), F('G', 'R', '1', '4'),
	       F('R', 'G', '1', '4'), 14, 16, UNPACK_16LE),
	BAYERS(F('p', 'B', 'E', 'E'), F('p', 'G', 'E', 'E'), F('p', 'g', 'E', 'E'),
	       F('p', 'R', 'E', 'E'), 14, 14, UNPACK_P14),
	BAYERS(F('B', 'Y', 'R', '2'), F('G', 'B', '1', '6'), F('G', 'R', '1', '6'),
	       F('R', 'G', '1', '6'), 16, 16, UNPACK_16LE),

	RGB(F('R', 'G', 'B', '3'), 0, 1, 2, 3),
	RGB(F('B', 'G', 'R', '3'), 2, 1, 0, 3),
	RGB(F('X', 'R', '2', '4'), 2, 1, 0, 4),
	RGB(F('A', 'R', '2', '4'), 2, 1, 0, 4),
	RGB(F('B', 'G', 'R', '4'), 2, 1, 0, 4),
	RGB(F('X', 'B', '2', '4'), 0, 1, 2, 4),
	RGB(F('A', 'B', '2', '4'), 0, 1, 2, 4),
	RGB(F('B', 'X', '2', '4'), 1, 2, 3, 4),
	RGB(F('B', 'A', '2', '4'), 1, 2, 3, 4),
	RGB(F('R', 'G', 'B', '4'), 1, 2, 3, 4),
	RGB(F('R', 'X', '2', '4'), 3, 2, 1, 4),
	RGB(F('R', 'A', '2', '4'), 3, 2, 1, 4),

	BITS(F('R', 'G', 'B', '1'), FIELD(5, 3), FIELD(2, 3), FIELD(0, 2), 1),
	BITS(F('R', 'G', 'B', 'P'), FIELD(11, 5), FIELD(5, 6), FIELD(0, 5), 2),
	BITS(F('R', 'G', 'B', 'R'), FIELD(11, 5), FIELD(5, 6), FIELD(0, 5), 0x82),
	BITS(F('R', 'G', 'B', 'O'), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 2),
	BITS(F('A', 'R', '1', '5'), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 2),
	BITS(F('X', 'R', '1', '5'), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 2),
	BITS(F('R', 'G', 'B', 'Q'), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 0x82),
	BITS(BE(F('A', 'R', '1', '5')), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 0x82),
	BITS(BE(F('X', 'R', '1', '5')), FIELD(10, 5), FIELD(5, 5), FIELD(0, 5), 0x82),
	BITS(F('R', 'A', '1', '5'), FIELD(11, 5), FIELD(6, 5), FIELD(1, 5), 2),
	BITS(F('R', 'X', '1', '5'), FIELD(11, 5), FIELD(6, 5), FIELD(1, 5), 2),
	BITS(F('A', 'B', '1', '5'), FIELD(0, 5), FIELD(5, 5), FIELD(10, 5), 2),
	BITS(F('X', 'B', '1', '5'), FIELD(0, 5), FIELD(5, 5), FIELD(10, 5), 2),
	BITS(F('B', 'A', '1', '5'), FIELD(1, 5), FIELD(6, 5), FIELD(11, 5), 2),
	BITS(F('B', 'X', '1', '5'), FIELD(1, 5), FIELD(6, 5), FIELD(11, 5), 2),
	BITS(F('R', '4', '4', '4'), FIELD(8, 4), FIELD(4, 4), FIELD(0, 4), 2),
	BITS(F('A', 'R', '1', '2'), FIELD(8, 4), FIELD(4, 4), FIELD(0, 4), 2),
	BITS(F('X', 'R', '1', '2'), FIELD(8, 4), FIELD(4, 4), FIELD(0, 4), 2),
	BITS(F('R', 'A', '1', '2'), FIELD(12, 4), FIELD(8, 4), FIELD(4, 4), 2),
	BITS(F('R', 'X', '1', '2'), FIELD(12, 4), FIELD(8, 4), FIELD(4, 4), 2),
	BITS(F('A', 'B', '1', '2'), FIELD(0, 4), FIELD(4, 4), FIELD(8, 4), 2),
	BITS(F('X', 'B', '1', '2'), FIELD(0, 4), FIELD(4, 4), FIELD(8, 4), 2),
	BITS(F('G', 'A', '1', '2'), FIELD(4, 4), FIELD(8, 4), FIELD(12, 4), 2),
	BITS(F('B', 'X', '1', '2'), FIELD(4, 4), FIELD(8, 4), FIELD(12, 4), 2),

	YUV(F('Y', 'U', 'Y', 'V'), 16), YUV(F('U', 'Y', 'V', 'Y'), 16),
	YUV(F('Y', 'V', 'Y', 'U'), 16), YUV(F('V', 'Y', 'U', 'Y'), 16),
	YUV(F('N', 'V', '1', '2'), 8), YUV(F('N', 'V', '2', '1'), 8),
	YUV(F('N', 'V', '1', '6'), 8), YUV(F('N', 'V', '6', '1'), 8),
	YUV(F('N', 'V', '2', '4'), 8), YUV(F('N', 'V', '4', '2'), 8),
	YUV(F('N', 'M', '1', '2'), 8), YUV(F('N', 'M', '2', '1'), 8),
	YUV(F('N', 'M', '1', '6'), 8), YUV(F('N', 'M', '6', '1'), 8),
	YUV(F('Y', 'U', '1', '2'), 8), YUV(F('Y', 'V', '1', '2'), 8),
	YUV(F('4', '2', '2', 'P'), 8),
	YUV(F('Y', 'M', '1', '2'), 8), YUV(F('Y', 'M', '2', '1'), 8),
	YUV(F('Y', 'M', '1', '6'), 8), YUV(F('Y', 'M', '6', '1'), 8),
	YUV(F('Y', 'M', '2', '4'), 8), YUV(F('Y', 'M', '4', '2'), 8),
	YUV(F('Y', 'U', 'V', '3'), 24), YUV(F('Y', 'U', 'V', '4'), 32),
	YUV(F('A', 'Y', 'U', 'V'), 32), YUV(F('X', 'Y', 'U', 'V'), 32),
	YUV(F('Y', 'U', 'V', 'A'), 32), YUV(F('Y', 'U', 'V', 'X'), 32),
	YUV(F('V', 'U', 'Y', 'A'), 32), YUV(F('V', 'U', 'Y', 'X'), 32),

	JPEG(F('M', 'J', 'P', 'G')), JPEG(F('J', 'P', 'E', 'G')),

	V4L(F('M', '4', '2', '0'), 8, 12),
	V4L(F('H', 'S', 'V', '3'), 24, 24), V4L(F('H', 'S', 'V', '4'), 32, 32),
	V4L(F('S', '5', '0', '1'), 0, 12), V4L(F('S', '5', '0', '5'), 0, 12),
	V4L(F('S', '5', '0', '8'), 0, 12), V4L(F('C', 'I', 'T', 'V'), 0, 12),
	V4L(F('K', 'O', 'N', 'I'), 0, 12), V4L(F('S', '9', '2', '0'), 0, 12),
	V4L(F('S', '5', '6', '1'), 0, 0), V4L(F('S', '9', '1', '0'), 0, 0),
	V4L(F('P', '2', '0', '7'), 0, 0), V4L(F('M', '3', '1', '0'), 0, 0),
	V4L(F('9', '0', '5', 'C'), 0, 0), V4L(F('S', 'O', 'N', 'X'), 0, 0),
	V4L(F('S', '4', '0', '1'), 0, 0), V4L(F('S', '6', '8', '0'), 0, 8),
};

static const struct pixels_source *find(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].fourcc == fourcc)
			return &sources[i];
	return NULL;
}

static const struct pixels_family *family_of(const struct pixels_source *source,
					     const struct pixels_wish *wish)
{
	return source->family == &pixels_bayer && !wish->debayer ? &pixels_bayer_grey :
								   source->family;
}

/* ---- may it? ------------------------------------------------------------ */

/*
 * Do rows and planes hold the picture?  Whether they lie within the memory is
 * another question: picture_check().  libyuv counts in int.
 */
static bool layout_fits(const struct capture_format *format, const struct pixels_source *source)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(format->fourcc);
	uint64_t row = ((uint64_t)format->width * source->bits + 7) / 8;
	unsigned int i, planes = pf ? pf->planes : 1;
	uint64_t lines = format->height;

	if (format->flags & CAPTURE_FORMAT_COMPRESSED || format->planes < planes)
		return false;
	for (i = 0; i < planes; i++) {
		if (format->plane[i].stride > INT_MAX || format->plane[i].lines < lines)
			return false;
		lines = ((uint64_t)format->height + (1u << (pf ? pf->ysub : 0)) - 1) >>
			(pf ? pf->ysub : 0);
	}
	return format->plane[0].stride >= row;
}

int pixels_accepts(const struct capture_format *format, const struct pixels_wish *wish)
{
	const struct pixels_source *source = find(format->fourcc);
	const struct pixels_family *family;
	char name[20];

	capture_fourcc_name(format->fourcc, name);
	if (!source)
		return say_why(-EOPNOTSUPP, "no converter for the pixel format %s; choose another with -p, or keep it as it is with -f raw",
			       name);
	if (!format->width || !format->height || format->width > INT_MAX / 8 ||
	    format->height > INT_MAX / 8)
		return say_why(-EOPNOTSUPP, "pictures of %ux%u pixels cannot be converted",
			       format->width, format->height);
	if (source->bits && !layout_fits(format, source))
		return say_why(-EOPNOTSUPP, "%u planes, the first with %u rows of %u bytes, do not hold %ux%u pixels of %s; keep them as they are with -f raw",
			       format->planes, format->plane[0].lines, format->plane[0].stride,
			       format->width, format->height, name);
	family = family_of(source, wish);
	return family->accepts ? family->accepts(source, format) : 0;
}

bool pixels_are_grey(const struct capture_format *format, const struct pixels_wish *wish)
{
	return !family_of(find(format->fourcc), wish)->rgb;
}

unsigned int pixels_rank(const struct capture_format *format, const struct pixels_wish *wish)
{
	const struct pixels_source *source = find(format->fourcc);
	unsigned int rank;

	if (!source)
		return 0;
	rank = 4u * family_of(source, wish)->rank;
	if (wish->depth != ENCODE_DEPTH_8 && source->depth > 8)
		return rank + (source->depth - 8u) / 3;
	return rank;
}

/* ---- use ---------------------------------------------------------------- */

/* Memory that is faulted in. */
static int allocate(const struct pixels *p, uint64_t a, uint64_t b, uint64_t c, uint8_t **out)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(a, b, &bytes) || __builtin_mul_overflow(bytes, c, &bytes) ||
	    bytes > SIZE_MAX / 2)
		return say_why(-EOVERFLOW, "a picture of %ux%u pixels is too large for memory",
			       p->width, p->height);
	*out = malloc(bytes ? bytes : 1);
	if (!*out)
		return say_why(-ENOMEM, "no memory to convert pictures of %ux%u pixels", p->width,
			       p->height);
	memset(*out, 0, bytes);
	return 0;
}

int pixels_scratch(struct pixels *p, uint64_t a, uint64_t b, uint64_t c)
{
	return allocate(p, a, b, c, &p->scratch);
}

/* The samples that come out of numbers of source->depth bits. */
static void set_samples(struct pixels *p)
{
	uint8_t depth = p->source->depth;

	p->significant = depth;
	p->sample_bytes = depth > 8 ? 2 : 1;
	p->maxval = depth > 8 ? 65535 : 255;
	p->store.kind = p->wish.little_endian ? STORE_16LE : STORE_16BE;
	if (depth > 8 && p->wish.depth == ENCODE_DEPTH_8) {
		p->significant = 8;
		p->sample_bytes = 1;
		p->maxval = 255;
	} else if (p->wish.depth == ENCODE_DEPTH_NATIVE) {
		p->maxval = (1u << depth) - 1;
	} else {
		p->store.left = (uint8_t)(16 - depth);
	}
	if (p->sample_bytes == 1)
		p->store = (struct store){ .kind = STORE_8, .right = (uint8_t)(depth - 8) };
}

static uint32_t strip_of(const struct pixels *p)
{
	uint64_t rows = STRIP_BYTES / p->row_bytes & ~1ull;

	if (rows < 2)
		rows = 2;
	return rows < p->height ? (uint32_t)rows : p->height;
}

int pixels_open(struct pixels *p, const struct capture_format *format,
		const struct pixels_wish *wish)
{
	const struct pixels_family *family;
	int r = pixels_accepts(format, wish);

	if (r)
		return r;
	*p = (struct pixels){
		.width = format->width, .height = format->height, .format = *format,
		.wish = *wish, .path = pixel_path_wanted(),
	};
	if (!p->path)
		return say_why(-EINVAL, "GRAB_PIXELS_PATH=%s: no such path on this processor",
			       getenv("GRAB_PIXELS_PATH"));
	p->source = find(format->fourcc);
	family = family_of(p->source, wish);
	set_samples(p);
	p->channels = family->rgb ? 3 : 1;
	p->linear = family->linear;
	p->row_bytes = (uint64_t)p->width * p->channels * p->sample_bytes;
	p->strip = strip_of(p);
	r = allocate(p, p->strip, p->row_bytes, 1, &p->out);
	if (!r && family->open)
		r = family->open(p);
	if (r)
		pixels_close(p);
	return r;
}

void pixels_about(const struct pixels *p, char *text, size_t size)
{
	unsigned int bits = p->sample_bytes * 8u;
	char name[20], real[32] = "";

	capture_fourcc_name(p->source->fourcc, name);
	if (p->significant < bits)
		snprintf(real, sizeof(real), ", %u significant", p->significant);
	snprintf(text, size, "%u-bit %s%s, from %s", bits, p->channels == 1 ? "grey" : "RGB", real,
		 name);
}

void pixels_close(struct pixels *p)
{
	const struct pixels_family *family;

	if (!p->source)
		return;
	family = family_of(p->source, &p->wish);
	if (family->close)
		family->close(p);
	free(p->scratch);
	free(p->out);
	p->source = NULL;
}

static int begin_planes(struct pixels *p, const struct picture *picture)
{
	unsigned int i;

	if (!layout_fits(picture->format, p->source))
		return say_why(-EMSGSIZE, "%u rows of %u bytes do not hold %ux%u pixels",
			       picture->format->plane[0].lines, picture->format->plane[0].stride,
			       p->width, p->height);
	for (i = 0; i < picture->format->planes && i < CAPTURE_PLANES_MAX; i++)
		p->plane[i] = picture_plane(picture, i);
	return 0;
}

int pixels_begin(struct pixels *p, const struct picture *picture)
{
	const struct pixels_family *family = family_of(p->source, &p->wish);
	int r = picture_check(picture);

	if (!r && p->source->bits)
		r = begin_planes(p, picture);
	if (!r && family->begin)
		r = family->begin(p, picture);
	return r;
}

bool pixels_by_strips(const struct pixels *p)
{
	return !family_of(p->source, &p->wish)->whole;
}

void pixels_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	family_of(p->source, &p->wish)->rows(p, first, rows, out);
}

struct picture_rows pixels_strip(struct pixels *p, uint32_t first, uint32_t rows)
{
	if (p->in_place)
		return (struct picture_rows){ pixels_source_row(p, first), p->plane[0].stride };
	pixels_rows(p, first, rows, p->out);
	return (struct picture_rows){ p->out, (ptrdiff_t)p->row_bytes };
}

const uint8_t *pixels_packed(struct pixels *p, uint32_t first, uint32_t rows)
{
	if (p->in_place && p->plane[0].stride == (ptrdiff_t)p->row_bytes)
		return pixels_source_row(p, first);
	pixels_rows(p, first, rows, p->out);
	return p->out;
}

int pixels_write(struct pixels *p, struct sink *sink)
{
	uint32_t first, rows;
	int r = 0;

	if (p->in_place && p->plane[0].stride == (ptrdiff_t)p->row_bytes)
		return sink_write(sink, p->plane[0].first, p->row_bytes * p->height);
	for (first = 0; !r && first < p->height; first += rows) {
		rows = p->height - first < p->strip ? p->height - first : p->strip;
		r = sink_write(sink, pixels_packed(p, first, rows), rows * p->row_bytes);
	}
	return r;
}
