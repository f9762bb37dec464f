/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that nobody may write, and how to tell that somebody did. */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>

/* Fill with bytes that depend on their place, so that a copy of some is no excuse. */
void guard_fill(void *at, size_t len);

/* The offset of the first byte that is not as it was filled, or -1. */
ptrdiff_t guard_damage(const void *at, size_t len);

/*
 * Memory between two pages that cannot be accessed: the last byte lies in front
 * of the one behind, or with @at_start the first one behind the one in front.
 * What is left of the pages is filled; guard_check() looks at it: 0, or -1 if it
 * was written.
 */
struct guarded {
	uint8_t *data;
	size_t len;
	uint8_t *map;		/* with the two pages */
	size_t map_len;
};

/* 0, or -1: no memory */
int guard_alloc(struct guarded *guarded, size_t len, int at_start);
int guard_check(const struct guarded *guarded);
void guard_free(struct guarded *guarded);

#endif /* GUARD_H */
