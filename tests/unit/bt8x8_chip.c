/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "bt8x8_chip.h"
#include "unit.h"

enum { TOKEN_END, TOKEN_MODE, TOKEN_LINES, TOKEN_NONE };	/* of a field, in this order */

#define REG(chip, at) ((chip)->reg[(at) / 4])
#define RISCI (1u << 11)
#define RISC_EN (1u << 27)
#define SPIN_MAX 64

uint8_t chip_byte(uint32_t frame, bool even, uint32_t plane, uint32_t line, uint32_t x)
{
	uint32_t h = frame * 2654435761u ^ (line * 2 + even) * 40503u ^ plane * 97u ^ x * 2246822519u;

	return (h ^ h >> 13) * 0x9e3779b1u >> 24;
}

void chip_reset(struct chip *c)
{
	memset(c->reg, 0, sizeof(c->reg));
	REG(c, 0x000) = 0xd0;
	c->running = false;
	c->frame = UINT32_MAX;
	c->even = true;
	c->token = TOKEN_NONE;
}

/* ---- geometry, as the data sheet has it ---- */

static bool planar(const struct chip *c)
{
	return (REG(c, 0x0d4) & 0xf) >= 8;
}

static uint32_t line_bytes(const struct chip *c, uint32_t plane)
{
	static const uint8_t bits[] = { 32, 24, 16, 16, 16, 12, 8, 8, 8, 8 };
	uint32_t code = REG(c, 0x0d4) & 0xf;

	assert_true(code < sizeof(bits));
	return c->width * bits[code] / 8 >> (plane ? (code == 8 ? 1 : 2) : 0);
}

static void begin_field(struct chip *c)
{
	const uint32_t crop = REG(c, 0x00c), active = (crop & 0x30) << 4 | REG(c, 0x014);
	const uint32_t vscale = (REG(c, 0x04c) & 0x1f) << 8 | REG(c, 0x050);
	const uint32_t ratio = (0x10000 - vscale) & 0x1fff;

	c->even = !c->even;
	if (!c->even)
		c->frame++;
	c->width = (crop & 3) << 8 | REG(c, 0x01c);
	c->lines = active / 2 * 512 / (512 + ratio);
	c->token = TOKEN_END;
	c->line = 0;
	c->in_line = c->skipping = false;
	/* both fields are set alike */
	assert_memory_equal(&c->reg[0x00c / 4], &c->reg[0x08c / 4], 5 * 4);
	assert_memory_equal(&c->reg[0x020 / 4], &c->reg[0x0a0 / 4], 2 * 4);
	assert_memory_equal(&c->reg[0x04c / 4], &c->reg[0x0cc / 4], 2 * 4);
}

/* ---- the program ---- */

static uint32_t fetch(const struct chip *c, uint32_t addr)
{
	assert_int_equal(addr % 4, 0);
	assert_in_range(addr - c->program_bus, 0, c->program_bytes - 4);
	return c->program[(addr - c->program_bus) / 4];
}

static void interrupt(struct chip *c)
{
	while (!c->deaf && REG(c, 0x100) & REG(c, 0x104))
		c->irq(c->arg);
}

void chip_raise(struct chip *c, uint32_t bits)
{
	REG(c, 0x100) |= bits;
	interrupt(c);
}

static void write_plane(struct chip *c, uint32_t plane, uint32_t addr, uint32_t count)
{
	uint32_t i, whole = line_bytes(c, plane);

	assert_true(c->column[plane] + count <= whole);
	for (i = 0; i < count; i++)
		c->store(c->arg, addr + i, chip_byte(c->frame, c->even, plane, c->line, c->column[plane] + i));
	c->column[plane] += count;
}

/* A WRITE of any kind.  False: the field is over, it waits for a SYNC. */
static void do_write(struct chip *c, uint32_t op, uint32_t word)
{
	const uint32_t count = word & 0xfff;
	uint32_t sizes, i;

	assert_int_equal(c->token, TOKEN_LINES);
	assert_int_equal(word & 0x0200f000, 0);
	assert_true(count && count % 4 == 0);
	assert_true(c->line < c->lines);
	assert_int_equal(!c->in_line, !!(word & 1u << 27));
	if (!c->in_line)
		memset(c->column, 0, sizeof(c->column));
	c->in_line = true;
	if (op == 0x1) {
		assert_false(planar(c));
		assert_int_equal(fetch(c, c->pc + 4) % 4, 0);
		write_plane(c, 0, fetch(c, c->pc + 4), count);
		c->pc += 8;
	} else {
		assert_true(planar(c));
		sizes = fetch(c, c->pc + 4);
		assert_int_equal(sizes & 0xf000f000, 0);
		assert_int_equal(sizes & 0xfff, sizes >> 16);
		assert_int_equal(sizes % 4, 0);
		write_plane(c, 0, fetch(c, c->pc + 8), count);
		for (i = 1; i < 3 && op == 0x9; i++)
			write_plane(c, i, fetch(c, c->pc + 8 + 4 * i), sizes & 0xfff);
		if (op == 0xb)
			c->column[1] = c->column[2] = c->column[1] + (sizes & 0xfff);
		c->pc += op == 0x9 ? 20 : 12;
	}
	if (!(word & 1u << 26))
		return;
	for (i = 0; i < (planar(c) ? 3u : 1u); i++)
		assert_int_equal(c->column[i], line_bytes(c, i));
	c->in_line = false;
	c->line++;
}

/* Throw away what does not match.  True: it matched. */
static bool do_sync(struct chip *c, uint32_t word)
{
	const uint32_t code = word & 0xf, resync = word & 1u << 15;

	assert_int_equal(word & 0x07ff7ff0, 0);
	assert_int_equal(fetch(c, c->pc + 4), 0);
	for (; c->token != TOKEN_NONE; c->token++) {
		if (c->token == TOKEN_END && code == (c->even ? 0xc : 0x4))
			break;
		if (c->token == TOKEN_MODE && code == (planar(c) ? 0xe : 0x6))
			break;
		assert_true(resync);
	}
	if (c->token == TOKEN_NONE)
		return false;
	c->token++;
	c->in_line = false;
	c->pc += 8;
	return true;
}

static bool step(struct chip *c)
{
	const uint32_t word = fetch(c, c->pc), op = word >> 28;

	REG(c, 0x120) = c->pc;
	if (op == 0x8)
		return do_sync(c, word);
	if (op == 0x7) {
		assert_int_equal(word & 0x0effffff, 0);
		c->pc = fetch(c, c->pc + 4);
		assert_true(c->idle_rounds++ < SPIN_MAX);
		if (word & 1u << 24)
			REG(c, 0x100) |= RISCI;
		return true;
	}
	c->idle_rounds = 0;
	assert_true(op == 0x1 || op == 0x9 || op == 0xb);
	do_write(c, op, word);
	return true;
}

static void run(struct chip *c)
{
	c->idle_rounds = 0;
	while (c->running && step(c)) {
		REG(c, 0x120) = c->pc;
		interrupt(c);
	}
}

void chip_field(struct chip *c)
{
	/* nothing of the field before is left that the program still wants */
	if (c->running)
		assert_int_equal(c->token, TOKEN_NONE);
	begin_field(c);
	if (!(REG(c, 0x0dc) & 3))
		c->token = TOKEN_NONE;
	run(c);
	c->token = TOKEN_NONE;
}

/* ---- registers ---- */

uint32_t chip_read(void *chip, uint32_t reg)
{
	struct chip *c = chip;

	assert_true(reg % 4 == 0 && reg < sizeof(c->reg));
	if (reg == 0x100)
		return REG(c, reg) | (c->running ? RISC_EN : 0);
	return REG(c, reg);
}

void chip_write(void *chip, uint32_t reg, uint32_t value)
{
	struct chip *c = chip;

	assert_true(reg % 4 == 0 && reg < sizeof(c->reg));
	if (reg < 0x100)
		assert_true(value < 0x100);
	switch (reg) {
	case 0x000:
		return;
	case 0x07c:
		memset(c->reg, 0, 0x100);
		REG(c, 0x000) = 0xd0;
		return;
	case 0x100:
		REG(c, reg) &= ~value;
		return;
	case 0x10c:
		if ((value & 3) == 3 && !c->running)
			c->pc = REG(c, 0x114);
		c->running = (value & 3) == 3;
		REG(c, 0x120) = c->pc;
	}
	REG(c, reg) = value;
}
