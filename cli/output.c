/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "option.h"
#include "say.h"
#include "words.h"

static int usage(int error)
{
	return say_error(STATUS_USAGE, error, "--output: %s", why());
}

static bool has_tokens(const struct name *name)
{
	for (unsigned int i = 0; i < name->count; i++)
		if (name->piece[i].kind != NAME_TEXT)
			return true;
	return false;
}

static int plan_standard(const struct request *r, struct output *output)
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
	if (output->count != 1 && !has_tokens(&output->name)) {
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

static void warn_of_suffix(const struct request *r)
{
	const struct encoder *by_name = encoder_for_path(r->output);

	if (r->encoder->discards)
		say(SAY_NOTES, "%s: not written, for the format %s discards all", r->output,
		    r->encoder->name);
	else if (by_name && by_name != r->encoder)
		say(SAY_NOTES, "%s: the name says %s, the content will be %s", r->output, by_name->name,
		    r->encoder->name);
}

int output_plan(const struct request *r, const char *serial, uint64_t period_ns,
		struct output *output)
{
	unsigned int flags = (r->literal_name ? NAME_LITERAL : 0) |
			     (r->clock == NAME_CLOCK_LOCAL ? NAME_LOCAL_TIME : 0);
	int err, status;

	memset(output, 0, sizeof(*output));
	output->count = r->frames;
	output->start = r->start;
	output->facts = (struct name_facts){ .index = r->start, .time_ns = clock_now(),
					     .utc_ns = clock_utc(clock_now(), NULL), .serial = serial };
	if (!r->output)
		return 0;
	if (!strcmp(r->output, "-") && !r->encoder->discards)
		return plan_standard(r, output);
	warn_of_suffix(r);
	if (r->encoder->discards)
		return 0;
	err = name_parse(&output->name, r->output, flags);
	if (err)
		return usage(err);
	if (r->encoder->container || !has_tokens(&output->name)) {
		status = plan_one(output);
		if (status || r->encoder->container || output->mode == OUTPUT_STREAM)
			return status;
	}
	status = plan_files(r, period_ns, output);
	return status ? status : find_start(r, output);
}

static int check_space(const struct output *output, const struct request *r)
{
	const struct outfile_report *report = &output->report;

	if (output->mode == OUTPUT_FILES && output->count > report->free_files)
		return say_why(-ENOSPC, "%s: %" PRIu64 " files are to be written and the file system "
			       "has room for %" PRIu64 "; write elsewhere", report->first,
			       output->count, report->free_files);
	/* what is replaced gives its space back: how much of it is in time nobody knows */
	if (!output->need_bytes || output->need_bytes <= report->free_bytes || report->existing)
		return 0;
	return say_why(-ENOSPC, "%s: up to %" PRIu64 " bytes are to be written and %" PRIu64 " are "
		       "free; free some space or write elsewhere", report->first, output->need_bytes,
		       report->free_bytes);
}

int output_check(struct output *output, const struct request *r, uint64_t frame_bytes)
{
	uint64_t files = output->mode == OUTPUT_FILES ? output->count : 1;
	int err;

	if (output->mode == OUTPUT_DISCARD || output->mode == OUTPUT_STREAM)
		return 0;
	if (__builtin_mul_overflow(frame_bytes, output->count, &output->need_bytes))
		output->need_bytes = UINT64_MAX;
	err = outfile_check(&output->name, &output->facts, files, &r->outfile, &output->report);
	return err ? err : check_space(output, r);
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
