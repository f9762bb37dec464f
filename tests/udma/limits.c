/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be pinned, and who says no. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define MIB (1ull << 20)
#define MAX_PINNED "/sys/module/udma/parameters/max_pinned"
#define MAX_PINNED_USER "/sys/module/udma/parameters/max_pinned_user"

static void *attach_kept(const struct device *d, size_t len, int wanted, uint32_t *handle)
{
	void *memory = new_memory(len, 0);
	int err = device_attach(d, memory, len, UDMA_ATTACH_KEEP, handle);

	EXPECT(err == wanted, "%zu bytes: %s, not %s", len, strerror(-err), strerror(-wanted));
	return memory;
}

static void system_wide(void *arg)
{
	struct udma_limits l;
	struct device d;
	uint32_t handle, other;

	must_set(MAX_PINNED, 16 * MIB);
	must_set(MAX_PINNED_USER, 16 * MIB);
	device_open(&d, 64, 48, 0);
	attach_kept(&d, 10 * MIB, 0, &handle);
	attach_kept(&d, 6 * MIB + 4096, -ENOSPC, &other);
	l = limits_of(&d);
	EXPECT(l.refused == UDMA_LIMIT_GLOBAL && l.refused_bytes == 6 * MIB + 4096,
	       "limit %u refused %llu bytes", l.refused, (unsigned long long)l.refused_bytes);
	EXPECT(l.global_max == 16 * MIB && l.global_used == 10 * MIB && l.user_used == 10 * MIB &&
	       l.session_used == 10 * MIB, "the numbers are wrong");
	/* to the byte */
	attach_kept(&d, 6 * MIB, 0, &other);
	EXPECT(limits_of(&d).global_used == 16 * MIB, "the numbers are wrong");
	/* a lower limit takes nothing away */
	must_set(MAX_PINNED, 4 * MIB);
	EXPECT(limits_of(&d).global_used == 16 * MIB, "something was taken away");
	EXPECT(!device_detach(&d, handle) && !device_detach(&d, other), "DETACH");
	attach_kept(&d, 4 * MIB + 4096, -ENOSPC, &handle);
	EXPECT(!limits_of(&d).global_used, "something stays charged");
	device_close(&d);
}

static void of_a_user(void *arg)
{
	struct device d;
	uint32_t handle;

	must_set(MAX_PINNED, 16 * MIB);
	must_set(MAX_PINNED_USER, 8 * MIB);
	device_open(&d, 64, 48, 0);
	attach_kept(&d, 8 * MIB + 4096, -EDQUOT, &handle);
	EXPECT(limits_of(&d).refused == UDMA_LIMIT_USER, "another limit is named");
	attach_kept(&d, 8 * MIB, 0, &handle);
	device_close(&d);
}

/* As a user without rights: RLIMIT_MEMLOCK, in the child. */
static void memlock_child(void)
{
	struct rlimit limit = { 4 * MIB, 4 * MIB };
	struct udma_limits l;
	struct device d;
	uint32_t handle;

	device_open(&d, 64, 48, 0);
	EXPECT(!setrlimit(RLIMIT_MEMLOCK, &limit) && !setuid(1234), "setuid");
	attach_kept(&d, 4 * MIB + 4096, -ENOMEM, &handle);
	l = limits_of(&d);
	EXPECT(l.refused == UDMA_LIMIT_MEMLOCK && l.memlock_max == 4 * MIB,
	       "limit %u, %llu bytes", l.refused, (unsigned long long)l.memlock_max);
	attach_kept(&d, 4 * MIB, 0, &handle);
	EXPECT(limits_of(&d).memlock_used == 4 * MIB, "the numbers are wrong");
	EXPECT(!device_detach(&d, handle), "DETACH");
	EXPECT(!limits_of(&d).memlock_used, "something stays charged");
	device_close(&d);
}

static void memlock(void *arg)
{
	must_set(MAX_PINNED, 0);
	must_set(MAX_PINNED_USER, 0);
	memlock_child();
}

/* Attaches and detaches what it can get; the sum must never exceed the limit. */
static void greedy(size_t len, unsigned int rounds)
{
	void *memory = new_memory(len, 0);
	struct udma_limits l;
	uint32_t handle;
	struct device d;
	unsigned int i;
	int err;

	device_open(&d, 64, 48, 0);
	for (i = 0; i < rounds; i++) {
		err = device_attach(&d, memory, len, UDMA_ATTACH_KEEP, &handle);
		EXPECT(!err || err == -ENOSPC, "ATTACH: %s", strerror(-err));
		l = limits_of(&d);
		EXPECT(l.global_used <= l.global_max && l.global_peak <= l.global_max,
		       "%llu of %llu bytes are used", (unsigned long long)l.global_used,
		       (unsigned long long)l.global_max);
		if (!err)
			EXPECT(!device_detach(&d, handle), "DETACH");
	}
	device_close(&d);
}

/*
 * Two that want 60 percent each, and some that want less: never more than all of
 * it, at any time.  The peak tells, as the limit is higher than all that other
 * cases had.
 */
static void together(void *arg)
{
	static const size_t wishes[] = { 12000, 12000, 7600, 2000, 8000 };	/* KiB of 20000 */
	const unsigned int count = sizeof(wishes) / sizeof(wishes[0]);
	unsigned int i;
	int status;

	must_set(MAX_PINNED, 20000 * 1024);
	must_set(MAX_PINNED_USER, 20000 * 1024);
	for (i = 0; i < count; i++)
		if (!fork()) {
			greedy(wishes[i] * 1024, 60);
			_exit(0);
		}
	for (i = 0; i < count; i++)
		EXPECT(wait(&status) > 0 && !status, "one of them failed");
}

/* What is charged for the window is charged once, however many buffers there are. */
static void window_once(void *arg)
{
	struct buffer b[4];
	struct device d;
	unsigned int i;

	must_set(MAX_PINNED, 0);
	must_set(MAX_PINNED_USER, 0);
	device_open(&d, 1024, 1024, 0);
	device_setup(&d, MIB, 2);
	for (i = 0; i < 4; i++) {
		b[i] = new_buffer(&d, 0, 0);
		EXPECT(limits_of(&d).session_used == 2 * MIB, "%llu bytes are charged",
		       (unsigned long long)limits_of(&d).session_used);
	}
	for (i = 0; i < 4; i++)
		EXPECT(!device_detach(&d, b[i].handle), "DETACH");
	EXPECT(!limits_of(&d).session_used, "something stays charged");
	device_close(&d);
}

void limit_cases(void)
{
	tap_run(system_wide, NULL, "limits: of the system, root too");
	tap_run(of_a_user, NULL, "limits: of a user");
	tap_run(memlock, NULL, "limits: RLIMIT_MEMLOCK");
	tap_run(together, NULL, "limits: several at once, never a byte more");
	tap_run(window_once, NULL, "limits: a window is charged once");
	must_set(MAX_PINNED, 0);
	must_set(MAX_PINNED_USER, 0);
}
