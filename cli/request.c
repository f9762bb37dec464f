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

/* Two things in one place: standard output, or a file that both would want to be. */
static int check_distinct(const char *one, const char *path, const char *other,
			  const char *other_path)
{
	if (!path || !other_path || strcmp(path, other_path))
		return 0;
	if (!strcmp(path, "-"))
		return say_why(-EINVAL, "%s and %s both go to standard output; give one of them a file",
			       one, other);
	if (outfile_kind(path) == OUTFILE_DIRECT)
		return 0;
	return say_why(-EINVAL, "%s and %s both go to %s; give one of them another name", one, other,
		       path);
}

/* Where bytes go must be clear: each thing at a place of its own, and a known format. */
static int check_output(struct request *r)
{
	const char *suffix;
	int err = check_distinct("--output", r->output, "--metadata", r->metadata);

	if (!err)
		err = check_distinct("--output", r->output, "--stats", r->stats_file);
	if (!err)
		err = check_distinct("--metadata", r->metadata, "--stats", r->stats_file);
	if (err)
		return err;
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
