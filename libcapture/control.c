/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Controls by name, with the checks that are the same for every backend. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"

/* the parts of a control that outlive the walk that found it */
struct found {
	const char *wanted;
	bool ok;
	struct capture_control control;
	char name[64];
	bool menu_ok;		/* menu[index] is there */
	int64_t index;
};

/* Case does not matter, and blanks and "-" are "_". */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = (char)tolower((unsigned char)*a), y = (char)tolower((unsigned char)*b);

		if (x == ' ' || x == '-')
			x = '_';
		if (y == ' ' || y == '-')
			y = '_';
		if (x != y)
			return false;
	}
	return !*a && !*b;
}

static int look(void *arg, const struct capture_control *control)
{
	struct found *found = arg;

	if (!same_name(found->wanted, control->name) &&
	    !(control->title && same_name(found->wanted, control->title)))
		return 0;
	found->ok = true;
	found->control = *control;
	snprintf(found->name, sizeof(found->name), "%s", control->name);
	found->menu_ok = !control->menu ||
			 (found->index >= 0 && found->index < control->menu_count &&
			  control->menu[found->index]);
	return 1;
}

static int find(struct capture_session *s, const char *name, struct found *found)
{
	int err;

	found->wanted = name;
	if (!s->backend->controls)
		return fail(-EOPNOTSUPP, "%s: has no controls", s->uri);
	err = s->backend->controls(s, look, found);
	if (err < 0)
		return err;
	if (!found->ok)
		return fail(-ENOENT, "%s: no control is named \"%s\"; list them", s->uri, name);
	return 0;
}

static int check_value(struct capture_session *s, const struct found *found, int64_t value)
{
	const struct capture_control *c = &found->control;

	switch (c->type) {
	case CAPTURE_CONTROL_BUTTON:
		return 0;
	case CAPTURE_CONTROL_OTHER:
		return fail(-EOPNOTSUPP, "%s: %s is no number and cannot be set here", s->uri, found->name);
	case CAPTURE_CONTROL_BITMASK:
		if (value & ~c->max)
			return fail(-ERANGE, "%s: %s=%#" PRIx64 " has bits outside of %#" PRIx64, s->uri,
				    found->name, (uint64_t)value, (uint64_t)c->max);
		return 0;
	default:
		if (value < c->min || value > c->max || !found->menu_ok)
			return fail(-ERANGE, "%s: %s=%" PRId64 " is not one of its values; it takes %" PRId64
				    " to %" PRId64 "%s", s->uri, found->name, value, c->min, c->max,
				    c->menu ? " as its menu has them" : "");
		return 0;
	}
}

int capture_controls(struct capture_session *s, capture_control_fn *each, void *arg)
{
	if (!s->backend->controls)
		return fail(-EOPNOTSUPP, "%s: has no controls", s->uri);
	return s->backend->controls(s, each, arg);
}

int capture_get_control(struct capture_session *s, const char *name, int64_t *value)
{
	struct found found = { 0 };
	int err = find(s, name, &found);

	if (err)
		return err;
	if (found.control.type == CAPTURE_CONTROL_OTHER)
		return fail(-EOPNOTSUPP, "%s: %s is no number", s->uri, found.name);
	if (found.control.flags & CAPTURE_CONTROL_WRITE_ONLY ||
	    found.control.type == CAPTURE_CONTROL_BUTTON)
		return fail(-EACCES, "%s: %s cannot be read", s->uri, found.name);
	return s->backend->get_control(s, found.control.id, value);
}

int capture_set_control(struct capture_session *s, const char *name, int64_t value)
{
	struct found found = { .index = value };
	int err = find(s, name, &found);

	if (err)
		return err;
	if (found.control.flags & (CAPTURE_CONTROL_READ_ONLY | CAPTURE_CONTROL_DISABLED))
		return fail(-EACCES, "%s: %s is read-only", s->uri, found.name);
	err = check_value(s, &found, value);
	if (err)
		return err;
	return s->backend->set_control(s, found.control.id, value);
}
