/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the planes of a picture lie, and agreeing on a format with the source. */
#include <string.h>

#include "backend.h"

/* Bytes that one row of plane 0 needs at least. */
static uint64_t row_bytes(const struct capture_pixel_format *pf, uint32_t width)
{
	uint64_t units = ((uint64_t)width + pf->align - 1) / pf->align;

	return (units * pf->align * pf->bits + 7) / 8;
}

/* Chroma strides follow from the first one, as V4L2 has it for planes in one buffer. */
static uint64_t chroma_stride(const struct capture_pixel_format *pf, uint64_t stride)
{
	return (pf->planes == 2 ? 2 * stride : stride) >> pf->xsub;
}

static uint64_t chroma_row_bytes(const struct capture_pixel_format *pf, uint32_t width)
{
	uint64_t samples = ((uint64_t)width + (1u << pf->xsub) - 1) >> pf->xsub;

	return pf->planes == 2 ? 2 * samples : samples;
}

int capture_format_layout(struct capture_format *format)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(format->fourcc);
	uint64_t stride = format->plane[0].stride, size = 0, bytes;
	struct capture_plane plane[CAPTURE_PLANES_MAX] = { { 0 } };
	char name[20];
	unsigned int i;

	capture_fourcc_name(format->fourcc, name);
	if (!format->width || !format->height)
		return fail(-EINVAL, "a picture of %ux%u pixels", format->width, format->height);
	if (!pf || pf->flags & CAPTURE_FORMAT_COMPRESSED)
		return fail(-EOPNOTSUPP, "%s has no fixed layout in memory", name);
	if (!stride)
		stride = row_bytes(pf, format->width);
	if (stride < row_bytes(pf, format->width) ||
	    (pf->planes > 1 && chroma_stride(pf, stride) < chroma_row_bytes(pf, format->width)))
		return fail(-EINVAL, "a stride of %u bytes cannot hold %u pixels of %s",
			    format->plane[0].stride, format->width, name);
	for (i = 0; i < pf->planes; i++) {
		uint64_t pitch = i ? chroma_stride(pf, stride) : stride;
		uint32_t lines = format->height;

		if (i)
			lines = (uint32_t)(((uint64_t)lines + (1u << pf->ysub) - 1) >> pf->ysub);
		if (pitch > UINT32_MAX || __builtin_mul_overflow(pitch, lines, &bytes) ||
		    bytes > INT64_MAX - size)
			return fail(-EOVERFLOW, "a picture of %ux%u pixels of %s is too large",
				    format->width, format->height, name);
		plane[i].offset = size;
		plane[i].stride = (uint32_t)pitch;
		plane[i].lines = lines;
		size += bytes;
	}
	memcpy(format->plane, plane, sizeof(plane));
	format->planes = pf->planes;
	format->size = size;
	return 0;
}

int capture_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	if (!s->backend->formats)
		return fail(-EOPNOTSUPP, "%s: cannot list formats", s->uri);
	return s->backend->formats(s, each, arg);
}

/* A wish carries nothing but size, code and rate to the backend. */
static struct capture_format wish_of(const struct capture_format *format)
{
	return (struct capture_format){
		.width = format->width,
		.height = format->height,
		.fourcc = format->fourcc,
		.fps_num = format->fps_num,
		.fps_den = format->fps_den,
	};
}

static int check_wish(const struct capture_format *format)
{
	if (!format->fps_num != !format->fps_den)
		return fail(-EINVAL, "a rate of %u/%u frames per second", format->fps_num,
			    format->fps_den);
	return 0;
}

int capture_set_format(struct capture_session *s, struct capture_format *format)
{
	struct capture_format wish = wish_of(format);
	int err;

	if (s->running || s->buffers)
		return fail(-EBUSY, "%s: the format cannot change while buffers are attached; detach them",
			    s->uri);
	err = check_wish(format);
	if (err)
		return err;
	err = s->backend->set_format(s, &wish);
	if (err)
		return err;
	*format = s->format = wish;
	return 0;
}

int capture_try_format(struct capture_session *s, struct capture_format *format)
{
	struct capture_format wish = wish_of(format);
	int err;

	if (!s->backend->try_format)
		return fail(-EOPNOTSUPP, "%s: cannot tell what a format would become", s->uri);
	err = check_wish(format);
	if (err)
		return err;
	err = s->backend->try_format(s, &wish);
	if (err)
		return err;
	*format = wish;
	return 0;
}

int capture_get_format(struct capture_session *s, struct capture_format *format)
{
	*format = s->format;
	return 0;
}

int capture_inputs(struct capture_session *s, capture_input_fn *each, void *arg)
{
	if (!s->backend->inputs)
		return fail(-EOPNOTSUPP, "%s: has no choice of inputs", s->uri);
	return s->backend->inputs(s, each, arg);
}

int capture_set_input(struct capture_session *s, const char *input)
{
	int err;

	if (!s->backend->set_input)
		return fail(-EOPNOTSUPP, "%s: has no choice of inputs", s->uri);
	if (s->running || s->buffers)
		return fail(-EBUSY, "%s: the input cannot change while buffers are attached; detach them",
			    s->uri);
	err = s->backend->set_input(s, input);
	if (err)
		return err;
	/* another input may have another size */
	return s->backend->get_format(s, &s->format);
}
