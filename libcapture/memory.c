/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* May the process write there?  The kernel knows; asking it changes no byte. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "memory.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static int populate(uintptr_t start, size_t len)
{
	int err;

	do
		err = madvise((void *)start, len, MADV_POPULATE_WRITE) ? -errno : 0;
	while (err == -EAGAIN || err == -EINTR);
	return err;
}

/* EINVAL means "read-only" or "unknown advice": a page that is surely writable tells. */
static int kernel_can_populate(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(page - 1);

	return populate(here, page) != -EINVAL;
}

/* ENOMEM means "not mapped" or "no memory left": mincore(2) knows holes. */
static int has_hole(uintptr_t start, size_t len, size_t page)
{
	unsigned char present[256];
	size_t step = sizeof(present) * page;

	for (; len; start += step, len -= step) {
		if (step > len)
			step = len;
		if (mincore((void *)start, step, present) && errno == ENOMEM)
			return 1;
	}
	return 0;
}

int memory_make_present(void *addr, size_t len)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = (uintptr_t)addr & ~(page - 1);
	uintptr_t end = ((uintptr_t)addr + len + page - 1) & ~(page - 1);

	switch (populate(start, end - start)) {
	case 0:
		return 0;
	case -EINVAL:
		if (!kernel_can_populate())
			return fail(-EOPNOTSUPP, "this kernel cannot check memory; it takes Linux 5.14 or newer");
		return fail(-EFAULT, "a part of %p+%zu is not writable memory; a device cannot be told to write there",
			    addr, len);
	case -ENOMEM:
		if (!has_hole(start, end - start, page))
			return fail(-ENOMEM, "not enough memory to make %zu bytes present; use fewer or smaller buffers",
				    len);
		__attribute__((fallthrough));
	default:
		return fail(-EFAULT, "a part of %p+%zu is not mapped; keep buffers mapped until they come back",
			    addr, len);
	}
}
