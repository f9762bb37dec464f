/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames per second: V4L2 counts in seconds per frame, and not every device can choose. */
#include "v4l2.h"

static uint32_t gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static bool take_interval(const struct v4l2_streamparm *parm, struct capture_format *format)
{
	const struct v4l2_fract *t = &parm->parm.capture.timeperframe;
	uint32_t factor;

	if (!(parm->parm.capture.capability & V4L2_CAP_TIMEPERFRAME) || !t->numerator ||
	    !t->denominator)
		return false;
	factor = gcd(t->denominator, t->numerator);
	format->fps_num = t->denominator / factor;
	format->fps_den = t->numerator / factor;
	return true;
}

void v4l_get_rate(struct v4l_session *v, struct capture_format *format)
{
	struct v4l2_streamparm parm = { .type = v->type };

	if (!v4l_ioctl(v, VIDIOC_G_PARM, &parm) && take_interval(&parm, format))
		return;
	if (!v4l_signal_rate(v, &format->fps_num, &format->fps_den))
		format->fps_num = format->fps_den = 0;
}

int v4l_set_rate(struct v4l_session *v, struct capture_format *format)
{
	struct v4l2_streamparm parm = { .type = v->type };
	int err;

	if (!format->fps_num) {
		v4l_get_rate(v, format);
		return 0;
	}
	parm.parm.capture.timeperframe.numerator = format->fps_den;
	parm.parm.capture.timeperframe.denominator = format->fps_num;
	err = v4l_ioctl(v, VIDIOC_S_PARM, &parm);
	/* a device without a choice of rates is no failure: the answer is the rate it has */
	if (err && err != -ENOTTY && err != -EINVAL)
		return v4l_fail(v, "VIDIOC_S_PARM", err);
	v4l_get_rate(v, format);
	return 0;
}

/* a > b, both frames per second */
static bool faster(const uint32_t a[2], const uint32_t b[2])
{
	return (uint64_t)a[0] * b[1] > (uint64_t)b[0] * a[1];
}

static double distance(const uint32_t a[2], const uint32_t b[2])
{
	double d = (double)a[0] / a[1] - (double)b[0] / b[1];

	return d < 0 ? -d : d;
}

static void nearest(const uint32_t wish[2], const uint32_t fps[][2], unsigned int count,
		    uint32_t answer[2])
{
	unsigned int i, best = 0;

	for (i = 1; i < count; i++)
		if (distance(wish, fps[i]) < distance(wish, fps[best]))
			best = i;
	answer[0] = fps[best][0];
	answer[1] = fps[best][1];
}

void v4l_try_rate(struct v4l_session *v, struct capture_format *format)
{
	const uint32_t wish[2] = { format->fps_num, format->fps_den };
	uint32_t fps[V4L_RATES_MAX][2], answer[2];
	unsigned int count;
	bool range;

	if (!wish[0]) {
		v4l_get_rate(v, format);
		return;
	}
	count = v4l_rates(v, format->fourcc, format->width, format->height, fps, &range);
	if (!count) {
		v4l_get_rate(v, format);
		return;
	}
	if (range && !faster(wish, fps[0]) && !faster(fps[1], wish))
		return;
	nearest(wish, (const uint32_t(*)[2])fps, count, answer);
	format->fps_num = answer[0];
	format->fps_den = answer[1];
}
