/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver of the Bt848: every byte of a frame is written once, at its place,
 * whatever the memory looks like, and what is lost or late is said.
 */
#include <stdlib.h>
#include <string.h>

#include "bt8x8_rig.h"
#include "random.h"
#include "rounds.h"
#include "unit.h"

#define ROUNDS (150 / ROUNDS_DIVISOR)

static struct rig *rig;
static const struct grabber_device *const d = &bt8x8_grabber;

static int get(void **test_state)
{
	rig = rig_new();
	return 0;
}

static int put(void **test_state)
{
	rig_free(rig);
	return 0;
}

static void fields(unsigned int count)
{
	while (count--)
		chip_field(&rig->chip);
}

/* ---- whole frames ---- */

static void whole_frames(void **test_state)
{
	struct grabber_mode mode;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		const unsigned int frames = random_between(1, 5);

		mode = rig_random_mode(rig);
		rig_mode(rig, &mode, 8, 1);
		for (i = 0; i < frames; i++)
			rig_queue(rig, i, random_between(1, RIG_SEGMENTS));
		d->start(rig->g);
		/* the first whole frame may begin after one more field */
		fields(2 * frames + 1);
		assert_int_equal(rig->told_count, frames);
		for (i = 0; i < frames; i++) {
			assert_int_equal(rig->told[i].number, i + 1);
			assert_int_equal(rig->told[i].sequence, i);
			assert_int_equal(rig->told[i].starved, 0);
			assert_int_equal(rig->told[i].flags, 0);
			rig_check(rig, i, i);
		}
		assert_int_equal(rig->events & ~GRABBER_EVENT_PROGRESS, 0);
	}
}

/* The lines that the scaler gives are those that the program takes, in every height. */
static void all_sizes(void **test_state)
{
	struct grabber_mode mode = { .fourcc = GRABBER_FOURCC('G', 'R', 'E', 'Y') };

	for (int standard = 0; standard < 2; standard++) {
		assert_int_equal(d->set_standard(rig->g, standard), 0);
		for (mode.height = 32; mode.height <= 576; mode.height += 2) {
			mode.width = random_between(64, 768);
			mode.field = random_between(0, 3);
			rig_mode(rig, &mode, 2, 1);
			rig_queue(rig, 0, 1);
			d->start(rig->g);
			fields(3);
			assert_int_equal(rig->told_count, 1);
			rig_check(rig, 0, 0);
		}
	}
}

/* Queued again and again, as an application does, with gaps of all lengths. */
static void gaps(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i, seen = 0, wait, frame = 0;

	rig_mode(rig, &mode, 3, 1);
	d->start(rig->g);
	for (i = 0; i < 100; i++) {
		/* in pairs of fields, so that it is known which frame comes next */
		wait = random_between(0, 20);
		fields(2 * wait);
		frame += wait;
		memset(rig->hits[0], 0, rig->g->mode.bytes);
		rig->pieces = 0;
		rig->next_bus = 0x20000000;
		rig_queue(rig, 0, 5);
		while (rig->told_count == seen) {
			fields(2);
			frame++;
		}
		assert_int_equal(rig->told[seen].sequence, rig->chip.frame);
		assert_int_equal(rig->told[seen].starved, rig->chip.frame - seen);
		rig_check(rig, 0, rig->chip.frame);
		seen++;
	}
}

/* A frame that was begun in time and loaded late was lost for another reason than want of one. */
static void late_and_starved(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	struct grabber_segment segment[1];
	unsigned int late, starved;

	for (late = 0; late < 20; late++) {
		rig_mode(rig, &mode, 3, 1);
		rig_queue(rig, 0, 1);
		d->start(rig->g);
		assert_int_equal(d->begin(rig->g, 1), 2);
		fields(2 + 2 * late);
		assert_int_equal(rig_scatter(rig, 1, 0, rig->g->mode.bytes, 1, segment), 1);
		assert_int_equal(d->load(rig->g, 2, 0, segment, 1), 0);
		fields(4);
		assert_int_equal(rig->told_count, 2);
		assert_int_equal(rig->told[1].starved, 0);
		assert_true(rig->told[1].sequence > late);
		starved = random_between(0, 20);
		fields(2 * starved);
		rig_queue(rig, 2, 1);
		fields(4);
		assert_int_equal(rig->told_count, 3);
		assert_int_equal(rig->told[2].starved,
				 rig->told[2].sequence - rig->told[1].sequence - 1);
		assert_true(rig->told[2].starved >= starved);
	}
}

/* Interrupts that do not come cost nothing but time. */
static void lost_interrupts(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	rig_mode(rig, &mode, 8, 1);
	rig->chip.deaf = true;
	for (i = 0; i < 4; i++)
		rig_queue(rig, i, 3);
	d->start(rig->g);
	fields(8 + 6);
	assert_int_equal(rig->told_count, 0);
	rig_serve(rig);
	assert_int_equal(rig->told_count, 4);
	/* three frames went by unseen before this one */
	rig_queue(rig, 4, 3);
	fields(4);
	rig_serve(rig);
	assert_int_equal(rig->told_count, 5);
	assert_int_equal(rig->told[4].sequence, rig->chip.frame);
	assert_int_equal(rig->told[4].starved, rig->chip.frame - 4);
	rig_check(rig, 4, rig->chip.frame);
}

/* ---- chunks ---- */

/* What a caller with a window does: lets go what is done, loads what comes. */
struct window {
	unsigned int frames, chunks, most;
	uint32_t chunk_bytes;
	unsigned int frame, step;	/* the next to load */
	unsigned int held_frame, held_step;	/* the oldest that is held */
	unsigned int starve_at;		/* step of frame 1 that is not loaded in time; 0: none */
	unsigned int stale;
};

static uint32_t chunk_length(const struct window *w, unsigned int step)
{
	const uint32_t at = step % w->chunks * w->chunk_bytes, whole = rig->g->mode.bytes;

	return at + w->chunk_bytes < whole ? w->chunk_bytes : whole - at;
}

static void next_step(const struct window *w, unsigned int *frame, unsigned int *step)
{
	if (++*step < grabber_steps(rig->g, w->chunks))
		return;
	*step = 0;
	++*frame;
}

static bool is_done(unsigned int frame, unsigned int step)
{
	return rig->told_count > frame || rig->g->at > frame + 1 ||
	       (rig->g->at == frame + 1 && rig->g->at_step > step);
}

static unsigned int held(const struct window *w)
{
	return w->frame * grabber_steps(rig->g, w->chunks) + w->step -
	       w->held_frame * grabber_steps(rig->g, w->chunks) - w->held_step;
}

static void move_window(struct rig *r)
{
	struct grabber_segment segments[RIG_SEGMENTS];
	struct window *w = r->arg;
	unsigned int count;
	uint32_t at, bytes;
	int err;

	while (held(w) && is_done(w->held_frame, w->held_step)) {
		rig_close(r, w->held_frame, w->held_step);
		next_step(w, &w->held_frame, &w->held_step);
	}
	while (w->frame < w->frames && held(w) < w->most) {
		if (w->starve_at && w->frame == 1 && w->step == w->starve_at && r->told_count < 2)
			return;
		at = w->step % w->chunks * w->chunk_bytes;
		bytes = chunk_length(w, w->step);
		r->step = w->step;
		count = rig_scatter(r, w->frame, at, bytes, random_between(1, 8), segments);
		err = d->load(r->g, w->frame + 1, at, segments, count);
		if (err == -ESTALE) {
			/* the frame is over: on with the next */
			rig_close(r, w->frame, RIG_ALL);
			w->stale++;
			w->frame++;
			w->step = 0;
			w->held_frame = w->frame;
			w->held_step = 0;
			continue;
		}
		assert_int_equal(err, 0);
		next_step(w, &w->frame, &w->step);
	}
}

static void begin_window(struct window *w, bool starve)
{
	struct grabber_mode mode;
	unsigned int i;

	do {
		mode = rig_random_mode(rig);
		rig_mode(rig, &mode, 8, 64);
	} while (!rig->g->mode.split);
	w->frames = 4;
	w->chunks = random_between(2, 64);
	w->chunk_bytes = (rig->g->mode.bytes / w->chunks / 4 + 1) * 4;
	w->chunks = (rig->g->mode.bytes + w->chunk_bytes - 1) / w->chunk_bytes;
	w->most = random_between(1, 4);
	w->starve_at = starve ? random_between(1, grabber_steps(rig->g, w->chunks) - 1) : 0;
	for (i = 0; i < w->frames; i++)
		assert_int_equal(d->begin(rig->g, w->chunks), i + 1);
	rig->arg = w;
	rig->served = move_window;
	move_window(rig);
	d->start(rig->g);
}

static void windows(void **test_state)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		struct window w = { 0 };

		begin_window(&w, false);
		fields(2 * w.frames + 1);
		assert_int_equal(rig->told_count, w.frames);
		for (i = 0; i < w.frames; i++) {
			assert_int_equal(rig->told[i].sequence, i);
			assert_int_equal(rig->told[i].flags, 0);
			rig_check(rig, i, i);
		}
		rig->served = NULL;
	}
}

/* A chunk that comes too late: one frame is incomplete, and nothing else is touched. */
static void late_chunks(void **test_state)
{
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		struct window w = { 0 };

		begin_window(&w, true);
		fields(2 * w.frames + 4);
		assert_int_equal(rig->told_count, w.frames);
		assert_int_equal(rig->told[0].flags, 0);
		assert_int_equal(rig->told[1].flags, GRABBER_FRAME_INCOMPLETE);
		assert_int_equal(rig->told[2].flags, 0);
		assert_int_equal(rig->told[3].flags, 0);
		rig_check(rig, 0, rig->told[0].sequence);
		rig_check(rig, 2, rig->told[2].sequence);
		rig_check(rig, 3, rig->told[3].sequence);
		rig->served = NULL;
	}
}

/* ---- what is refused ---- */

static void refused(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64, .fourcc = GRABBER_FOURCC('G', 'R', 'E', 'Y') };
	struct grabber_segment s = { .addr = 0x1000, .bytes = 4096 };
	int64_t n;

	rig_mode(rig, &mode, 2, 4);
	assert_int_equal(d->load(rig->g, 1, 0, &s, 1), -EINVAL);
	n = d->begin(rig->g, 1);
	assert_int_equal(n, 1);
	s.addr = 0x1001;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s.addr = 0xfffff800;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s.addr = 0x100000000;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s.addr = UINT64_MAX - 2047;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s = (struct grabber_segment){ .addr = 0x1000, .bytes = 4092 };
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s.bytes = 0;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	s.bytes = 4100;
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	/* up to the last byte of 32 bits */
	s = (struct grabber_segment){ .addr = 0xfffff000, .bytes = 4096 };
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), 0);
	assert_int_equal(d->load(rig->g, n, 0, &s, 1), -EINVAL);
	assert_int_equal(d->begin(rig->g, 5), -EINVAL);
	assert_int_equal(d->begin(rig->g, 4), 2);
	assert_int_equal(d->begin(rig->g, 1), -EBUSY);
	assert_int_equal(d->memory_bytes(rig->g, 0, 1, 1), 0);
	assert_int_equal(d->memory_bytes(rig->g, GRABBER_SLOTS_MAX + 1, 1, 1), 0);
	assert_int_equal(d->memory_bytes(rig->g, 1, 1, UINT32_MAX), 0);
}

/* More segments than there is room for: refused, and what was there goes on. */
static void too_many_segments(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64, .fourcc = GRABBER_FOURCC('G', 'R', 'E', 'Y') };
	static struct grabber_segment s[1024];
	struct grabber_memory memory = { .cpu = rig->program, .bus = 0x10000000 };
	unsigned int i;

	rig_mode(rig, &mode, 2, 1);
	memory.bytes = d->memory_bytes(rig->g, 2, 1, 16);
	d->prepare(rig->g, &memory, 2, 1, 16);
	for (i = 0; i < 1024; i++)
		s[i] = (struct grabber_segment){ .addr = 0x20000000 + 8 * i, .bytes = 4 };
	assert_int_equal(d->begin(rig->g, 1), 1);
	assert_int_equal(d->load(rig->g, 1, 0, s, 1024), -ENOSPC);
	assert_true(rig_scatter(rig, 0, 0, 4096, 16, s) <= 16);
	assert_int_equal(d->load(rig->g, 1, 0, s, rig->pieces), 0);
	d->start(rig->g);
	fields(3);
	rig_check(rig, 0, 0);
}

/* ---- errors ---- */

static void errors(void **test_state)
{
	static const struct {
		uint32_t bit, event;
	} cases[] = {
		{ 1u << 12, GRABBER_EVENT_OVERRUN }, { 1u << 13, GRABBER_EVENT_OVERRUN },
		{ 1u << 14, GRABBER_EVENT_RESYNC }, { 1u << 15, GRABBER_EVENT_PARITY },
		{ 1u << 16, GRABBER_EVENT_FETCH }, { 1u << 17, GRABBER_EVENT_ABORT },
		{ 1u << 18, GRABBER_EVENT_PROGRAM }, { 1u << 19, GRABBER_EVENT_SYNC },
	};
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_mode(rig, &mode, 4, 1);
		rig_queue(rig, 0, 1);
		rig_queue(rig, 1, 1);
		d->start(rig->g);
		chip_raise(&rig->chip, cases[i].bit);
		assert_int_equal(rig->events, cases[i].event);
		assert_int_equal(rig->chip.reg[0x100 / 4], 0);
		fields(5);
		assert_int_equal(rig->told_count, 2);
		assert_int_equal(rig->told[0].flags, cases[i].event & GRABBER_EVENT_FATAL ? 0 :
				 GRABBER_FRAME_CORRUPT);
		assert_int_equal(rig->told[1].flags, 0);
	}
}

static void stands_still(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	uint32_t flags;

	rig_mode(rig, &mode, 4, 1);
	d->start(rig->g);
	rig->chip.running = false;
	chip_raise(&rig->chip, 1u << 11);
	assert_true(rig->events & GRABBER_EVENT_STOPPED);
	memset(rig->chip.reg, 0xff, sizeof(rig->chip.reg));
	assert_int_equal(d->event(rig->g, &flags), 1);
	assert_int_equal(flags, GRABBER_EVENT_GONE);
	assert_int_equal(d->init(rig->g), -ENODEV);
}

/* After halt nothing moves, and everything can begin anew. */
static void halted(void **test_state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i;

	rig_mode(rig, &mode, 4, 1);
	for (i = 0; i < 5; i++) {
		rig->pieces = 0;
		rig->told_count = 0;
		rig->next_bus = 0x20000000;
		memset(rig->hits[0], 0, rig->g->mode.bytes);
		rig_queue(rig, 0, 3);
		rig_queue(rig, 1, 3);
		d->start(rig->g);
		assert_false(d->idle(rig->g));
		fields(2 + (i & 1));
		d->halt(rig->g);
		assert_true(d->idle(rig->g));
		assert_int_equal(rig->chip.reg[0x104 / 4], 0);
		rig_close(rig, 0, RIG_ALL);
		rig_close(rig, 1, RIG_ALL);
		fields(4);
	}
}

/* ---- modes and controls ---- */

static void modes(void **test_state)
{
	struct grabber_mode mode, again;
	unsigned int round;

	for (round = 0; round < 2000; round++) {
		memset(&mode, 0, sizeof(mode));
		mode = (struct grabber_mode){
			.fourcc = random_number() & 1 ? rig_random_mode(rig).fourcc : random_number(),
			.width = random_number() >> random_between(0, 31),
			.height = random_number() >> random_between(0, 31),
			.field = random_between(0, 5),
		};
		d->try_mode(rig->g, &mode);
		assert_true(mode.width >= 64 && mode.width <= 768 && mode.height >= 32 && mode.height <= 576);
		assert_true(mode.field >= GRABBER_FIELD_WOVEN && mode.field <= GRABBER_FIELD_BOTTOM);
		assert_int_equal(mode.bytes % mode.align, 0);
		again = mode;
		d->try_mode(rig->g, &again);
		assert_memory_equal(&mode, &again, sizeof(mode));
	}
}

static void standards_and_inputs(void **test_state)
{
	struct grabber_input input;

	assert_int_equal(d->set_standard(rig->g, 2), -EINVAL);
	assert_int_equal(d->set_standard(rig->g, 1), 0);
	assert_int_equal(rig->g->mode.rate_num, 30000);
	assert_int_equal(rig->chip.reg[1] & 7, 1);
	assert_int_equal(d->ready(rig->g), 0);
	assert_int_equal(d->set_standard(rig->g, -1), 0);
	assert_int_equal(rig->g->mode.rate_num, 25);
	assert_int_equal(rig->chip.reg[1] & 7, 3);
	/* the PLL must have been seen in lock twice */
	assert_int_equal(d->ready(rig->g), -EAGAIN);
	assert_int_equal(rig->chip.reg[0x084 / 4], 0);
	assert_int_equal(d->ready(rig->g), 0);
	assert_int_equal(rig->chip.reg[0x084 / 4], 8);
	assert_int_equal(d->set_input(rig->g, 4), -EINVAL);
	assert_int_equal(d->set_input(rig->g, 2), 0);
	assert_int_equal(rig->chip.reg[1] >> 5, 1);
	assert_int_equal(d->input(rig->g, 2, &input), 0);
	assert_true(input.selected && input.signal);
	rig->chip.reg[0] &= ~0x80;
	assert_int_equal(d->input(rig->g, 2, &input), 0);
	assert_false(input.signal);
	assert_int_equal(d->input(rig->g, 4, &input), -EINVAL);
}

static void controls(void **test_state)
{
	struct grabber_control c;
	unsigned int i;
	int32_t value;

	for (i = 0; !d->control(rig->g, i, &c); i++) {
		assert_int_equal(d->get_control(rig->g, i, &value), 0);
		assert_int_equal(value, c.def);
		assert_int_equal(d->set_control(rig->g, i, c.max), 0);
		assert_int_equal(d->get_control(rig->g, i, &value), 0);
		assert_int_equal(value, c.max);
		assert_int_equal(d->set_control(rig->g, i, c.max + 1), -EINVAL);
		assert_int_equal(d->set_control(rig->g, i, c.min), 0);
		assert_int_equal(d->set_control(rig->g, i, c.min - 1), -EINVAL);
	}
	assert_int_equal(i, 4);
	assert_int_equal(rig->chip.reg[0x028 / 4], 0x80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_frames, get, put),
		cmocka_unit_test_setup_teardown(all_sizes, get, put),
		cmocka_unit_test_setup_teardown(gaps, get, put),
		cmocka_unit_test_setup_teardown(late_and_starved, get, put),
		cmocka_unit_test_setup_teardown(lost_interrupts, get, put),
		cmocka_unit_test_setup_teardown(windows, get, put),
		cmocka_unit_test_setup_teardown(late_chunks, get, put),
		cmocka_unit_test_setup_teardown(refused, get, put),
		cmocka_unit_test_setup_teardown(too_many_segments, get, put),
		cmocka_unit_test_setup_teardown(errors, get, put),
		cmocka_unit_test_setup_teardown(stands_still, get, put),
		cmocka_unit_test_setup_teardown(halted, get, put),
		cmocka_unit_test_setup_teardown(modes, get, put),
		cmocka_unit_test_setup_teardown(standards_and_inputs, get, put),
		cmocka_unit_test_setup_teardown(controls, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
