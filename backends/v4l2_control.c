/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Controls: ranges, menus, values. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "v4l2.h"

/* A driver that never ends its list, or a menu longer than any. */
#define CONTROLS_MAX 4096
#define MENU_MAX 1024

#define NEXT (V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND)

static const struct {
	uint32_t id;
	const char *unit;
} units[] = {
	{ V4L2_CID_EXPOSURE_ABSOLUTE, "100 us" },
	{ V4L2_CID_WHITE_BALANCE_TEMPERATURE, "K" },
	{ V4L2_CID_PIXEL_RATE, "Hz" },
	{ V4L2_CID_LINK_FREQ, "Hz" },
	{ V4L2_CID_VBLANK, "lines" },
	{ V4L2_CID_HBLANK, "pixels" },
};

void v4l_control_name(const char *title, char *name, size_t size)
{
	bool gap = false;
	size_t len = 0;

	for (; *title && len + 2 < size; title++) {
		if (!isalnum((unsigned char)*title)) {
			gap = len > 0;
			continue;
		}
		if (gap)
			name[len++] = '_';
		gap = false;
		name[len++] = (char)tolower((unsigned char)*title);
	}
	name[len] = '\0';
}

static uint32_t type_of(const struct v4l2_query_ext_ctrl *q)
{
	if (q->flags & V4L2_CTRL_FLAG_HAS_PAYLOAD || q->elems > 1)
		return CAPTURE_CONTROL_OTHER;
	switch (q->type) {
	case V4L2_CTRL_TYPE_INTEGER:
	case V4L2_CTRL_TYPE_INTEGER64:
		return CAPTURE_CONTROL_INTEGER;
	case V4L2_CTRL_TYPE_BOOLEAN:
		return CAPTURE_CONTROL_BOOLEAN;
	case V4L2_CTRL_TYPE_MENU:
		return CAPTURE_CONTROL_MENU;
	case V4L2_CTRL_TYPE_INTEGER_MENU:
		return CAPTURE_CONTROL_INTEGER_MENU;
	case V4L2_CTRL_TYPE_BUTTON:
		return CAPTURE_CONTROL_BUTTON;
	case V4L2_CTRL_TYPE_BITMASK:
		return CAPTURE_CONTROL_BITMASK;
	default:
		return CAPTURE_CONTROL_OTHER;
	}
}

static uint32_t flags_of(const struct v4l2_query_ext_ctrl *q)
{
	static const struct {
		uint32_t from, to;
	} flags[] = {
		{ V4L2_CTRL_FLAG_READ_ONLY, CAPTURE_CONTROL_READ_ONLY },
		{ V4L2_CTRL_FLAG_WRITE_ONLY, CAPTURE_CONTROL_WRITE_ONLY },
		{ V4L2_CTRL_FLAG_INACTIVE, CAPTURE_CONTROL_INACTIVE },
		{ V4L2_CTRL_FLAG_DISABLED, CAPTURE_CONTROL_DISABLED },
		{ V4L2_CTRL_FLAG_VOLATILE, CAPTURE_CONTROL_VOLATILE },
	};
	uint32_t out = 0;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (q->flags & flags[i].from)
			out |= flags[i].to;
	return out;
}

/* ---- one value ---------------------------------------------------------- */

/* Not every driver knows the class "current values", but every one the control's own. */
static int exchange(struct v4l_session *v, unsigned long request, struct v4l2_ext_control *c)
{
	struct v4l2_ext_controls all = {
		.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = c,
	};
	int err = v4l_ioctl(v, request, &all);

	if (err != -EINVAL)
		return err;
	all.which = V4L2_CTRL_ID2WHICH(c->id);
	return v4l_ioctl(v, request, &all);
}

static int read_value(struct v4l_session *v, const struct v4l2_query_ext_ctrl *q, int64_t *value)
{
	struct v4l2_ext_control c = { .id = q->id };
	int err = exchange(v, VIDIOC_G_EXT_CTRLS, &c);

	if (err)
		return err;
	switch (q->type) {
	case V4L2_CTRL_TYPE_INTEGER64:
		*value = c.value64;
		break;
	case V4L2_CTRL_TYPE_BITMASK:
		*value = (uint32_t)c.value;
		break;
	default:
		*value = c.value;
	}
	return 0;
}

/* ---- menus -------------------------------------------------------------- */

static void free_menu(char **menu, uint32_t count)
{
	uint32_t i;

	for (i = 0; menu && i < count; i++)
		free(menu[i]);
	free(menu);
}

static char *menu_text(struct v4l_session *v, const struct v4l2_query_ext_ctrl *q, uint32_t index)
{
	struct v4l2_querymenu m = { .id = q->id, .index = index };
	char text[sizeof(m.name) + 1];

	if (v4l_ioctl(v, VIDIOC_QUERYMENU, &m))
		return NULL;
	if (q->type == V4L2_CTRL_TYPE_INTEGER_MENU)
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)m.value);
	else
		snprintf(text, sizeof(text), "%.*s", (int)sizeof(m.name), (const char *)m.name);
	return strdup(text);
}

static char **read_menu(struct v4l_session *v, const struct v4l2_query_ext_ctrl *q, uint32_t count)
{
	char **menu = calloc(count, sizeof(*menu));
	uint32_t i;

	for (i = 0; menu && i < count; i++)
		if ((int64_t)i >= q->minimum)
			menu[i] = menu_text(v, q, i);
	return menu;
}

static uint32_t menu_length(const struct v4l2_query_ext_ctrl *q)
{
	if ((q->type != V4L2_CTRL_TYPE_MENU && q->type != V4L2_CTRL_TYPE_INTEGER_MENU) ||
	    q->maximum < 0 || q->maximum >= MENU_MAX)
		return 0;
	return (uint32_t)q->maximum + 1;
}

/* ---- the list ----------------------------------------------------------- */

static bool has_value(const struct capture_control *c)
{
	return c->type != CAPTURE_CONTROL_BUTTON && c->type != CAPTURE_CONTROL_OTHER &&
	       !(c->flags & (CAPTURE_CONTROL_WRITE_ONLY | CAPTURE_CONTROL_DISABLED));
}

static const char *unit_of(uint32_t id)
{
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].id == id)
			return units[i].unit;
	return NULL;
}

static int give(struct v4l_session *v, struct v4l2_query_ext_ctrl *q, capture_control_fn *each,
		void *arg)
{
	char name[sizeof(q->name) + 1];
	struct capture_control control = {
		.id = q->id,
		.type = type_of(q),
		.flags = flags_of(q),
		.name = name,
		.title = q->name,
		.unit = unit_of(q->id),
		.min = q->minimum,
		.max = q->maximum,
		.step = (int64_t)q->step,
		.def = q->default_value,
	};
	char **menu = NULL;
	int err;

	q->name[sizeof(q->name) - 1] = '\0';
	v4l_control_name(q->name, name, sizeof(name));
	if (control.type == CAPTURE_CONTROL_BITMASK) {
		control.max = (uint32_t)q->maximum;
		control.def = (uint32_t)q->default_value;
	}
	control.menu_count = menu_length(q);
	if (control.menu_count) {
		menu = read_menu(v, q, control.menu_count);
		if (!menu)
			return fail(-ENOMEM, "%s: no memory for a menu", v->path);
		control.menu = (const char *const *)menu;
	}
	if (has_value(&control) && read_value(v, q, &control.value))
		control.value = 0;
	err = each(arg, &control);
	free_menu(menu, control.menu_count);
	return err;
}

int v4l_controls(struct capture_session *s, capture_control_fn *each, void *arg)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l2_query_ext_ctrl q = { 0 };
	unsigned int seen;
	uint32_t last = 0;
	int err;

	for (seen = 0; seen < CONTROLS_MAX; seen++) {
		memset(&q, 0, sizeof(q));
		q.id = last | NEXT;
		err = v4l_ioctl(v, VIDIOC_QUERY_EXT_CTRL, &q);
		if (err == -ENOTTY)
			return fail(-EOPNOTSUPP, "%s: has no controls", v->path);
		if (err == -EINVAL)
			return 0;
		if (err)
			return v4l_fail(v, "VIDIOC_QUERY_EXT_CTRL", err);
		if (q.id <= last)	/* would go round for ever */
			return 0;
		last = q.id;
		if (q.type == V4L2_CTRL_TYPE_CTRL_CLASS)
			continue;
		err = give(v, &q, each, arg);
		if (err)
			return err;
	}
	return 0;
}

static int query(struct v4l_session *v, uint32_t id, struct v4l2_query_ext_ctrl *q)
{
	int err;

	memset(q, 0, sizeof(*q));
	q->id = id;
	err = v4l_ioctl(v, VIDIOC_QUERY_EXT_CTRL, q);
	return err ? v4l_fail(v, "VIDIOC_QUERY_EXT_CTRL", err) : 0;
}

int v4l_get_control(struct capture_session *s, uint32_t id, int64_t *value)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l2_query_ext_ctrl q;
	int err = query(v, id, &q);

	if (err)
		return err;
	err = read_value(v, &q, value);
	return err ? v4l_fail(v, "VIDIOC_G_EXT_CTRLS", err) : 0;
}

static int fail_set(struct v4l_session *v, const struct v4l2_query_ext_ctrl *q, int64_t value,
		    int err)
{
	const char *title = q->name;

	switch (err) {
	case -EBUSY:
		return fail(err, "%s: %s cannot change now: %s", v->path, title,
			    q->flags & V4L2_CTRL_FLAG_GRABBED ?
				    "the driver needs it as it is while frames flow; stop first" :
				    "the driver is busy; try again");
	case -ERANGE:
	case -EINVAL:
		return fail(-ERANGE, "%s: %s does not take %" PRId64 "; it takes %" PRId64 " to %" PRId64
			    " in steps of %" PRIu64, v->path, title, value, (int64_t)q->minimum,
			    (int64_t)q->maximum, (uint64_t)q->step);
	case -EACCES:
		return fail(err, "%s: %s is read-only%s", v->path, title,
			    q->flags & V4L2_CTRL_FLAG_INACTIVE ?
				    " at the moment; switch off its automatic counterpart" : "");
	default:
		return v4l_fail(v, "VIDIOC_S_EXT_CTRLS", err);
	}
}

int v4l_set_control(struct capture_session *s, uint32_t id, int64_t value)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l2_ext_control c = { .id = id };
	struct v4l2_query_ext_ctrl q;
	int err = query(v, id, &q);

	if (err)
		return err;
	if (q.type == V4L2_CTRL_TYPE_INTEGER64)
		c.value64 = value;
	else
		c.value = (int32_t)value;
	err = exchange(v, VIDIOC_S_EXT_CTRLS, &c);
	return err ? fail_set(v, &q, value, err) : 0;
}
