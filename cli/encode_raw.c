/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The planes as they lie in the capture buffer: no copy, no conversion.  What a
 * raw frame is stands in encode.h.
 */
#include <stdio.h>

#include "encoders.h"
#include "words.h"

/* Have all frames the same length, given by the format? */
static bool fixed_length(const struct capture_format *format)
{
	return !picture_has_no_rows(format) && capture_pixel_format_find(format->fourcc);
}

static int raw_accepts(const struct capture_format *format, const struct encode_options *options)
{
	if (format->planes > CAPTURE_PLANES_MAX)
		return say_why(-EOPNOTSUPP, "raw: a picture of %u planes", format->planes);
	return 0;
}

static int raw_open(struct encode *e)
{
	const struct capture_format *format = &e->format;
	char name[20];
	unsigned int i;

	capture_fourcc_name(format->fourcc, name);
	if (!fixed_length(format)) {
		e->frame_bound = format->size;
		snprintf(e->about, sizeof(e->about), "%s as the device wrote it", name);
		return 0;
	}
	for (i = 0; i < format->planes; i++)
		e->frame_bound += (uint64_t)format->plane[i].stride * format->plane[i].lines;
	e->frame_fixed = true;
	snprintf(e->about, sizeof(e->about), "%s, %llu bytes a frame", name,
		 (unsigned long long)e->frame_bound);
	return 0;
}

static int raw_planes(const struct picture *picture, struct sink *sink)
{
	const struct capture_format *format = picture->format;
	struct iovec piece[CAPTURE_PLANES_MAX];
	uint64_t length, offset;
	int count = 0;
	unsigned int i;

	for (i = 0; i < format->planes; i++) {
		offset = picture->plane_offset[i];
		length = (uint64_t)format->plane[i].stride * format->plane[i].lines;
		if (length > picture->size - offset)
			return say_why(-EMSGSIZE, "plane %u lacks the padding of its last row", i);
		/* planes that follow each other go out as one */
		if (count && (const uint8_t *)piece[count - 1].iov_base + piece[count - 1].iov_len ==
			     picture->data + offset)
			piece[count - 1].iov_len += length;
		else
			piece[count++] = (struct iovec){ (void *)(picture->data + offset), length };
	}
	return sink_write_pieces(sink, piece, count);
}

static int raw_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	const uint8_t *data;
	uint64_t length;
	int r = picture_check(picture);

	if (r)
		return r;
	if (fixed_length(&e->format))
		return raw_planes(picture, sink);
	data = picture_compressed(picture, &length);
	if (!length)
		return say_why(-EMSGSIZE, "the device wrote an empty picture");
	return sink_write(sink, data, length);
}

const struct encoder encoder_raw = {
	.name = "raw",
	.suffixes = "raw bin",
	.help = "the bytes as captured, frame after frame in one file",
	.container = true,
	.plain = true,
	.lends = true,
	.accepts = raw_accepts,
	.open = raw_open,
	.frame = raw_frame,
};
