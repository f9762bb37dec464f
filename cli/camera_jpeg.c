/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "camera_jpeg.h"
#include "words.h"

#define JPEG_SIZE_MAX 65500	/* libjpeg's own limit, a little under the format's */

int camera_jpeg_fits(uint32_t width, uint32_t height)
{
	if (width && height && width <= JPEG_SIZE_MAX && height <= JPEG_SIZE_MAX)
		return 0;
	return say_why(-EOPNOTSUPP, "a JPEG picture has 1 to %d rows and columns, not %ux%u",
		       JPEG_SIZE_MAX, width, height);
}

int camera_jpeg_failed(tjhandle decoder)
{
	const char *text = tjGetErrorStr2(decoder);

	if (tjGetErrorCode(decoder) == TJERR_WARNING && strstr(text, "extraneous bytes"))
		return 0;
	return say_why(-EBADMSG, "the JPEG picture is damaged: %s", text);
}

bool camera_jpeg_is(uint32_t fourcc)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(fourcc);

	return pf && pf->flags & CAPTURE_FORMAT_COMPRESSED;
}

int camera_jpeg_agrees(const struct capture_format *format, uint32_t width, uint32_t height)
{
	if (width == format->width && height == format->height)
		return 0;
	return say_why(-EBADMSG, "the JPEG picture has %ux%u pixels, the device had agreed on %ux%u",
		       width, height, format->width, format->height);
}

int camera_jpeg_look(tjhandle decoder, const struct picture *picture, struct camera_jpeg *jpeg)
{
	int width = 0, height = 0, colours, r = 0;
	uint64_t length;

	jpeg->data = picture_compressed(picture, &length);
	if (!length)
		return say_why(-EMSGSIZE, "the device wrote an empty picture");
	jpeg->length = length;
	if (tjDecompressHeader3(decoder, jpeg->data, jpeg->length, &width, &height,
				&jpeg->subsampling, &colours))
		r = camera_jpeg_failed(decoder);
	if (r)
		return r;
	if (!width || !height)
		return say_why(-EBADMSG, "the JPEG picture is damaged: nothing but tables");
	return camera_jpeg_agrees(picture->format, (uint32_t)width, (uint32_t)height);
}
