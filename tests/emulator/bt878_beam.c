/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When fields of the Bt878's camera come, and who waits for whom. */
#include "bt878_private.h"

#define IDLE_PERIOD 20000000ull		/* of fields that nobody looks at */
#define LATE_PERIOD 1000000ull		/* of lines that are written after the stop */
#define STEPS 16			/* of a field, in real time */

static uint64_t period(const struct bt878 *b)
{
	uint32_t norm = reg(b, REG_IFORM) & 7;

	if (!b->engine.on && !b->period)
		return IDLE_PERIOD;
	if (b->period_set)
		return b->period;
	return norm == 1 || norm == 2 || norm == 4 ? 16683333 : 20000000;
}

/* The driver did not answer an interrupt for too long: the beam goes on without it. */
static void lose_patience(struct bt878 *b)
{
	if (b->pace == PACE_REAL || b->handled || bt878_waits(b))
		return;
	b->handled = true;
	b->impatient++;
}

static void begin(struct bt878 *b, uint64_t now)
{
	uint32_t unused;

	b->begun = now;
	/* fields that were missed do not come later */
	b->due += period(b);
	if (b->due < now || b->due > now + period(b))
		b->due = now + period(b);
	bt878_field_begin(b);
	if (b->engine.on && bt878_fault(b, FAULT_HANG, &unused))
		b->hung = true;
	if (b->engine.on && bt878_fault(b, FAULT_SCERR, &unused))
		bt878_halt(b, INT_SCERR);
	bt878_raise(b, INT_VSYNC);
}

/* In real time the lines of a field come one by one; the blanking interval is a tenth of it. */
static void arrive(struct bt878 *b, uint64_t now)
{
	struct field *field = &b->field;
	uint64_t whole = period(b) * 9 / 10, passed = now - b->begun;

	if (passed >= whole)
		field->arrived = field->lines;
	else if (field->lines * passed / whole > field->arrived)
		field->arrived = field->lines * passed / whole;
}

/* After the stop: a line now and then, of whatever field, or none where the program has none. */
static uint64_t linger(struct bt878 *b, uint64_t now)
{
	uint32_t lines;

	if (now < b->due)
		return b->due;
	b->due = now + LATE_PERIOD;
	if (b->field.taken == b->field.lines)
		bt878_field_begin(b);
	b->field.arrived = b->field.lines;
	lines = bt878_run(b, 1);
	b->lines_late += lines;
	/* an error may have ended it already */
	if (b->linger && !--b->linger)
		b->engine.on = false;
	return b->linger ? b->due : now;
}

uint64_t bt878_beam(struct bt878 *b, uint64_t now)
{
	b->now = now;
	if (b->linger)
		return linger(b, now);
	lose_patience(b);
	if (b->pace == PACE_REAL)
		arrive(b, now);
	bt878_run(b, UINT32_MAX);
	if (bt878_waits(b))
		return b->asked + b->patience;
	if (now >= b->due) {
		begin(b, now);
		bt878_run(b, UINT32_MAX);
	}
	if (bt878_waits(b))
		return b->asked + b->patience;
	if (b->pace == PACE_REAL && b->engine.on && b->field.arrived < b->field.lines)
		return now + period(b) / STEPS + 1;
	return b->due;
}
