/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read(2): one frame into the caller's memory. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "guard.h"

static int read_errno(const struct device *d, void *to, size_t len)
{
	return read(d->fd, to, len) < 0 ? -errno : 0;
}

static void frames(void *arg)
{
	struct udma_done done = { 0 };
	struct guarded g;
	struct device d;
	unsigned int i;

	device_open(&d, 640, 480, 0);
	EXPECT(!guard_alloc(&g, d.format.size, 0), "no memory");
	for (i = 0; i < 4; i++) {
		memset(g.data, 0x5a, g.len);
		EXPECT(read(d.fd, g.data, g.len) == (ssize_t)g.len, "read: %s", strerror(errno));
		done.bytes = g.len;
		done.sequence = i;
		must_be_right(&d, &done, g.data);
		EXPECT(!guard_check(&g), "bytes around it were written");
		EXPECT(!limits_of(&d).session_used && !stats_of(&d).pinned, "something stays pinned");
	}
	device_close(&d);
}

static void refusals(void *arg)
{
	struct device d, n;
	struct buffer b;
	uint8_t *memory;

	device_open(&d, 640, 480, 0);
	memory = new_memory(d.format.size + 100000, 0);
	EXPECT(read_errno(&d, memory, d.format.size - 1) == -EMSGSIZE, "too short");
	EXPECT(read_errno(&d, NULL, d.format.size) == -EINVAL ||
	       read_errno(&d, NULL, d.format.size) == -EFAULT, "NULL");
	EXPECT(read_errno(&d, (void *)4096, d.format.size) == -EFAULT, "not mapped");
	EXPECT(read(d.fd, memory, d.format.size + 100000) == (ssize_t)d.format.size, "longer");
	EXPECT(memory[d.format.size] == 0x5a, "bytes behind the frame were written");
	b.memory = new_memory(d.format.size, 0);
	EXPECT(device_attach(&d, b.memory, d.format.size, 0, &b.handle) == -EBUSY,
	       "ATTACH after read");
	EXPECT(device_start(&d) == -EBUSY, "START after read");
	device_close(&d);
	device_open(&d, 640, 480, 0);
	b = new_buffer(&d, 0, 0);
	EXPECT(read_errno(&d, memory, d.format.size) == -EBUSY, "read after ATTACH");
	EXPECT(lseek(d.fd, 1, SEEK_SET) < 0 && errno == ESPIPE, "it can seek");
	EXPECT(write(d.fd, memory, 1) < 0, "it can be written");
	device_close(&d);
	device_open(&n, 640, 480, 0);
	EXPECT(!fcntl(n.fd, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	EXPECT(read_errno(&n, memory, n.format.size) == -EAGAIN, "O_NONBLOCK waits");
	device_close(&n);
}

static void on_alarm(int signal)
{
}

/* A frame that comes once in 100 s, and a signal. */
static void signalled(void *arg)
{
	const struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	const struct sigaction action = { .sa_handler = on_alarm };
	struct udma_done done = { 0 };
	struct device d;
	uint8_t *memory;
	unsigned int i;

	must_set("/sys/kernel/debug/udma_sim/udma_sim.0/rate", 1);
	device_open(&d, 2048, 2048, 0);
	memory = new_memory(d.format.size, 0);
	sigaction(SIGALRM, &action, NULL);
	for (i = 0; i < 5; i++) {
		setitimer(ITIMER_REAL, &soon, NULL);
		EXPECT(read_errno(&d, memory, d.format.size) == -EINTR, "read was not ended");
		guard_fill(memory, d.format.size);
		usleep(5000);
		EXPECT(guard_damage(memory, d.format.size) < 0, "written after read returned");
		EXPECT(!stats_of(&d).pinned, "something stays pinned");
	}
	/* and then a frame comes as if nothing had been */
	must_set("/sys/kernel/debug/udma_sim/udma_sim.0/rate", 0);
	EXPECT(read(d.fd, memory, d.format.size) == (ssize_t)d.format.size, "read: %s",
	       strerror(errno));
	done.bytes = d.format.size;
	must_be_right(&d, &done, memory);
	device_close(&d);
}

/* A descriptor of a shell, used by one program after the other. */
static void inherited(void *arg)
{
	struct device d;
	uint8_t *memory;
	unsigned int i;
	int status;
	pid_t pid;

	device_open(&d, 640, 480, 0);
	memory = new_memory(d.format.size, 0);
	for (i = 0; i < 2; i++) {
		pid = fork();
		if (!pid)
			_exit(read(d.fd, memory, d.format.size) != (ssize_t)d.format.size);
		EXPECT(waitpid(pid, &status, 0) == pid && !status, "the child read nothing");
	}
	EXPECT(read(d.fd, memory, d.format.size) == (ssize_t)d.format.size, "read: %s",
	       strerror(errno));
	device_close(&d);
}

void read_cases(void)
{
	tap_run(frames, NULL, "read: frames");
	tap_run(refusals, NULL, "read: refusals");
	tap_run(signalled, NULL, "read: a signal ends it");
	tap_run(inherited, NULL, "read: several processes, one descriptor");
}
