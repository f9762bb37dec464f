/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames: their bytes, and how much was pinned for them. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "guard.h"

#define WIDTH 1024
#define HEIGHT 1024	/* a frame of 3 MiB */

struct setting {
	uint64_t chunk;
	uint32_t window;
	size_t shift;
	uint32_t flags;
};

static uint64_t span(const void *memory, uint64_t len)
{
	uintptr_t page = 4096, start = (uintptr_t)memory & -page;

	return (((uintptr_t)memory + len + page - 1) & -page) - start;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The longest chunk of a range: they break where the address is a multiple of their size. */
static uint64_t longest_chunk(const void *memory, uint64_t len, uint64_t chunk)
{
	const uint64_t first = least(chunk - (uintptr_t)memory % chunk, len);
	const uint64_t next = least(chunk, len - first);

	return first > next ? first : next;
}

/* Some frames into two buffers; what is pinned never exceeds the window. */
static void stream(void *arg)
{
	const struct setting *set = arg;
	struct udma_done done;
	struct buffer b[2];
	struct device d;
	uint64_t window;
	unsigned int i;

	device_open(&d, WIDTH, HEIGHT, 0);
	device_setup(&d, set->chunk, set->window);
	for (i = 0; i < 2; i++) {
		b[i] = new_buffer(&d, set->shift, set->flags);
		EXPECT(!device_queue(&d, b[i].handle), "QUEUE");
	}
	window = least(set->chunk * set->window, span(b[0].memory, b[0].len));
	EXPECT(!device_start(&d), "START");
	for (i = 0; i < 6; i++) {
		done = must_dequeue(&d);
		must_be_right(&d, &done, b[i % 2].memory);
		EXPECT(done.handle == b[i % 2].handle, "another buffer came");
		EXPECT(done.pinned_peak <= window || set->flags & UDMA_ATTACH_KEEP,
		       "%llu bytes were pinned at once, the window has %llu",
		       (unsigned long long)done.pinned_peak, (unsigned long long)window);
		EXPECT(done.pinned_peak >= longest_chunk(b[i % 2].memory, d.format.size, set->chunk),
		       "less than a chunk was pinned: %llu", (unsigned long long)done.pinned_peak);
		EXPECT(done.chunks >= d.format.size / set->chunk && done.segments >= done.chunks,
		       "%u chunks, %u segments", done.chunks, done.segments);
		EXPECT(!done.bounced && !(done.flags & UDMA_DONE_BOUNCED), "it was copied");
		memset(b[i % 2].memory, 0x5a, b[i % 2].len);
		EXPECT(!device_queue(&d, b[i % 2].handle), "QUEUE");
	}
	EXPECT(!device_stop(&d), "STOP");
	if (!(set->flags & UDMA_ATTACH_KEEP))
		EXPECT(!stats_of(&d).pinned, "something stays pinned");
	device_close(&d);
}

/* A device that wants multiples of its alignment: edges are copied, the middle is not. */
static void edges(void *arg)
{
	const size_t shift = *(size_t *)arg;
	struct udma_done done;
	struct device d;
	struct buffer b;
	uint8_t *map;
	unsigned int i;

	device_open(&d, 640, 480, 0);
	EXPECT(d.info.align > 1, "load udma_sim with align=");
	map = new_memory(d.format.size + 8192, 0);
	guard_fill(map, d.format.size + 8192);
	b = (struct buffer){ .memory = map + 4096 + shift, .len = d.format.size };
	EXPECT(!device_attach(&d, b.memory, b.len, 0, &b.handle), "ATTACH");
	EXPECT(!device_start(&d), "START");
	for (i = 0; i < 3; i++) {
		EXPECT(!device_queue(&d, b.handle), "QUEUE");
		done = must_dequeue(&d);
		must_be_right(&d, &done, b.memory);
		EXPECT(!done.bounced == !(shift % d.info.align) || d.format.size % d.info.align,
		       "%llu bytes were copied", (unsigned long long)done.bounced);
		EXPECT(done.bounced < 2 * d.info.align, "more than the edges was copied: %llu",
		       (unsigned long long)done.bounced);
		EXPECT(guard_damage(map, 4096 + shift) < 0, "bytes in front were written");
	}
	EXPECT(!device_stop(&d), "STOP");
	EXPECT(device_attach(&d, b.memory + 1, b.len, UDMA_ATTACH_NO_BOUNCE, &b.handle) ==
	       (((uintptr_t)b.memory + 1) % d.info.align ? -EOPNOTSUPP : 0), "NO_BOUNCE");
	device_close(&d);
}

/* Far more than the window and more than the limit of the system: only the window counts. */
static void huge(void *arg)
{
	const size_t len = 600u << 20;
	struct udma_done done;
	struct device d;
	struct buffer b;

	must_set("/sys/module/udma/parameters/max_pinned", 64 << 20);
	device_open(&d, 16384, 12800, 0);
	EXPECT(d.format.size == 629145600, "a frame has %llu bytes", (unsigned long long)d.format.size);
	b.memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(b.memory != MAP_FAILED, "no memory");
	EXPECT(device_attach(&d, b.memory, len, UDMA_ATTACH_KEEP, &b.handle) == -ENOSPC,
	       "all of it may be kept");
	EXPECT(limits_of(&d).refused == UDMA_LIMIT_GLOBAL, "another limit is named");
	EXPECT(!device_attach(&d, b.memory, len, 0, &b.handle), "ATTACH");
	EXPECT(limits_of(&d).session_used == 2 << 20, "%llu bytes are charged",
	       (unsigned long long)limits_of(&d).session_used);
	EXPECT(!device_queue(&d, b.handle) && !device_start(&d), "START");
	done = must_dequeue(&d);
	must_be_right(&d, &done, b.memory);
	EXPECT(done.pinned_peak <= 2 << 20, "%llu bytes were pinned at once",
	       (unsigned long long)done.pinned_peak);
	EXPECT(!device_stop(&d), "STOP");
	device_close(&d);
	must_set("/sys/module/udma/parameters/max_pinned", 0);
}

void frame_cases(void)
{
	static const struct setting settings[] = {
		{ 1 << 20, 1, 0, 0 }, { 1 << 20, 2, 0, 0 }, { 1 << 20, 4096, 0, 0 },
		{ 4096, 1, 0, 0 }, { 4096, 3, 1, 0 }, { 65536, 2, 4095, 0 }, { 1 << 20, 2, 1, 0 },
		{ 1 << 20, 2, 2048, UDMA_ATTACH_KEEP }, { 64 << 20, 1, 100, 0 },
	};
	static size_t shifts[] = { 0, 1, 63, 64, 100, 4095 };
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		tap_run(stream, (void *)&settings[i], "frames: chunk %llu, window %u, offset %zu%s",
			(unsigned long long)settings[i].chunk, settings[i].window, settings[i].shift,
			settings[i].flags ? ", kept" : "");
	for (i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++)
		tap_run(edges, &shifts[i], "edges: offset %zu", shifts[i]);
	tap_run(huge, NULL, "huge: 600 MiB through a window of 2 MiB, 64 MiB allowed");
}
