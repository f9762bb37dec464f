/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where encoded bytes go: an atomic file (outfile.h), a shared stream, memory.
 * Encoders see nothing else.
 */
#ifndef GRAB_SINK_H
#define GRAB_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct sink {
	/* All bytes or a negative errno with words. May change the pieces. */
	int (*write)(struct sink *sink, struct iovec *piece, int count);
	/*
	 * Of a sink that writes behind, and NULL of others: wait until more of the
	 * bytes are out, and done says so.  0, or a negative errno with words; then
	 * nothing is under way any more, and done stays.  Such a sink uses the pieces'
	 * memory until done has passed them.
	 */
	int (*settle)(struct sink *sink);
	/*
	 * Of a sink whose bytes can still be changed, and NULL of others: put @data over
	 * what was written from byte @at on.  0, or a negative errno with words.
	 */
	int (*patch)(struct sink *sink, uint64_t at, const void *data, size_t length);
	uint64_t bytes;		/* taken so far, kept by sink_write() */
	uint64_t done;		/* of those, out */
};

/**
 * sink_write - give bytes to a sink
 *
 * Return: 0 when all are taken; or a negative errno with words, and an unknown
 * part of the bytes may have gone out: the stream is spoilt.
 */
int sink_write(struct sink *sink, const void *data, size_t length);

/* The same for several pieces in order. @piece is used up. */
int sink_write_pieces(struct sink *sink, struct iovec *piece, int count);

/*
 * A sink into a descriptor: regular file, pipe, socket, terminal, device; one
 * that does not block is waited for.  Errors get words: ENOSPC, EDQUOT, EFBIG,
 * EIO, EPIPE.  SIGPIPE must be ignored by the program.
 */
struct sink_fd {
	struct sink sink;
	int fd;
	const char *name;	/* for words; borrowed */
	bool takes_pages;	/* it is a pipe */
	const uint8_t *lent;	/* memory whose pages it may have ... */
	size_t lent_bytes;	/* ... and how much of it */
	uint64_t spliced;	/* bytes that went as pages */
};

void sink_fd_init(struct sink_fd *out, int fd, const char *name);

/**
 * sink_fd_widen - room for some frames' worth of pages, if it is a pipe
 *
 * Return: is it one, to which memory may be lent?
 */
bool sink_fd_widen(struct sink_fd *out);

/**
 * sink_fd_lend - memory that nobody will write to any more, as long as the process lives
 *
 * What is written from there goes into the pipe as pages, not copied, vmsplice(2);
 * they are the reader's when it gets to them.  Of one range at a time; NULL: none.
 */
void sink_fd_lend(struct sink_fd *out, const void *memory, size_t length);

/* It is a regular file, and its first byte the sink's first: it can be patched. */
void sink_fd_may_patch(struct sink_fd *out);

/*
 * A sink into memory that grows and is kept between frames: a worker encodes
 * into it while another thread writes an earlier frame to a shared stream.
 */
struct sink_memory {
	struct sink sink;
	uint8_t *data;
	size_t length;		/* bytes in it */
	size_t room;		/* bytes allocated */
};

void sink_memory_init(struct sink_memory *out);
void sink_memory_rewind(struct sink_memory *out);	/* empty it, keep the memory */
void sink_memory_free(struct sink_memory *out);

#endif /* GRAB_SINK_H */
