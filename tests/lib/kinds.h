/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of memory that a program may have its buffers in. */
#ifndef KINDS_H
#define KINDS_H

#include <stddef.h>
#include <stdint.h>

#define MEMORY_BUFFERS_MAX 8

/* buffers of one length in memory of one kind */
struct memory {
	unsigned int count;
	size_t len;
	uint8_t *at[MEMORY_BUFFERS_MAX];
	/* what they lie in, filled by guard_fill(); size 0: each lies between pages of its own */
	uint8_t *base;
	size_t size;
	int fd;			/* the file behind base, or -1 */
};

typedef void memory_fn(void *arg, struct memory *memory);

struct memory_kind {
	const char *name;
	/*
	 * Call @use with such memory and free it afterwards.  @shift: bytes that
	 * each buffer begins after a page.  NULL, or why this machine has none.
	 */
	const char *(*with)(unsigned int count, size_t len, size_t shift, memory_fn *use, void *arg);
	int fixed;		/* it gives the place: only with a shift of 0 */
};

extern const struct memory_kind memory_kinds[];	/* a NULL name ends */

/* The offset in base of the first byte outside of the buffers that was written, or -1. */
ptrdiff_t memory_damage(const struct memory *memory);

/* Memory that must be refused: @len bytes, of which some or all cannot be written. */
struct bad_memory {
	const char *name;
	/* NULL: this machine has none.  What was mapped stays so until the process ends. */
	void *(*get)(size_t len);
};

extern const struct bad_memory bad_memories[];	/* a NULL name ends */

#endif /* KINDS_H */
