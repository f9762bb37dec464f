/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the device offers: pixel formats, sizes of each, rates of each size. */
#include <stdlib.h>
#include <string.h>

#include "v4l2.h"

/* More of one kind than any device has: a driver that never ends its list. */
#define LIST_MAX 4096

struct walk {
	struct v4l_session *v;
	capture_format_fn *each;
	void *arg;
	struct capture_format_info info;
	uint32_t fps[V4L_RATES_MAX][2];
};

static int by_rate(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;
	uint64_t x = (uint64_t)a[0] * b[1], y = (uint64_t)b[0] * a[1];

	return (x < y) - (x > y);
}

/* An interval's inverse; 0 where it is no interval. */
static unsigned int add_rate(const struct v4l2_fract *interval, uint32_t fps[2])
{
	if (!interval->numerator || !interval->denominator)
		return 0;
	fps[0] = interval->denominator;
	fps[1] = interval->numerator;
	return 1;
}

unsigned int v4l_rates(struct v4l_session *v, uint32_t fourcc, uint32_t width, uint32_t height,
		       uint32_t fps[V4L_RATES_MAX][2], bool *range)
{
	struct v4l2_frmivalenum e = { .pixel_format = fourcc, .width = width, .height = height };
	unsigned int count = 0;

	*range = false;
	for (; count < V4L_RATES_MAX && e.index < LIST_MAX; e.index++) {
		if (v4l_ioctl(v, VIDIOC_ENUM_FRAMEINTERVALS, &e))
			break;
		if (e.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
			*range = true;
			if (!add_rate(&e.stepwise.min, fps[0]) || !add_rate(&e.stepwise.max, fps[1]))
				return 0;
			return 2;
		}
		count += add_rate(&e.discrete, fps[count]);
	}
	qsort(fps, count, sizeof(fps[0]), by_rate);
	return count;
}

static int give(struct walk *w, uint32_t width, uint32_t height)
{
	bool range;

	w->info.fps_count = v4l_rates(w->v, w->info.fourcc, width, height, w->fps, &range);
	w->info.fps = w->info.fps_count ? (const uint32_t(*)[2])w->fps : NULL;
	w->info.fps_range = range && w->info.fps_count;
	return w->each(w->arg, &w->info);
}

static int give_size(struct walk *w, uint32_t width, uint32_t height)
{
	w->info.width = w->info.width_max = width;
	w->info.height = w->info.height_max = height;
	w->info.width_step = w->info.height_step = 0;
	return give(w, width, height);
}

static int give_range(struct walk *w, const struct v4l2_frmsize_stepwise *sizes)
{
	w->info.width = sizes->min_width;
	w->info.width_max = sizes->max_width;
	w->info.width_step = sizes->step_width ? sizes->step_width : 1;
	w->info.height = sizes->min_height;
	w->info.height_max = sizes->max_height;
	w->info.height_step = sizes->step_height ? sizes->step_height : 1;
	return give(w, sizes->max_width, sizes->max_height);
}

/* Without ENUM_FRAMESIZES the ends can be had by trying: the driver answers with what it can. */
static int give_tried(struct walk *w)
{
	struct v4l2_frmsize_stepwise sizes = {
		.min_width = 1, .min_height = 1, .max_width = 65535, .max_height = 65535,
	};

	if (v4l_try_size(w->v, w->info.fourcc, &sizes.min_width, &sizes.min_height) ||
	    v4l_try_size(w->v, w->info.fourcc, &sizes.max_width, &sizes.max_height))
		return 0;
	if (sizes.min_width == sizes.max_width && sizes.min_height == sizes.max_height)
		return give_size(w, sizes.max_width, sizes.max_height);
	return give_range(w, &sizes);
}

static int walk_sizes(struct walk *w)
{
	struct v4l2_frmsizeenum e = { .pixel_format = w->info.fourcc };
	int err;

	for (; e.index < LIST_MAX; e.index++) {
		err = v4l_ioctl(w->v, VIDIOC_ENUM_FRAMESIZES, &e);
		if (err == -ENODEV)
			return v4l_fail(w->v, "VIDIOC_ENUM_FRAMESIZES", err);
		if (err)
			return e.index ? 0 : give_tried(w);
		if (e.type != V4L2_FRMSIZE_TYPE_DISCRETE)
			return give_range(w, &e.stepwise);
		err = give_size(w, e.discrete.width, e.discrete.height);
		if (err)
			return err;
	}
	return 0;
}

int v4l_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	struct walk w = { .v = v4l_of(s), .each = each, .arg = arg };
	struct v4l2_fmtdesc d = { .type = w.v->type };
	int err;

	for (; d.index < LIST_MAX; d.index++) {
		err = v4l_ioctl(w.v, VIDIOC_ENUM_FMT, &d);
		if (err == -EINVAL && d.index)
			return 0;
		if (err)
			return v4l_fail(w.v, "VIDIOC_ENUM_FMT", err);
		memset(&w.info, 0, sizeof(w.info));
		d.description[sizeof(d.description) - 1] = '\0';
		w.info.fourcc = d.pixelformat;
		w.info.help = (const char *)d.description;
		if (d.flags & V4L2_FMT_FLAG_COMPRESSED)
			w.info.flags = CAPTURE_FORMAT_COMPRESSED;
		err = walk_sizes(&w);
		if (err)
			return err;
	}
	return 0;
}
