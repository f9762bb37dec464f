/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source says of itself, and that it keeps to it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"

#define NAMES_MAX 512

static void info(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	struct capture_info info;

	EXPECT(!capture_info(s, &info), "%s", capture_error());
	EXPECT(info.uri && !strcmp(info.uri, plan->uri), "the URI is another one");
	EXPECT(info.backend && *info.backend && info.name && *info.name, "it has no name");
	EXPECT(info.depth >= 1, "it holds no buffer");
	EXPECT(!info.chunk == !info.window || !info.window, "a window without chunks");
	tap_note("%s: %s, %ux%u, %u buffers deep", info.backend, info.name, format.width,
		 format.height, info.depth);
	EXPECT(!capture_close(s), "%s", capture_error());
}

static void format_in_force(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format set, got, tried;
	struct capture_session *s = open_source(plan, plan->uri, &set);
	uint64_t end = 0;
	unsigned int i;
	int err;

	EXPECT(!capture_get_format(s, &got), "%s", capture_error());
	EXPECT(!memcmp(&set, &got, sizeof(set)), "the format in force is not the one that was set");
	EXPECT(set.planes >= 1 && set.planes <= CAPTURE_PLANES_MAX, "%u planes", set.planes);
	for (i = 0; i < set.planes; i++) {
		EXPECT(set.plane[i].offset >= end, "plane %u overlaps", i);
		end = set.plane[i].offset + (uint64_t)set.plane[i].stride * set.plane[i].lines;
	}
	EXPECT(end <= set.size, "the planes are larger than the frame");
	/* setting what is there changes nothing */
	EXPECT(!capture_set_format(s, &got), "%s", capture_error());
	EXPECT(got.width == set.width && got.height == set.height && got.fourcc == set.fourcc,
	       "the same wish gives another format");
	tried = (struct capture_format){ .width = 1, .height = 1 };
	err = capture_try_format(s, &tried);
	EXPECT(!err || err == -EOPNOTSUPP || err == -EINVAL, "%s", capture_error());
	EXPECT(!capture_get_format(s, &got) && got.width == set.width && got.height == set.height,
	       "trying a format changed the one in force");
	got.fps_num = 0;
	got.fps_den = 1;
	EXPECT(capture_set_format(s, &got) == -EINVAL, "a rate of 0/1 was taken");
	EXPECT(!capture_close(s), "%s", capture_error());
}

struct listing {
	struct capture_session *s;
	uint32_t current;
	bool seen;
	unsigned int count;
	char names[NAMES_MAX][64];
};

static int see_format(void *arg, const struct capture_format_info *info)
{
	struct listing *listing = arg;

	listing->count++;
	listing->seen |= info->fourcc == listing->current;
	EXPECT(info->width && info->height, "a format without a size");
	EXPECT(!info->width_step || info->width_max >= info->width, "a range that is empty");
	return 0;
}

static int end_the_walk(void *arg, const struct capture_format_info *info)
{
	++*(unsigned int *)arg;
	return 7;
}

static void formats(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	struct listing listing = { .s = s, .current = format.fourcc };
	unsigned int calls = 0;
	int err = capture_formats(s, see_format, &listing);

	if (err == -EOPNOTSUPP)
		tap_skip("the source cannot tell");
	EXPECT(!err, "%s", capture_error());
	EXPECT(listing.seen, "the format in force is not on the list of %u", listing.count);
	EXPECT(capture_formats(s, end_the_walk, &calls) == 7 && calls == 1,
	       "the walk does not end when told");
	EXPECT(!capture_close(s), "%s", capture_error());
}

static int see_control(void *arg, const struct capture_control *control)
{
	struct listing *listing = arg;
	unsigned int i;
	const char *c;

	EXPECT(control->name && *control->name, "a control without a name");
	for (c = control->name; *c; c++)
		EXPECT((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_',
		       "the name \"%s\" is not of lower case letters, digits and _", control->name);
	for (i = 0; i < listing->count; i++)
		EXPECT(strcmp(listing->names[i], control->name), "two controls are named %s",
		       control->name);
	EXPECT(control->min <= control->max || control->type == CAPTURE_CONTROL_OTHER ||
	       control->type == CAPTURE_CONTROL_BITMASK, "%s has an empty range", control->name);
	if (control->type == CAPTURE_CONTROL_MENU || control->type == CAPTURE_CONTROL_INTEGER_MENU)
		EXPECT(control->menu && control->menu_count, "%s has no menu", control->name);
	if (listing->count < NAMES_MAX)
		snprintf(listing->names[listing->count++], 64, "%s", control->name);
	return 0;
}

/* Every control can be asked for by the name that it is listed under. */
static void controls(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	struct listing *listing = calloc(1, sizeof(*listing));
	unsigned int i;
	int64_t value;
	int err = capture_controls(s, see_control, listing);

	if (err == -EOPNOTSUPP)
		tap_skip("the source has none");
	EXPECT(!err, "%s", capture_error());
	for (i = 0; i < listing->count; i++) {
		err = capture_get_control(s, listing->names[i], &value);
		EXPECT(!err || err == -EACCES || err == -EOPNOTSUPP, "%s", capture_error());
	}
	EXPECT(capture_get_control(s, "no such control", &value) == -ENOENT, "it is there");
	EXPECT(capture_set_control(s, "no such control", 1) == -ENOENT, "it can be set");
	EXPECT(!capture_close(s), "%s", capture_error());
	free(listing);
}

static int see_input(void *arg, const struct capture_input *input)
{
	int *current = arg;

	EXPECT(input->name, "an input without a name");
	if (input->flags & CAPTURE_INPUT_CURRENT) {
		EXPECT(*current < 0, "two inputs are current");
		*current = input->index;
	}
	return 0;
}

static void inputs(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	int current = -1, err = capture_inputs(s, see_input, &current);
	char text[16];

	if (err == -EOPNOTSUPP)
		tap_skip("the source has no choice");
	EXPECT(!err, "%s", capture_error());
	EXPECT(current >= 0, "no input is current");
	snprintf(text, sizeof(text), "%d", current);
	EXPECT(!capture_set_input(s, text), "%s", capture_error());
	EXPECT(capture_set_input(s, "no such input") == -ENOENT, "it is there");
	EXPECT(!capture_close(s), "%s", capture_error());
}

static void config(void *arg)
{
	const struct plan *plan = arg;
	struct capture_config bad = CAPTURE_CONFIG_INIT;
	struct capture_session *s;
	int err;

	bad.size = 1;
	EXPECT(capture_open(plan->uri, &bad, &s) == -EINVAL, "a size of 1 was taken");
	bad = (struct capture_config)CAPTURE_CONFIG_INIT;
	bad.chunk = 5000;
	EXPECT(capture_open(plan->uri, &bad, &s) == -EINVAL, "a chunk of 5000 was taken");
	bad.chunk = 0;
	bad.flags = 1;
	EXPECT(capture_open(plan->uri, &bad, &s) == -EINVAL, "an unknown flag was taken");
	bad.flags = 0;
	bad.chunk = 1 << 20;
	bad.window = 1;
	err = capture_open(plan->uri, &bad, &s);
	EXPECT(!err || err == -EOPNOTSUPP, "%s", capture_error());
	if (!err)
		EXPECT(!capture_close(s), "%s", capture_error());
	tap_note(err ? "moves frames whole" : "works in chunks");
}

void describe_cases(struct plan *plan)
{
	tap_run(info, plan, "describe: what it is");
	tap_run(config, plan, "describe: configurations");
	tap_run(format_in_force, plan, "describe: the format in force");
	tap_run(formats, plan, "describe: formats");
	tap_run(controls, plan, "describe: controls");
	tap_run(inputs, plan, "describe: inputs");
}
