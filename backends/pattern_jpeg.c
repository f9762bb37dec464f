/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one file that knows TurboJPEG. */
#include <errno.h>
#include <stdlib.h>

#include <turbojpeg.h>

#include "error.h"
#include "pattern_jpeg.h"

#define JPEG_QUALITY	90
#define JPEG_SIDE_MAX	65500	/* the format's own limit */

struct jpeg {
	tjhandle handle;
	uint32_t width, height;
	uint8_t *pixels;
	unsigned char *data;
	unsigned long room;
};

uint64_t jpeg_size_max(uint32_t width, uint32_t height)
{
	unsigned long size;

	if (!width || !height || width > JPEG_SIDE_MAX || height > JPEG_SIDE_MAX)
		return 0;
	size = tjBufSize(width, height, TJSAMP_422);
	return size == (unsigned long)-1 ? 0 : size;
}

int jpeg_new(uint32_t width, uint32_t height, struct jpeg **out)
{
	uint64_t room = jpeg_size_max(width, height);
	struct jpeg *jpeg;

	if (!room)
		return fail(-EINVAL, "%ux%u is too large for JPEG; at most %u a side", width,
			    height, JPEG_SIDE_MAX);
	jpeg = calloc(1, sizeof(*jpeg));
	if (!jpeg)
		return fail(-ENOMEM, "no memory to compress a %ux%u picture", width, height);
	jpeg->width = width;
	jpeg->height = height;
	jpeg->room = room;
	jpeg->pixels = malloc((size_t)3 * width * height);
	jpeg->data = malloc(room);
	jpeg->handle = tjInitCompress();
	if (jpeg->pixels && jpeg->data && jpeg->handle) {
		*out = jpeg;
		return 0;
	}
	jpeg_free(jpeg);
	return fail(-ENOMEM, "no memory to compress a %ux%u picture", width, height);
}

void jpeg_free(struct jpeg *jpeg)
{
	if (!jpeg)
		return;
	if (jpeg->handle)
		tjDestroy(jpeg->handle);
	free(jpeg->pixels);
	free(jpeg->data);
	free(jpeg);
}

uint8_t *jpeg_row(struct jpeg *jpeg, uint32_t y)
{
	return jpeg->pixels + (size_t)3 * jpeg->width * y;
}

int jpeg_compress(struct jpeg *jpeg, const uint8_t **data, size_t *bytes)
{
	unsigned long size = jpeg->room;

	if (tjCompress2(jpeg->handle, jpeg->pixels, jpeg->width, 0, jpeg->height, TJPF_RGB,
			&jpeg->data, &size, TJSAMP_422, JPEG_QUALITY, TJFLAG_NOREALLOC))
		return fail(-EIO, "JPEG: %s", tjGetErrorStr2(jpeg->handle));
	*data = jpeg->data;
	*bytes = size;
	return 0;
}
