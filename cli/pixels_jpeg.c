/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Camera JPEG: the whole picture is decoded into scratch memory, before anything
 * is written, so that a damaged one leaves no half file.  Motion JPEG cameras
 * leave the Huffman tables out; libjpeg-turbo then takes the standard's.
 */
#include <limits.h>
#include <string.h>

#include <turbojpeg.h>

#include "camera_jpeg.h"
#include "pixels_source.h"
#include "words.h"

static int jpeg_accepts(const struct pixels_source *source, const struct capture_format *format)
{
	return camera_jpeg_fits(format->width, format->height);
}

static int jpeg_open(struct pixels *p)
{
	int r = pixels_scratch(p, p->width, p->height, 3);

	if (r)
		return r;
	p->in_place = true;
	p->state = tjInitDecompress();
	return p->state ? 0 : say_why(-ENOMEM, "no memory for a JPEG decoder");
}

static void jpeg_close(struct pixels *p)
{
	if (p->state)
		tjDestroy(p->state);
}

static int jpeg_begin(struct pixels *p, const struct picture *picture)
{
	struct camera_jpeg jpeg;
	int r = camera_jpeg_look(p->state, picture, &jpeg);

	if (!r && tjDecompress2(p->state, jpeg.data, jpeg.length, p->scratch, (int)p->width,
				(int)p->row_bytes, (int)p->height, TJPF_RGB, 0))
		r = camera_jpeg_failed(p->state);
	if (r)
		return r;
	p->plane[0] = (struct picture_rows){ p->scratch, (ptrdiff_t)p->row_bytes };
	return 0;
}

static void jpeg_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	memcpy(out, pixels_source_row(p, first), rows * p->row_bytes);
}

const struct pixels_family pixels_jpeg = {
	.rank = 5,
	.rgb = true,
	.accepts = jpeg_accepts,
	.open = jpeg_open,
	.close = jpeg_close,
	.begin = jpeg_begin,
	.whole = true,
	.rows = jpeg_rows,
};
