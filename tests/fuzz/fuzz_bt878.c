/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Bt878's model with any program in memory and any registers: it stays
 * within itself, writes at most a field's worth a field, and comes to an end.
 *
 * The input is a script.  A line is a write to a register, "OFFSET VALUE", a
 * word of the program, "W VALUE", a command in words, "! TEXT", or ".": some
 * fields pass.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bt878.h"
#include "fuzz.h"

#define MEMORY 16384u
#define TICKS 6

#define GEOMETRY "0x8c 1\n0x94 64\n0x9c 32\n0xcc 0\n0x0c 1\n0x14 64\n0x1c 32\n0x4c 0\n0xd4 "
#define START "0x104 0xfffff\n0xdc 15\n0x114 0\n0x10c 3\n"

const char *const fuzz_seeds[] = {
	GEOMETRY "0x66\nW 0x80008004\nW 0\nW 0x80000006\nW 0\nW 0x1c000020\nW 0x1000\n"
	"W 0x71010000\nW 0\n" START ".\n0x100 0xfffff\n.\n",
	GEOMETRY "0x88\nW 0x80008004\nW 0\nW 0x8000000e\nW 0\nW 0x9c000020\nW 0x100010\nW 0x1000\n"
	"W 0x2000\nW 0x3000\nW 0xbc000020\nW 0x100010\nW 0x1000\nW 0xac000020\nW 0x100010\nW 0x70000000\n"
	"W 0\n" START ".\n.\n",
	GEOMETRY "0x11\n0xe0 16\nW 0x80000006\nW 0\nW 0x18009010\nW 0x800\nW 0x50000010\nW 0x24000040\n"
	"W 0x7f0f0000\nW 8\n" START ".\n! short 3\n.\n! late 9\n0x10c 0\n.\n",
	"W 0x70000000\nW 0\n" START ".\n0x10c 0\n! pace real\n" START ".\n",
	GEOMETRY "0x44\n0xd8 15\n! hang@1\n! overrun 4\nW 0x2c000040\nW 0x71000000\nW 0\n" START ".\n.\n",
	NULL,
};

struct carrier {
	uint8_t memory[MEMORY];
	uint32_t words;
	uint64_t moved;
};

static int dma(struct carrier *c, uint64_t address, size_t length)
{
	c->moved += length;
	return address <= MEMORY && length <= MEMORY - address ? 0 : -EFAULT;
}

static int dma_read(void *host, uint64_t address, void *to, size_t length)
{
	struct carrier *c = host;

	if (dma(c, address, length))
		return -EFAULT;
	memcpy(to, c->memory + address, length);
	return 0;
}

static int dma_write(void *host, uint64_t address, const void *from, size_t length)
{
	struct carrier *c = host;

	if (dma(c, address, length))
		return -EFAULT;
	memcpy(c->memory + address, from, length);
	return 0;
}

static void line(void *host, bool up)
{
	(void)host;
	(void)up;
}

static void message(void *host, unsigned int vector)
{
	(void)host;
	(void)vector;
	abort();
}

static void pass(struct carrier *c, struct model *model, uint64_t *now)
{
	unsigned int i;
	uint64_t next;

	for (i = 0; i < TICKS; i++) {
		c->moved = 0;
		next = model->ops->tick(model, *now);
		/* two fields of 1023 lines in 32 bits, and the longest program */
		if (next < *now || c->moved > 64u << 20)
			abort();
		*now = next == *now ? *now + 1 : next;
	}
}

static void execute(struct carrier *c, struct model *model, char *text, uint64_t *now)
{
	uint32_t value;
	char *end;

	if (*text == '.') {
		pass(c, model, now);
	} else if (*text == '!') {
		model->ops->command(model, text + (text[1] == ' ' ? 2 : 1));
	} else if (*text == 'W') {
		value = strtoul(text + 1, NULL, 0);
		if (c->words < MEMORY / 4)
			memcpy(c->memory + c->words++ * 4, &value, 4);
	} else {
		uint32_t offset = strtoul(text, &end, 0) & 0xffc;

		model->ops->write(model, 0, offset, 4, strtoul(end, NULL, 0));
		model->ops->read(model, 0, offset, 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *save, *l;
	struct carrier *c = calloc(1, sizeof(*c));
	const struct model_bus bus = {
		.host = c, .dma_read = dma_read, .dma_write = dma_write, .line = line,
		.message = message,
	};
	struct model *model = bt878_model.open(&bus);
	uint64_t now = 0;

	if (!text || !c || !model)
		abort();
	for (l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		execute(c, model, l, &now);
	model->ops->close(model);
	free(c);
	free(text);
	return 0;
}
