/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses on the device's side of the IOMMU.  The first gap that is large
 * enough is taken; there are few ranges, and as many pieces as attached buffers.
 *
 *	IOMMU	|------range------|  hole  |--------range--------|
 *	used	  [==]   [=====]               [==]
 *	device	|------------------------------------| max
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vfio.h"

/* a device that forgets where to write often writes to 0 */
#define IOVA_FIRST 0x10000u

static int insert(struct iova_space *s, unsigned int at, uint64_t first, uint64_t bytes)
{
	if (s->count == s->room) {
		unsigned int room = s->room ? 2 * s->room : 16;
		struct iova_range *more = realloc(s->used, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		s->used = more;
		s->room = room;
	}
	memmove(&s->used[at + 1], &s->used[at], (s->count - at) * sizeof(*s->used));
	s->used[at] = (struct iova_range){ first, first + bytes - 1 };
	s->count++;
	return 0;
}

int iova_take(struct iova_space *s, uint64_t bytes, uint64_t *iova)
{
	unsigned int i, at = 0;

	for (i = 0; i < s->ranges; i++) {
		uint64_t from = s->range[i].first > IOVA_FIRST ? s->range[i].first : IOVA_FIRST;
		uint64_t last = s->range[i].last < s->max ? s->range[i].last : s->max;

		while (from <= last && last - from >= bytes - 1) {
			while (at < s->count && s->used[at].last < from)
				at++;
			if (at == s->count || s->used[at].first > from + bytes - 1) {
				*iova = from;
				return insert(s, at, from, bytes);
			}
			from = s->used[at].last + 1;
			if (!from)
				return -ENOSPC;
		}
	}
	return -ENOSPC;
}

void iova_give(struct iova_space *s, uint64_t iova)
{
	unsigned int i;

	for (i = 0; i < s->count; i++)
		if (s->used[i].first == iova)
			break;
	if (i == s->count)
		return;
	s->count--;
	memmove(&s->used[i], &s->used[i + 1], (s->count - i) * sizeof(*s->used));
}

void iova_free(struct iova_space *s)
{
	free(s->used);
	s->used = NULL;
	s->count = s->room = 0;
}
