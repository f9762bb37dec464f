/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Bt878's RISC engine: fetches instructions by DMA and moves what the
 * FIFO holds to where they say.
 *
 * It never gets out of step with the picture for longer than a line or a field
 * (100600B, 2.12.7): what a line has less than the program is not written, what
 * it has more is dropped, and a field that has less lines is left until a SYNC
 * finds the end of a field.  FDSR tells.
 *
 * Where the data sheets forbid a thing and do not say what comes of it (WRITEC
 * with SOL, unequal counts of Cb and Cr), the model is strict: OCERR.
 */
#include <endian.h>
#include <errno.h>

#include "bt878_private.h"

#define STRAY_BIT 0x80000000u	/* wrong in an address of a write that goes astray */
#define BUDGET 16384u		/* instructions in a row; a program may run in circles */

enum opcode {
	OP_WRITE = 0x1, OP_SKIP = 0x2, OP_WRITEC = 0x5, OP_JUMP = 0x7, OP_SYNC = 0x8,
	OP_WRITE123 = 0x9, OP_SKIP123 = 0xa, OP_WRITE1S23 = 0xb,
};

enum { BIT_SOL = 1 << 27, BIT_EOL = 1 << 26, BIT_IRQ = 1 << 24, BIT_RESYNC = 1 << 15 };

/* What came of an instruction. */
enum outcome { DONE, DONE_LINE, BLOCKED };

void bt878_start(struct bt878 *b)
{
	b->engine = (struct engine){ .on = true, .pc = reg(b, REG_RISC_STRT_ADD) };
	b->starts++;
	b->linger = 0;
	b->frame = 0;
	if (b->pace == PACE_REAL)
		return;
	/* the beam, which waits for the driver anyway, begins with a top field */
	b->field = (struct field){ .even = true };
	b->due = b->now;
}

/* ---- instructions ---- */

static unsigned int length(uint32_t word)
{
	switch (word >> 28) {
	case OP_WRITEC:
	case OP_SKIP: return 1;
	case OP_WRITE:
	case OP_JUMP:
	case OP_SYNC:
	case OP_SKIP123: return 2;
	case OP_WRITE1S23: return 3;
	case OP_WRITE123: return 5;
	default: return 0;
	}
}

static bool fetch_words(struct bt878 *b, unsigned int from, unsigned int to)
{
	unsigned int i, starts = b->starts;
	uint32_t word[5], unused;
	int err;

	if (bt878_fault(b, FAULT_RIPERR, &unused)) {
		b->reg[REG_GPIO_DMA_CTL / 4] &= ~(uint32_t)CTL_RISC_ENABLE;
		bt878_halt(b, INT_RIPERR);
		return false;
	}
	err = b->model.bus.dma_read(b->model.bus.host, b->engine.pc + from * 4, word + from,
				    (to - from) * 4);
	if (starts != b->starts)
		return false;
	if (err) {
		bt878_halt(b, INT_PABORT);
		return false;
	}
	for (i = from; i < to; i++)
		b->engine.word[i] = le32toh(word[i]);
	return true;
}

static bool fetch(struct bt878 *b)
{
	unsigned int words;

	if (b->engine.words)
		return true;
	if (!fetch_words(b, 0, 1) || !b->engine.on)
		return false;
	words = length(b->engine.word[0]);
	if (!words) {
		bt878_halt(b, INT_OCERR);
		return false;
	}
	if (words > 1 && !fetch_words(b, 1, words))
		return false;
	/* a register write during the DMA may have switched it off */
	if (!b->engine.on)
		return false;
	b->engine.words = words;
	return true;
}

/* The instruction is done: on to the next one, its status bits, its interrupt. */
static void complete(struct bt878 *b)
{
	uint32_t word = b->engine.word[0], stat = reg(b, REG_INT_STAT);

	if (word >> 28 == OP_JUMP)
		b->engine.pc = b->engine.word[1] & ~3u;
	else
		b->engine.pc += b->engine.words * 4;
	b->engine.words = 0;
	b->instructions++;
	stat &= ~((word >> 20 & 0xf) << 28);
	b->reg[REG_INT_STAT / 4] = stat | (word >> 16 & 0xf) << 28;
	if (word & BIT_IRQ)
		bt878_raise(b, INT_RISCI);
}

/* Program and picture do not agree. */
static void resync(struct bt878 *b)
{
	b->resyncs++;
	bt878_raise(b, INT_FDSR);
}

static bool is_vertical(uint32_t code)
{
	return code == FIFO_VRE || code == FIFO_VRO;
}

static enum outcome sync(struct bt878 *b)
{
	uint32_t code = b->engine.word[0] & 0xf, found;
	struct field *field = &b->field;

	if (!is_vertical(code) && code != FIFO_FM1 && code != FIFO_FM3) {
		bt878_halt(b, INT_OCERR);
		return BLOCKED;
	}
	b->engine.in_line = false;
	b->engine.skip_line = false;
	if (b->engine.skip_field && !is_vertical(code)) {
		complete(b);
		return DONE;
	}
	b->engine.syncing = true;
	for (; bt878_head(field) != TOKEN_NONE; bt878_drop(field)) {
		found = bt878_head(field) == TOKEN_LINE ? 0 : bt878_code(field);
		if (found == code)
			break;
		if (!(b->engine.word[0] & BIT_RESYNC) && !b->engine.told) {
			b->engine.told = true;
			resync(b);
		}
	}
	if (bt878_head(field) == TOKEN_NONE)
		return BLOCKED;
	bt878_drop(field);
	b->engine.syncing = b->engine.told = b->engine.skip_field = false;
	complete(b);
	return DONE;
}

/* ---- data ---- */

/* What an instruction does with the FIFO of one plane. */
struct move {
	uint32_t count;
	uint32_t address;
	bool write;
};

static unsigned int decode(struct bt878 *b, struct move move[PLANES])
{
	const uint32_t *word = b->engine.word;
	unsigned int op = word[0] >> 28, i;

	move[0] = (struct move){ .count = word[0] & 0xfff, .address = b->engine.target };
	switch (op) {
	case OP_WRITE:
		move[0].address = word[1];
		move[0].write = true;
		return 1;
	case OP_WRITEC:
		move[0].write = true;
		return 1;
	case OP_SKIP:
		return 1;
	default:
		for (i = 1; i < PLANES; i++) {
			move[i] = (struct move){ .count = word[1] >> (i == 1 ? 0 : 16) & 0xfff };
			move[i].write = op == OP_WRITE123;
			move[i].address = move[i].write ? word[2 + i] : 0;
		}
		move[0].write = op != OP_SKIP123;
		move[0].address = move[0].write ? word[2] : 0;
		return PLANES;
	}
}

/* Write without the byte lanes that the instruction leaves out. */
static int write_lanes(struct bt878 *b, uint32_t address, const uint8_t *data, uint32_t count)
{
	uint32_t off = b->engine.word[0] >> 12 & 0xf, i;
	int err = 0;

	if (!off)
		return b->model.bus.dma_write(b->model.bus.host, address, data, count);
	for (i = 0; i < count && !err; i++)
		if (!(off >> ((address + i) & 3) & 1))
			err = b->model.bus.dma_write(b->model.bus.host, address + i, data + i, 1);
	return err;
}

/* Returns whether the line had enough; a transfer that failed stops the engine. */
static bool transfer(struct bt878 *b, unsigned int plane, const struct move *move)
{
	struct field *field = &b->field;
	uint32_t left = field->section[field->at].bytes[plane] - field->byte[plane];
	uint32_t count = move->count < left ? move->count : left, address = move->address, unused;
	bool enough = count == move->count;
	unsigned int starts = b->starts;
	uint8_t data[0x1000];
	int err = 0;

	bt878_take(field, plane, data, count);
	if (!move->write || !count)
		return enough;
	if (field->line < field->lost) {
		bt878_raise(b, INT_FTRGT);
		return enough;
	}
	if (bt878_fault(b, FAULT_STRAY, &unused))
		address ^= STRAY_BIT;
	if (bt878_fault(b, FAULT_PABORT, &unused))
		err = -EFAULT;
	else
		err = write_lanes(b, address, data, count);
	if (err && starts == b->starts)
		bt878_halt(b, INT_PABORT);
	return enough;
}

/* Is a line there for this instruction?  If not, say what comes of it. */
static bool find_line(struct bt878 *b, bool sol, enum outcome *outcome)
{
	struct engine *engine = &b->engine;
	struct field *field = &b->field;

	*outcome = DONE;
	if (engine->skip_field)
		return false;
	if (sol) {
		/* the program left its line before the end */
		if (engine->in_line && bt878_head(field) == TOKEN_LINE) {
			resync(b);
			bt878_drop(field);
		}
		engine->skip_line = false;
	}
	if (engine->skip_line)
		return false;
	if (bt878_head(field) == TOKEN_NONE) {
		*outcome = BLOCKED;
		return false;
	}
	if (bt878_head(field) != TOKEN_LINE) {
		engine->skip_field = true;
		resync(b);
		return false;
	}
	if (!sol && !engine->in_line) {
		engine->skip_line = true;
		resync(b);
		return false;
	}
	return true;
}

static bool is_legal(const struct bt878 *b, const struct move move[], unsigned int planes)
{
	uint32_t word = b->engine.word[0];

	if (word >> 28 == OP_WRITEC && word & BIT_SOL)
		return false;
	return planes == 1 || move[1].count == move[2].count;
}

/* The line's last instruction is done; what the line had more is dropped. */
static void end_line(struct bt878 *b, bool enough)
{
	struct field *field = &b->field;
	const uint32_t *bytes = field->section[field->at].bytes;
	bool surplus = field->byte[0] < bytes[0] || field->byte[1] < bytes[1] ||
		       field->byte[2] < bytes[2];

	if (enough && surplus)
		resync(b);
	bt878_drop(field);
	b->engine.in_line = false;
	b->lines++;
}

static enum outcome move_data(struct bt878 *b)
{
	uint32_t word = b->engine.word[0];
	struct move move[PLANES];
	unsigned int planes = decode(b, move), starts = b->starts, i;
	enum outcome outcome;
	bool enough = true, eol = word & BIT_EOL, planar;

	if (!is_legal(b, move, planes)) {
		bt878_halt(b, INT_OCERR);
		return BLOCKED;
	}
	if (!find_line(b, word & BIT_SOL, &outcome)) {
		if (outcome == BLOCKED)
			return BLOCKED;
		/* the line that was left ends with the program's line */
		if (eol && b->engine.in_line && bt878_head(&b->field) == TOKEN_LINE &&
		    !b->engine.skip_field)
			end_line(b, false);
		if (eol)
			b->engine.skip_line = false;
		complete(b);
		return DONE;
	}
	planar = b->field.section[b->field.at].mode == FIFO_FM3;
	if (planar != (planes > 1)) {
		b->engine.skip_field = true;
		resync(b);
		complete(b);
		return DONE;
	}
	b->engine.in_line = true;
	for (i = 0; i < planes && b->engine.on && starts == b->starts; i++)
		enough &= transfer(b, i, &move[i]);
	if (!b->engine.on || starts != b->starts)
		return BLOCKED;
	b->engine.target = move[0].address + move[0].count;
	if (!enough) {
		resync(b);
		b->engine.skip_line = !eol;
	}
	if (eol)
		end_line(b, enough);
	complete(b);
	return eol ? DONE_LINE : DONE;
}

static enum outcome execute(struct bt878 *b)
{
	switch (b->engine.word[0] >> 28) {
	case OP_JUMP:
		complete(b);
		return DONE;
	case OP_SYNC:
		return sync(b);
	default:
		return move_data(b);
	}
}

static bool is_held(const struct bt878 *b)
{
	return b->pace == PACE_HANDSHAKE && bt878_waits(b);
}

/*
 * Where the beam alone waits, the line rises when the engine has come to where it needs more of
 * the picture: however slow this process is, it is there before any driver could answer.
 */
uint32_t bt878_run(struct bt878 *b, uint32_t lines)
{
	uint32_t budget, done = 0;
	enum outcome outcome;

	b->running = b->pace == PACE_BEAM;
	for (budget = BUDGET; budget && done < lines; budget--) {
		if (!b->engine.on || b->hung || is_held(b) || !fetch(b))
			break;
		outcome = execute(b);
		if (outcome == BLOCKED)
			break;
		done += outcome == DONE_LINE;
	}
	b->running = false;
	bt878_tell(b);
	return done;
}
