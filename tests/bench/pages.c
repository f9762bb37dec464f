/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pages.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE (2ul << 20)

static _Noreturn void stop(const char *what)
{
	perror(what);
	exit(1);
}

void *pages_get(const char *kind, size_t len)
{
	const int huge = !strcmp(kind, "hugetlb");
	uint8_t *at;

	len = (len + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	at = mmap(NULL, huge ? len : len + HUGE_PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | (huge ? MAP_HUGETLB : 0), -1, 0);
	if (at == MAP_FAILED)
		stop(kind);
	at += -(uintptr_t)at & (HUGE_PAGE - 1);
	if (!huge && madvise(at, len, strcmp(kind, "thp") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE))
		stop("madvise");
	memset(at, 1, len);
	return at;
}
