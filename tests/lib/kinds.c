/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <alloca.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guard.h"
#include "kinds.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define STATIC_SIZE ((size_t)16 << 20)
#define STACK_MAX ((size_t)64 << 20)

static size_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/* ---- buffers in a region ---- */

/* Each buffer begins @shift bytes after a page and is followed by at least a page of guard. */
static size_t slot(size_t len, size_t shift)
{
	return (shift + len + 2 * page_size() - 1) / page_size() * page_size();
}

static size_t region_size(unsigned int count, size_t len, size_t shift)
{
	return 2 * page_size() + count * slot(len, shift);
}

static struct memory carve(void *base, size_t size, unsigned int count, size_t len, size_t shift)
{
	struct memory m = { .count = count, .len = len, .base = base, .size = size, .fd = -1 };
	uintptr_t first = ((uintptr_t)base + 2 * page_size() - 1) & -page_size();
	unsigned int i;

	for (i = 0; i < count; i++)
		m.at[i] = (uint8_t *)first + i * slot(len, shift) + shift;
	guard_fill(base, size);
	return m;
}

static void use_region(void *base, size_t size, int fd, unsigned int count, size_t len,
		       size_t shift, memory_fn *use, void *arg)
{
	struct memory m = carve(base, size, count, len, shift);

	m.fd = fd;
	use(arg, &m);
}

ptrdiff_t memory_damage(const struct memory *m)
{
	const uint8_t *from = m->base, *to;
	ptrdiff_t at;
	unsigned int i;

	if (!m->size)
		return -1;	/* no region: each buffer has guards of its own */
	for (i = 0; i <= m->count; i++) {
		to = i < m->count ? m->at[i] : m->base + m->size;
		at = guard_damage(from, to - from);
		if (at >= 0)
			return from + at - m->base;
		if (i < m->count)
			from = m->at[i] + m->len;
	}
	return -1;
}

/* ---- the program's own ---- */

static const char *with_malloc(unsigned int count, size_t len, size_t shift, memory_fn *use,
			       void *arg)
{
	size_t size = region_size(count, len, shift);
	void *base = malloc(size);

	if (!base)
		return "malloc gives nothing";
	use_region(base, size, -1, count, len, shift, use, arg);
	free(base);
	return NULL;
}

static const char *with_stack(unsigned int count, size_t len, size_t shift, memory_fn *use,
			      void *arg)
{
	size_t size = region_size(count, len, shift);
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit))
		return "no stack limit known";
	if (limit.rlim_cur < size + (1 << 20)) {
		limit.rlim_cur = size + (1 << 20);
		if (size > STACK_MAX || setrlimit(RLIMIT_STACK, &limit))
			return "the stack cannot grow that far";
	}
	use_region(alloca(size), size, -1, count, len, shift, use, arg);
	return NULL;
}

static const char *with_static(unsigned int count, size_t len, size_t shift, memory_fn *use,
			       void *arg)
{
	static uint8_t base[STATIC_SIZE];
	size_t size = region_size(count, len, shift);

	if (size > sizeof(base))
		return "the frames are larger than the static array";
	use_region(base, size, -1, count, len, shift, use, arg);
	return NULL;
}

/* ---- mappings ---- */

static const char *with_mapping(int flags, int fd, size_t size, unsigned int count, size_t len,
				size_t shift, memory_fn *use, void *arg)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (base == MAP_FAILED)
		return strerror(errno);
	use_region(base, size, flags & MAP_SHARED ? fd : -1, count, len, shift, use, arg);
	munmap(base, size);
	return NULL;
}

static const char *with_private(unsigned int count, size_t len, size_t shift, memory_fn *use,
				void *arg)
{
	return with_mapping(MAP_PRIVATE | MAP_ANONYMOUS, -1, region_size(count, len, shift), count,
			    len, shift, use, arg);
}

static const char *with_shared(unsigned int count, size_t len, size_t shift, memory_fn *use,
			       void *arg)
{
	return with_mapping(MAP_SHARED | MAP_ANONYMOUS, -1, region_size(count, len, shift), count,
			    len, shift, use, arg);
}

static const char *with_fd(int fd, int flags, unsigned int count, size_t len, size_t shift,
			   memory_fn *use, void *arg)
{
	size_t size = region_size(count, len, shift);
	const char *why;

	if (fd < 0)
		return strerror(errno);
	why = ftruncate(fd, size) ? strerror(errno) :
	      with_mapping(flags, fd, size, count, len, shift, use, arg);
	close(fd);
	return why;
}

static const char *with_memfd(unsigned int count, size_t len, size_t shift, memory_fn *use,
			      void *arg)
{
	int fd = memfd_create("conformance", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return with_fd(fd, MAP_SHARED, count, len, shift, use, arg);
}

static const char *with_memfd_private(unsigned int count, size_t len, size_t shift, memory_fn *use,
				      void *arg)
{
	return with_fd(memfd_create("conformance", MFD_CLOEXEC), MAP_PRIVATE, count, len, shift, use,
		       arg);
}

/* A file without a name in a folder on this kind of file system, or -1. */
static int file_on(const char *folder, long magic)
{
	struct statfs fs;

	if (!folder || statfs(folder, &fs) || (magic && fs.f_type != magic))
		return -1;
	return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static const char *with_tmpfs(unsigned int count, size_t len, size_t shift, memory_fn *use,
			      void *arg)
{
	int fd = file_on("/dev/shm", TMPFS_MAGIC);

	if (fd < 0)
		fd = file_on("/tmp", TMPFS_MAGIC);
	if (fd < 0)
		fd = file_on(getenv("TMPDIR"), TMPFS_MAGIC);
	return fd < 0 ? "no tmpfs where files may be made" :
	       with_fd(fd, MAP_SHARED, count, len, shift, use, arg);
}

static const char *with_file_private(unsigned int count, size_t len, size_t shift, memory_fn *use,
				     void *arg)
{
	int fd = file_on(getenv("TMPDIR"), 0);

	if (fd < 0)
		fd = file_on("/tmp", 0);
	return fd < 0 ? "no folder where files may be made" :
	       with_fd(fd, MAP_PRIVATE, count, len, shift, use, arg);
}

/* ---- large pages ---- */

static const char *with_thp(unsigned int count, size_t len, size_t shift, memory_fn *use, void *arg)
{
	size_t size = region_size(count, len, shift) + 2 * HUGE_PAGE;
	uint8_t *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *base;
	const char *why = NULL;

	if (map == MAP_FAILED)
		return strerror(errno);
	base = (uint8_t *)(((uintptr_t)map + HUGE_PAGE - 1) & -HUGE_PAGE);
	if (madvise(base, size - HUGE_PAGE, MADV_HUGEPAGE))
		why = "the kernel has no transparent huge pages";
	else
		use_region(base, size - HUGE_PAGE, -1, count, len, shift, use, arg);
	munmap(map, size);
	return why;
}

static size_t huge_size(unsigned int count, size_t len, size_t shift)
{
	return (region_size(count, len, shift) + HUGE_PAGE - 1) & -HUGE_PAGE;
}

static const char *with_hugetlb(unsigned int count, size_t len, size_t shift, memory_fn *use,
				void *arg)
{
	const char *why = with_mapping(MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1,
				       huge_size(count, len, shift), count, len, shift, use, arg);

	return why ? "not enough huge pages set aside (vm.nr_hugepages)" : NULL;
}

static const char *with_hugetlb_memfd(unsigned int count, size_t len, size_t shift, memory_fn *use,
				      void *arg)
{
	size_t size = huge_size(count, len, shift);
	int fd = memfd_create("conformance", MFD_CLOEXEC | MFD_HUGETLB);
	const char *why = "not enough huge pages set aside (vm.nr_hugepages)";

	if (fd < 0)
		return why;
	if (!ftruncate(fd, size) &&
	    !with_mapping(MAP_SHARED, fd, size, count, len, shift, use, arg))
		why = NULL;
	close(fd);
	return why;
}

/* ---- more than one mapping ---- */

/* The second half, from the middle of a buffer on, is another mapping of another kind. */
static const char *with_adjacent(unsigned int count, size_t len, size_t shift, memory_fn *use,
				 void *arg)
{
	size_t size = region_size(count, len, shift);
	int fd = memfd_create("conformance", MFD_CLOEXEC);
	uint8_t *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct memory m;
	uint8_t *edge;

	if (fd < 0 || base == MAP_FAILED || ftruncate(fd, size))
		return strerror(errno);
	m = carve(base, size, count, len, shift);
	edge = (uint8_t *)((uintptr_t)(m.at[count / 2] + len / 2) & -page_size());
	if (mmap(edge, base + size - edge, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) !=
	    edge)
		return strerror(errno);
	use_region(base, size, -1, count, len, shift, use, arg);
	munmap(base, size);
	close(fd);
	return NULL;
}

/* Pages that cannot be accessed on both sides; by turns the first or the last byte touches one. */
static const char *with_guards(unsigned int count, size_t len, size_t shift, memory_fn *use,
			       void *arg)
{
	struct guarded g[MEMORY_BUFFERS_MAX];
	struct memory m = { .count = count, .len = len, .fd = -1 };
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (guard_alloc(&g[i], len, i & 1))
			return strerror(errno);
		m.at[i] = g[i].data;
	}
	use(arg, &m);
	for (i = 0; i < count; i++) {
		if (guard_check(&g[i]))
			abort();
		guard_free(&g[i]);
	}
	return NULL;
}

const struct memory_kind memory_kinds[] = {
	{ "malloc", with_malloc, 0 },
	{ "stack", with_stack, 0 },
	{ "static", with_static, 0 },
	{ "private mmap", with_private, 0 },
	{ "shared mmap", with_shared, 0 },
	{ "memfd", with_memfd, 0 },
	{ "memfd, private", with_memfd_private, 0 },
	{ "tmpfs file", with_tmpfs, 0 },
	{ "file, private", with_file_private, 0 },
	{ "transparent huge pages", with_thp, 0 },
	{ "hugetlb", with_hugetlb, 0 },
	{ "hugetlb memfd", with_hugetlb_memfd, 0 },
	{ "two adjacent mappings", with_adjacent, 0 },
	{ "between guard pages", with_guards, 1 },
	{ NULL, NULL, 0 },
};

/* ---- what must be refused ---- */

static void *map(size_t len, int access)
{
	void *at = mmap(NULL, len, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void *get_read_only(size_t len)
{
	return map(len, PROT_READ);
}

static void *get_read_only_touched(size_t len)
{
	char *at = map(len, PROT_READ | PROT_WRITE);

	if (!at)
		return NULL;
	memset(at, 1, len);
	return mprotect(at, len, PROT_READ) ? NULL : at;
}

static void *get_read_only_file(size_t len)
{
	int fd = memfd_create("conformance", MFD_CLOEXEC);
	void *at;

	if (fd < 0 || ftruncate(fd, len))
		return NULL;
	at = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

static void *get_no_access(size_t len)
{
	return map(len, PROT_NONE);
}

static void *get_unmapped(size_t len)
{
	void *at = map(len, PROT_READ);

	if (!at || munmap(at, len))
		return NULL;
	return at;
}

/* One page of it is missing. */
static void *get_hole(size_t len)
{
	char *at = map(len + 2 * page_size(), PROT_READ | PROT_WRITE);

	if (!at || munmap(at + (len / 2 & -page_size()), page_size()))
		return NULL;
	return at;
}

static void *get_last_page_missing(size_t len)
{
	size_t page = page_size(), inner = (len + page - 1) & -page;
	char *at = map(inner + page, PROT_READ | PROT_WRITE);

	if (!at || mprotect(at + inner, page, PROT_NONE))
		return NULL;
	return at + inner - len + 1;
}

static void *get_past_end_of_file(size_t len)
{
	int fd = memfd_create("conformance", MFD_CLOEXEC);
	void *at;

	if (fd < 0 || ftruncate(fd, len / 2))
		return NULL;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

/* The program's own code. */
static void *get_text(size_t len)
{
	return (void *)((uintptr_t)get_text & -page_size());
}

const struct bad_memory bad_memories[] = {
	{ "read-only", get_read_only },
	{ "read-only, written before", get_read_only_touched },
	{ "read-only file", get_read_only_file },
	{ "no access", get_no_access },
	{ "unmapped", get_unmapped },
	{ "a hole in the middle", get_hole },
	{ "the last byte out of reach", get_last_page_missing },
	{ "past the end of its file", get_past_end_of_file },
	{ "program text", get_text },
	{ NULL, NULL },
};
