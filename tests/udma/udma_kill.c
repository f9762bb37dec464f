/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udma_kill NODE ROUNDS SEED HOW LATE_MS: processes that die, or let go, in the
 * middle of a transfer, and a device that writes on for LATE_MS afterwards.  Not
 * one byte may land in memory that is somebody else's by then.
 *
 *	kill, int	a child streams and gets the signal at a random time; its
 *			pages are free, and this process takes as many and watches
 *	stop, close	this process lets go itself and watches its own pages
 *	kept		as kill, with buffers that are pinned whole
 *
 * Prints in how many rounds something was written too late, and how long it took
 * from the signal (or the call) until the device was silent and the memory free;
 * exit status 1 if anything was late.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "guard.h"

#define BUFFERS 3
#define CANARY (16u << 20)	/* memory taken after a process has died */

const char *device_path;
static unsigned int late_ms;
static uint64_t *taken_ns;	/* of each round, from letting go until it was over */

static void sleep_us(unsigned int us)
{
	const struct timespec ts = { us / 1000000, us % 1000000 * 1000l };

	nanosleep(&ts, NULL);
}

static void begin(struct device *d, struct buffer b[BUFFERS], uint32_t flags)
{
	unsigned int i;

	device_open(d, 640, 480, 0);
	device_setup(d, 65536u << random() % 5, 1 + random() % 4);
	for (i = 0; i < BUFFERS; i++) {
		b[i] = new_buffer(d, random() % 4096, flags);
		EXPECT(!device_queue(d, b[i].handle), "QUEUE");
	}
	EXPECT(!device_start(d), "START");
}

static void stream_for_ever(uint32_t flags, int ready)
{
	struct buffer b[BUFFERS];
	struct udma_done done;
	struct device d;

	begin(&d, b, flags);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	for (;;) {
		done = must_dequeue(&d);
		device_queue(&d, done.handle);
	}
}

/* Memory that is new here was somebody's who died: whoever writes it is late. */
static long watch_new_memory(void)
{
	uint8_t *map = mmap(NULL, CANARY, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	long damage;

	EXPECT(map != MAP_FAILED, "no memory");
	guard_fill(map, CANARY);
	sleep_us((late_ms + 10) * 1000);
	damage = guard_damage(map, CANARY) >= 0;
	munmap(map, CANARY);
	return damage;
}

/* A process that is gone has closed its descriptors, and that waits until the device is silent. */
static long kill_child(int signal, uint32_t flags, uint64_t *taken)
{
	int ready[2];
	char byte;
	pid_t pid;

	EXPECT(!pipe(ready), "no pipe");
	pid = fork();
	if (!pid)
		stream_for_ever(flags, ready[1]);
	close(ready[1]);
	EXPECT(read(ready[0], &byte, 1) == 1, "the child did not begin");
	close(ready[0]);
	sleep_us(random() % 30000);
	*taken = clock_now();
	kill(pid, signal);
	EXPECT(waitpid(pid, NULL, 0) == pid, "no end");
	*taken = clock_now() - *taken;
	return watch_new_memory();
}

static long let_go(int closes, uint64_t *taken)
{
	struct buffer b[BUFFERS];
	struct device d;
	long damage = 0;
	unsigned int i;

	begin(&d, b, 0);
	sleep_us(random() % 30000);
	*taken = clock_now();
	if (closes)
		device_close(&d);
	else
		EXPECT(!device_stop(&d), "STOP");
	*taken = clock_now() - *taken;
	for (i = 0; i < BUFFERS; i++)
		guard_fill(b[i].memory, b[i].len);
	sleep_us((late_ms + 10) * 1000);
	for (i = 0; i < BUFFERS; i++) {
		damage += guard_damage(b[i].memory, b[i].len) >= 0;
		free_memory(b[i].memory, b[i].len);
	}
	if (!closes)
		device_close(&d);
	return damage;
}

static long one_round(const char *how, uint64_t *taken)
{
	if (!strcmp(how, "kill"))
		return kill_child(SIGKILL, 0, taken);
	if (!strcmp(how, "int"))
		return kill_child(SIGINT, 0, taken);
	if (!strcmp(how, "kept"))
		return kill_child(SIGKILL, UDMA_ATTACH_KEEP, taken);
	return let_go(!strcmp(how, "close"), taken);
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void tell(const char *how, unsigned int rounds, unsigned int seed, long damage)
{
	qsort(taken_ns, rounds, sizeof(*taken_ns), by_size);
	printf("%s: %u rounds, seed %u: %ld with late writes; silent after %.2f ms (p50), %.2f ms (p99), %.2f ms (most); the device writes on for %u ms\n",
	       how, rounds, seed, damage, taken_ns[rounds / 2] / 1e6,
	       taken_ns[rounds * 99ull / 100] / 1e6, taken_ns[rounds - 1] / 1e6, late_ms);
}

int main(int argc, char **argv)
{
	unsigned int rounds, seed, i;
	long damage = 0;

	if (argc != 6) {
		fprintf(stderr, "usage: udma_kill NODE ROUNDS SEED kill|int|kept|stop|close LATE_MS\n");
		return 64;
	}
	device_path = argv[1];
	rounds = strtoul(argv[2], NULL, 0);
	seed = strtoul(argv[3], NULL, 0);
	late_ms = strtoul(argv[5], NULL, 0);
	srandom(seed);
	taken_ns = calloc(rounds, sizeof(*taken_ns));
	if (!taken_ns || !rounds) {
		fprintf(stderr, "udma_kill: no rounds, or no memory for them\n");
		return 64;
	}
	for (i = 0; i < rounds; i++)
		damage += one_round(argv[4], &taken_ns[i]);
	tell(argv[4], rounds, seed, damage);
	return damage != 0;
}
