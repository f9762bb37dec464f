/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arena's memory, made known to a session: one buffer a frame. */
#ifndef GRAB_RING_H
#define GRAB_RING_H

#include "arena.h"
#include "libcapture.h"

struct ring {
	struct arena arena;
	struct capture_buffer **buffers;
	unsigned int count;
};

/**
 * ring_open - allocate, fault in, attach
 *
 * @least: where a limit of the device or the system is met, so many will do
 *
 * With MEMORY_AUTO, where the device's way to such memory is a copy, memory with
 * a descriptor is tried instead: some devices reach that directly.
 *
 * Return: 0, or an exit status after a message.
 */
int ring_open(struct ring *ring, struct capture_session *session, enum memory_kind kind,
	      uint64_t frame_bytes, unsigned int count, unsigned int least);

/** ring_detach - all buffers; the session must not run */
void ring_detach(struct ring *ring);

/**
 * ring_free - give the memory back
 *
 * After the session was closed: it may have kept a buffer that could not be
 * detached.  All zero is fine.
 */
void ring_free(struct ring *ring);

#endif /* GRAB_RING_H */
