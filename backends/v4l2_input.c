/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The connectors of a device, and what each says of its signal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "v4l2.h"

#define INPUTS_MAX 256

static const struct {
	uint32_t bit;
	const char *words;
} troubles[] = {
	{ V4L2_IN_ST_NO_POWER, "no power" },
	{ V4L2_IN_ST_NO_SIGNAL, "no signal" },
	{ V4L2_IN_ST_NO_SYNC, "no sync lock" },
	{ V4L2_IN_ST_NO_CARRIER, "no carrier" },
	{ V4L2_IN_ST_NO_EQU, "no equalizer lock" },
	{ V4L2_IN_ST_NO_ACCESS, "access denied" },
	{ V4L2_IN_ST_NO_H_LOCK, "no horizontal sync lock" },
	{ V4L2_IN_ST_NO_V_LOCK, "no vertical sync lock" },
	{ V4L2_IN_ST_NO_STD_LOCK, "no standard lock" },
};

const char *v4l_input_trouble(uint32_t status)
{
	size_t i;

	for (i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (status & troubles[i].bit)
			return troubles[i].words;
	return NULL;
}

int v4l_current_input(struct v4l_session *v, struct v4l2_input *input)
{
	int index, err;

	err = v4l_ioctl(v, VIDIOC_G_INPUT, &index);
	if (err)
		return err;
	memset(input, 0, sizeof(*input));
	input->index = (uint32_t)index;
	err = v4l_ioctl(v, VIDIOC_ENUMINPUT, input);
	input->name[sizeof(input->name) - 1] = '\0';
	return err;
}

/* The input at @index: 1, 0 past the last, or a negative errno with words. */
static int read_input(struct v4l_session *v, uint32_t index, struct v4l2_input *input)
{
	int err;

	if (index >= INPUTS_MAX)
		return 0;
	memset(input, 0, sizeof(*input));
	input->index = index;
	err = v4l_ioctl(v, VIDIOC_ENUMINPUT, input);
	input->name[sizeof(input->name) - 1] = '\0';
	if (err == -ENOTTY)
		return fail(-EOPNOTSUPP, "%s: has no choice of inputs", v->path);
	if (err == -EINVAL)
		return 0;
	return err ? v4l_fail(v, "VIDIOC_ENUMINPUT", err) : 1;
}

int v4l_inputs(struct capture_session *s, capture_input_fn *each, void *arg)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l2_input input;
	uint32_t index;
	int current = -1, err;

	if (v4l_ioctl(v, VIDIOC_G_INPUT, &current))
		current = -1;
	for (index = 0; (err = read_input(v, index, &input)) > 0; index++) {
		const struct capture_input info = {
			.index = index,
			.flags = (int)index == current ? CAPTURE_INPUT_CURRENT : 0,
			.name = (const char *)input.name,
			.status = v4l_input_trouble(input.status),
		};

		err = each(arg, &info);
		if (err)
			return err;
	}
	return err;
}

/* A name, or a number where no name fits: inputs may be called "1". */
static int find_input(struct v4l_session *v, const char *wanted, int *found)
{
	struct v4l2_input input;
	uint32_t index;
	char *end;
	long number;
	int err;

	for (index = 0; (err = read_input(v, index, &input)) > 0; index++)
		if (!strcasecmp((const char *)input.name, wanted)) {
			*found = (int)index;
			return 0;
		}
	if (err)
		return err;
	number = strtol(wanted, &end, 10);
	if (end == wanted || *end || number < 0 || number >= (long)index)
		return fail(-ENOENT, "%s: no input is called \"%s\"; list the inputs, it has %u",
			    v->path, wanted, index);
	*found = (int)number;
	return 0;
}

int v4l_set_input(struct capture_session *s, const char *wanted)
{
	struct v4l_session *v = v4l_of(s);
	int index, err;

	err = find_input(v, wanted, &index);
	if (err)
		return err;
	err = v4l_ioctl(v, VIDIOC_S_INPUT, &index);
	if (err)
		return v4l_fail(v, "VIDIOC_S_INPUT", err);
	return v4l_signal_follow(v);
}
