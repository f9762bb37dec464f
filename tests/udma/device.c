/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "udma_bytes.h"

#define RGB3 0x33424752u

int device_call(const struct device *d, unsigned long request, void *arg)
{
	return ioctl(d->fd, request, arg) < 0 ? -errno : 0;
}

void device_open(struct device *d, uint32_t width, uint32_t height, uint32_t fps)
{
	int err;

	memset(d, 0, sizeof(*d));
	d->fd = open(device_path, O_RDWR | O_CLOEXEC);
	EXPECT(d->fd >= 0, "%s: %s", device_path, strerror(errno));
	EXPECT(!device_call(d, UDMA_IOC_INFO, &d->info), "INFO");
	d->format = (struct udma_format){
		.width = width, .height = height, .fourcc = RGB3, .fps_num = fps, .fps_den = fps ? 1 : 0,
	};
	err = device_call(d, UDMA_IOC_SET_FORMAT, &d->format);
	EXPECT(!err, "SET_FORMAT: %s", strerror(-err));
}

void device_close(struct device *d)
{
	EXPECT(!close(d->fd), "close");
	d->fd = -1;
}

void device_setup(struct device *d, uint64_t chunk, uint32_t window)
{
	struct udma_setup setup = { .chunk = chunk, .window = window };
	int err = device_call(d, UDMA_IOC_SETUP, &setup);

	EXPECT(!err, "SETUP: %s", strerror(-err));
}

int device_attach(const struct device *d, void *memory, size_t len, uint32_t flags,
		  uint32_t *handle)
{
	struct udma_attach attach = { .addr = (uintptr_t)memory, .len = len, .flags = flags };
	int err = device_call(d, UDMA_IOC_ATTACH, &attach);

	*handle = attach.handle;
	return err;
}

int device_detach(const struct device *d, uint32_t handle)
{
	struct udma_handle h = { .handle = handle };

	return device_call(d, UDMA_IOC_DETACH, &h);
}

int device_queue(const struct device *d, uint32_t handle)
{
	struct udma_handle h = { .handle = handle, .cookie = handle + 1000 };

	return device_call(d, UDMA_IOC_QUEUE, &h);
}

int device_start(const struct device *d)
{
	return device_call(d, UDMA_IOC_START, NULL);
}

int device_stop(const struct device *d)
{
	return device_call(d, UDMA_IOC_STOP, NULL);
}

int device_dequeue(const struct device *d, struct udma_done *done)
{
	memset(done, 0, sizeof(*done));
	return device_call(d, UDMA_IOC_DEQUEUE, done);
}

struct udma_done must_dequeue(const struct device *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };
	struct udma_done done;
	int err;

	EXPECT(poll(&p, 1, WAIT_MS * (int)tap_slow()) == 1, "no frame came");
	err = device_dequeue(d, &done);
	EXPECT(!err, "DEQUEUE: %s", strerror(-err));
	EXPECT(done.cookie == done.handle + 1000, "another cookie came back");
	return done;
}

void *new_memory(size_t len, size_t shift)
{
	uint8_t *map = mmap(NULL, len + shift, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	EXPECT(map != MAP_FAILED, "no memory");
	memset(map, 0x5a, len + shift);
	return map + shift;
}

void free_memory(void *memory, size_t len)
{
	const size_t shift = (uintptr_t)memory % 4096;

	EXPECT(!munmap((uint8_t *)memory - shift, shift + len), "munmap");
}

struct buffer new_buffer(const struct device *d, size_t shift, uint32_t flags)
{
	struct buffer b = { .len = d->format.size };
	int err;

	b.memory = new_memory(b.len, shift);
	err = device_attach(d, b.memory, b.len, flags, &b.handle);
	EXPECT(!err, "ATTACH: %s", strerror(-err));
	return b;
}

int64_t frame_damage(const struct device *d, const struct udma_done *done, const uint8_t *memory)
{
	const uint32_t stride = d->format.plane[0].stride;
	uint8_t *expected = malloc(stride);
	int64_t damage = -1;
	uint64_t at;
	uint32_t len, i;

	for (at = 0; at < done->bytes && damage < 0; at += len) {
		len = done->bytes - at < stride ? (uint32_t)(done->bytes - at) : stride;
		udma_bytes_fill(udma_bytes_line(d->info.seed, (uint32_t)done->sequence,
						(uint32_t)(at / stride)), 0, len, expected);
		for (i = 0; i < len && damage < 0; i++)
			if (memory[at + i] != expected[i])
				damage = (int64_t)(at + i);
	}
	free(expected);
	return damage;
}

void must_be_right(const struct device *d, const struct udma_done *done, const uint8_t *memory)
{
	int64_t at;

	EXPECT(!done->status, "the frame failed: %s", strerror(-done->status));
	EXPECT(done->bytes == d->format.size, "%llu bytes came", (unsigned long long)done->bytes);
	at = frame_damage(d, done, memory);
	EXPECT(at < 0, "frame %llu: byte %" PRId64 " is wrong", (unsigned long long)done->sequence, at);
}

struct udma_limits limits_of(const struct device *d)
{
	struct udma_limits limits;

	EXPECT(!device_call(d, UDMA_IOC_LIMITS, &limits), "LIMITS");
	return limits;
}

struct udma_stats stats_of(const struct device *d)
{
	struct udma_stats stats;

	EXPECT(!device_call(d, UDMA_IOC_STATS, &stats), "STATS");
	return stats;
}

void must_set(const char *path, uint64_t value)
{
	FILE *f = fopen(path, "w");

	EXPECT(f, "%s: %s", path, strerror(errno));
	fprintf(f, "%llu\n", (unsigned long long)value);
	EXPECT(!fclose(f), "%s: %s", path, strerror(errno));
}
