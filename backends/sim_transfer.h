/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One frame's way into one buffer, chunk by chunk.
 *
 *	address  ...|=======|=======|=======|=======|...  multiples of the chunk
 *	buffer        |-----------------------------|
 *	pinned        |-----|-------|                     window 2, at the start
 *	                    |-------|-------|             after the first chunk
 *
 * Inner edges are multiples of the chunk in the address, so no page belongs to
 * two chunks.  "Pinned" is counted in whole pages, as a kernel would.  With a
 * guard the pages that lie wholly in the buffer and outside of the window cannot
 * be accessed, not even by the application, while the frame is on its way.
 */
#ifndef SIM_TRANSFER_H
#define SIM_TRANSFER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus.h"

struct pattern;

struct transfer {
	/* in */
	uintptr_t addr;			/* of the buffer */
	size_t len;			/* of the buffer */
	uint64_t bytes;			/* of the frame */
	uint64_t chunk;
	uint32_t window;
	bool guard;
	bool stray;			/* write one byte outside of the window */
	uint64_t damage_at, damage_len;	/* these bytes of the frame come inverted */
	struct pattern *pattern;	/* turned to the frame */
	struct bus *bus;
	const atomic_bool *stop;	/* give up when it becomes true */
	/* out */
	uint64_t written;
	uint32_t chunks;		/* transfers done */
	uint64_t pinned, pinned_peak;	/* bytes */
};

/* bytes of the engine's own memory, its @scratch */
#define TRANSFER_SCRATCH 262144

/* 0; -EFAULT: the memory could not be written; -ECANCELED: told to stop. */
int transfer_run(struct transfer *t, uint8_t *scratch);

/* Is there a page in this buffer that a window never covers together with the first chunk? */
bool transfer_can_stray(uintptr_t addr, size_t len, uint64_t chunk, uint32_t window);

/* The bytes [@offset, @offset + @len) as this transfer delivers them. */
void transfer_make(const struct transfer *t, uint64_t offset, size_t len, uint8_t *out);

#endif /* SIM_TRANSFER_H */
