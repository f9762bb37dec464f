/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of the Bt848 on the model that bttv has judged: the camera's bytes, and its faults. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bt878.h"
#include "bt878_pattern.h"
#include "grabber.h"
#include "random.h"
#include "unit.h"

#define BASE 0x40000000u	/* of the computer's memory on the bus */
#define MEMORY_BYTES (16u << 20)
#define FRAMES_AT (4u << 20)	/* behind programs */
#define FRAMES 4
#define SEGMENTS 256
#define TICKS_MAX 100000

static uint8_t memory[MEMORY_BYTES];
static struct model *model;
static struct grabber *g;
static const struct grabber_device *const d = &bt8x8_grabber;
static bool line_up;
static uint64_t now;
static uint32_t events;
static struct grabber_frame told[64];
static unsigned int told_count;
static struct grabber_segment segment[FRAMES][SEGMENTS];
static uint32_t segments[FRAMES];

/* ---- the model's surroundings ---- */

static bool inside(uint64_t address, size_t length)
{
	return address >= BASE && length <= MEMORY_BYTES && address - BASE <= MEMORY_BYTES - length;
}

static int dma_read(void *host, uint64_t address, void *to, size_t length)
{
	if (!inside(address, length))
		return -EFAULT;
	memcpy(to, memory + (address - BASE), length);
	return 0;
}

static int dma_write(void *host, uint64_t address, const void *from, size_t length)
{
	/* never into programs */
	if (!inside(address, length) || address - BASE < FRAMES_AT)
		return -EFAULT;
	memcpy(memory + (address - BASE), from, length);
	return 0;
}

static void set_line(void *host, bool up)
{
	line_up = up;
}

static uint32_t reg_read(void *ctx, uint32_t reg)
{
	return model->ops->read(model, 0, reg, 4);
}

static void reg_write(void *ctx, uint32_t reg, uint32_t value)
{
	model->ops->write(model, 0, reg, 4, value);
}

static int get(void **state)
{
	static const struct model_bus bus = { .dma_read = dma_read, .dma_write = dma_write, .line = set_line };
	static const struct grabber_io io = { .read = reg_read, .write = reg_write };

	model = bt878_model.open(&bus);
	assert_non_null(model);
	g = calloc(1, d->size);
	g->device = d;
	g->io = &io;
	assert_int_equal(d->init(g), 0);
	assert_int_equal(model->ops->command(model, "fps 0"), 0);
	line_up = false;
	return 0;
}

static int put(void **state)
{
	model->ops->close(model);
	free(g);
	return 0;
}

static void serve(void)
{
	uint32_t flags;

	while (d->event(g, &flags)) {
		events |= flags;
		while (d->finished(g, &told[told_count]))
			told_count++;
		if (flags & GRABBER_EVENT_FATAL)
			d->halt(g);
	}
}

/* Time passes until so many frames are told, something fatal happens, or it takes too long. */
static void run(unsigned int frames)
{
	unsigned int ticks;

	for (ticks = 0; ticks < TICKS_MAX && told_count < frames && !(events & GRABBER_EVENT_FATAL); ticks++) {
		const uint64_t next = model->ops->tick(model, now);

		if (line_up)
			serve();
		else if (next != MODEL_NEVER && next > now)
			now = next;
	}
}

/* Frames of random pieces, none at the place of another. */
static void begin(const struct grabber_mode *wish, unsigned int frames)
{
	struct grabber_memory program = { .cpu = memory, .bus = BASE };
	uint32_t at = FRAMES_AT, i, n, left;

	d->halt(g);
	d->set_mode(g, wish);
	program.bytes = d->memory_bytes(g, FRAMES, 1, SEGMENTS);
	assert_in_range(program.bytes, 1, FRAMES_AT);
	d->prepare(g, &program, FRAMES, 1, SEGMENTS);
	memset(memory + FRAMES_AT, 0x5a, MEMORY_BYTES - FRAMES_AT);
	told_count = events = 0;
	for (i = 0; i < frames; i++) {
		segments[i] = 0;
		for (left = g->mode.bytes; left; left -= n) {
			n = random_between(1, 2 * g->mode.bytes / SEGMENTS / 16 + 1000) * 16;
			if (n > left || segments[i] + 1 == SEGMENTS)
				n = left;
			at += random_between(0, 20) * 16;
			segment[i][segments[i]++] = (struct grabber_segment){ .addr = BASE + at, .bytes = n };
			at += n;
			assert_true(at <= MEMORY_BYTES);
		}
		assert_int_equal(d->begin(g, 1), i + 1);
		assert_int_equal(d->load(g, i + 1, 0, segment[i], segments[i]), 0);
	}
	while (d->ready(g))
		;
	d->start(g);
}

/* ---- what must be in a frame ---- */

static uint8_t byte_of(unsigned int frame, uint32_t offset)
{
	const struct grabber_segment *s = segment[frame];

	for (; offset >= s->bytes; s++)
		offset -= s->bytes;
	return memory[s->addr - BASE + offset];
}

/* The camera's line that a row of a plane comes from. */
static uint32_t line_of(uint32_t plane, uint32_t row)
{
	const struct grabber_mode *m = &g->mode;
	const bool halved = plane && m->lines[plane] < m->lines[0];

	const bool bottom = m->field == GRABBER_FIELD_BOTTOM;

	if (m->field != GRABBER_FIELD_WOVEN)
		return 2 * (halved ? 2 * row + bottom : row) + bottom;
	/* woven, the rows of chroma are of the two fields in turn */
	return halved ? row / 2 * 4 + (row & 1 ? 3 : 0) : row;
}

static void check(unsigned int frame, uint32_t number)
{
	const struct grabber_mode *m = &g->mode;
	uint32_t plane, row, x, swap = m->fourcc == GRABBER_FOURCC('U', 'Y', 'V', 'Y') ? BT878_PATTERN_BSWAP : 0;

	for (plane = 0; plane < m->planes; plane++)
		for (row = 0; row < m->lines[plane]; row++) {
			const struct bt878_place place = {
				.frame = number,
				.line = line_of(plane, row),
				.plane = m->fourcc == GRABBER_FOURCC('Y', 'V', '1', '2') && plane ? 3 - plane : plane,
				.input = 2,
			};

			for (x = 0; x < m->stride[plane]; x++) {
				const uint8_t got = byte_of(frame, m->offset[plane] + row * m->stride[plane] + x);

				if (got != bt878_byte(&place, x, swap))
					fail_msg("frame %u, plane %u, row %u, byte %u is 0x%02x and should be 0x%02x",
						 number, plane, row, x, got, bt878_byte(&place, x, swap));
			}
		}
}

static struct grabber_mode random_mode(void)
{
	struct grabber_format f;
	uint32_t count = 0;

	while (!d->format(g, count, &f))
		count++;
	d->format(g, random_number() % count, &f);
	return (struct grabber_mode){
		.fourcc = f.fourcc, .field = random_between(0, 3),
		.width = random_number() % 6 ? random_between(f.width_min, 300) : f.width_max,
		.height = random_number() % 6 ? random_between(f.height_min, 200) : f.height_max,
	};
}

static void frames(void **state)
{
	unsigned int round, i;

	for (round = 0; round < 60; round++) {
		const struct grabber_mode mode = random_mode();
		const unsigned int count = random_between(1, FRAMES);

		begin(&mode, count);
		run(count);
		assert_int_equal(told_count, count);
		assert_int_equal(events, GRABBER_EVENT_PROGRESS);
		for (i = 0; i < count; i++) {
			assert_int_equal(told[i].sequence, i);
			assert_int_equal(told[i].flags, 0);
			check(i, i);
		}
	}
}

static void each_format(void **state)
{
	struct grabber_format f;
	uint32_t i;

	for (i = 0; !d->format(g, i, &f); i++) {
		const struct grabber_mode mode = { .fourcc = f.fourcc, .width = 160, .height = 400 };

		begin(&mode, 2);
		run(2);
		assert_int_equal(told_count, 2);
		assert_int_equal(g->mode.fourcc, f.fourcc);
		check(0, 0);
		check(1, 1);
	}
}

/* ---- faults ---- */

static void damaged(void **state)
{
	static const char *const commands[] = { "short 3", "overrun 2" };
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		begin(&mode, 3);
		assert_int_equal(model->ops->command(model, commands[i]), 0);
		run(3);
		assert_int_equal(told_count, 3);
		assert_true(told[0].flags | told[1].flags);
		assert_int_equal((told[0].flags | told[1].flags) & ~GRABBER_FRAME_CORRUPT, 0);
		assert_int_equal(told[2].flags, 0);
		check(2, told[2].sequence);
	}
}

static void fatal(void **state)
{
	static const struct {
		const char *command;
		uint32_t event;
	} faults[] = {
		{ "pabort", GRABBER_EVENT_ABORT },
		{ "riperr", GRABBER_EVENT_FETCH },
		{ "scerr", GRABBER_EVENT_SYNC },
	};
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		begin(&mode, 4);
		assert_int_equal(model->ops->command(model, faults[i].command), 0);
		run(4);
		assert_true(events & faults[i].event);
		/* and it starts again */
		begin(&mode, 2);
		run(2);
		assert_int_equal(told_count, 2);
		check(1, told[1].sequence);
	}
}

/* Memory that is not there: the chip stops, and nothing else is written. */
static void not_mapped(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	struct grabber_segment away = { .addr = 0x10000000, .bytes = 8192 };

	begin(&mode, 1);
	assert_int_equal(d->begin(g, 1), 2);
	assert_int_equal(g->mode.bytes, 8192);
	assert_int_equal(d->load(g, 2, 0, &away, 1), 0);
	run(3);
	assert_int_equal(told_count, 1);
	check(0, 0);
	assert_true(events & GRABBER_EVENT_ABORT);
}

/* A chip that is slow to stop: idle() does not say so before it is. */
static void slow_stop(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	begin(&mode, 4);
	assert_int_equal(model->ops->command(model, "slow-stop 5"), 0);
	run(1);
	d->halt(g);
	for (i = 0; i < TICKS_MAX && !d->idle(g); i++)
		now = model->ops->tick(model, now) > now ? now + 1000000 : now + 1;
	assert_true(i < TICKS_MAX);
	memset(memory + FRAMES_AT, 0xa5, MEMORY_BYTES - FRAMES_AT);
	for (i = 0; i < 100; i++)
		model->ops->tick(model, now += 1000000);
	for (i = FRAMES_AT; i < MEMORY_BYTES; i++)
		assert_int_equal(memory[i], 0xa5);
}

static void no_signal(void **state)
{
	struct grabber_input input;

	assert_int_equal(d->input(g, 0, &input), 0);
	assert_true(input.selected && input.signal);
	assert_int_equal(model->ops->command(model, "signal off"), 0);
	assert_int_equal(d->input(g, 0, &input), 0);
	assert_false(input.signal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(frames, get, put),
		cmocka_unit_test_setup_teardown(each_format, get, put),
		cmocka_unit_test_setup_teardown(damaged, get, put),
		cmocka_unit_test_setup_teardown(fatal, get, put),
		cmocka_unit_test_setup_teardown(not_mapped, get, put),
		cmocka_unit_test_setup_teardown(slow_stop, get, put),
		cmocka_unit_test_setup_teardown(no_signal, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
