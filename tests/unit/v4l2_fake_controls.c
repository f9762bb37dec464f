/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "v4l2_fake.h"
#include "v4l2_fake_controls.h"

static const struct v4l2_query_ext_ctrl controls[] = {
	{ .id = V4L2_CID_USER_CLASS, .type = V4L2_CTRL_TYPE_CTRL_CLASS, .name = "User Controls",
	  .elems = 1 },
	{ .id = V4L2_CID_BRIGHTNESS, .type = V4L2_CTRL_TYPE_INTEGER, .name = "Brightness",
	  .minimum = -10, .maximum = 10, .step = 1, .default_value = 3, .elems = 1 },
	{ .id = V4L2_CID_POWER_LINE_FREQUENCY, .type = V4L2_CTRL_TYPE_MENU,
	  .name = "Power Line Frequency", .minimum = 1, .maximum = 3, .elems = 1 },
	{ .id = V4L2_CID_EXPOSURE_AUTO, .type = V4L2_CTRL_TYPE_BUTTON, .name = "Exposure, Auto",
	  .flags = V4L2_CTRL_FLAG_WRITE_ONLY, .elems = 1 },
	{ .id = V4L2_CID_EXPOSURE_ABSOLUTE, .type = V4L2_CTRL_TYPE_INTEGER,
	  .name = "Exposure Time, Absolute", .maximum = 100, .step = 1,
	  .flags = V4L2_CTRL_FLAG_INACTIVE, .elems = 1 },
};

static const size_t control_count = sizeof(controls) / sizeof(controls[0]);

int fake_query_control(struct v4l2_query_ext_ctrl *q)
{
	uint32_t id = q->id & V4L2_CTRL_ID_MASK;
	bool next = q->id & V4L2_CTRL_FLAG_NEXT_CTRL;
	size_t i;

	for (i = 0; i < control_count; i++)
		if (next ? controls[i].id > id : controls[i].id == id) {
			*q = controls[i];
			return 0;
		}
	return EINVAL;
}

int fake_query_menu(struct v4l2_querymenu *m)
{
	if (m->index != 1 && m->index != 3)	/* 2 is a hole */
		return EINVAL;
	snprintf((char *)m->name, sizeof(m->name), "item %u", m->index);
	return 0;
}

int fake_exchange_control(struct v4l2_ext_controls *all, bool set)
{
	size_t i;

	for (i = 1; i < control_count; i++)
		if (controls[i].id == all->controls[0].id) {
			if (set)
				device.control[i - 1] = all->controls[0].value;
			else
				all->controls[0].value = device.control[i - 1];
			return 0;
		}
	return EINVAL;
}
