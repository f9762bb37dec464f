/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Pages to segments: neighbours in memory become one.  For the kernel and for
 * user space.
 *
 *	pages      7    8    9    3    4
 *	bytes    [ ..|====|====|====|=..]
 *	segments [ 7 + 1 ] x 3 pages, [ 3 ] x 2 pages
 */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <linux/types.h>

struct segment {
	__u64 frame;		/* number of its first page */
	__u32 offset;		/* bytes into that page */
	__u32 len;		/* bytes */
};

struct segment_walk {
	/* number of page @index; contiguous memory has successive numbers */
	__u64 (*frame)(const void *pages, __u64 index);
	const void *pages;
	__u64 at, end;		/* bytes from the start of page 0; what is left */
	__u32 page_shift;	/* a page has 1 << page_shift bytes */
	__u32 max;		/* bytes of the longest segment, at least 1 */
};

/* The next segment of [at, end). Returns its bytes, 0 at the end. */
static inline __u32 segment_next(struct segment_walk *w, struct segment *s)
{
	__u64 index = w->at >> w->page_shift, left = w->end - w->at, room;
	const __u32 page = 1u << w->page_shift;

	if (!left)
		return 0;
	s->offset = w->at & (page - 1);
	s->frame = w->frame(w->pages, index);
	room = page - s->offset;
	while (room < left && room < w->max &&
	       w->frame(w->pages, index + 1) == w->frame(w->pages, index) + 1) {
		room += page;
		index++;
	}
	if (room > left)
		room = left;
	if (room > w->max)
		room = w->max;
	s->len = (__u32)room;
	w->at += room;
	return s->len;
}

#endif /* SEGMENT_H */
