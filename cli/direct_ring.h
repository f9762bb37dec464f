/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes to one file that the kernel works on by itself: io_uring(7), and the one
 * home of liburing.
 */
#ifndef GRAB_DIRECT_RING_H
#define GRAB_DIRECT_RING_H

#include <stddef.h>
#include <stdint.h>

struct direct_ring;

/**
 * direct_ring_open - for writes to one file
 * @depth:	most that are under way at once
 *
 * Return: 0; -EOPNOTSUPP: the kernel, a container or this build has no io_uring,
 * with words.
 */
int direct_ring_open(int fd, unsigned int depth, struct direct_ring **out);

/**
 * direct_ring_write - begin a write; the memory must stay as it is until it ended
 * @tag:	comes back from direct_ring_wait()
 *
 * Return: 0, or a negative errno without words: it was not begun.
 */
int direct_ring_write(struct direct_ring *ring, const void *data, size_t length, uint64_t at,
		      unsigned int tag);

/**
 * direct_ring_wait - wait for the end of a write; there is one under way
 * @result:	bytes written, or a negative errno
 *
 * Return: its tag.
 */
unsigned int direct_ring_wait(struct direct_ring *ring, int64_t *result);

/** direct_ring_close - nothing is under way. NULL is fine. */
void direct_ring_close(struct direct_ring *ring);

#endif /* GRAB_DIRECT_RING_H */
