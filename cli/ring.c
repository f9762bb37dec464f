/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ring.h"

#include <errno.h>
#include <stdlib.h>

#include "say.h"
#include "words.h"

void ring_detach(struct ring *ring)
{
	while (ring->count)
		capture_detach(ring->buffers[--ring->count]);
}

void ring_free(struct ring *ring)
{
	free(ring->buffers);
	arena_close(&ring->arena);
	*ring = (struct ring){ .arena.fd = -1 };
}

/* It stays mapped as it is until ring_close(): the device may pin it once. */
static int attach(struct ring *ring, struct capture_session *session, unsigned int index)
{
	const struct arena *a = &ring->arena;

	if (a->kind == MEMORY_MEMFD)
		return capture_attach_fd(session, arena_at(a, index), a->stride, CAPTURE_ATTACH_STABLE,
					 a->fd, (uint64_t)index * a->stride, &ring->buffers[index]);
	return capture_attach(session, arena_at(a, index), a->stride, CAPTURE_ATTACH_STABLE,
			      &ring->buffers[index]);
}

static int open_kind(struct ring *ring, struct capture_session *session, enum memory_kind kind,
		     uint64_t frame_bytes, unsigned int count, unsigned int least)
{
	int err = arena_open(&ring->arena, kind, frame_bytes, count);

	if (err)
		return say_error(status_of(PHASE_MEMORY, err), err, "%s", why());
	ring->buffers = calloc(count, sizeof(*ring->buffers));
	if (!ring->buffers)
		return say_error(STATUS_MEMORY, -ENOMEM, "no memory for %u buffers; ask for fewer with "
				 "--buffers", count);
	for (; ring->count < count; ring->count++) {
		err = attach(ring, session, ring->count);
		if (err == -EDQUOT && ring->count >= least) {
			say(SAY_DETAILS, "%u buffers instead of %u: %s", ring->count, count,
			    capture_error());
			return 0;
		}
		if (err)
			return say_library_error(PHASE_MEMORY, err);
	}
	return 0;
}

int ring_open(struct ring *ring, struct capture_session *session, enum memory_kind kind,
	      uint64_t frame_bytes, unsigned int count, unsigned int least)
{
	struct capture_info info;
	int status = open_kind(ring, session, kind, frame_bytes, count, least);

	if (status || kind != MEMORY_AUTO)
		return status;
	capture_info(session, &info);
	if (info.way != CAPTURE_WAY_COPIED || !(info.flags & CAPTURE_INFO_FD))
		return 0;
	ring_detach(ring);
	ring_free(ring);
	return open_kind(ring, session, MEMORY_MEMFD, frame_bytes, count, least);
}
