/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bt878_rig.h"

static bool reachable(struct rig *rig, uint64_t address, size_t length)
{
	if (address >= RIG_BASE && address + length <= rig->closed)
		return true;
	rig->outside++;
	return false;
}

static int dma_read(void *host, uint64_t address, void *to, size_t length)
{
	struct rig *rig = host;

	if (!reachable(rig, address, length))
		return -EFAULT;
	memcpy(to, rig->memory + (address - RIG_BASE), length);
	return 0;
}

static int dma_write(void *host, uint64_t address, const void *from, size_t length)
{
	struct rig *rig = host;

	if (rig->on_write)
		rig->on_write(rig);
	if (!reachable(rig, address, length))
		return -EFAULT;
	memcpy(rig->memory + (address - RIG_BASE), from, length);
	return 0;
}

static void line(void *host, bool up)
{
	struct rig *rig = host;

	rig->line = up;
	rig->rises += up;
	if (up)
		rig->risen_at = rig_read(rig, 0x120);
}

static void message(void *host, unsigned int vector)
{
	fail_msg("a message from a chip that has none");
}

int rig_get(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct model_bus bus = {
		.host = rig, .dma_read = dma_read, .dma_write = dma_write, .line = line,
		.message = message,
	};

	assert_non_null(rig);
	memset(rig->memory, RIG_FILL, sizeof(rig->memory));
	rig->program = RIG_PROGRAM;
	rig->closed = RIG_BASE + RIG_SIZE;
	rig->model = bt878_model.open(&bus);
	assert_non_null(rig->model);
	*state = rig;
	return 0;
}

int rig_put(void **state)
{
	struct rig *rig = *state;

	rig->model->ops->close(rig->model);
	free(rig);
	return 0;
}

uint32_t rig_read(struct rig *rig, uint32_t offset)
{
	return rig->model->ops->read(rig->model, 0, offset, 4);
}

void rig_write(struct rig *rig, uint32_t offset, uint32_t value)
{
	rig->model->ops->write(rig->model, 0, offset, 4, value);
}

void rig_command(struct rig *rig, const char *text)
{
	assert_int_equal(rig->model->ops->command(rig->model, text), 0);
}

uint64_t rig_count(struct rig *rig, const char *name)
{
	char *text = NULL, *at;
	size_t size = 0, length = strlen(name);
	uint64_t value = UINT64_MAX;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	rig->model->ops->counters(rig->model, f);
	assert_int_equal(fclose(f), 0);
	for (at = text; at && *at; at = strchr(at, '\n') + 1)
		if (!strncmp(at, name, length) && at[length] == ' ')
			value = strtoull(at + length, NULL, 10);
	free(text);
	assert_true(value != UINT64_MAX);
	return value;
}

void rig_geometry(struct rig *rig, uint32_t width, uint32_t height, uint32_t format)
{
	uint32_t scale = (0x10000 - (576 * 512 / height - 512)) & 0x1fff, odd;

	for (odd = 0; odd <= 0x80; odd += 0x80) {
		/* VDELAY 0x20, VACTIVE 576, HDELAY even */
		rig_write(rig, odd + 0x0c, (width >> 8 & 3) | (576 >> 4 & 0x30));
		rig_write(rig, odd + 0x10, 0x20);
		rig_write(rig, odd + 0x14, 576 & 0xff);
		rig_write(rig, odd + 0x18, 0x80);
		rig_write(rig, odd + 0x1c, width & 0xff);
		rig_write(rig, odd + 0x4c, 0x20 | scale >> 8);
		rig_write(rig, odd + 0x50, scale & 0xff);
	}
	rig_write(rig, 0x004, 0x20 | 0x18 | 3);		/* MUX2, both crystals, PAL */
	rig_write(rig, 0x0d4, format << 4 | format);
}

uint32_t rig_emit(struct rig *rig, unsigned int words, ...)
{
	uint32_t first = rig->program;
	va_list args;

	va_start(args, words);
	for (; words; words--, rig->program += 4) {
		uint32_t word = va_arg(args, uint32_t);

		assert_true(rig->program + 4 <= RIG_BASE + RIG_SIZE);
		memcpy(rig->memory + (rig->program - RIG_BASE), &word, 4);
	}
	va_end(args);
	return first;
}

void rig_start(struct rig *rig, uint32_t program)
{
	rig_write(rig, 0x100, UINT32_MAX);
	rig_write(rig, 0x104, INT_RISCI | INT_ERRORS);
	rig_write(rig, 0x0dc, 3);
	rig_write(rig, 0x114, program);
	rig_write(rig, 0x10c, 0xf);
}

void rig_stop(struct rig *rig)
{
	rig_write(rig, 0x0dc, 0);
	rig_write(rig, 0x10c, 0);
	rig_write(rig, 0x104, 0);
	rig_write(rig, 0x100, UINT32_MAX);
}

/* As an interrupt handler does it. */
static uint32_t handle(struct rig *rig)
{
	uint32_t stat, all = 0;

	while ((stat = rig_read(rig, 0x100)) & rig_read(rig, 0x104)) {
		rig_write(rig, 0x100, stat);
		all |= stat;
	}
	return all;
}

uint32_t rig_wait(struct rig *rig, unsigned int fields)
{
	uint64_t end = rig_count(rig, "fields") + fields, next;

	do {
		next = rig->model->ops->tick(rig->model, rig->now);
		if (rig->line) {
			rig->stat = handle(rig);
			return rig->stat;
		}
		assert_true(next >= rig->now);
		rig->now = next;
	} while (rig_count(rig, "fields") < end);
	return 0;
}

void rig_expect_line(struct rig *rig, uint32_t address, const struct bt878_place *place,
		     uint32_t from, uint32_t count, uint32_t swap)
{
	uint32_t x;

	for (x = from; x < from + count; x++) {
		uint8_t got = rig->memory[address - RIG_BASE + x - from];
		uint8_t wanted = bt878_byte(place, x, swap);

		if (got != wanted)
			fail_msg("frame %u line %u plane %u byte %u: %02x, not %02x", place->frame,
				 place->line, place->plane, x, got, wanted);
	}
}

void rig_expect_untouched(struct rig *rig, uint32_t address, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (rig->memory[address - RIG_BASE + i] != RIG_FILL)
			fail_msg("byte at %x was written", address + i);
}
