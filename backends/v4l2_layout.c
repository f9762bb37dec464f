/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the bytes of a picture lie.  A driver is believed only as far as it adds up. */
#include "v4l2.h"

#define F(a, b, c, d) v4l2_fourcc(a, b, c, d)

/* The formats whose samples are luma and chroma, and not grey, RGB, Bayer or unknown. */
static bool is_ycbcr(uint32_t fourcc)
{
	static const uint32_t codes[] = {
		F('Y', 'U', 'Y', 'V'), F('U', 'Y', 'V', 'Y'), F('Y', 'V', 'Y', 'U'),
		F('V', 'Y', 'U', 'Y'), F('Y', '4', '1', 'P'), F('Y', '4', '4', '4'),
		F('Y', 'U', 'V', 'O'), F('Y', 'U', 'V', 'P'), F('Y', 'U', 'V', '4'),
		F('A', 'Y', 'U', 'V'), F('X', 'Y', 'U', 'V'), F('V', 'U', 'Y', 'A'),
		F('V', 'U', 'Y', 'X'), F('Y', 'U', 'V', 'A'), F('Y', 'U', 'V', 'X'),
		F('Y', 'U', 'V', '3'), F('M', '4', '2', '0'), F('N', 'V', '1', '2'),
		F('N', 'V', '2', '1'), F('N', 'V', '1', '6'), F('N', 'V', '6', '1'),
		F('N', 'V', '2', '4'), F('N', 'V', '4', '2'), F('N', 'M', '1', '2'),
		F('N', 'M', '2', '1'), F('N', 'M', '1', '6'), F('N', 'M', '6', '1'),
		F('Y', 'U', '1', '2'), F('Y', 'V', '1', '2'), F('4', '2', '2', 'P'),
		F('4', '1', '1', 'P'), F('4', '4', '4', 'P'), F('Y', 'U', 'V', '9'),
		F('Y', 'V', 'U', '9'), F('Y', 'M', '1', '2'), F('Y', 'M', '2', '1'),
		F('Y', 'M', '1', '6'), F('Y', 'M', '6', '1'), F('Y', 'M', '2', '4'),
		F('Y', 'M', '4', '2'), F('P', '0', '1', '0'), F('Y', '2', '1', '0'),
		F('Y', '2', '1', '2'), F('Y', '2', '1', '6'), F('M', 'J', 'P', 'G'),
		F('J', 'P', 'E', 'G'),
	};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] == fourcc)
			return true;
	return false;
}

static uint32_t colour_flags(const struct v4l_picture *p)
{
	uint32_t encoding = p->ycbcr_enc, quantization = p->quantization, flags = 0;

	if (!is_ycbcr(p->fourcc))
		return 0;
	if (encoding == V4L2_YCBCR_ENC_DEFAULT)
		encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(p->colorspace);
	if (quantization == V4L2_QUANTIZATION_DEFAULT)
		quantization = V4L2_MAP_QUANTIZATION_DEFAULT(false, p->colorspace, encoding);
	if (encoding == V4L2_YCBCR_ENC_709 || encoding == V4L2_YCBCR_ENC_XV709)
		flags |= CAPTURE_FORMAT_BT709;
	if (quantization == V4L2_QUANTIZATION_LIM_RANGE)
		flags |= CAPTURE_FORMAT_LIMITED_RANGE;
	return flags;
}

static bool both_fields(uint32_t field)
{
	return field == V4L2_FIELD_INTERLACED || field == V4L2_FIELD_INTERLACED_TB ||
	       field == V4L2_FIELD_INTERLACED_BT;
}

static int lie(const struct v4l_picture *p, const char *what)
{
	char name[20];

	return fail(-EIO, "the driver's answer for %ux%u %s cannot be true: %s; choose another format, and report it to the driver's authors",
		    p->width, p->height, capture_fourcc_name(p->fourcc, name), what);
}

static int place_planes(const struct v4l_picture *p, struct capture_format *format,
			struct v4l_layout *layout)
{
	unsigned int i;

	if (!p->planes || p->planes > CAPTURE_PLANES_MAX)
		return lie(p, "no plane, or more than four");
	layout->planes = p->planes;
	for (i = 0; i < p->planes; i++) {
		if (!p->plane[i].size)
			return lie(p, "a plane of 0 bytes");
		layout->plane[i].offset = format->size;
		layout->plane[i].size = p->plane[i].size;
		format->size += p->plane[i].size;
	}
	return 0;
}

/* The driver knows how these look; all that we know is their planes' sizes. */
static void layout_opaque(const struct v4l_picture *p, struct capture_format *format,
			  struct v4l_layout *layout)
{
	unsigned int i;

	format->planes = p->planes;
	for (i = 0; i < p->planes; i++) {
		format->plane[i].offset = layout->plane[i].offset;
		layout->memory_plane[i] = (uint8_t)i;
		if (format->flags & CAPTURE_FORMAT_COMPRESSED)
			continue;
		format->plane[i].stride = p->plane[i].stride;
		if (p->plane[i].stride)
			format->plane[i].lines = p->plane[i].size / p->plane[i].stride;
	}
}

/* Bytes from the start of a plane's memory to behind its last pixel. */
static uint64_t end_of(const struct capture_plane *plane, uint64_t row)
{
	return plane->offset + (uint64_t)plane->stride * (plane->lines - 1) + row;
}

/* All colour planes in one memory plane: their strides follow from the first one. */
static int layout_one(const struct v4l_picture *p, const struct capture_format *least,
		      struct capture_format *format, struct v4l_layout *layout)
{
	struct capture_format whole = *least;
	uint64_t end = 0, plane_end;
	unsigned int i;

	if (p->plane[0].stride < least->plane[0].stride)
		return lie(p, "bytesperline is less than a row");
	whole.plane[0].stride = p->plane[0].stride;
	if (capture_format_layout(&whole))
		return lie(p, "bytesperline does not hold a row of each plane");
	for (i = 0; i < whole.planes; i++) {
		format->plane[i] = whole.plane[i];
		plane_end = end_of(&whole.plane[i], least->plane[i].stride);
		if (plane_end > end)
			end = plane_end;
	}
	if (end > p->plane[0].size)
		return lie(p, "sizeimage is less than the picture");
	format->planes = whole.planes;
	layout->plane[0].need = (uint32_t)end;
	return 0;
}

/* A memory plane for each colour plane. */
static int layout_each(const struct v4l_picture *p, const struct capture_format *least,
		       struct capture_format *format, struct v4l_layout *layout)
{
	unsigned int i;

	if (p->planes != least->planes)
		return lie(p, "the number of planes is another one than the format's");
	for (i = 0; i < p->planes; i++) {
		struct capture_plane plane = {
			.stride = p->plane[i].stride,
			.lines = least->plane[i].lines,
		};
		uint64_t end = end_of(&plane, least->plane[i].stride);

		if (plane.stride < least->plane[i].stride)
			return lie(p, "bytesperline is less than a row");
		if (end > p->plane[i].size)
			return lie(p, "sizeimage is less than the picture");
		plane.offset = layout->plane[i].offset;
		format->plane[i] = plane;
		layout->memory_plane[i] = (uint8_t)i;
		layout->plane[i].need = (uint32_t)end;
	}
	format->planes = p->planes;
	return 0;
}

int v4l_layout(const struct v4l_picture *p, bool compressed, struct capture_format *format,
	       struct v4l_layout *layout)
{
	const struct capture_pixel_format *known = capture_pixel_format_find(p->fourcc);
	struct capture_format out = {
		.width = p->width,
		.height = p->height,
		.fourcc = p->fourcc,
		.flags = colour_flags(p) | (both_fields(p->field) ? CAPTURE_FORMAT_INTERLACED : 0),
	};
	struct capture_format least = out;
	struct v4l_layout where = { 0 };
	unsigned int i;
	int err;

	if (compressed || (known && known->flags & CAPTURE_FORMAT_COMPRESSED))
		out.flags |= CAPTURE_FORMAT_COMPRESSED;
	if (!p->width || !p->height)
		return lie(p, "a picture without pixels");
	err = place_planes(p, &out, &where);
	if (err)
		return err;
	if (!known || out.flags & CAPTURE_FORMAT_COMPRESSED)
		layout_opaque(p, &out, &where);
	else if (capture_format_layout(&least))
		return lie(p, "so many pixels have no room in memory");
	else if (p->planes == 1)
		err = layout_one(p, &least, &out, &where);
	else
		err = layout_each(p, &least, &out, &where);
	if (err)
		return err;
	where.colours = out.planes;
	for (i = 0; i < out.planes; i++)
		where.colour_offset[i] = out.plane[i].offset;
	*format = out;
	*layout = where;
	return 0;
}
