/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udma_memory NODE KIND [FILE]: memory that Linux does not let a device have for
 * long.  It is copied, counted and flagged, or refused where that was asked for.
 *
 *   secret        memfd_secret(2)
 *   file FILE     a shared mapping of a file that is written back
 *   dax FILE      the same, where the file system is on persistent memory
 *   device FILE   a device's own memory, without pages: the resource of a PCI device
 *
 * TAP on standard output.  The node must be udma_sim's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"

#define CHUNK ((size_t)65536)
#define WIDTH 320
#define HEIGHT 240
#define FRAMES 4

const char *device_path;

struct kind {
	const char *name;
	int (*open)(const char *file, size_t len);
	bool is_file;	/* what is mapped can be read back, and cut short */
};

static const struct kind *kind;
static const char *file_name;

/* ---- the kinds ---- */

static int open_secret(const char *file, size_t len)
{
	int fd = (int)syscall(SYS_memfd_secret, 0);

	EXPECT(fd >= 0, "memfd_secret: %s; boot with secretmem.enable=1", strerror(errno));
	EXPECT(!ftruncate(fd, (off_t)len), "ftruncate: %s", strerror(errno));
	return fd;
}

static int open_file(const char *file, size_t len)
{
	int fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	EXPECT(fd >= 0, "%s: %s", file, strerror(errno));
	EXPECT(!ftruncate(fd, (off_t)len), "ftruncate: %s", strerror(errno));
	return fd;
}

static int open_dax(const char *file, size_t len)
{
	int fd = open_file(file, len);
	struct statx s;

	EXPECT(!statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &s), "statx: %s", strerror(errno));
	EXPECT(s.stx_attributes & STATX_ATTR_DAX, "%s is not on a file system with DAX", file);
	return fd;
}

static int open_device(const char *file, size_t len)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);
	struct stat s;

	EXPECT(fd >= 0 && !fstat(fd, &s), "%s: %s", file, strerror(errno));
	EXPECT((size_t)s.st_size >= len, "%s has %lld bytes", file, (long long)s.st_size);
	return fd;
}

static const struct kind kinds[] = {
	{ "secret", open_secret, false },
	{ "file", open_file, true },
	{ "dax", open_dax, true },
	{ "device", open_device, false },
};

/* ---- a range of it ---- */

struct range {
	uint8_t *at;	/* at a multiple of CHUNK */
	size_t len;
	int fd;
};

/* @ordinary bytes of anonymous memory in front, and then the kind. */
static struct range new_range(size_t len, size_t ordinary)
{
	struct range r = { .len = (len + 4095) & ~(size_t)4095 };
	uint8_t *map = mmap(NULL, r.len + CHUNK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT(map != MAP_FAILED, "no memory");
	r.at = (uint8_t *)(((uintptr_t)map + CHUNK - 1) & -CHUNK);
	r.fd = kind->open(file_name, r.len);
	EXPECT(mmap(r.at + ordinary, r.len - ordinary, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		    r.fd, (off_t)ordinary) == r.at + ordinary, "mmap: %s", strerror(errno));
	memset(r.at, 0x5a, r.len);
	return r;
}

static void begin(struct device *d)
{
	device_open(d, WIDTH, HEIGHT, 0);
	device_setup(d, CHUNK, 2);
}

/* A range of it, attached. */
static struct range attach_range(const struct device *d, size_t ordinary, uint32_t flags, uint32_t *handle)
{
	struct range r = new_range(d->format.size, ordinary);

	EXPECT(!device_attach(d, r.at, d->format.size, flags, handle), "ATTACH");
	return r;
}

/* ---- cases ---- */

static void copied(void *arg)
{
	const uint32_t flags = *(uint32_t *)arg;
	struct udma_done done;
	uint32_t handle;
	struct device d;
	struct range r;
	unsigned int i;

	begin(&d);
	r = attach_range(&d, 0, flags, &handle);
	EXPECT(!device_start(&d), "START");
	for (i = 0; i < FRAMES; i++) {
		memset(r.at, 0x5a, r.len);
		EXPECT(!device_queue(&d, handle), "QUEUE");
		done = must_dequeue(&d);
		must_be_right(&d, &done, r.at);
		EXPECT(done.flags & UDMA_DONE_BOUNCED && done.bounced == d.format.size,
		       "%llu bytes were copied", (unsigned long long)done.bounced);
	}
	EXPECT(!device_stop(&d) && !device_detach(&d, handle), "DETACH");
	device_close(&d);
}

static void refused(void *arg)
{
	const uint32_t flags = *(uint32_t *)arg;
	uint32_t handle;
	struct device d;
	struct range r;
	int err;

	begin(&d);
	r = new_range(d.format.size, 0);
	err = device_attach(&d, r.at, d.format.size, flags | UDMA_ATTACH_NO_BOUNCE, &handle);
	EXPECT(err == -EOPNOTSUPP, "ATTACH: %s", strerror(-err));
	EXPECT(!limits_of(&d).session_used, "something stays charged");
	device_close(&d);
}

/* Only the chunks that touch it are copied. */
static void in_part(void *arg)
{
	const size_t whole = CHUNK, ordinary = whole + 4096;
	struct udma_done done;
	uint32_t handle;
	struct device d;
	struct range r;

	begin(&d);
	r = attach_range(&d, ordinary, 0, &handle);
	EXPECT(!device_queue(&d, handle) && !device_start(&d), "START");
	done = must_dequeue(&d);
	must_be_right(&d, &done, r.at);
	EXPECT(done.bounced == d.format.size - whole, "%llu bytes were copied",
	       (unsigned long long)done.bounced);
	EXPECT(!device_stop(&d), "STOP");
	device_close(&d);
}

static void by_read(void *arg)
{
	struct udma_done done = { 0 };
	struct device d;
	struct range r;
	ssize_t got;

	begin(&d);
	r = new_range(d.format.size, 0);
	got = read(d.fd, r.at, r.len);
	EXPECT(got == (ssize_t)d.format.size, "read: %zd, %s", got, strerror(errno));
	done.bytes = d.format.size;
	must_be_right(&d, &done, r.at);
	device_close(&d);
}

/* The bytes are in the file, and not only where they were mapped. */
static void kept_by_file(void *arg)
{
	struct udma_done done;
	uint32_t handle;
	struct device d;
	struct range r;
	uint8_t *bytes;

	begin(&d);
	r = attach_range(&d, 0, 0, &handle);
	bytes = new_memory(r.len, 0);
	EXPECT(!device_queue(&d, handle) && !device_start(&d), "START");
	done = must_dequeue(&d);
	EXPECT(!device_stop(&d) && !device_detach(&d, handle), "DETACH");
	EXPECT(!munmap(r.at, r.len) && !fsync(r.fd), "fsync: %s", strerror(errno));
	EXPECT(pread(r.fd, bytes, r.len, 0) == (ssize_t)r.len, "pread: %s", strerror(errno));
	must_be_right(&d, &done, bytes);
	device_close(&d);
}

/* There is no memory any more behind the range, and then there is again. */
static void cut_short(void *arg)
{
	struct udma_done done;
	uint32_t handle;
	struct device d;
	struct range r;
	int err;

	begin(&d);
	r = attach_range(&d, 0, 0, &handle);
	EXPECT(!device_start(&d) && !ftruncate(r.fd, 0), "START");
	err = device_queue(&d, handle);
	if (!err)
		err = must_dequeue(&d).status;
	EXPECT(err == -EFAULT, "the frame into nothing: %s", strerror(-err));
	EXPECT(!ftruncate(r.fd, (off_t)r.len) && !device_queue(&d, handle), "QUEUE");
	done = must_dequeue(&d);
	must_be_right(&d, &done, r.at);
	EXPECT(!device_stop(&d), "STOP");
	device_close(&d);
}

static void run_cases(void)
{
	static uint32_t flags[] = { 0, UDMA_ATTACH_KEEP };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		tap_run(copied, &flags[i], "%s: copied%s", kind->name, i ? ", kept" : "");
		tap_run(refused, &flags[i], "%s: refused%s", kind->name, i ? ", kept" : "");
	}
	tap_run(in_part, NULL, "%s: a part of it", kind->name);
	tap_run(by_read, NULL, "%s: read", kind->name);
	if (kind->is_file) {
		tap_run(kept_by_file, NULL, "%s: the file has it", kind->name);
		tap_run(cut_short, NULL, "%s: cut short", kind->name);
	}
}

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 2 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(argv[2], kinds[i].name))
			kind = &kinds[i];
	if (!kind || (kind->open != open_secret && argc < 4)) {
		fprintf(stderr, "usage: udma_memory NODE secret|file|dax|device [FILE]\n");
		return 64;
	}
	device_path = argv[1];
	file_name = argc > 3 ? argv[3] : NULL;
	tap_timeout(240);
	run_cases();
	return tap_finish();
}
