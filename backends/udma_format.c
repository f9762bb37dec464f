/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formats: the kernel knows lines of bytes, the library knows what lies in them. */
#include <string.h>

#include "udma_backend.h"

/* Planes follow each other without a gap. */
void udma_plane_offsets(const struct udma_format *u, uint64_t offset[CAPTURE_PLANES_MAX])
{
	uint64_t next = 0;
	uint32_t i;

	for (i = 0; i < u->planes && i < CAPTURE_PLANES_MAX; i++) {
		offset[i] = next;
		next += (uint64_t)u->plane[i].stride * u->plane[i].lines;
	}
}

static void from_kernel(const struct udma_format *u, struct capture_format *f)
{
	uint64_t offset[CAPTURE_PLANES_MAX];
	uint32_t i;

	*f = (struct capture_format){
		.width = u->width,
		.height = u->height,
		.fourcc = u->fourcc,
		.fps_num = u->fps_num,
		.fps_den = u->fps_den,
		.size = u->size,
		.planes = u->planes,
	};
	udma_plane_offsets(u, offset);
	for (i = 0; i < u->planes && i < CAPTURE_PLANES_MAX; i++)
		f->plane[i] = (struct capture_plane){
			.offset = offset[i], .stride = u->plane[i].stride, .lines = u->plane[i].lines,
		};
}

/* What a wish means; planes are laid out where the library knows the format, else the driver does. */
static void to_kernel(const struct udma_session *session, const struct capture_format *f,
		      struct udma_format *u)
{
	const struct udma_format *now = &session->format;
	struct capture_format layout = {
		.width = f->width ? f->width : now->width,
		.height = f->height ? f->height : now->height,
		.fourcc = f->fourcc ? f->fourcc : now->fourcc,
	};
	uint32_t i;

	*u = (struct udma_format){
		.width = layout.width,
		.height = layout.height,
		.fourcc = layout.fourcc,
		.fps_num = f->fps_num ? f->fps_num : now->fps_num,
		.fps_den = f->fps_num ? f->fps_den : now->fps_den,
	};
	if (capture_format_layout(&layout))
		return;
	u->planes = layout.planes;
	for (i = 0; i < layout.planes; i++)
		u->plane[i] = (struct udma_plane){ layout.plane[i].stride, layout.plane[i].lines };
}

int udma_get_format(struct capture_session *s, struct capture_format *format)
{
	from_kernel(&udma_of(s)->format, format);
	return 0;
}

int udma_try_format(struct capture_session *s, struct capture_format *format)
{
	struct udma_format u;
	int err;

	to_kernel(udma_of(s), format, &u);
	err = udma_ioctl(s->fd, UDMA_IOC_TRY_FORMAT, &u);
	if (err)
		return udma_fail(s, "TRY_FORMAT", err);
	from_kernel(&u, format);
	return 0;
}

int udma_set_format(struct capture_session *s, struct capture_format *format)
{
	struct udma_format u;
	int err;

	to_kernel(udma_of(s), format, &u);
	err = udma_ioctl(s->fd, UDMA_IOC_SET_FORMAT, &u);
	if (err)
		return udma_fail(s, "SET_FORMAT", err);
	udma_of(s)->format = u;
	from_kernel(&u, format);
	return 0;
}

int udma_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	struct udma_format_info u;
	struct capture_format_info info;
	uint32_t i;
	int err;

	for (i = 0;; i++) {
		u = (struct udma_format_info){ .index = i };
		err = udma_ioctl(s->fd, UDMA_IOC_ENUM_FORMAT, &u);
		if (err)
			return err == -EINVAL ? 0 : udma_fail(s, "ENUM_FORMAT", err);
		info = (struct capture_format_info){
			.fourcc = u.fourcc,
			.width = u.width_min,
			.height = u.height_min,
			.width_max = u.width_max,
			.height_max = u.height_max,
			.width_step = u.width_step,
			.height_step = u.height_step,
		};
		err = each(arg, &info);
		if (err)
			return err;
	}
}
