// SPDX-License-Identifier: GPL-2.0
/*
 * How frames lie in memory.  The device only knows lines of bytes: a program that
 * lays out the planes itself may call them what it likes.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/videodev2.h>

#include "udma_bytes.h"
#include "udma_sim.h"

#define SIDE_MAX 65536u
#define SIZE_MOST BIT_ULL(40)

static const struct {
	u32 fourcc;
	u32 bytes;		/* of a pixel in plane 0 */
	u32 planes;
	u32 chroma;		/* line of a chroma plane: stride / this */
} formats[] = {
	{ V4L2_PIX_FMT_RGB24, 3, 1, 1 },
	{ V4L2_PIX_FMT_BGR24, 3, 1, 1 },
	{ V4L2_PIX_FMT_GREY, 1, 1, 1 },
	{ V4L2_PIX_FMT_Y10, 2, 1, 1 },
	{ V4L2_PIX_FMT_Y12, 2, 1, 1 },
	{ V4L2_PIX_FMT_Y16, 2, 1, 1 },
	{ V4L2_PIX_FMT_YUYV, 2, 1, 1 },
	{ V4L2_PIX_FMT_UYVY, 2, 1, 1 },
	{ V4L2_PIX_FMT_NV12, 1, 2, 1 },
	{ V4L2_PIX_FMT_YUV420, 1, 3, 2 },
};

int sim_enum_format(struct udma_format_info *info)
{
	if (info->index >= ARRAY_SIZE(formats))
		return -EINVAL;
	info->fourcc = formats[info->index].fourcc;
	info->width_min = info->height_min = 1;
	info->width_max = info->height_max = SIDE_MAX;
	info->width_step = info->height_step = 1;
	return 0;
}

static void lay_out(struct udma_format *f, unsigned int index)
{
	const u32 width = formats[index].planes > 1 ? ALIGN(f->width, 2) : f->width;
	u32 i;

	f->planes = formats[index].planes;
	f->plane[0] = (struct udma_plane){ width * formats[index].bytes, f->height };
	for (i = 1; i < f->planes; i++)
		f->plane[i] = (struct udma_plane){
			f->plane[0].stride / formats[index].chroma, DIV_ROUND_UP(f->height, 2),
		};
}

int sim_try_format(struct udma_format *f)
{
	unsigned int index;
	u64 bytes;
	u32 i;

	f->width = min(f->width, SIDE_MAX);
	f->height = min(f->height, SIDE_MAX);
	if (!f->planes) {
		for (index = 0; index < ARRAY_SIZE(formats); index++)
			if (formats[index].fourcc == f->fourcc)
				break;
		if (index == ARRAY_SIZE(formats)) {
			index = 0;
			f->fourcc = formats[0].fourcc;
		}
		memset(f->plane, 0, sizeof(f->plane));
		lay_out(f, index);
	}
	f->size = 0;
	for (i = 0; i < f->planes; i++) {
		bytes = (u64)f->plane[i].stride * f->plane[i].lines;
		if (!bytes || bytes > SIZE_MOST)
			return -EINVAL;
		f->size += bytes;
	}
	for (; i < UDMA_PLANES_MAX; i++)
		if (f->plane[i].stride || f->plane[i].lines)
			return -EINVAL;
	return 0;
}

/* The line that holds a byte, counted through all planes, and its column there. */
static u32 find_line(const struct udma_format *f, u64 *column, u32 *stride)
{
	u64 bytes;
	u32 i, line = 0;

	for (i = 0; i + 1 < f->planes; i++) {
		bytes = (u64)f->plane[i].stride * f->plane[i].lines;
		if (*column < bytes)
			break;
		*column -= bytes;
		line += f->plane[i].lines;
	}
	*stride = f->plane[i].stride;
	line += div64_u64(*column, *stride);
	*column -= div64_u64(*column, *stride) * *stride;
	return line;
}

void sim_fill(const struct udma_format *format, u32 seed, u32 number, u64 offset, u32 len, u8 *out)
{
	u32 line, stride, part;
	u64 column;

	for (; len; offset += part, out += part, len -= part) {
		column = offset;
		line = find_line(format, &column, &stride);
		part = min_t(u32, len, stride - column);
		udma_bytes_fill(udma_bytes_line(seed, number, line), column, part, out);
	}
}
