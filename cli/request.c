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

int request_add_output(struct request *request, const char *template, int level)
{
	if (!*template)
		return say_why(-EINVAL, "the argument is empty; leave the option out instead");
	if (level > request->output_level)
		request->output_count = 0;
	request->output_level = level;
	if (request->output_count == REQUEST_OUTPUTS_MAX)
		return say_why(-EINVAL, "%s: there are %d outputs already; run grab once more for others",
			       template, REQUEST_OUTPUTS_MAX);
	request->outputs[request->output_count++].template = template;
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

/* Each thing at a place of its own, as far as the arguments tell. */
static int check_places(const struct request *r)
{
	int err = check_distinct("--metadata", r->metadata, "--stats", r->stats_file);

	for (unsigned int i = 0; !err && i < r->output_count; i++) {
		const char *path = r->outputs[i].template;

		err = check_distinct("--output", path, "--metadata", r->metadata);
		if (!err)
			err = check_distinct("--output", path, "--stats", r->stats_file);
		for (unsigned int j = 0; !err && j < i; j++)
			err = check_distinct("--output", path, "another --output",
					     r->outputs[j].template);
	}
	return err;
}

static int no_format(const char *template)
{
	const char *suffix = strrchr(template, '.');

	if (suffix && !strchr(suffix, '/') && suffix[1])
		return say_why(-EINVAL, "%s: '%s' is no ending of a file format; choose one with --format",
			       template, suffix);
	return say_why(-EINVAL, "%s: the name has no ending that tells a file format; choose one with "
		       "--format", template);
}

/* --format is for the one output, or for those of several whose names tell none. */
static int choose_encoder(const struct request *r, struct output_wish *wish)
{
	bool standard = !strcmp(wish->template, "-");

	wish->encoder = standard ? NULL : encoder_for_path(wish->template);
	if (r->format && (!wish->encoder || r->output_count == 1))
		wish->encoder = r->format;
	else if (standard)
		wish->encoder = encoder_find("raw");
	return wish->encoder ? 0 : no_format(wish->template);
}

/* A promise about raw files needs one. */
static int check_direct(const struct request *r)
{
	if (r->direct != DIRECT_ON)
		return 0;
	for (unsigned int i = 0; i < r->output_count; i++)
		if (r->outputs[i].encoder->plain && strcmp(r->outputs[i].template, "-"))
			return 0;
	return say_why(-EINVAL, "--direct on: only raw files are written directly and none is named; "
		       "add -o NAME.raw, or leave it out");
}

/* Where bytes go must be clear: each thing at a place of its own, and a known format. */
static int check_outputs(struct request *r)
{
	int err = check_places(r);

	if (!err && !r->output_count && r->format && !r->format->discards)
		err = say_why(-EINVAL, "--format %s: no output is named; add -o", r->format->name);
	for (unsigned int i = 0; !err && i < r->output_count; i++)
		err = choose_encoder(r, &r->outputs[i]);
	return err ? err : check_direct(r);
}

int request_check(struct request *r)
{
	int err = check_outputs(r);

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
