/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where frames go: how many files, under which names, and whether they may. */
#ifndef GRAB_OUTPUT_H
#define GRAB_OUTPUT_H

#include "encode.h"
#include "name.h"
#include "outfile.h"
#include "request.h"

enum output_mode {
	OUTPUT_DISCARD,		/* nowhere */
	OUTPUT_STREAM,		/* standard output, a device, a fifo: one opening, all frames in order */
	OUTPUT_FILE,		/* one file with all frames in order */
	OUTPUT_FILES,		/* one file a frame */
};

struct output {
	const struct output_wish *wish;
	enum output_mode mode;
	uint64_t count;			/* frames; 0: not known */
	uint64_t start;			/* index of the first */
	bool numbered;			/* "-%06d" was put into the name */
	bool standard;			/* OUTPUT_STREAM is standard output */
	struct name name;		/* OUTPUT_FILE and OUTPUT_FILES */
	struct name_facts facts;	/* of the first frame, guessed before it is there */
	struct name_series series;
	char path[PATH_MAX];		/* OUTPUT_STREAM and OUTPUT_FILE: the name */
	struct outfile_report report;	/* by output_check() */
	uint64_t need_bytes;		/* most that the run can write; 0: not known */
	uint64_t frame_bytes;		/* most bytes of one frame in the file; 0: not known */
	bool frame_fixed;		/* ... and every frame has about so many */
	unsigned int writers;		/* threads */
	uint64_t written;		/* frames, so far */
};

/**
 * output_plan - from the template to the way of writing
 * @serial:	the device's, or NULL; borrowed
 * @period_ns:	from one frame to the next; 0: not known
 *
 * Return: 0, or an exit status after a message.
 */
int output_plan(const struct request *request, const struct output_wish *wish, const char *serial,
		uint64_t period_ns, struct output *output);

/**
 * outputs_check - may all of it be written, and is there room for all together?
 *
 * frame_bytes and frame_fixed are set.  Nothing is made or changed.
 *
 * Return: 0; -EEXIST, -ENOSPC, -EACCES, ... with words.
 */
int outputs_check(struct output *outputs, unsigned int count, const struct request *request);

/** output_is_plain_file - frames go into one file as they lie in memory */
bool output_is_plain_file(const struct output *output);

/** output_why_buffered - why a plain file is not even tried past the page cache; NULL: it is */
const char *output_why_buffered(const struct output *output, const struct request *request);

/**
 * output_name - the file name of the next frame
 * @picture:	index, sequence and times are set
 *
 * To be called in the order of frames, for OUTPUT_FILES.
 *
 * Return: 0 and @path, to be freed; -ENAMETOOLONG, -ENODATA, -ENOMEM with words.
 */
int output_name(struct output *output, const struct picture *picture, char **path);

#endif /* GRAB_OUTPUT_H */
