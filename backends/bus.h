/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulated bus: writes into memory that may not be there any more.
 *
 * A device does not crash the program whose memory it cannot reach, and a
 * simulated one must not either.  So no byte is stored by the processor's own
 * store: the kernel copies it, looks at the present mapping of every page, and
 * says EFAULT where there is none or where it may not be written.
 *
 * process_vm_writev(2) on the own process is the way; where it is not allowed
 * (seccomp in some containers) a pipe does the same in smaller steps.
 * /proc/self/mem is not used: it writes to read-only pages too.
 */
#ifndef BUS_H
#define BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct bus {
	pid_t self;
	bool piped;
	int pipe[2];		/* -1 until piped */
};

/* @piped: use the pipe in any case.  0 or a negative errno with words. */
int bus_open(struct bus *bus, bool piped);
void bus_close(struct bus *bus);

/* Copy to @to.  0; -EFAULT: not all of it could be written. */
int bus_write(struct bus *bus, void *to, const void *from, size_t len);

#endif /* BUS_H */
