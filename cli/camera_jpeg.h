/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pixels_jpeg.c and encode_y4m.c share about camera JPEG. */
#ifndef GRAB_CAMERA_JPEG_H
#define GRAB_CAMERA_JPEG_H

#include <turbojpeg.h>

#include "picture.h"

struct camera_jpeg {
	const unsigned char *data;
	unsigned long length;
	int subsampling;	/* TJSAMP_* */
};

/* Is this a size that JPEG has? 0, or -EOPNOTSUPP with words. */
int camera_jpeg_fits(uint32_t width, uint32_t height);

/**
 * camera_jpeg_look - look at a compressed picture
 *
 * Return: 0; -EMSGSIZE: empty; -EBADMSG: no JPEG, or of another size than the
 * format says.  With words.
 */
int camera_jpeg_look(tjhandle decoder, const struct picture *picture, struct camera_jpeg *jpeg);

/**
 * camera_jpeg_failed - after TurboJPEG said that something is wrong
 *
 * Bytes too many between two markers, which some cameras send, are no damage:
 * the picture is whole.
 *
 * Return: 0: no harm done; -EBADMSG with words.
 */
int camera_jpeg_failed(tjhandle decoder);

#endif /* GRAB_CAMERA_JPEG_H */
