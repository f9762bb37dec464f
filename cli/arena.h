/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The application's own memory for frames. */
#ifndef GRAB_ARENA_H
#define GRAB_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "request.h"

struct arena {
	char *base;
	size_t bytes;		/* mapped */
	size_t stride;		/* bytes from one buffer to the next: whole pages */
	unsigned int count;	/* buffers */
	enum memory_kind kind;	/* as it was had; never MEMORY_AUTO */
	int fd;			/* MEMORY_MEMFD: its descriptor, else -1 */
};

/** arena_stride - bytes that a buffer takes: the frame rounded up to pages */
uint64_t arena_stride(uint64_t frame_bytes);

/**
 * arena_open - memory for frames, every page present
 * @kind:	MEMORY_AUTO: transparent huge pages where the machine has them and
 *		the frames are worth it, else normal pages.  A kind that was named
 *		is had or refused, never replaced.
 *
 * Return: 0; -ENOMEM, -EOPNOTSUPP with words that tell what to do.
 */
int arena_open(struct arena *arena, enum memory_kind kind, uint64_t frame_bytes,
	       unsigned int count);

/** arena_at - a buffer's address */
void *arena_at(const struct arena *arena, unsigned int index);

/** arena_close - give it back; one that was not opened (all zero) is fine */
void arena_close(struct arena *arena);

/** memory_kind_name - "normal", "thp", ... */
const char *memory_kind_name(enum memory_kind kind);

#endif /* GRAB_ARENA_H */
