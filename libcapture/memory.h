/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* May the process write there? */
#ifndef CAPTURE_MEMORY_H
#define CAPTURE_MEMORY_H

#include <stddef.h>

/*
 * Make every page of a range present and writable, as MADV_POPULATE_WRITE does
 * (madvise(2), Linux 5.14): nothing is written, but copy-on-write is broken and
 * holes are filled, so that neither a device nor a copy meets a page fault.
 *
 * 0; -EFAULT: a part is not mapped, not writable or beyond the end of its file;
 * -ENOMEM; -EOPNOTSUPP: kernel before 5.14.  With words.
 */
int memory_make_present(void *addr, size_t len);

#endif /* CAPTURE_MEMORY_H */
