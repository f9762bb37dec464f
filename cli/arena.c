/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "words.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23	/* Linux 5.14; older headers lack it */
#endif

#define HUGE_PAGE (2u << 20)	/* the smallest that x86 and arm64 have; others round up by themselves */

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

uint64_t arena_stride(uint64_t frame_bytes)
{
	return round_up(frame_bytes, (uint64_t)sysconf(_SC_PAGESIZE));
}

const char *memory_kind_name(enum memory_kind kind)
{
	static const char *const names[] = {
		[MEMORY_AUTO] = "auto", [MEMORY_NORMAL] = "normal", [MEMORY_THP] = "thp",
		[MEMORY_HUGE] = "huge", [MEMORY_MEMFD] = "memfd",
	};

	return names[kind];
}

/* May this process have transparent huge pages by asking? */
static bool has_thp(void)
{
	FILE *in = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
	char text[80] = "";
	bool has;

	if (!in)
		return false;
	has = fgets(text, sizeof(text), in) && !strstr(text, "[never]");
	fclose(in);
	return has;
}

static int map(struct arena *a, int flags, int fd)
{
	void *base = mmap(NULL, a->bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (base == MAP_FAILED)
		return -errno;
	a->base = base;
	return 0;
}

/* Huge pages only fit where address and length are multiples of them. */
static int map_thp(struct arena *a)
{
	size_t wanted = a->bytes, head;
	int err;

	a->bytes += HUGE_PAGE;
	err = map(a, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (err)
		return err;
	head = (size_t)(round_up((uintptr_t)a->base, HUGE_PAGE) - (uintptr_t)a->base);
	if (head)
		munmap(a->base, head);
	munmap(a->base + head + wanted, HUGE_PAGE - head);
	a->base += head;
	a->bytes = wanted;
	return madvise(a->base, a->bytes, MADV_HUGEPAGE) ? -errno : 0;
}

static int map_memfd(struct arena *a)
{
	int err;

	a->fd = memfd_create("grab frames", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (a->fd < 0 || ftruncate(a->fd, (off_t)a->bytes))
		return -errno;
	/* /dev/udmabuf takes only memory that cannot shrink under it */
	if (fcntl(a->fd, F_ADD_SEALS, F_SEAL_SHRINK))
		return -errno;
	err = map(a, MAP_SHARED, a->fd);
	return err;
}

static int map_kind(struct arena *a)
{
	switch (a->kind) {
	case MEMORY_THP:
		a->bytes = (size_t)round_up(a->bytes, HUGE_PAGE);
		return map_thp(a);
	case MEMORY_HUGE:
		a->bytes = (size_t)round_up(a->bytes, HUGE_PAGE);
		return map(a, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
	case MEMORY_MEMFD:
		return map_memfd(a);
	default:
		return map(a, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	}
}

/* Every page present now: no frame shall wait for a page fault. */
static int fault_in(const struct arena *a)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!madvise(a->base, a->bytes, MADV_POPULATE_WRITE))
		return 0;
	if (errno != EINVAL)
		return errno == EFAULT ? -ENOMEM : -errno;
	for (size_t at = 0; at < a->bytes; at += page)
		((volatile char *)a->base)[at] = 0;
	return 0;
}

static int complain(const struct arena *a, int err)
{
	switch (a->kind) {
	case MEMORY_HUGE:
		return say_why(-ENOMEM, "no %zu bytes of huge pages: %s; reserve them with sysctl "
			       "vm.nr_hugepages=%zu, or choose another --mem", a->bytes, strerror(-err),
			       a->bytes / HUGE_PAGE);
	case MEMORY_THP:
		if (!has_thp())
			return say_why(-EOPNOTSUPP, "transparent huge pages are switched off; write "
				       "madvise to /sys/kernel/mm/transparent_hugepage/enabled, or "
				       "choose another --mem");
		break;
	default:
		break;
	}
	return say_why(-ENOMEM, "no %zu bytes of %s memory for frames: %s; ask for less with "
		       "--buffers or --mem-budget", a->bytes, memory_kind_name(a->kind),
		       strerror(-err));
}

int arena_open(struct arena *a, enum memory_kind kind, uint64_t frame_bytes, unsigned int count)
{
	uint64_t stride = arena_stride(frame_bytes), bytes;
	int err;

	*a = (struct arena){ .fd = -1, .count = count, .kind = kind };
	if (__builtin_mul_overflow(stride, (uint64_t)count, &bytes) || bytes > SIZE_MAX / 2)
		return say_why(-ENOMEM, "%u frames of %llu bytes are more than there are addresses; ask "
			       "for less with --buffers", count, (unsigned long long)frame_bytes);
	a->stride = (size_t)stride;
	a->bytes = (size_t)bytes;
	if (kind == MEMORY_AUTO)
		a->kind = a->bytes >= HUGE_PAGE && has_thp() ? MEMORY_THP : MEMORY_NORMAL;
	err = a->kind == MEMORY_THP && !has_thp() ? -EOPNOTSUPP : map_kind(a);
	if (!err)
		err = fault_in(a);
	if (!err)
		return 0;
	err = complain(a, err);
	arena_close(a);
	return err;
}

void *arena_at(const struct arena *a, unsigned int index)
{
	return a->base + (size_t)index * a->stride;
}

void arena_close(struct arena *a)
{
	if (a->base)
		munmap(a->base, a->bytes);
	if (a->count && a->fd >= 0)
		close(a->fd);
	*a = (struct arena){ .fd = -1 };
}
