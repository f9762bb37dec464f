/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JPEG.
 *
 *	what comes		what is written
 *	camera JPEG		its bytes, from the first to behind the end marker.  Where
 *				the Huffman tables are left out, as Motion JPEG does, the
 *				standard's are put in front of the first scan: nothing else
 *				is changed, and without them few programs would open it
 *	8-bit YCbCr		its own planes, widened to full range (jpeg_planes.h)
 *	grey			the top 8 bits of its samples
 *	all the rest, and	RGB, made into YCbCr by TurboJPEG
 *	other sampling asked for
 *
 * TurboJPEG allocates a little for each picture by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <turbojpeg.h>

#include "camera_jpeg.h"
#include "encoders.h"
#include "jpeg_planes.h"
#include "words.h"

/* The exact transform costs next to nothing where it is vectorised. */
#define FLAGS (TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)

struct jpeg_way;

struct jpeg_state {
	const struct jpeg_way *way;
	tjhandle tj;
	int subsampling;		/* TJSAMP_* */
	unsigned char *out;		/* room for a compressed picture */
	struct jpeg_planes planes;
	struct pixels pixels;
	uint8_t *rgb;			/* room for its rows, unless they are in place */
};

/* one way from a picture to a file */
struct jpeg_way {
	int (*open)(struct encode *e);
	int (*frame)(struct encode *e, const struct picture *picture, struct sink *sink);
};

/* ---- camera JPEG -------------------------------------------------------- */

static int camera_open(struct encode *e)
{
	struct jpeg_state *s = e->priv;
	char name[20];

	s->tj = tjInitDecompress();
	if (!s->tj)
		return say_why(-ENOMEM, "jpeg: no memory for a decoder");
	e->frame_bound = e->format.size + CAMERA_JPEG_TABLES_BYTES;
	snprintf(e->about, sizeof(e->about), "%s as the camera made it",
		 capture_fourcc_name(e->format.fourcc, name));
	return 0;
}

static int camera_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct jpeg_state *s = e->priv;
	struct camera_jpeg_parts parts;
	struct camera_jpeg jpeg;
	struct iovec piece[3];
	int r = camera_jpeg_look(s->tj, picture, &jpeg);

	if (!r)
		r = camera_jpeg_measure(&jpeg, &parts);
	if (r)
		return r;
	if (!parts.lacks_tables)
		return sink_write(sink, jpeg.data, parts.end);
	piece[0] = (struct iovec){ (void *)jpeg.data, parts.scan };
	piece[1] = (struct iovec){ (void *)camera_jpeg_tables, CAMERA_JPEG_TABLES_BYTES };
	piece[2] = (struct iovec){ (void *)(jpeg.data + parts.scan), parts.end - parts.scan };
	return sink_write_pieces(sink, piece, 3);
}

static const struct jpeg_way camera_way = { camera_open, camera_frame };

/* ---- compressing -------------------------------------------------------- */

static int failed(tjhandle tj)
{
	return say_why(-EIO, "libjpeg-turbo: %s", tjGetErrorStr2(tj));
}

/* libjpeg keeps the tables that it allocates for its first picture: a tiny one. */
static int warm_up(struct jpeg_state *s, int quality)
{
	static const unsigned char black[16 * 16 * 3];
	unsigned long size = 0;

	return tjCompress2(s->tj, black, 16, 0, 16, TJPF_RGB, &s->out, &size, s->subsampling,
			   quality, FLAGS) ? failed(s->tj) : 0;
}

static int open_compressor(struct encode *e, int subsampling)
{
	const int width = (int)e->format.width, height = (int)e->format.height;
	static const char *const names[] = {
		[TJSAMP_444] = "4:4:4", [TJSAMP_422] = "4:2:2", [TJSAMP_420] = "4:2:0",
		[TJSAMP_GRAY] = "grey",
	};
	unsigned long room = tjBufSize(width, height, subsampling);
	unsigned long least = tjBufSize(16, 16, subsampling);
	uint64_t usual = (uint64_t)e->format.width * e->format.height;
	struct jpeg_state *s = e->priv;
	char name[20];

	if (room == (unsigned long)-1)
		return say_why(-EOVERFLOW, "jpeg: a picture of %dx%d pixels is too large for memory",
			       width, height);
	s->subsampling = subsampling;
	s->out = malloc(room > least ? room : least);
	s->tj = tjInitCompress();
	if (!s->out || !s->tj)
		return say_why(-ENOMEM, "jpeg: no memory to compress pictures of %dx%d pixels", width,
			       height);
	/* the bound is several times what pictures ever take: only that is faulted in */
	memset(s->out, 0, usual < room ? usual : room);
	e->frame_bound = room;
	snprintf(e->about, sizeof(e->about), "quality %u, %s, from %s", e->options.jpeg_quality,
		 names[subsampling], capture_fourcc_name(e->format.fourcc, name));
	return warm_up(s, (int)e->options.jpeg_quality);
}

static int planes_open(struct encode *e)
{
	struct jpeg_state *s = e->priv;
	int r = jpeg_planes_open(&s->planes, &e->format);

	return r ? r : open_compressor(e, s->planes.subsampling);
}

static int planes_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct jpeg_state *s = e->priv;
	const unsigned char *planes[3];
	unsigned long size = 0;
	int i, r = jpeg_planes_fill(&s->planes, picture);

	if (r)
		return r;
	for (i = 0; i < 3; i++)
		planes[i] = s->planes.plane[i];
	if (tjCompressFromYUVPlanes(s->tj, planes, (int)e->format.width, s->planes.stride,
				    (int)e->format.height, s->subsampling, &s->out, &size,
				    (int)e->options.jpeg_quality, FLAGS))
		return failed(s->tj);
	return sink_write(sink, s->out, size);
}

static const struct jpeg_way planes_way = { planes_open, planes_frame };

/* ---- grey and RGB ------------------------------------------------------- */

static struct pixels_wish wish_of(const struct encode_options *options)
{
	return (struct pixels_wish){ .depth = ENCODE_DEPTH_8, .debayer = options->debayer };
}

/* What was asked for, or what the pixel format has. */
static int subsampling_of(const struct capture_format *format,
			  const struct encode_options *options)
{
	static const int asked[] = {
		[ENCODE_CHROMA_444] = TJSAMP_444, [ENCODE_CHROMA_422] = TJSAMP_422,
		[ENCODE_CHROMA_420] = TJSAMP_420,
	};
	const struct planar *planar = planar_find(format->fourcc);

	if (options->jpeg_chroma != ENCODE_CHROMA_SAME)
		return asked[options->jpeg_chroma];
	if (!planar || !planar->xsub)
		return TJSAMP_444;
	return planar->ysub ? TJSAMP_420 : TJSAMP_422;
}

static int allocate_rows(struct jpeg_state *s)
{
	const struct pixels *p = &s->pixels;
	uint64_t bytes;

	if (p->in_place)
		return 0;
	if (__builtin_mul_overflow(p->row_bytes, (uint64_t)p->height, &bytes) || bytes > SIZE_MAX / 2)
		return say_why(-EOVERFLOW, "jpeg: a picture of %ux%u pixels is too large for memory",
			       p->width, p->height);
	s->rgb = malloc(bytes);
	if (!s->rgb)
		return say_why(-ENOMEM, "jpeg: no memory for pictures of %ux%u pixels", p->width,
			       p->height);
	memset(s->rgb, 0, bytes);	/* faults it in */
	return 0;
}

static int pixels_way_open(struct encode *e)
{
	struct pixels_wish wish = wish_of(&e->options);
	struct jpeg_state *s = e->priv;
	int r = pixels_open(&s->pixels, &e->format, &wish);

	if (!r)
		r = allocate_rows(s);
	return r ? r : open_compressor(e, s->pixels.channels == 1 ? TJSAMP_GRAY :
				       subsampling_of(&e->format, &e->options));
}

static int pixels_way_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct jpeg_state *s = e->priv;
	struct pixels *p = &s->pixels;
	struct picture_rows rows = { s->rgb, (ptrdiff_t)p->row_bytes };
	unsigned long size = 0;
	int flags = FLAGS, r = pixels_begin(p, picture);

	if (r)
		return r;
	if (p->in_place)
		rows = pixels_strip(p, 0, p->height);
	else
		pixels_rows(p, 0, p->height, s->rgb);
	if (rows.stride < 0) {
		rows.first += rows.stride * (ptrdiff_t)(p->height - 1);
		rows.stride = -rows.stride;
		flags |= TJFLAG_BOTTOMUP;
	}
	if (tjCompress2(s->tj, rows.first, (int)p->width, (int)rows.stride, (int)p->height,
			p->channels == 1 ? TJPF_GRAY : TJPF_RGB, &s->out, &size, s->subsampling,
			(int)e->options.jpeg_quality, flags))
		return failed(s->tj);
	return sink_write(sink, s->out, size);
}

static const struct jpeg_way pixels_way = { pixels_way_open, pixels_way_frame };

/* ---- the table's row ---------------------------------------------------- */

static const struct jpeg_way *way_of(const struct capture_format *format,
				     const struct encode_options *options)
{
	if (camera_jpeg_is(format->fourcc))
		return &camera_way;
	if (jpeg_planes_subsampling(format) == subsampling_of(format, options))
		return &planes_way;
	return &pixels_way;
}

static int jpeg_accepts(const struct capture_format *format, const struct encode_options *options)
{
	struct pixels_wish wish = wish_of(options);
	int r = pixels_accepts(format, &wish);

	return r ? r : camera_jpeg_fits(format->width, format->height);
}

/* Camera JPEG costs no time and loses nothing more; then what needs no conversion. */
static unsigned int jpeg_rank(const struct capture_format *format,
			      const struct encode_options *options)
{
	struct pixels_wish wish = wish_of(options);
	const struct jpeg_way *way = way_of(format, options);

	if (way == &camera_way)
		return 100;
	return way == &planes_way ? 60 : pixels_rank(format, &wish);
}

static int jpeg_open(struct encode *e)
{
	struct jpeg_state *s = e->priv;

	s->way = way_of(&e->format, &e->options);
	return s->way->open(e);
}

static int jpeg_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	struct jpeg_state *s = e->priv;

	return s->way->frame(e, picture, sink);
}

static void jpeg_close(struct encode *e)
{
	struct jpeg_state *s = e->priv;

	if (s->tj)
		tjDestroy(s->tj);
	jpeg_planes_close(&s->planes);
	pixels_close(&s->pixels);
	free(s->out);
	free(s->rgb);
}

const struct encoder encoder_jpeg = {
	.name = "jpeg",
	.suffixes = "jpeg jpg",
	.help = "JPEG: a camera's own as it is, all else compressed with a loss",
	.priv_size = sizeof(struct jpeg_state),
	.accepts = jpeg_accepts,
	.rank = jpeg_rank,
	.open = jpeg_open,
	.frame = jpeg_frame,
	.close = jpeg_close,
};
