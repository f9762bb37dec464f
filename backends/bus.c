/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"
#include "bus.h"

#define PIPE_STEP 65536		/* what a pipe holds without being asked to */

static int write_direct(const struct bus *bus, void *to, const void *from, size_t len)
{
	struct iovec local = { .iov_base = (void *)(uintptr_t)from, .iov_len = len };
	struct iovec remote = { .iov_base = to, .iov_len = len };
	ssize_t done = process_vm_writev(bus->self, &local, 1, &remote, 1, 0);

	if (done < 0)
		return -errno;
	return (size_t)done == len ? 0 : -EFAULT;
}

/* What did not fit must not come out in front of the next write. */
static void drain(const struct bus *bus, size_t len)
{
	char waste[4096];
	ssize_t n;

	for (; len; len -= n) {
		n = read(bus->pipe[0], waste, len < sizeof(waste) ? len : sizeof(waste));
		if (n <= 0)
			return;
	}
}

static int write_step(const struct bus *bus, void *to, const void *from, size_t len)
{
	ssize_t put = write(bus->pipe[1], from, len), n;
	char *at = to;

	if (put != (ssize_t)len)
		return -EIO;
	for (; len; len -= n, at += n) {
		n = read(bus->pipe[0], at, len);
		if (n <= 0) {
			drain(bus, len);
			return -EFAULT;
		}
	}
	return 0;
}

static int write_piped(const struct bus *bus, void *to, const void *from, size_t len)
{
	const char *source = from;
	char *target = to;
	size_t step;
	int err;

	for (; len; source += step, target += step, len -= step) {
		step = len < PIPE_STEP ? len : PIPE_STEP;
		err = write_step(bus, target, source, step);
		if (err)
			return err;
	}
	return 0;
}

int bus_open(struct bus *bus, bool piped)
{
	char from = 1, to = 0;

	*bus = (struct bus){ .self = getpid(), .pipe = { -1, -1 } };
	bus->piped = piped || write_direct(bus, &to, &from, 1) || to != from;
	if (bus->piped && pipe2(bus->pipe, O_CLOEXEC))
		return fail(-errno, "cannot make a pipe: %m; close some files or raise ulimit -n");
	return 0;
}

void bus_close(struct bus *bus)
{
	if (!bus->piped)
		return;
	close(bus->pipe[0]);
	close(bus->pipe[1]);
}

int bus_write(struct bus *bus, void *to, const void *from, size_t len)
{
	return bus->piped ? write_piped(bus, to, from, len) : write_direct(bus, to, from, len);
}
