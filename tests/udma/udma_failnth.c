/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udma_failnth NODE: every request, read(2) and the stream's own thread, with the
 * first, the second, the third... allocation or copy in it failing, until there is
 * none left to fail.  A failure is reported as what it is, nothing stays pinned or
 * charged, and the next frame is right.  TAP on standard output.
 *
 * For kernels with CONFIG_FAULT_INJECTION; /proc/PID/fail-nth and what it applies
 * to are in the kernel's Documentation/fault-injection/fault-injection.rst.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define FAILURES_MAX 20000

const char *device_path;

/* one attempt */
struct trial {
	struct device d;
	struct buffer b;
	struct udma_done done;
};

struct operation {
	const char *name;
	void (*prepare)(struct trial *t);
	int (*act)(struct trial *t);	/* 0 or a negative errno */
	bool in_worker;			/* what fails is in the stream's thread */
	bool never_fails;		/* whatever happens inside */
	bool may_not_fail;		/* with some devices there is nothing in it that could */
};

/* ---- what can be asked of a device ---- */

static void prepare_open(struct trial *t)
{
	device_open(&t->d, 64, 64, 0);
	device_setup(&t->d, 4096, 2);
}

static int act_open(struct trial *t)
{
	t->d.fd = open(device_path, O_RDWR | O_CLOEXEC);
	return t->d.fd < 0 ? -errno : 0;
}

static int act_info(struct trial *t)
{
	return device_call(&t->d, UDMA_IOC_INFO, &t->d.info);
}

static int act_enum_format(struct trial *t)
{
	struct udma_format_info info = { .index = 1 };

	return device_call(&t->d, UDMA_IOC_ENUM_FORMAT, &info);
}

static int act_get_format(struct trial *t)
{
	struct udma_format format = { 0 };

	return device_call(&t->d, UDMA_IOC_GET_FORMAT, &format);
}

static int act_set_format(struct trial *t)
{
	struct udma_format format = { .width = 32, .height = 32 };

	return device_call(&t->d, UDMA_IOC_SET_FORMAT, &format);
}

static int act_try_format(struct trial *t)
{
	struct udma_format format = { .width = 32, .height = 32 };

	return device_call(&t->d, UDMA_IOC_TRY_FORMAT, &format);
}

static int act_setup(struct trial *t)
{
	struct udma_setup setup = { .chunk = 8192, .window = 3 };

	return device_call(&t->d, UDMA_IOC_SETUP, &setup);
}

static int act_limits(struct trial *t)
{
	struct udma_limits limits;

	return device_call(&t->d, UDMA_IOC_LIMITS, &limits);
}

static int act_stats(struct trial *t)
{
	struct udma_stats stats;

	return device_call(&t->d, UDMA_IOC_STATS, &stats);
}

/* Memory without pages, so that the kernel must find some. */
static void prepare_memory(struct trial *t)
{
	prepare_open(t);
	t->b.len = t->d.format.size;
	t->b.memory = new_memory(t->b.len, 0);
	EXPECT(!munlock(t->b.memory, t->b.len) && !madvise(t->b.memory, t->b.len, MADV_DONTNEED),
	       "madvise");
}

static int act_attach(struct trial *t)
{
	return device_attach(&t->d, t->b.memory, t->b.len, 0, &t->b.handle);
}

static int act_attach_kept(struct trial *t)
{
	return device_attach(&t->d, t->b.memory, t->b.len, UDMA_ATTACH_KEEP, &t->b.handle);
}

static int act_read(struct trial *t)
{
	if (read(t->d.fd, t->b.memory, t->b.len) < 0)
		return -errno;
	t->done = (struct udma_done){ .bytes = t->b.len };
	return 0;
}

static void prepare_buffer(struct trial *t)
{
	prepare_open(t);
	t->b = new_buffer(&t->d, 17, 0);
}

static int act_detach(struct trial *t)
{
	return device_detach(&t->d, t->b.handle);
}

static int act_start(struct trial *t)
{
	return device_start(&t->d);
}

static void prepare_running(struct trial *t)
{
	prepare_buffer(t);
	EXPECT(!device_start(&t->d), "START");
}

static int act_queue(struct trial *t)
{
	return device_queue(&t->d, t->b.handle);
}

static void prepare_finished(struct trial *t)
{
	prepare_running(t);
	EXPECT(!device_queue(&t->d, t->b.handle), "QUEUE");
	/* it comes and is cancelled, or came before: there is one to be dequeued */
	EXPECT(!device_stop(&t->d), "STOP");
}

static int act_dequeue(struct trial *t)
{
	struct udma_done done;

	return device_dequeue(&t->d, &done);
}

static void prepare_streaming(struct trial *t)
{
	prepare_running(t);
	EXPECT(!device_queue(&t->d, t->b.handle), "QUEUE");
}

static int act_stop(struct trial *t)
{
	return device_stop(&t->d);
}

static void prepare_fresh(struct trial *t)
{
	prepare_memory(t);
	EXPECT(!act_attach(t) && !device_start(&t->d), "START");
}

static void prepare_kept(struct trial *t)
{
	prepare_open(t);
	t->b = new_buffer(&t->d, 17, UDMA_ATTACH_KEEP);
	EXPECT(!device_start(&t->d), "START");
}

static int act_frame(struct trial *t)
{
	EXPECT(!device_queue(&t->d, t->b.handle), "QUEUE");
	t->done = must_dequeue(&t->d);
	return t->done.status;
}

static const struct operation operations[] = {
	{ .name = "open", .act = act_open },
	{ .name = "INFO", .prepare = prepare_open, .act = act_info },
	{ .name = "ENUM_FORMAT", .prepare = prepare_open, .act = act_enum_format },
	{ .name = "GET_FORMAT", .prepare = prepare_open, .act = act_get_format },
	{ .name = "SET_FORMAT", .prepare = prepare_open, .act = act_set_format },
	{ .name = "TRY_FORMAT", .prepare = prepare_open, .act = act_try_format },
	{ .name = "SETUP", .prepare = prepare_open, .act = act_setup },
	{ .name = "LIMITS", .prepare = prepare_open, .act = act_limits },
	{ .name = "STATS", .prepare = prepare_open, .act = act_stats },
	{ .name = "ATTACH", .prepare = prepare_memory, .act = act_attach },
	{ .name = "ATTACH, kept", .prepare = prepare_memory, .act = act_attach_kept },
	{ .name = "DETACH", .prepare = prepare_buffer, .act = act_detach },
	{ .name = "START", .prepare = prepare_buffer, .act = act_start },
	{ .name = "QUEUE", .prepare = prepare_running, .act = act_queue },
	{ .name = "DEQUEUE", .prepare = prepare_finished, .act = act_dequeue },
	{ .name = "STOP", .prepare = prepare_streaming, .act = act_stop, .never_fails = true },
	{ .name = "read", .prepare = prepare_memory, .act = act_read },
	{ .name = "a frame", .prepare = prepare_fresh, .act = act_frame, .in_worker = true },
	{ .name = "a frame, odd edges", .prepare = prepare_running, .act = act_frame, .in_worker = true },
	{ .name = "a frame, kept", .prepare = prepare_kept, .act = act_frame, .in_worker = true,
	  .may_not_fail = true },
};

/* ---- failing ---- */

/* Process number of the kernel's thread that has the device's name, or -1. */
static int find_worker(void)
{
	const char *name = strrchr(device_path, '/') + 1;
	struct dirent *e;
	char path[300], comm[64];
	int pid = -1;
	DIR *dir = opendir("/proc");
	FILE *f;

	EXPECT(dir, "/proc");
	while (pid < 0 && (e = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(comm, sizeof(comm), f) && !strncmp(comm, name, strlen(name)) &&
		    comm[strlen(name)] == '\n')
			pid = atoi(e->d_name);
		fclose(f);
	}
	closedir(dir);
	return pid;
}

static int open_fail_nth(const struct operation *op)
{
	char path[64] = "/proc/thread-self/fail-nth";
	int fd;

	if (op->in_worker)
		snprintf(path, sizeof(path), "/proc/%d/fail-nth", find_worker());
	fd = open(path, O_RDWR | O_CLOEXEC);
	EXPECT(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

static void arm(int fd, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	EXPECT(pwrite(fd, text, len, 0) == len, "fail-nth: %s", strerror(errno));
}

/* Did it fail? What asks may itself be what fails, and then it did not before. */
static bool disarm(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return false;
	if (atoi(text) == 0)
		return true;
	if (pwrite(fd, "0", 1, 0) != 1)
		EXPECT(errno == EFAULT, "fail-nth: %s", strerror(errno));
	return false;
}

/* ---- afterwards ---- */

static void must_be_clean(unsigned int nth)
{
	struct udma_done done = { 0 };
	struct udma_limits limits;
	struct device d;
	uint8_t *memory;

	device_open(&d, 32, 32, 0);
	limits = limits_of(&d);
	EXPECT(!limits.global_used && !limits.quarantined && !stats_of(&d).pinned,
	       "failure %u: %llu bytes stay charged", nth, (unsigned long long)limits.global_used);
	memory = new_memory(d.format.size, 0);
	EXPECT(read(d.fd, memory, d.format.size) == (ssize_t)d.format.size, "failure %u: read: %s",
	       nth, strerror(errno));
	done.bytes = d.format.size;
	must_be_right(&d, &done, memory);
	munmap(memory, d.format.size);
	device_close(&d);
}

static void judge(const struct operation *op, const struct trial *t, unsigned int nth, int err)
{
	EXPECT(!err || err == -ENOMEM || err == -EFAULT, "failure %u: it says %s", nth, strerror(-err));
	EXPECT(!err || !op->never_fails, "failure %u: it failed: %s", nth, strerror(-err));
	if (!err && t->done.bytes)
		must_be_right(&t->d, &t->done, t->b.memory);
}

static void let_go(struct trial *t)
{
	if (t->d.fd >= 0)
		device_close(&t->d);
	if (t->b.memory)
		free_memory(t->b.memory, t->b.len);
}

/* Returns whether there was an @nth to fail. */
static bool fail_one(const struct operation *op, unsigned int nth, unsigned int *reported)
{
	struct trial t = { .d.fd = -1 };
	bool failed;
	int fd, err;

	if (op->prepare)
		op->prepare(&t);
	fd = open_fail_nth(op);
	arm(fd, nth);
	err = op->act(&t);
	failed = disarm(fd);
	close(fd);
	judge(op, &t, nth, err);
	EXPECT(failed || !err, "without a failure it says %s", strerror(-err));
	*reported += err != 0;
	let_go(&t);
	must_be_clean(nth);
	return failed;
}

static void sweep(void *arg)
{
	const struct operation *op = arg;
	unsigned int nth = 1, reported = 0;

	/* what fails is to be the module's, not a page fault on the way to it */
	EXPECT(!mlockall(MCL_CURRENT | MCL_FUTURE), "mlockall: %s", strerror(errno));
	while (fail_one(op, nth, &reported))
		EXPECT(++nth < FAILURES_MAX, "it never ends");
	tap_note("%s: %u failures, %u of them reported", op->name, nth - 1, reported);
	EXPECT(nth > 1 || op->never_fails || op->may_not_fail, "nothing in it can fail");
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc != 2) {
		fprintf(stderr, "usage: udma_failnth NODE\n");
		return 64;
	}
	device_path = argv[1];
	tap_timeout(1800);
	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		tap_run(sweep, (void *)&operations[i], "%s", operations[i].name);
	return tap_finish();
}
