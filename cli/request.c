/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

void request_free(struct request *request)
{
	for (unsigned int i = 0; i < request->settings_count; i++)
		free(request->settings[i].name);
	free(request->settings);
	request->settings = NULL;
	request->settings_count = 0;
}

int request_add_setting(struct request *request, const char *text, size_t length, int level)
{
	const char *equals = memchr(text, '=', length);
	unsigned int at = request->settings_count;
	struct setting *grown;
	char *name;

	if (!equals || equals == text || equals == text + length - 1)
		return say_why(-EINVAL, "'%.*s' is not understood; write NAME=VALUE, such as gain=8",
			       (int)length, text);
	name = strndup(text, length);
	grown = reallocarray(request->settings, at + 1, sizeof(*grown));
	if (grown)
		request->settings = grown;
	if (!name || !grown) {
		free(name);
		return say_why(-ENOMEM, "%m");
	}
	name[equals - text] = '\0';
	while (at && request->settings[at - 1].level > level)
		at--;
	memmove(&grown[at + 1], &grown[at], (request->settings_count - at) * sizeof(*grown));
	grown[at] = (struct setting){ name, name + (equals - text) + 1, level };
	request->settings_count++;
	return 0;
}

/* Where bytes go must be clear: one thing on standard output, and a known format. */
static int check_output(struct request *r)
{
	const char *dash = r->output && !strcmp(r->output, "-") ? "--output" : NULL;
	const char *suffix;

	if (r->metadata && !strcmp(r->metadata, "-")) {
		if (dash)
			return say_why(-EINVAL, "%s and --metadata both go to standard output; "
				       "give one of them a file", dash);
		dash = "--metadata";
	}
	if (r->stats_file && !strcmp(r->stats_file, "-") && dash)
		return say_why(-EINVAL, "%s and --stats both go to standard output; give one of "
			       "them a file", dash);
	if (!r->output) {
		if (!r->encoder)
			r->encoder = encoder_find("null");
		if (!r->encoder->discards)
			return say_why(-EINVAL, "--format %s: no output is named; add -o",
				       r->encoder->name);
		return 0;
	}
	if (r->encoder)
		return 0;
	r->encoder = strcmp(r->output, "-") ? encoder_for_path(r->output) : encoder_find("raw");
	if (r->encoder)
		return 0;
	suffix = strrchr(r->output, '.');
	if (suffix && !strchr(suffix, '/') && suffix[1])
		return say_why(-EINVAL, "%s: '%s' is no ending of a file format; choose one with --format",
			       r->output, suffix);
	return say_why(-EINVAL, "%s: the name has no ending that tells a file format; choose one with "
		       "--format", r->output);
}

int request_check(struct request *r)
{
	int err = check_output(r);

	if (err)
		return err;
	if (!r->have_frames && !r->duration_ns)
		r->frames = 1;
	if (r->buffers_all && !r->frames)
		return say_why(-EINVAL, "--buffers all needs a number of frames; add --frames N");
	if (r->interval_ns && r->every > 1)
		return say_why(-EINVAL, "--interval and --every exclude each other; leave one out");
	if (r->chunk & (r->chunk - 1))
		return say_why(-EINVAL, "--chunk: %llu is not a power of two; write one, such as 1M",
			       (unsigned long long)r->chunk);
	if (r->window > UINT32_MAX || r->writers > 1024)
		return say_why(-EINVAL, "%s: too large; write a smaller number",
			       r->writers > 1024 ? "--writers" : "--window");
	return 0;
}
