/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "inplace.h"
#include "option.h"
#include "say.h"
#include "words.h"

static int usage(int error)
{
	return say_error(STATUS_USAGE, error, "--output: %s", why());
}

static int plan_standard(struct output *output)
{
	output->mode = OUTPUT_STREAM;
	output->standard = true;
	strcpy(output->path, "standard output");
	if (isatty(STDOUT_FILENO))
		return say_error(STATUS_USAGE, 0, "standard output is a terminal; send it to a file or "
				 "a pipe");
	return 0;
}

/* The name of the one file or stream. */
static int plan_one(struct output *output)
{
	int kind, err = name_expand(&output->name, &output->facts, output->path, sizeof(output->path));

	if (err < 0)
		return usage(err);
	kind = outfile_kind(output->path);
	output->mode = kind == OUTFILE_DIRECT ? OUTPUT_STREAM : OUTPUT_FILE;
	return 0;	/* what is wrong with it output_check() tells */
}

/* A file for each frame, and no two of the same name. */
static int plan_files(const struct request *r, uint64_t period_ns, struct output *output)
{
	int err;

	output->mode = OUTPUT_FILES;
	if (output->count != 1 && name_is_fixed(&output->name)) {
		err = name_number(&output->name);
		if (err)
			return usage(err);
		output->numbered = true;
	}
	if (r->every > 1)
		period_ns *= r->every;
	else if (r->interval_ns > period_ns)
		period_ns = r->interval_ns;
	err = name_unique(&output->name, output->count, period_ns);
	return err < 0 ? usage(err) : 0;
}

static int find_start(const struct request *r, struct output *output)
{
	int err = r->start_auto ? outfile_next_index(&output->name, &output->facts, &output->start) : 0;

	output->facts.index = output->start;
	if (!err)
		return 0;
	if (err == -EINVAL)
		return say_error(STATUS_USAGE, err, "--start auto: %s", why());
	return say_error(status_of(PHASE_CREATE, err), err, "%s", why());
}

static void warn_of_suffix(const struct output_wish *wish)
{
	const struct encoder *by_name = encoder_for_path(wish->template);

	if (wish->encoder->discards)
		say(SAY_NOTES, "%s: not written, for the format %s discards all",
		    wish->template, wish->encoder->name);
	else if (by_name && by_name != wish->encoder)
		say(SAY_NOTES, "%s: the name says %s, the content will be %s", wish->template,
		    by_name->name, wish->encoder->name);
}

/* Do all frames go into one file? */
static bool takes_all(const struct output *output)
{
	const struct encoder *encoder = output->wish->encoder;

	return encoder->container && (!encoder->by_name || name_is_fixed(&output->name));
}

int output_plan(const struct request *r, const struct output_wish *wish, const char *serial,
		uint64_t period_ns, struct output *output)
{
	unsigned int flags = (r->literal_name ? NAME_LITERAL : 0) |
			     (r->clock == NAME_CLOCK_LOCAL ? NAME_LOCAL_TIME : 0);
	int err, status;

	memset(output, 0, sizeof(*output));
	output->wish = wish;
	output->count = r->frames;
	output->start = r->start;
	output->facts = (struct name_facts){ .index = r->start, .time_ns = clock_now(),
					     .utc_ns = clock_utc(clock_now(), NULL), .serial = serial };
	if (!strcmp(wish->template, "-") && !wish->encoder->discards)
		return plan_standard(output);
	warn_of_suffix(wish);
	if (wish->encoder->discards)
		return 0;
	err = name_parse(&output->name, wish->template, flags);
	if (err)
		return usage(err);
	if (takes_all(output) || name_is_fixed(&output->name)) {
		status = plan_one(output);
		if (status || takes_all(output) || output->mode == OUTPUT_STREAM)
			return status;
	}
	status = plan_files(r, period_ns, output);
	return status ? status : find_start(r, output);
}

static bool on_disk(const struct output *output)
{
	return output->mode == OUTPUT_FILE || output->mode == OUTPUT_FILES;
}

/* What outputs on one file system need together. */
static int check_space(const struct output *outputs, unsigned int count, unsigned int first)
{
	const struct outfile_report *report = &outputs[first].report;
	uint64_t bytes = 0, files = 0, existing = 0;

	for (unsigned int i = 0; i < count; i++) {
		const struct output *o = &outputs[i];

		if (!on_disk(o) || o->report.device != report->device)
			continue;
		if (__builtin_add_overflow(bytes, o->need_bytes, &bytes))
			bytes = UINT64_MAX;
		if (o->mode == OUTPUT_FILES && __builtin_add_overflow(files, o->count, &files))
			files = UINT64_MAX;
		existing += o->report.existing;
	}
	if (files > report->free_files)
		return say_why(-ENOSPC, "%s: %" PRIu64 " files are to be written and the file system "
			       "has room for %" PRIu64 "; write elsewhere", report->first, files,
			       report->free_files);
	/* what is replaced gives its space back: how much of it is in time nobody knows */
	if (bytes <= report->free_bytes || existing)
		return 0;
	return say_why(-ENOSPC, "%s: up to %" PRIu64 " bytes are to be written and %" PRIu64 " are "
		       "free; free some space or write elsewhere", report->first, bytes,
		       report->free_bytes);
}

static int check_one(struct output *output, const struct request *r)
{
	uint64_t files = output->mode == OUTPUT_FILES ? output->count : 1;
	/* a bound that frames seldom reach is no reason to refuse a run */
	uint64_t frame_bytes = output->frame_fixed ? output->frame_bytes : 0;

	if (__builtin_mul_overflow(frame_bytes, output->count, &output->need_bytes))
		output->need_bytes = UINT64_MAX;
	return outfile_check(&output->name, &output->facts, files, &r->outfile, &output->report);
}

int outputs_check(struct output *outputs, unsigned int count, const struct request *r)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < count; i++)
		if (on_disk(&outputs[i]))
			err = check_one(&outputs[i], r);
	for (unsigned int i = 0; !err && i < count; i++)
		if (on_disk(&outputs[i]))
			err = check_space(outputs, count, i);
	return err;
}

/* Frames smaller than this gain nothing by going past the page cache. */
#define DIRECT_FROM (64u << 10)

bool output_is_plain_file(const struct output *output)
{
	return output->mode == OUTPUT_FILE && output->wish->encoder->plain;
}

const char *output_why_buffered(const struct output *output, const struct request *r)
{
	if (r->direct == DIRECT_OFF)
		return "as --direct off says";
	if (r->direct == DIRECT_AUTO && output->frame_bytes < DIRECT_FROM &&
	    !inplace_must(output->path))
		return "frames are small";
	return NULL;
}

int output_name(struct output *output, const struct picture *picture, char **path)
{
	const struct name_facts facts = {
		.index = picture->index,
		.sequence = picture->sequence,
		.time_ns = picture->time_ns,
		.utc_ns = picture->utc_ns,
		.serial = output->facts.serial,
	};
	int err = name_next(&output->name, &output->series, &facts, output->path,
			    sizeof(output->path));

	if (err < 0)
		return err;
	*path = strdup(output->path);
	return *path ? 0 : say_why(-ENOMEM, "%m");
}
