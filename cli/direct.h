/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink past the page cache: O_DIRECT and io_uring, from the caller's memory.
 *
 *	sink->write	begins writes and returns; what it was given stays in use
 *			until sink->done has passed it
 *	sink->settle	waits until some of it is out
 *
 *	 frame in memory   |#########################|t
 *	                    whole blocks: as they are  rest: to the stage
 *	 next frame        |h|########################|...
 *	                    fills the stage up to a block; from there on as it is, if the
 *	                    device takes memory that is aligned so, else all of it
 *	                    goes through the stage: one copy
 *
 * The last block is padded; direct_finish() gives the file its true length.
 *
 * A write that fails, or comes back short, is done again through the page cache,
 * and so is everything after it: a file system that takes O_DIRECT and then
 * refuses such writes costs nothing but speed, and where the room ends the last
 * byte that fits is written, as by any other sink.
 */
#ifndef GRAB_DIRECT_H
#define GRAB_DIRECT_H

#include <stdbool.h>

#include "sink.h"

/* how bytes got to a file */
enum direct_way {
	DIRECT_NO,		/* through the page cache */
	DIRECT_YES,		/* straight from the frames' memory */
	DIRECT_COPIED,		/* from a copy with the alignment that the disk wants */
	DIRECT_IN_PLACE,	/* not at all: frames were captured into it (inplace.h) */
	DIRECT_SPLICED,		/* into a pipe, as pages (sink.h) */
};

/** direct_way_name - "buffered", "direct", "direct-copied", "in-place", "spliced" */
const char *direct_way_name(enum direct_way way);

struct direct;

/**
 * direct_open - write an empty regular file in this way
 * @fd:		open for writing; the caller's, and open until direct_close()
 * @name:	for words; borrowed
 * @expected:	bytes that will come, to be allocated beforehand; 0: not known
 *
 * Return: 0; -EOPNOTSUPP: the file system takes no O_DIRECT, or there is no
 * io_uring; -ENOMEM.  With words; the descriptor is as it was.
 */
int direct_open(int fd, const char *name, uint64_t expected, struct direct **out);

/** direct_sink - to write to; its errors are those of sink_fd */
struct sink *direct_sink(struct direct *direct);

/** direct_way - as it was up to now; @why: words if not straight, else "" */
enum direct_way direct_way(const struct direct *direct, const char **why);

/**
 * direct_finish - everything out, the file as long as what was written
 *
 * Return: 0, or a negative errno with words.
 */
int direct_finish(struct direct *direct);

/** direct_cut - keep the first @bytes, which are out, and nothing more. As direct_finish(). */
int direct_cut(struct direct *direct, uint64_t bytes);

/** direct_close - when nothing is under way any more. NULL is fine. */
void direct_close(struct direct *direct);

#endif /* GRAB_DIRECT_H */
