/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of QEMU's edu on a device of the test's own: registers as its page has them. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "grabber.h"
#include "random.h"
#include "unit.h"

#define MEMORY_BUS 0x00100000u
#define TARGET_BUS 0x08000000u
#define SEGMENTS 64

struct device {
	uint32_t reg[0x40];
	uint8_t own[4096];
	bool hung, deaf;
	uint32_t transfers;
	/* the computer's memory */
	uint8_t program[1 << 18], target[1 << 18];
	uint32_t open_from, open_to;		/* where in target it may write */
	uint16_t hits[1 << 18];
};

static struct device *device;
static struct grabber *g;
static const struct grabber_device *const d = &edu_grabber;

static uint32_t device_read(void *ctx, uint32_t reg)
{
	assert_true(reg % 4 == 0 && reg < sizeof(device->reg));
	return device->reg[reg / 4];
}

static void device_write(void *ctx, uint32_t reg, uint32_t value)
{
	assert_true(reg % 4 == 0 && reg < sizeof(device->reg));
	if (reg == 0x64)
		device->reg[0x24 / 4] &= ~value;
	else if (reg < 0x80 || !(device->reg[0x98 / 4] & 1))
		device->reg[reg / 4] = value;
	else
		fail_msg("register %#x written during a transfer", reg);
}

/* What takes the real one 100 ms. */
static void device_transfer(void)
{
	const uint32_t src = device->reg[0x80 / 4], dst = device->reg[0x88 / 4];
	const uint32_t count = device->reg[0x90 / 4], command = device->reg[0x98 / 4];
	uint32_t i;

	if (!(command & 1) || device->hung)
		return;
	/* the last byte of its memory is one too many for some versions */
	assert_in_range(count, 1, 4095);
	if (command & 2) {
		assert_int_equal(src, 0x40000);
		assert_true(dst >= TARGET_BUS && dst + count <= 1u << 28);
		for (i = 0; i < count; i++) {
			const uint32_t at = dst - TARGET_BUS + i;

			assert_true(at >= device->open_from && at < device->open_to);
			device->target[at] = device->own[i];
			device->hits[at]++;
		}
	} else {
		assert_int_equal(dst, 0x40000);
		assert_int_equal(src, MEMORY_BUS);
		memcpy(device->own, device->program, count);
	}
	device->transfers++;
	device->reg[0x98 / 4] &= ~1u;
	device->reg[0x24 / 4] |= 0x100;
}

static int get(void **state)
{
	static const struct grabber_io io = { .read = device_read, .write = device_write };

	device = calloc(1, sizeof(*device));
	device->reg[0] = 0x010000ed;
	device->open_to = sizeof(device->target);
	g = calloc(1, d->size);
	g->device = d;
	g->io = &io;
	return d->init(g);
}

static int put(void **state)
{
	free(g);
	free(device);
	return 0;
}

static void prepare(uint32_t width, uint32_t height, uint32_t slots, uint32_t chunks)
{
	const struct grabber_mode mode = { .width = width, .height = height };
	struct grabber_memory memory = { .cpu = device->program, .bus = MEMORY_BUS };

	d->set_mode(g, &mode);
	memory.bytes = d->memory_bytes(g, slots, chunks, SEGMENTS);
	assert_in_range(memory.bytes, 4096, sizeof(device->program));
	d->prepare(g, &memory, slots, chunks, SEGMENTS);
	memset(device->hits, 0, sizeof(device->hits));
}

/* Transfers and interrupts until @frames are told, at most as many as they need. */
static unsigned int run(struct grabber_frame *told, unsigned int frames, unsigned int most)
{
	unsigned int count = 0;
	uint32_t flags;

	while (count < frames && most--) {
		device_transfer();
		while (d->event(g, &flags)) {
			assert_int_equal(flags & ~GRABBER_EVENT_PROGRESS, 0);
			while (d->finished(g, &told[count]))
				count++;
		}
	}
	return count;
}

static void check_frame(const struct grabber_segment *s, unsigned int count, uint64_t sequence)
{
	uint8_t want[4096];
	uint32_t offset = 0, at, i, n;

	for (; count--; s++)
		for (i = 0; i < s->bytes; i += n, offset += n) {
			n = s->bytes - i < sizeof(want) ? s->bytes - i : sizeof(want);
			d->predict(g, sequence, offset, want, n);
			at = s->addr - TARGET_BUS + i;
			assert_memory_equal(device->target + at, want, n);
			for (uint32_t k = 0; k < n; k++)
				assert_int_equal(device->hits[at + k], 1);
		}
}

/* Cut into odd pieces, at odd addresses. */
static unsigned int scatter(uint32_t bytes, uint32_t *bus, struct grabber_segment *s)
{
	unsigned int count = 0;

	while (bytes) {
		uint32_t n = count + 1 == SEGMENTS ? bytes : random_between(1, 2 * bytes / SEGMENTS + 5000);

		if (n > bytes)
			n = bytes;
		*bus += random_between(0, 9);
		s[count++] = (struct grabber_segment){ .addr = *bus, .bytes = n };
		*bus += n;
		bytes -= n;
	}
	return count;
}

static void whole_frames(void **state)
{
	struct grabber_segment s[3][SEGMENTS];
	unsigned int count[3], round, i;
	struct grabber_frame told[3];

	for (round = 0; round < 50; round++) {
		uint32_t bus = TARGET_BUS;

		d->halt(g);
		prepare(random_between(1, 200), random_between(1, 200), 3, 1);
		for (i = 0; i < 3; i++) {
			assert_int_equal(d->begin(g, 1), i + 1);
			count[i] = scatter(g->mode.bytes, &bus, s[i]);
			assert_int_equal(d->load(g, i + 1, 0, s[i], count[i]), 0);
		}
		assert_int_equal(d->begin(g, 1), -EBUSY);
		d->start(g);
		assert_int_equal(run(told, 3, 1000), 3);
		for (i = 0; i < 3; i++) {
			assert_int_equal(told[i].number, i + 1);
			assert_int_equal(told[i].sequence, i);
			check_frame(s[i], count[i], i);
		}
	}
}

/* It waits for a chunk, as long as that takes, and writes nowhere else. */
static void chunks(void **state)
{
	const uint32_t chunk = 3000;
	struct grabber_segment s = { .addr = TARGET_BUS };
	struct grabber_frame told[1];
	uint32_t offset = 0;
	unsigned int step = 0;

	prepare(100, 100, 2, 4);
	assert_int_equal(d->begin(g, 4), 1);
	d->start(g);
	for (offset = 0; offset < 10000; offset += chunk, step++) {
		assert_int_equal(g->at_step, step);
		s.bytes = 10000 - offset < chunk ? 10000 - offset : chunk;
		s.addr = TARGET_BUS + offset;
		device->open_from = offset;
		device->open_to = offset + s.bytes;
		assert_int_equal(d->load(g, 1, offset, &s, 1), 0);
		assert_int_equal(run(told, 1, 4), step == 3);
	}
	assert_int_equal(g->at, 2);
	s = (struct grabber_segment){ .addr = TARGET_BUS, .bytes = 10000 };
	check_frame(&s, 1, 0);
}

/* One interrupt a transfer; without any of them the transfers are seen all the same. */
static void interrupts(void **state)
{
	struct grabber_segment s = { .addr = TARGET_BUS, .bytes = 10000 };
	struct grabber_frame told[1];
	uint32_t flags;

	prepare(100, 100, 1, 1);
	assert_int_equal(d->begin(g, 1), 1);
	assert_int_equal(d->load(g, 1, 0, &s, 1), 0);
	d->start(g);
	assert_int_equal(d->event(g, &flags), 0);
	device_transfer();
	device->reg[0x24 / 4] = 0;
	assert_int_equal(d->event(g, &flags), 1);
	assert_int_equal(d->event(g, &flags), 0);
	assert_int_equal(run(told, 1, 5), 1);
	assert_int_equal(device->transfers, 6);
	check_frame(&s, 1, 0);
}

static void refused(void **state)
{
	struct grabber_segment s = { .addr = TARGET_BUS, .bytes = 10001 };

	prepare(100, 100, 1, 1);
	assert_int_equal(d->load(g, 1, 0, &s, 1), -EINVAL);
	assert_int_equal(d->begin(g, 0), -EINVAL);
	assert_int_equal(d->begin(g, 1), 1);
	assert_int_equal(d->load(g, 1, 0, &s, 1), -EINVAL);
	s.bytes = 0;
	assert_int_equal(d->load(g, 1, 0, &s, 1), -EINVAL);
	s = (struct grabber_segment){ .addr = (1 << 28) - 9999, .bytes = 10000 };
	assert_int_equal(d->load(g, 1, 0, &s, 1), -EINVAL);
	s.addr--;
	assert_int_equal(d->load(g, 1, 0, &s, 1), 0);
	assert_int_equal(d->load(g, 1, 0, &s, 1), -EINVAL);
	assert_int_equal(d->memory_bytes(g, GRABBER_SLOTS_MAX + 1, 1, 1), 0);
	assert_int_equal(d->memory_bytes(g, 1, 1, UINT32_MAX), 0);
}

/* A transfer cannot be called back: halt is followed by waiting, which may be in vain. */
static void halted(void **state)
{
	struct grabber_segment s = { .addr = TARGET_BUS, .bytes = 10000 };
	struct grabber_frame told[1];
	uint32_t flags;

	prepare(100, 100, 1, 1);
	assert_int_equal(d->begin(g, 1), 1);
	assert_int_equal(d->load(g, 1, 0, &s, 1), 0);
	d->start(g);
	device->hung = true;
	d->halt(g);
	assert_false(d->idle(g));
	assert_int_equal(d->event(g, &flags), 0);
	device->hung = false;
	device_transfer();
	assert_true(d->idle(g));
	assert_int_equal(device->reg[0x24 / 4], 0);
	memset(device->hits, 0, sizeof(device->hits));
	assert_int_equal(d->begin(g, 1), 1);
	assert_int_equal(d->load(g, 1, 0, &s, 1), 0);
	d->start(g);
	assert_int_equal(run(told, 1, 6), 1);
	check_frame(&s, 1, 0);
	memset(device->reg, 0xff, sizeof(device->reg));
	assert_int_equal(d->event(g, &flags), 1);
	assert_int_equal(flags, GRABBER_EVENT_GONE);
	assert_int_equal(d->init(g), -ENODEV);
}

static void modes(void **state)
{
	struct grabber_mode mode = { .width = 100000, .height = 3, .fourcc = 7 };
	struct grabber_format format;

	assert_int_equal(d->format(g, 0, &format), 0);
	assert_int_equal(d->format(g, 1, &format), -EINVAL);
	d->try_mode(g, &mode);
	assert_int_equal(mode.fourcc, format.fourcc);
	assert_int_equal(mode.width, format.width_max);
	assert_int_equal(mode.bytes, 3 * format.width_max);
}

static void found_by_id(void **state)
{
	const struct grabber_id *id;

	assert_ptr_equal(grabber_find(0x1234, 0x11e8, &id), &edu_grabber);
	assert_string_equal(id->name, "QEMU edu");
	assert_ptr_equal(grabber_find(0x109e, 0x036e, NULL), &bt8x8_grabber);
	assert_null(grabber_find(0x109e, 0x0878, NULL));
	assert_null(grabber_find(0, 0, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_frames, get, put),
		cmocka_unit_test_setup_teardown(chunks, get, put),
		cmocka_unit_test_setup_teardown(interrupts, get, put),
		cmocka_unit_test_setup_teardown(refused, get, put),
		cmocka_unit_test_setup_teardown(halted, get, put),
		cmocka_unit_test_setup_teardown(modes, get, put),
		cmocka_unit_test(found_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
