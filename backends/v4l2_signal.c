/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What comes in at a connector: a TV standard or DV timings (HDMI, DVI, SDI).
 *
 * A receiver that is set to other timings than its source sends, or that has no
 * source, delivers noise at full rate, and no frame is marked.  So the device
 * follows its source when a format is set, and the start refuses without one.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "v4l2.h"

#define STANDARDS_MAX 64

/* ---- TV standards ------------------------------------------------------- */

static int unknown_standard(struct v4l_session *v, const char *names)
{
	if (!*names)
		return fail(-EOPNOTSUPP, "%s: this input has no TV standards; leave std= out, or choose another input",
			    v->path);
	return fail(-EINVAL, "%s: no TV standard is called \"%s\"; it has %s, and auto", v->path,
		    v->standard, names);
}

static int set_standard(struct v4l_session *v)
{
	struct v4l2_standard standard = { 0 };
	char names[512] = "";
	size_t len = 0;
	int err;

	for (; standard.index < STANDARDS_MAX; standard.index++) {
		if (v4l_ioctl(v, VIDIOC_ENUMSTD, &standard))
			break;
		standard.name[sizeof(standard.name) - 1] = '\0';
		if (!strcasecmp((const char *)standard.name, v->standard)) {
			err = v4l_ioctl(v, VIDIOC_S_STD, &standard.id);
			return err ? v4l_fail(v, "VIDIOC_S_STD", err) : 0;
		}
		if (len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? ", " : "", (const char *)standard.name);
	}
	return unknown_standard(v, names);
}

int v4l_signal_open(struct v4l_session *v, const struct capture_uri *uri)
{
	const char *standard = uri_get(uri, "std");
	const char *signal = uri_get(uri, "signal");

	if (signal && strcmp(signal, "ignore") && strcmp(signal, "require"))
		return fail(-EINVAL, "v4l2: signal=%s is neither \"require\" nor \"ignore\"", signal);
	v->ignore_signal = signal && !strcmp(signal, "ignore");
	if (!standard)
		return 0;
	if (!*standard || strlen(standard) >= sizeof(v->standard))
		return fail(-EINVAL, "v4l2: std=%s is no TV standard; write for example std=PAL, or std=auto",
			    standard);
	snprintf(v->standard, sizeof(v->standard), "%s", standard);
	return 0;
}

static int follow_standard(struct v4l_session *v)
{
	v4l2_std_id seen = 0, now = 0;
	int err;

	err = v4l_ioctl(v, VIDIOC_QUERYSTD, &seen);
	if (err == -ENOTTY || err == -ENODATA)
		return fail(-EOPNOTSUPP, "%s: cannot tell which TV standard comes in; name it with std=",
			    v->path);
	/* a set with several members: the driver could not tell them apart and will choose */
	if (err || !seen || (!v4l_ioctl(v, VIDIOC_G_STD, &now) && now == seen))
		return 0;
	err = v4l_ioctl(v, VIDIOC_S_STD, &seen);
	return err ? v4l_fail(v, "VIDIOC_S_STD", err) : 0;
}

/* ---- DV timings --------------------------------------------------------- */

static const char *no_timings(int err)
{
	switch (err) {
	case -ENOLINK:
		return "no signal";
	case -ENOLCK:
		return "a signal that is not stable";
	case -ERANGE:
		return "a signal that is out of the device's range";
	default:
		return NULL;	/* the driver cannot detect timings */
	}
}

/* Pixel clocks are measured, so they differ a little. */
static bool same_timings(const struct v4l2_dv_timings *a, const struct v4l2_dv_timings *b)
{
	uint64_t slack = a->bt.pixelclock / 100;

	return a->bt.width == b->bt.width && a->bt.height == b->bt.height &&
	       a->bt.interlaced == b->bt.interlaced &&
	       a->bt.pixelclock <= b->bt.pixelclock + slack &&
	       b->bt.pixelclock <= a->bt.pixelclock + slack;
}

static int follow_timings(struct v4l_session *v)
{
	struct v4l2_dv_timings seen = { 0 }, now = { 0 };
	int err;

	if (v4l_ioctl(v, VIDIOC_QUERY_DV_TIMINGS, &seen))
		return 0;	/* the start will tell why */
	if (!v4l_ioctl(v, VIDIOC_G_DV_TIMINGS, &now) && same_timings(&seen, &now))
		return 0;
	err = v4l_ioctl(v, VIDIOC_S_DV_TIMINGS, &seen);
	return err ? v4l_fail(v, "VIDIOC_S_DV_TIMINGS", err) : 0;
}

static int check_timings(struct v4l_session *v, const char *name)
{
	struct v4l2_dv_timings seen = { 0 }, now = { 0 };
	const char *trouble;
	int err;

	err = v4l_ioctl(v, VIDIOC_QUERY_DV_TIMINGS, &seen);
	trouble = no_timings(err);
	if (trouble)
		return fail(-ENOLINK, "%s: input \"%s\" has %s; connect a source and switch it on, or add signal=ignore",
			    v->path, name, trouble);
	if (err || v4l_ioctl(v, VIDIOC_G_DV_TIMINGS, &now) || same_timings(&seen, &now))
		return 0;
	return fail(-ENOLINK, "%s: input \"%s\" gets %ux%u, but the device is set to %ux%u; set the format again, so that it follows, or add signal=ignore",
		    v->path, name, seen.bt.width, seen.bt.height, now.bt.width, now.bt.height);
}

/* ---- both --------------------------------------------------------------- */

int v4l_signal_follow(struct v4l_session *v)
{
	struct v4l2_input input;
	int err = 0;

	if (v4l_current_input(v, &input))
		input.capabilities = 0;
	if (input.capabilities & V4L2_IN_CAP_DV_TIMINGS)
		err = follow_timings(v);
	if (err || !*v->standard)
		return err;
	return strcasecmp(v->standard, "auto") ? set_standard(v) : follow_standard(v);
}

int v4l_signal_check(struct v4l_session *v)
{
	struct v4l2_input input;
	const char *trouble;
	int err = 0;

	if (v->ignore_signal || v4l_current_input(v, &input))
		return 0;
	/* first what says more */
	if (input.capabilities & V4L2_IN_CAP_DV_TIMINGS)
		err = check_timings(v, (const char *)input.name);
	trouble = v4l_input_trouble(input.status);
	if (!err && trouble)
		err = fail(-ENOLINK, "%s: input \"%s\" has %s; connect a source and switch it on, choose another input, or add signal=ignore",
			   v->path, (const char *)input.name, trouble);
	return err;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static bool timings_rate(const struct v4l2_bt_timings *bt, uint32_t *num, uint32_t *den)
{
	uint64_t clocks = (uint64_t)V4L2_DV_BT_FRAME_WIDTH(bt) * V4L2_DV_BT_FRAME_HEIGHT(bt);
	uint64_t rate = bt->pixelclock, factor;

	if (!clocks || !rate || clocks > UINT32_MAX || rate > UINT64_MAX / 1000)
		return false;
	if (bt->flags & V4L2_DV_FL_REDUCED_FPS) {
		rate *= 1000;
		clocks *= 1001;
	}
	factor = gcd(rate, clocks);
	rate /= factor;
	clocks /= factor;
	while (rate > UINT32_MAX || clocks > UINT32_MAX) {
		rate >>= 1;
		clocks >>= 1;
	}
	*num = (uint32_t)rate;
	*den = (uint32_t)clocks;
	return rate && clocks;
}

bool v4l_signal_rate(struct v4l_session *v, uint32_t *num, uint32_t *den)
{
	struct v4l2_dv_timings timings = { 0 };
	struct v4l2_input input;
	v4l2_std_id standard;

	if (v4l_current_input(v, &input))
		return false;
	if (input.capabilities & V4L2_IN_CAP_DV_TIMINGS &&
	    !v4l_ioctl(v, VIDIOC_G_DV_TIMINGS, &timings))
		return timings_rate(&timings.bt, num, den);
	if (!(input.capabilities & V4L2_IN_CAP_STD) || v4l_ioctl(v, VIDIOC_G_STD, &standard))
		return false;
	*num = standard & V4L2_STD_525_60 ? 30000 : 25;
	*den = standard & V4L2_STD_525_60 ? 1001 : 1;
	return true;
}
