/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bt878's registers and its interrupt. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bt878_private.h"

#define MSIX_SIZE 0x1000u

/* ---- the interrupt ---- */

static bool pending(const struct bt878 *b)
{
	return reg(b, REG_INT_STAT) & reg(b, REG_INT_MASK) & INT_EVENTS;
}

/* The line follows the bits; while the engine runs on, when it stops. */
void bt878_tell(struct bt878 *b)
{
	bool up = pending(b);

	if (up == b->line_up || b->running)
		return;
	b->line_up = up;
	b->model.bus.line(b->model.bus.host, up);
	if (up && b->model.ops->pci.messages)
		b->model.bus.message(b->model.bus.host, 0);
}

/*
 * From when the line rises the driver has to be waited for, until its handler
 * is through, or until the reason is gone before any handler saw it.
 */
static void update_line(struct bt878 *b)
{
	bool up = pending(b);

	if (up && b->handled) {
		b->handled = b->seen = false;
		b->asked = b->now;
		b->interrupts++;
	} else if (!up && !b->seen) {
		b->handled = true;
	}
	bt878_tell(b);
}

void bt878_raise(struct bt878 *b, uint32_t bits)
{
	b->reg[REG_INT_STAT / 4] |= bits;
	update_line(b);
}

void bt878_halt(struct bt878 *b, uint32_t why)
{
	b->engine.on = false;
	b->linger = 0;
	if (why & (INT_PABORT | INT_RIPERR))
		b->aborts++;
	bt878_raise(b, why);
}

bool bt878_waits(const struct bt878 *b)
{
	return b->pace != PACE_REAL && !b->handled && b->now - b->asked < b->patience;
}

static uint32_t int_stat(struct bt878 *b)
{
	uint32_t value = reg(b, REG_INT_STAT);

	if (b->engine.on && (!b->linger || b->linger_seen))
		value |= INT_RISC_EN;
	if (b->field.even)
		value |= INT_FIELD;
	if (pending(b))
		b->seen = true;
	else
		b->handled = true;
	return value;
}

/* ---- registers ---- */

/* What the decoder's registers are after a reset, where that is not 0. */
static void reset_decoder(struct bt878 *b)
{
	unsigned int odd;

	memset(b->reg, 0, REG_DECODER_END);
	for (odd = 0; odd <= REG_ODD; odd += REG_ODD) {
		b->reg[(odd + REG_CROP) / 4] = 0x12;
		b->reg[(odd + REG_VDELAY_LO) / 4] = 0x16;
		b->reg[(odd + REG_VACTIVE_LO) / 4] = 0xe0;
		b->reg[(odd + REG_HACTIVE_LO) / 4] = 0x80;
		b->reg[(odd + REG_VSCALE_HI) / 4] = 0x60;
	}
}

/* Video present and locked, 625 lines where the norm has them. */
static uint32_t dstatus(const struct bt878 *b)
{
	uint32_t norm = reg(b, REG_IFORM) & 7;
	bool lines625 = norm == 3 || norm == 5 || norm == 6 || norm == 7;

	return (b->blank ? 0 : 0xc0) | (b->field.even ? 0x20 : 0) | (lines625 ? 0x10 : 0);
}

static uint32_t get(struct bt878 *b, uint32_t offset)
{
	switch (offset) {
	case REG_DSTATUS: return dstatus(b);
	case REG_INT_STAT: return int_stat(b);
	case REG_RISC_COUNT: return b->engine.pc;
	default: return reg(b, offset);
	}
}

/* A device that misbehaves writes some lines more, and says so (slow-stop) or not (late). */
static void stop(struct bt878 *b)
{
	uint32_t lines = 0;

	b->linger_seen = b->engine.on && bt878_fault(b, FAULT_SLOW_STOP, &lines);
	if (b->engine.on && !b->linger_seen)
		bt878_fault(b, FAULT_LATE, &lines);
	b->linger = lines;
	if (!lines)
		b->engine.on = false;
}

static void set_control(struct bt878 *b, uint32_t value)
{
	bool was = reg(b, REG_GPIO_DMA_CTL) & CTL_RISC_ENABLE;
	bool on = value & CTL_RISC_ENABLE;

	b->reg[REG_GPIO_DMA_CTL / 4] = value & 0xffff;
	if (on && !was)
		bt878_start(b);
	else if (!on && was)
		stop(b);
}

static void set(struct bt878 *b, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case REG_DSTATUS:
	case REG_RISC_COUNT:
		return;
	case REG_SRESET:
		reset_decoder(b);
		return;
	case REG_INT_STAT:
		b->reg[REG_INT_STAT / 4] &= ~(value & INT_EVENTS);
		break;
	case REG_GPIO_DMA_CTL:
		set_control(b, value);
		break;
	case REG_I2C:
		b->reg[REG_I2C / 4] = value;
		/* the chip's own I2C engine: nobody answers, RACK stays 0 */
		if (value & 0x80)
			bt878_raise(b, INT_I2CDONE);
		break;
	case REG_RISC_STRT_ADD:
		b->reg[REG_RISC_STRT_ADD / 4] = value & ~3u;
		break;
	default:
		b->reg[offset / 4] = offset < REG_DECODER_END ? value & 0xff : value;
	}
	update_line(b);
}

/* The bits that an access of @size bytes at @offset has in the 32 of its register. */
static uint32_t lane(uint32_t offset, unsigned int size)
{
	return (size == 4 ? ~0u : (1u << size * 8) - 1) << offset % 4 * 8;
}

static uint32_t bt878_read(struct model *model, unsigned int bar, uint32_t offset,
			   unsigned int size)
{
	/* beside MSI-X's table the other region is empty */
	uint32_t value = bar ? 0 : get(to_bt878(model), offset & ~3u);

	return (value & lane(offset, size)) >> offset % 4 * 8;
}

static void bt878_write(struct model *model, unsigned int bar, uint32_t offset, unsigned int size,
			uint32_t value)
{
	struct bt878 *b = to_bt878(model);
	uint32_t at = offset & ~3u, mask = lane(offset, size), keep;

	if (bar)
		return;
	/* what is not written of the register stays; of INT_STAT a 0 is what stays */
	keep = at == REG_INT_STAT ? 0 : reg(b, at) & ~mask;
	set(b, at, keep | (value << offset % 4 * 8 & mask));
}

/* ---- the model ---- */

static void bt878_reset(struct model *model)
{
	struct bt878 *b = to_bt878(model);

	memset(b->reg, 0, sizeof(b->reg));
	reset_decoder(b);
	b->engine = (struct engine){ 0 };
	b->starts++;
	b->field = (struct field){ .even = true };
	b->handled = true;
	b->linger = 0;
	b->hung = false;
	b->frame = 0;
	update_line(b);
}

static struct model *open_as(const struct model_ops *ops, const struct model_bus *bus)
{
	struct bt878 *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->model.ops = ops;
	b->model.bus = *bus;
	bt878_defaults(b);
	bt878_reset(&b->model);
	return &b->model;
}

static struct model *bt878_open(const struct model_bus *bus)
{
	return open_as(&bt878_model, bus);
}

static struct model *bt878_msi_open(const struct model_bus *bus)
{
	return open_as(&bt878_msi_model, bus);
}

static void bt878_close(struct model *model)
{
	free(to_bt878(model));
}

static uint64_t bt878_tick(struct model *model, uint64_t now)
{
	return bt878_beam(to_bt878(model), now);
}

static void bt878_counters(const struct model *model, FILE *to)
{
	const struct bt878 *b = (const struct bt878 *)model;

	fprintf(to, "fields %" PRIu64 "\nlines %" PRIu64 "\ninstructions %" PRIu64 "\n", b->fields,
		b->lines, b->instructions);
	fprintf(to, "interrupts %" PRIu64 "\nresyncs %" PRIu64 "\noverruns %" PRIu64 "\n",
		b->interrupts, b->resyncs, b->overruns);
	fprintf(to, "aborts %" PRIu64 "\nimpatient %" PRIu64 "\nlines_late %" PRIu64 "\n",
		b->aborts, b->impatient, b->lines_late);
}

#define BT878_IDS \
	.vendor = 0x109e, .device = 0x036e, .revision = 0x11, .class = 0x040000, .line = true

#define BT878_OPERATIONS \
	.close = bt878_close, \
	.reset = bt878_reset, \
	.read = bt878_read, \
	.write = bt878_write, \
	.tick = bt878_tick, \
	.command = bt878_command, \
	.help = bt878_help, \
	.counters = bt878_counters

const struct model_ops bt878_model = {
	.name = "bt878",
	.what = "Bt878 (Fusion 878A) frame grabber, video function",
	.pci = {
		BT878_IDS,
		.bar = { { .size = REG_SIZE, .prefetchable = true } },
	},
	.open = bt878_open,
	BT878_OPERATIONS,
};

/* For what is common to devices: the chip itself has the line alone. */
const struct model_ops bt878_msi_model = {
	.name = "bt878msi",
	.what = "a Bt878 that has MSI and MSI-X as well, which no real one has",
	.pci = {
		BT878_IDS,
		.bar = { { .size = REG_SIZE, .prefetchable = true }, { .size = MSIX_SIZE } },
		.messages = 1,
		.msix = { .vectors = 1, .bar = 1, .table = 0, .pending = MSIX_SIZE / 2 },
	},
	.open = bt878_msi_open,
	BT878_OPERATIONS,
};
