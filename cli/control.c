/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "control_list.h"
#include "parse.h"
#include "say.h"
#include "words.h"

#define CANNOT_SET_NOW (CAPTURE_CONTROL_READ_ONLY | CAPTURE_CONTROL_DISABLED | \
			CAPTURE_CONTROL_INACTIVE | CAPTURE_CONTROL_VOLATILE)

struct setter {
	struct capture_session *session;
	const struct request *request;
	struct control_list list;	/* as it was before the first change */
	struct controls *controls;
};

/* ---- values ------------------------------------------------------------- */

static bool find_word(const struct capture_control *c, const char *text, int64_t *value)
{
	static const struct {
		const char *word;
		int64_t value;
	} words[] = {
		{ "on", 1 }, { "yes", 1 }, { "true", 1 }, { "off", 0 }, { "no", 0 }, { "false", 0 },
	};

	if (!strcasecmp(text, "default")) {
		*value = c->def;
		return true;
	}
	for (uint32_t i = 0; c->menu && i < c->menu_count; i++)
		if (c->menu[i] && !strcasecmp(c->menu[i], text)) {
			*value = i;
			return true;
		}
	for (size_t i = 0; c->type == CAPTURE_CONTROL_BOOLEAN && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(words[i].word, text)) {
			*value = words[i].value;
			return true;
		}
	return false;
}

/* A share of the range, on a step of it. */
static int64_t share_of_range(const struct capture_control *c, uint32_t thousandths)
{
	uint64_t range = (uint64_t)c->max - (uint64_t)c->min, step = c->step > 0 ? (uint64_t)c->step : 1;
	uint64_t offset = (uint64_t)((unsigned __int128)range * thousandths / 100000);

	return (int64_t)((uint64_t)c->min + offset / step * step);
}

int control_value(const struct capture_control *c, const char *text, int64_t *value)
{
	uint32_t thousandths;

	if (find_word(c, text, value))
		return 0;
	if (text[strlen(text) - 1] == '%') {
		if (c->type != CAPTURE_CONTROL_INTEGER)
			return say_why(-EINVAL, "%s=%s: only a whole number has a range; see "
				       "--list-ctrls", c->name, text);
		if (parse_percent(text, &thousandths))
			return say_why_in(-EINVAL, "%s: ", c->name);
		*value = share_of_range(c, thousandths);
		return 0;
	}
	if (!parse_value(text, value))
		return 0;
	return say_why(-EINVAL, "%s=%s: not a value of this control; see --list-ctrls", c->name, text);
}

int control_exposure(const struct capture_control *c, uint64_t ns, int64_t *value)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "100us", 100000 }, { "ms", 1000000 },
		{ "s", NSEC_PER_SEC },
	};

	for (size_t i = 0; c->unit && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(c->unit, units[i].unit))
			continue;
		*value = (int64_t)((ns + units[i].ns / 2) / units[i].ns);
		return 0;
	}
	return say_why(-EINVAL, "the unit of %s is not known; set it with --ctrl %s=N", c->name, c->name);
}

/* ---- setting ------------------------------------------------------------ */

static int save(struct setter *setter, const struct capture_control *c)
{
	struct controls *controls = setter->controls;
	struct control_saved *grown;

	if (c->type == CAPTURE_CONTROL_BUTTON || c->flags & CAPTURE_CONTROL_WRITE_ONLY)
		return 0;
	for (unsigned int i = 0; i < controls->count; i++)
		if (!strcmp(controls->saved[i].name, c->name))
			return 0;
	grown = reallocarray(controls->saved, controls->count + 1, sizeof(*grown));
	if (grown)
		controls->saved = grown;
	if (!grown || !(grown[controls->count].name = strdup(c->name)))
		return say_error(STATUS_MEMORY, -ENOMEM, "%s: no memory to keep its value", c->name);
	grown[controls->count++].value = c->value;
	return 0;
}

static int set(struct setter *setter, const struct capture_control *c, int64_t value)
{
	int status = save(setter, c);
	int64_t now;
	int err;

	if (status)
		return status;
	err = capture_set_control(setter->session, c->name, value);
	if (err)
		return say_library_error(PHASE_AGREE, err);
	if (c->type == CAPTURE_CONTROL_BUTTON ||
	    c->flags & (CAPTURE_CONTROL_WRITE_ONLY | CAPTURE_CONTROL_VOLATILE))
		return 0;
	err = capture_get_control(setter->session, c->name, &now);
	if (err)
		return say_library_error(PHASE_AGREE, err);
	if (now == value)
		return 0;
	if (setter->request->relax) {
		say(SAY_NOTES, "%s: %" PRId64 " was asked for and %" PRId64 " is set", c->name, value, now);
		return 0;
	}
	return say_error(STATUS_CONFIG, 0, "%s: %" PRId64 " was asked for and the device sets %" PRId64
			 "; ask for that, or accept it with --relax", c->name, value, now);
}

static int set_text(struct setter *setter, const struct capture_control *c, const char *text)
{
	int64_t value = 0;

	if (c->type != CAPTURE_CONTROL_BUTTON && control_value(c, text, &value))
		return say_error(STATUS_CONFIG, -EINVAL, "%s", why());
	return set(setter, c, value);
}

/* Has it this value now? The list may be out of date: settings came before. */
static bool has_value(struct setter *setter, const struct capture_control *c, int64_t value)
{
	int64_t now;

	return !capture_get_control(setter->session, c->name, &now) && now == value;
}

static int set_all_defaults(struct setter *setter, const char *text)
{
	int status = 0;

	if (strcasecmp(text, "default"))
		return say_error(STATUS_USAGE, 0, "--ctrl all=%s: all controls together only have "
				 "defaults; write all=default", text);
	for (unsigned int i = 0; i < setter->list.count && !status; i++) {
		const struct capture_control *c = &setter->list.control[i];

		if (c->type == CAPTURE_CONTROL_BUTTON || c->type == CAPTURE_CONTROL_OTHER ||
		    c->flags & CANNOT_SET_NOW || has_value(setter, c, c->def))
			continue;
		status = set(setter, c, c->def);
	}
	return status;
}

static int apply_setting(struct setter *setter, const struct setting *setting)
{
	const struct capture_control *c;

	if (!strcmp(setting->name, "all"))
		return set_all_defaults(setter, setting->value);
	c = control_list_find(&setter->list, setting->name);
	if (!c)
		return say_error(STATUS_CONFIG, -ENOENT, "no control is named '%s'; see --list-ctrls",
				 setting->name);
	return set_text(setter, c, setting->value);
}

/* The first of these names that the device has. */
static const struct capture_control *find_first(const struct setter *setter,
						const char *const *names)
{
	const struct capture_control *c = NULL;

	for (; *names && !c; names++)
		c = control_list_find(&setter->list, *names);
	return c;
}

/* Switch the automatic off, if there is one: by "off" or by the menu entry for people. */
static int take_over(struct setter *setter, const char *const *names)
{
	const struct capture_control *c = find_first(setter, names);

	if (c && c->type == CAPTURE_CONTROL_BOOLEAN)
		return set(setter, c, 0);
	for (uint32_t i = 0; c && c->menu && i < c->menu_count; i++)
		if (c->menu[i] && strcasestr(c->menu[i], "manual"))
			return set(setter, c, i);
	return 0;
}

static int apply_exposure(struct setter *setter, uint64_t ns)
{
	static const char *const automatic[] = { "auto_exposure", "exposure_auto", NULL };
	static const char *const names[] = { "exposure_time_absolute", "exposure_absolute",
					     "exposure_time", "exposure", NULL };
	const struct capture_control *c = find_first(setter, names);
	int64_t value = 0;
	int status;

	if (!c)
		return say_error(STATUS_CONFIG, -ENOENT, "--exposure: the device has no such control; "
				 "see --list-ctrls");
	if (control_exposure(c, ns, &value))
		return say_error(STATUS_CONFIG, -EINVAL, "--exposure: %s", why());
	status = take_over(setter, automatic);
	return status ? status : set(setter, c, value);
}

static int apply_gain(struct setter *setter, const char *text)
{
	static const char *const automatic[] = { "gain_automatic", "autogain", "auto_gain", NULL };
	static const char *const names[] = { "gain", "analogue_gain", NULL };
	const struct capture_control *c = find_first(setter, names);
	int status;

	if (!c)
		return say_error(STATUS_CONFIG, -ENOENT, "--gain: the device has no such control; see "
				 "--list-ctrls");
	status = take_over(setter, automatic);
	return status ? status : set_text(setter, c, text);
}

int controls_apply(struct capture_session *session, const struct request *r,
		   struct controls *controls)
{
	struct setter setter = { .session = session, .request = r, .controls = controls };
	int status = 0, err;

	if (!r->settings_count && !r->exposure_ns && !r->gain)
		return 0;
	err = control_list_read(session, &setter.list);
	if (err)
		status = say_library_error(PHASE_AGREE, err);
	for (unsigned int i = 0; i < r->settings_count && !status; i++)
		status = apply_setting(&setter, &r->settings[i]);
	if (!status && r->exposure_ns)
		status = apply_exposure(&setter, r->exposure_ns);
	if (!status && r->gain)
		status = apply_gain(&setter, r->gain);
	control_list_free(&setter.list);
	return status;
}

void controls_restore(struct capture_session *session, struct controls *controls)
{
	for (unsigned int i = controls->count; i > 0; i--) {
		const struct control_saved *saved = &controls->saved[i - 1];

		if (capture_set_control(session, saved->name, saved->value))
			say(SAY_NOTES, "%s: cannot be put back: %s", saved->name, capture_error());
	}
	controls_forget(controls);
}

void controls_forget(struct controls *controls)
{
	while (controls->count)
		free(controls->saved[--controls->count].name);
	free(controls->saved);
	*controls = (struct controls){ 0 };
}
