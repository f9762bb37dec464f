/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which index of the driver's queue a buffer takes.
 *
 * The kernel keeps the pages of an index pinned and looks at the memory again
 * only when pointer or length differ from that index's last turn.  After a
 * munmap and mmap at the same address it would fill the old, invisible pages.
 * So a buffer whose owner did not promise a lasting mapping (or whose first turn
 * it is: the address may have been somebody else's) goes where one of the two
 * differs:
 *
 *	1. another length, if the application attached more than a frame;
 *	2. else an index that holds another address;
 *	3. else through our own memory, which also makes the index usable again.
 *
 * A buffer with the promise goes back to the index that has it pinned: O(1).
 */
#include "v4l2.h"

/* Lengths to change between: some platforms want them in multiples of a cache line. */
#define LENGTH_STEP 128

static bool pinned_for(const struct v4l_slot *slot, const struct capture_buffer *b)
{
	const struct v4l_buffer *own = b->priv;

	return !slot->queued && !slot->unknown && slot->owner == own->number &&
	       slot->addr == (uintptr_t)b->addr;
}

/* A length that makes the driver look again; 0: none. */
static uint64_t fresh_length(const struct v4l_slot *slot, const struct capture_buffer *b,
			     uint64_t length, uint64_t length_max)
{
	uint64_t other = length + LENGTH_STEP < length_max ? length + LENGTH_STEP : length_max;

	if (slot->queued || slot->unknown)
		return 0;
	if (slot->addr != (uintptr_t)b->addr || slot->length != length)
		return length;
	return other != length ? other : 0;
}

/*
 * Which of the free ones first?  A lasting buffer takes what nobody uses; another
 * one what holds a pin already, so that few old pages stay pinned behind the
 * application's back; and pins that lasting buffers count on are lost last.
 */
static unsigned int rank(const struct v4l_slot *slot, bool lasting, bool bounce)
{
	if (bounce)
		return slot->owner ? 4 : 3;
	if (slot->owner)
		return 2;
	return lasting == !slot->addr ? 0 : 1;
}

static struct v4l_choice choose_any(const struct v4l_session *v, const struct capture_buffer *b,
				    uint64_t length, uint64_t length_max)
{
	struct v4l_choice best = { 0 };
	unsigned int i, mark, best_mark = UINT32_MAX;

	for (i = 0; i < v->slots; i++) {
		const struct v4l_slot *slot = &v->slot[i];
		uint64_t fresh = fresh_length(slot, b, length, length_max);

		if (slot->queued)
			continue;
		mark = rank(slot, b->flags & CAPTURE_ATTACH_STABLE, !fresh);
		if (mark >= best_mark)
			continue;
		best_mark = mark;
		best.slot = i;
		best.length = fresh ? fresh : length;
		best.bounce = !fresh;
	}
	return best;
}

struct v4l_choice v4l_choose(const struct v4l_session *v, const struct capture_buffer *b,
			     uint64_t length, uint64_t length_max)
{
	const struct v4l_buffer *own = b->priv;
	const struct v4l_slot *last = &v->slot[own->slot];
	uint64_t fresh;

	if (b->flags & CAPTURE_ATTACH_STABLE && pinned_for(last, b))
		return (struct v4l_choice){ .slot = own->slot, .length = last->length };
	if (!last->owner && last->addr == (uintptr_t)b->addr) {
		fresh = fresh_length(last, b, length, length_max);
		if (fresh)
			return (struct v4l_choice){ .slot = own->slot, .length = fresh };
	}
	return choose_any(v, b, length, length_max);
}

struct v4l_slot *v4l_free_slot(struct v4l_session *v, const struct capture_buffer *b)
{
	const struct v4l_buffer *own = b->priv;
	unsigned int i, any = v->slots;

	if (own->slot < v->slots && !v->slot[own->slot].queued &&
	    v->slot[own->slot].owner == own->number)
		return &v->slot[own->slot];
	for (i = 0; i < v->slots; i++) {
		if (v->slot[i].queued)
			continue;
		if (!v->slot[i].owner)
			return &v->slot[i];
		if (any == v->slots)
			any = i;
	}
	return any < v->slots ? &v->slot[any] : NULL;
}
