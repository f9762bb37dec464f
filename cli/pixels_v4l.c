/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formats that only libv4lconvert reads: those of webcams of the 2000s, and two
 * odd ones.  Only its RGB24 destination is used, because others are answered
 * with unconverted bytes.
 *
 * What it does not check is checked here: it takes rows without padding, and
 * several of its decoders run past the end of a short picture.  So each picture
 * is copied to where zeros follow it, as many as a decoder could eat.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libv4l-plugin.h>
#include <libv4lconvert.h>

#include "pixels_source.h"
#include "words.h"

/* Bytes of zeros for each pixel behind a picture: no decoder reads 16 bits a pixel. */
#define SLACK 2

/* ---- a device that is not there ----------------------------------------- */

/*
 * The library wants to ask a device for its formats.  One that it does not know
 * is the answer which keeps it from adding white balance and gamma of its own.
 */
static int fake_ioctl(void *priv, int fd, unsigned long request, void *arg)
{
	struct v4l2_fmtdesc *format = arg;
	struct v4l2_capability *capability = arg;

	if (request == VIDIOC_ENUM_FMT && !format->index) {
		format->pixelformat = V4L2_PIX_FMT_H264;
		return 0;
	}
	if (request == VIDIOC_QUERYCAP) {
		memset(capability, 0, sizeof(*capability));
		capability->capabilities = V4L2_CAP_VIDEO_CAPTURE;
		return 0;
	}
	errno = ENOTTY;
	return -1;
}

static const struct libv4l_dev_ops fake_device = { .ioctl = fake_ioctl };

/* ---- conversion --------------------------------------------------------- */

/* Bytes of the whole picture; 0: it varies. */
static uint64_t picture_bytes(const struct pixels *p)
{
	return ((uint64_t)p->width * p->height * p->source->arg[0] + 7) / 8;
}

static int v4l_accepts(const struct pixels_source *source, const struct capture_format *format)
{
	/* formats of one kind of camera come in blocks of pixels */
	uint32_t unit = source->bits ? 2 : 16;
	uint64_t pixels = (uint64_t)format->width * format->height;

	if (pixels > INT_MAX / 8)
		return say_why(-EOPNOTSUPP, "pictures of %ux%u pixels are too large for libv4lconvert",
			       format->width, format->height);
	if (format->width % unit || format->height % unit)
		return say_why(-EOPNOTSUPP, "libv4lconvert needs width and height to be multiples of %u",
			       unit);
	return 0;
}

static int v4l_open(struct pixels *p)
{
	int r = pixels_scratch(p, p->width, p->height, 3 + 4 + SLACK);

	if (r)
		return r;
	p->in_place = true;
	p->state = v4lconvert_create_with_dev_ops(-1, NULL, &fake_device);
	return p->state ? 0 : say_why(-ENOMEM, "no memory for libv4lconvert");
}

static void v4l_close(struct pixels *p)
{
	if (p->state)
		v4lconvert_destroy(p->state);
}

/* Copy the picture to behind the place for its RGB. Returns its length, or a negative errno. */
static int copy_picture(struct pixels *p, const struct picture *picture, uint8_t *to)
{
	uint64_t room = 4 * (uint64_t)p->width * p->height, length;
	const uint8_t *data = picture_compressed(picture, &length);

	if (p->source->bits && picture->format->plane[0].stride * 8ull !=
			       (uint64_t)p->width * p->source->bits)
		return say_why(-EMSGSIZE, "libv4lconvert reads no rows of %u bytes for %u pixels",
			       picture->format->plane[0].stride, p->width);
	if (!length || length < picture_bytes(p))
		return say_why(-EBADMSG, "a picture of %llu bytes is too short",
			       (unsigned long long)length);
	if (length > room)
		length = room;
	memcpy(to, data, length);
	memset(to + length, 0, room - length);
	return (int)length;
}

static int v4l_begin(struct pixels *p, const struct picture *picture)
{
	uint64_t pixels = (uint64_t)p->width * p->height;
	uint8_t *copy = p->scratch + 3 * pixels;
	struct v4l2_format from = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE }, to = from;
	int length = copy_picture(p, picture, copy);

	if (length < 0)
		return length;
	from.fmt.pix.width = p->width;
	from.fmt.pix.height = p->height;
	from.fmt.pix.pixelformat = p->source->fourcc;
	/* what it has decompressed has a byte a pixel, and it asks here for its rows */
	from.fmt.pix.bytesperline = p->width * (p->source->bits ? p->source->bits : 8u) / 8;
	from.fmt.pix.sizeimage = (uint32_t)length;
	from.fmt.pix.hsv_enc = V4L2_HSV_ENC_180;
	to.fmt.pix.width = p->width;
	to.fmt.pix.height = p->height;
	to.fmt.pix.pixelformat = V4L2_PIX_FMT_RGB24;
	to.fmt.pix.bytesperline = 3 * p->width;
	to.fmt.pix.sizeimage = (uint32_t)(3 * pixels);
	if (v4lconvert_convert(p->state, &from, &to, copy, length, p->scratch,
			       (int)(3 * pixels)) < 0)
		return say_why(-EBADMSG, "libv4lconvert: %s",
			       v4lconvert_get_error_message(p->state));
	p->plane[0] = (struct picture_rows){ p->scratch, (ptrdiff_t)p->row_bytes };
	return 0;
}

static void v4l_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	memcpy(out, pixels_source_row(p, first), rows * p->row_bytes);
}

const struct pixels_family pixels_v4l = {
	.rank = 2,
	.rgb = true,
	.accepts = v4l_accepts,
	.open = v4l_open,
	.close = v4l_close,
	.begin = v4l_begin,
	.whole = true,
	.rows = v4l_rows,
};
