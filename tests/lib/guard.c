/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/mman.h>
#include <unistd.h>

#include "guard.h"

static uint8_t guard_byte(const uint8_t *at)
{
	uintptr_t x = (uintptr_t)at * 0x9e3779b1u;

	return (x >> 11 ^ x >> 19) | 1;	/* never 0: fresh memory is not taken for filled */
}

void guard_fill(void *at, size_t len)
{
	uint8_t *p = at;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = guard_byte(p + i);
}

ptrdiff_t guard_damage(const void *at, size_t len)
{
	const uint8_t *p = at;
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i] != guard_byte(p + i))
			return i;
	return -1;
}

int guard_alloc(struct guarded *g, size_t len, int at_start)
{
	size_t page = sysconf(_SC_PAGESIZE), inner = (len + page - 1) & -page;

	g->len = len;
	g->map_len = inner + 2 * page;
	g->map = mmap(NULL, g->map_len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (g->map == MAP_FAILED)
		return -1;
	if (mprotect(g->map + page, inner, PROT_READ | PROT_WRITE)) {
		munmap(g->map, g->map_len);
		return -1;
	}
	guard_fill(g->map + page, inner);
	g->data = at_start ? g->map + page : g->map + page + inner - len;
	return 0;
}

int guard_check(const struct guarded *g)
{
	size_t page = sysconf(_SC_PAGESIZE);
	const uint8_t *first = g->map + page, *end = g->map + g->map_len - page;

	if (guard_damage(first, g->data - first) >= 0 ||
	    guard_damage(g->data + g->len, end - (g->data + g->len)) >= 0)
		return -1;
	return 0;
}

void guard_free(struct guarded *g)
{
	munmap(g->map, g->map_len);
}
