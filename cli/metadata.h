/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --metadata: a line of JSON (grab.frame/1) for each frame written, in the order
 * of capture whatever the order in which the writers end.
 */
#ifndef GRAB_METADATA_H
#define GRAB_METADATA_H

#include <stdbool.h>

#include "outfile.h"
#include "picture.h"

struct metadata;
struct metadata_line;

/* what a line tells beyond frame and picture */
struct metadata_facts {
	const struct capture_frame *frame;
	const struct picture *picture;
	uint64_t utc_error_ns;
	unsigned int buffer;	/* its number */
};

/* where an output has a frame */
struct metadata_place {
	const char *file;	/* NULL: no file */
	bool written;
	bool has_offset;
	uint64_t offset;	/* where it is in the file; only if @has_offset */
};

/**
 * metadata_open - begin the file
 * @path:	"-" is standard output
 *
 * Return: 0, or a negative errno with words.
 */
int metadata_open(const char *path, const struct outfile_policy *policy, struct metadata **out);

/**
 * metadata_add - a frame goes to the writers; in the order of capture
 *
 * Return: 0, or -ENOMEM with words.
 */
int metadata_add(struct metadata *m, const struct metadata_facts *facts,
		 struct metadata_line **out);

/**
 * metadata_done - the writers are done with it
 * @places:	one an output, in their order; none: frames are not written at all
 *
 * There is a line for a frame that any output has.
 *
 * Return: 0, or a negative errno with words: the file could not be written.
 */
int metadata_done(struct metadata *metadata, struct metadata_line *line,
		  const struct metadata_place *places, unsigned int count);

/** metadata_finish - the file, if it is whole, gets its name. 0, or a negative errno with words. */
int metadata_finish(struct metadata *metadata);

/** metadata_close - free; throws away what is not finished. NULL is fine. */
void metadata_close(struct metadata *metadata);

#endif /* GRAB_METADATA_H */
