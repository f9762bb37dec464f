/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "sim_options.h"

/*
 * WHEN is written as sim_schedule.h has it; frames count from 0 at every start,
 * lost ones too.
 */
const struct capture_option sim_option_table[] = {
	{ "size", "640x480", "pixels, up to 32768x32768" },
	{ "format", "YUYV", "pixel format" },
	{ "fps", "max", "frames per second (N, N.N or N/D), or max: as fast as buffers come, none lost" },
	{ "pattern", "scene", "scene, bars, checkers, ramp, black, white, noise or bytes (predictable bytes)" },
	{ "seed", "0", "number from which everything random follows" },
	{ "align", "1", "make strides a multiple of this many bytes" },
	{ "depth", "32", "buffers the device holds at once" },
	{ "drop", NULL, "WHEN frames are lost: N (every Nth), P%, @FRAME, N@FRAME, joined by +" },
	{ "error", NULL, "WHEN frames come damaged and say so" },
	{ "flip", NULL, "WHEN a byte comes wrong and nobody says so" },
	{ "short", NULL, "WHEN frames come incomplete" },
	{ "cut", NULL, "WHEN compressed frames lack their end and nobody says so" },
	{ "repeat", NULL, "WHEN frames come twice with one number" },
	{ "late", NULL, "WHEN frames come one period late (10 ms at fps=max)" },
	{ "jitter", "0", "TIME: frames come up to that much after their slot" },
	{ "stall", NULL, "TIME@FRAME or forever@FRAME: silence before that frame" },
	{ "unplug", NULL, "FRAME from which on the device is gone" },
	{ "fatal", NULL, "FRAME from which on the queue is dead until it is stopped" },
	{ "wrap", NULL, "N: the 32-bit frame counter wraps after N frames" },
	{ "fail-open", NULL, "ERRNO (EBUSY, EACCES, ...) with which opening fails" },
	{ "fail-start", NULL, "ERRNO with which the first start fails" },
	{ "fail-queue", NULL, "WHEN queue calls are refused, counted from 0 since opening" },
	{ "fail-frame", NULL, "WHEN transfers fail" },
	{ "guard", "0", "1: take access from the memory outside of the window during a transfer" },
	{ "stray", NULL, "WHEN a frame's engine writes outside of its window (needs guard=1)" },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "1", EIO }, { "EIO", EIO }, { "EACCES", EACCES }, { "EPERM", EPERM }, { "EBUSY", EBUSY },
	{ "ENODEV", ENODEV }, { "ENOENT", ENOENT }, { "EINVAL", EINVAL }, { "ENOMEM", ENOMEM },
	{ "ENOSPC", ENOSPC }, { "ENOLINK", ENOLINK }, { "EPROTO", EPROTO },
	{ "ETIMEDOUT", ETIMEDOUT },
};

static int get_error(const struct capture_uri *uri, const char *key, int *error)
{
	const char *text = uri_get(uri, key);
	size_t i;

	if (!text)
		return 0;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcasecmp(text, errors[i].name)) {
			*error = -errors[i].number;
			return 0;
		}
	return fail(-EINVAL, "sim: %s=%s is no error that can be simulated; write EIO, EACCES, EPERM, EBUSY, ENODEV, ENOENT, EINVAL, ENOMEM, ENOSPC, ENOLINK, EPROTO or ETIMEDOUT",
		    key, text);
}

static int get_pattern(const struct capture_uri *uri, enum pattern_kind *pattern)
{
	const char *text = uri_get(uri, "pattern");
	unsigned int i;

	if (!text)
		return 0;
	for (i = 0; pattern_names[i]; i++)
		if (!strcasecmp(text, pattern_names[i])) {
			*pattern = i;
			return 0;
		}
	return fail(-EINVAL, "sim: no pattern is named \"%s\"; there are scene, bars, checkers, ramp, black, white, noise and bytes",
		    text);
}

static int get_fourcc(const struct capture_uri *uri, uint32_t *fourcc)
{
	const char *text = uri_get(uri, "format");
	int err;

	if (!text)
		return 0;
	err = capture_fourcc_parse(text, fourcc);
	if (err)
		return fail_in(err, "sim: format: ");
	if (!pattern_can(*fourcc))
		return fail(-EINVAL, "sim: format=%s cannot be simulated; list its formats for those that can",
			    text);
	return 0;
}

static int get_rate(const struct capture_uri *uri, struct sim_options *options)
{
	const char *text = uri_get(uri, "fps");
	int err;

	if (!text || !strcasecmp(text, "max"))
		return 0;
	err = uri_get_rate(uri, "fps", &options->fps_num, &options->fps_den);
	if (err)
		return err;
	if (options->fps_num / options->fps_den >= SIM_RATE_MAX)
		return fail(-EINVAL, "sim: fps=%s is too fast for a clock; less than %u, or max for no clock",
			    text, SIM_RATE_MAX);
	return 0;
}

static int get_schedule(const struct capture_uri *uri, const char *key, struct schedule *schedule)
{
	const char *text = uri_get(uri, key);

	return text ? schedule_parse(key, text, schedule) : 0;
}

static int get_schedules(const struct capture_uri *uri, struct sim_options *options)
{
	const struct {
		const char *key;
		struct schedule *schedule;
	} all[] = {
		{ "drop", &options->drop },		{ "error", &options->error },
		{ "short", &options->incomplete },	{ "repeat", &options->repeat },
		{ "late", &options->late },		{ "stray", &options->stray },
		{ "fail-frame", &options->fail_frame },	{ "fail-queue", &options->fail_queue },
		{ "flip", &options->flip },		{ "cut", &options->cut },
	};
	size_t i;
	int err;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		err = get_schedule(uri, all[i].key, all[i].schedule);
		if (err)
			return err;
	}
	return 0;
}

/* "2s@50": a time as uri_get_time() has it, or "forever", and a frame */
static int get_stall(const struct capture_uri *uri, struct sim_options *options)
{
	const char *text = uri_get(uri, "stall"), *at;
	struct capture_uri part = { .backend = "sim" };
	int err;

	if (!text)
		return 0;
	at = strchr(text, '@');
	if (!at || (size_t)(at - text) >= sizeof(part.text))
		return fail(-EINVAL, "sim: stall=%s is not TIME@FRAME, such as 2s@50 or forever@50",
			    text);
	memcpy(part.text, text, at - text);
	part.option[0] = (struct uri_option){ "stall", part.text };
	part.option[1] = (struct uri_option){ "stall=TIME@", at + 1 };
	part.count = 2;
	options->stall_ns = SIM_NEVER;
	if (strcasecmp(part.text, "forever")) {
		err = uri_get_time(&part, "stall", &options->stall_ns);
		if (err)
			return err;
	}
	return uri_get_u64(&part, "stall=TIME@", 0, INT64_MAX, &options->stall_at);
}

static int get_times(const struct capture_uri *uri, struct sim_options *options)
{
	int err;

	err = uri_get_time(uri, "jitter", &options->jitter_ns);
	if (!err)
		err = get_stall(uri, options);
	if (err)
		return err;
	if (options->jitter_ns > SIM_TIME_MAX ||
	    (options->stall_ns > SIM_TIME_MAX && options->stall_ns != SIM_NEVER))
		return fail(-EINVAL, "sim: a time of more than a day; write forever@FRAME for a stall without end");
	return 0;
}

static int get_numbers(const struct capture_uri *uri, struct sim_options *options)
{
	uint64_t seed = 0, align = 1, depth = options->depth, wrap = 0, guard = 0;
	int err;

	err = uri_get_u64(uri, "seed", 0, UINT32_MAX, &seed);
	if (!err)
		err = uri_get_u64(uri, "align", 1, 65536, &align);
	if (!err)
		err = uri_get_u64(uri, "depth", 1, 1024, &depth);
	if (!err)
		err = uri_get_u64(uri, "wrap", 1, UINT32_MAX, &wrap);
	if (!err)
		err = uri_get_u64(uri, "guard", 0, 1, &guard);
	if (!err)
		err = uri_get_u64(uri, "unplug", 0, INT64_MAX, &options->unplug_at);
	if (!err)
		err = uri_get_u64(uri, "fatal", 0, INT64_MAX, &options->fatal_at);
	options->seed = seed;
	options->align = align;
	options->depth = depth;
	options->wrap = wrap;
	options->guard = guard;
	return err;
}

int sim_options_parse(const struct capture_uri *uri, struct sim_options *options)
{
	int err;

	*options = (struct sim_options){
		.width = 640,
		.height = 480,
		.fourcc = CAPTURE_FOURCC('Y', 'U', 'Y', 'V'),
		.depth = 32,
		.stall_at = SIM_NEVER,
		.unplug_at = SIM_NEVER,
		.fatal_at = SIM_NEVER,
	};
	if (*uri->address)
		return fail(-EINVAL, "sim: the simulator has no address, but \"%s\" stands for one; write sim:KEY=VALUE,...",
			    uri->address);
	err = uri_get_size(uri, "size", &options->width, &options->height);
	if (!err && (options->width > SIM_SIDE_MAX || options->height > SIM_SIDE_MAX))
		err = fail(-EINVAL, "sim: size=%s is too large; at most %ux%u", uri_get(uri, "size"),
			   SIM_SIDE_MAX, SIM_SIDE_MAX);
	if (!err)
		err = get_fourcc(uri, &options->fourcc);
	if (!err)
		err = get_rate(uri, options);
	if (!err)
		err = get_pattern(uri, &options->pattern);
	if (!err)
		err = get_numbers(uri, options);
	if (!err)
		err = get_schedules(uri, options);
	if (!err)
		err = get_times(uri, options);
	if (!err)
		err = get_error(uri, "fail-open", &options->fail_open);
	if (!err)
		err = get_error(uri, "fail-start", &options->fail_start);
	if (!err && options->stray.count && !options->guard)
		err = fail(-EINVAL, "sim: stray without guard=1 would damage memory; add guard=1");
	return err;
}
