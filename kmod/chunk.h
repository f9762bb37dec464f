/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Where the next chunk of a buffer ends, and which edges of it a device cannot
 * be given.  For the kernel and for user space.
 *
 * Chunks break at multiples of their size in the address: inner edges are page
 * edges whatever the buffer's offset, so no page is ever pinned twice.
 *
 *	        0      max    2 max   3 max
 *	        |-------|-------|-------|
 *	buffer     [====|=======|===]
 *	chunks       0      1     2
 */
#ifndef CHUNK_H
#define CHUNK_H

#include <linux/types.h>

struct chunk_walk {
	__u64 at, end;		/* what is left */
	__u64 max;		/* a power of two, at least a page */
};

/* The next piece of [at, end). Returns its bytes, 0 at the end. */
static inline __u64 chunk_next(struct chunk_walk *w, __u64 *addr)
{
	__u64 len = w->max - (w->at & (w->max - 1));

	if (len > w->end - w->at)
		len = w->end - w->at;
	*addr = w->at;
	w->at += len;
	return len;
}

/* How many chunks @len bytes from @addr have. */
static inline __u64 chunk_count(__u64 addr, __u64 len, __u64 max)
{
	int shift = __builtin_ctzll(max);

	return len ? ((addr + len - 1) >> shift) - (addr >> shift) + 1 : 0;
}

/* Bytes of the pages that @len bytes from @addr touch. */
static inline __u64 chunk_span(__u64 addr, __u64 len, __u64 page)
{
	return ((addr + len + page - 1) & ~(page - 1)) - (addr & ~(page - 1));
}

/* A piece of memory as a device sees it that wants multiples of @align. */
struct chunk_edges {
	__u64 head;		/* bytes before the first multiple */
	__u64 middle;		/* a multiple of align long */
	__u64 tail;		/* bytes behind the last multiple */
};

/* @align: a power of two. What lies inside of one unit is all head. */
static inline struct chunk_edges chunk_edges(__u64 addr, __u64 len, __u64 align)
{
	struct chunk_edges e = { .head = -addr & (align - 1) };

	if (e.head > len)
		e.head = len;
	e.tail = (len - e.head) & (align - 1);
	e.middle = len - e.head - e.tail;
	return e;
}

#endif /* CHUNK_H */
