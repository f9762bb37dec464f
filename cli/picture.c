/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "picture.h"
#include "words.h"

void picture_set(struct picture *picture, const struct capture_format *format,
		 const struct capture_frame *frame, uint64_t index)
{
	picture->format = format;
	picture->data = capture_buffer_data(frame->buffer);
	picture->size = capture_buffer_size(frame->buffer);
	picture->bytes = frame->bytes;
	memcpy(picture->plane_offset, frame->plane_offset, sizeof(picture->plane_offset));
	picture->index = index;
	picture->sequence = frame->sequence;
	picture->time_ns = frame->time_ns;
	picture->lasting = false;
}

uint64_t picture_row_bytes(const struct capture_format *format, unsigned int plane)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(format->fourcc);
	uint64_t samples;

	if (!pf || pf->flags & CAPTURE_FORMAT_COMPRESSED)
		return format->plane[plane].stride;
	if (plane) {
		samples = ((uint64_t)format->width + (1u << pf->xsub) - 1) >> pf->xsub;
		return pf->planes == 2 ? 2 * samples : samples;
	}
	samples = format->width;
	if (pf->planes == 1)	/* samples of several pixels share bytes */
		samples = (samples + pf->align - 1) / pf->align * pf->align;
	return (samples * pf->bits + 7) / 8;
}

/* Where a plane ends at the least, from its first byte; false: it ends nowhere. */
static bool plane_extent(const struct capture_format *format, unsigned int plane, uint64_t *extent)
{
	const struct capture_plane *p = &format->plane[plane];
	uint64_t row = picture_row_bytes(format, plane);

	if (!p->lines || p->stride < row)
		return false;
	*extent = (uint64_t)p->stride * (p->lines - 1) + row;
	return true;
}

static int check_plane(const struct picture *picture, unsigned int plane)
{
	const struct capture_plane *p = &picture->format->plane[plane];
	uint64_t offset = picture->plane_offset[plane], extent;

	if (!plane_extent(picture->format, plane, &extent))
		return say_why(-EMSGSIZE, "plane %u has %u rows of %u bytes, too small for %u pixels",
			       plane, p->lines, p->stride, picture->format->width);
	if (offset > picture->size || extent > picture->size - offset)
		return say_why(-EMSGSIZE, "plane %u ends %llu bytes behind its buffer of %llu bytes",
			       plane, (unsigned long long)(offset + extent - picture->size),
			       (unsigned long long)picture->size);
	return 0;
}

int picture_check(const struct picture *picture)
{
	const struct capture_format *format = picture->format;
	uint64_t length;
	unsigned int i;
	int r;

	if (picture_has_no_rows(format)) {
		picture_compressed(picture, &length);
		return length ? 0 : say_why(-EMSGSIZE, "the device wrote an empty picture");
	}
	if (format->planes > CAPTURE_PLANES_MAX)
		return say_why(-EMSGSIZE, "a picture of %u planes", format->planes);
	for (i = 0; i < format->planes; i++) {
		r = check_plane(picture, i);
		if (r)
			return r;
	}
	return 0;
}

bool picture_has_no_rows(const struct capture_format *format)
{
	return format->flags & CAPTURE_FORMAT_COMPRESSED || !format->planes ||
	       !format->plane[0].stride;
}

struct picture_rows picture_plane(const struct picture *picture, unsigned int plane)
{
	const struct capture_plane *p = &picture->format->plane[plane];
	struct picture_rows rows = {
		.first = picture->data + picture->plane_offset[plane],
		.stride = (ptrdiff_t)p->stride,
	};

	if (picture->format->flags & CAPTURE_FORMAT_BOTTOM_UP) {
		rows.first += rows.stride * (ptrdiff_t)(p->lines - 1);
		rows.stride = -rows.stride;
	}
	return rows;
}

const uint8_t *picture_compressed(const struct picture *picture, uint64_t *length)
{
	uint64_t end = picture->bytes < picture->size ? picture->bytes : picture->size;
	uint64_t start = picture->plane_offset[0];

	*length = start < end ? end - start : 0;
	return picture->data + (start < end ? start : 0);
}
