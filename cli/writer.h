/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads that encode frames and write files.
 *
 *	capture loop		writers
 *	writer_put ---------> [ waiting ] -> encode, write, commit --+
 *	writer_take <---------- [ done ] <---------------------------+
 *	      ^ poll(writer_fd)
 *
 * One file a frame: any number of threads, frames end in any order.  A stream or
 * a container: one thread, in the order of the puts.  Threads without a frame lend
 * a hand with a large one, where the encoder can share it (png).
 *
 * A sink that writes behind (sink.h) has several frames at once; they are done with
 * in order.
 *
 * After the first failure nothing more is written: what is still to do comes
 * back undone.
 *
 * Threads: all functions are for the thread that called writer_open().
 */
#ifndef GRAB_WRITER_H
#define GRAB_WRITER_H

#include "encode.h"
#include "outfile.h"
#include "output.h"

/* a frame on its way to a file; the memory is the caller's */
struct job {
	struct job *next;
	void *owner;		/* the caller's */
	struct picture picture;
	char *path;		/* OUTPUT_FILES: its name; the caller's */
	uint64_t offset;	/* set: where the frame begins in the stream or file */
	uint64_t end;		/* likewise */
	bool written;		/* set */
};

struct writer;

struct writer_setup {
	const struct encoder *encoder;
	const struct encode_options *options;	/* needed by writer_open() only; its strings longer */
	const struct capture_format *format;
	const struct outfile_policy *policy;
	enum output_mode mode;		/* not OUTPUT_DISCARD */
	const char *path;		/* OUTPUT_STREAM, OUTPUT_FILE */
	bool standard;			/* OUTPUT_STREAM is standard output */
	bool plain_file;		/* output_is_plain_file() */
	bool must_direct;		/* past the page cache, or refuse */
	const char *why_buffered;	/* NULL: past the page cache if it can be */
	struct inplace_setup in_place;	/* of a file in memory; slots 0: it is not captured into */
	uint64_t expected;		/* bytes of a file with all frames; 0: not known */
	uint64_t frames;		/* of the run at most; 0: not known */
	unsigned int threads;		/* at least 1; one is used for a file or stream, unless
					   the encoder can share a frame */
};

/**
 * writer_open - begin the file or stream, allocate all that encoding needs, start the threads
 *
 * The threads take no signals.
 *
 * Return: 0, or a negative errno with words.
 */
int writer_open(const struct writer_setup *setup, struct writer **out);

/* how a raw file was written, or a pipe that has pages */
struct writer_way {
	bool applies;		/* it is one of these */
	enum direct_way way;
	char why[160];		/* if not straight from the frames' memory */
};

/** writer_way - up to now; complete after writer_finish() */
void writer_way(struct writer *writer, struct writer_way *way);

/** writer_in_place - where to capture into, until writer_finish(); NULL: memory of one's own */
struct inplace *writer_in_place(struct writer *writer);

/** writer_takes_pages - does it put memory of pictures that are lasting into a pipe, uncopied? */
bool writer_takes_pages(const struct writer *writer);

/** writer_fd - readable when writer_take() may have something */
int writer_fd(const struct writer *writer);

/** writer_put - give it a frame; never waits */
void writer_put(struct writer *writer, struct job *job);

/** writer_take - a job that is done with, written or not; NULL: none now */
struct job *writer_take(struct writer *writer);

/**
 * writer_error - the first failure
 *
 * Return: 0, or a negative errno with words.
 */
int writer_error(struct writer *writer);

/**
 * writer_finish - when all jobs were taken: end the file or stream
 *
 * A file that nothing was written to, or that failed, is thrown away; but where
 * the room ended it is cut behind the last whole frame, and stays.
 *
 * Return: 0, or the first failure, as writer_error(); or, if the frames that it
 * said are kept could not be, why.
 */
int writer_finish(struct writer *writer);

/** writer_close - end the threads, throw away what is not finished. NULL is fine. */
void writer_close(struct writer *writer);

#endif /* GRAB_WRITER_H */
