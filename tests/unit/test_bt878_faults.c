/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bt878's model: what can go wrong with the chip, and real time. */
#include <string.h>

#include "bt878_rig.h"

#define BYTES 64u
#define LINES 24u	/* of a field */

static const uint32_t out = RIG_BASE + 0x10000;

/* For ever: top field to @out, bottom field skipped, an interrupt a frame. */
static uint32_t program(struct rig *rig)
{
	uint32_t start = rig->program, y;

	rig_geometry(rig, BYTES, 2 * LINES, 6);
	rig_emit(rig, 4, RISC_SYNC | RISC_RESYNC | 0x4, 0u, RISC_SYNC | 0x6, 0u);
	for (y = 0; y < LINES; y++)
		rig_emit(rig, 2, RISC_WRITE | RISC_LINE | BYTES, out + y * BYTES);
	rig_emit(rig, 2, RISC_JUMP | RISC_IRQ | RISC_STATUS(1u), start);
	return start;
}

static uint32_t frame_number(struct rig *rig)
{
	uint32_t number;

	memcpy(&number, rig->memory + (out - RIG_BASE), sizeof(number));
	return number;
}

static void next_frame(struct rig *rig)
{
	assert_int_equal(rig_wait(rig, 4) & (INT_RISCI | INT_ERRORS), INT_RISCI);
}

static void clear(struct rig *rig)
{
	memset(rig->memory + (out - RIG_BASE), RIG_FILL, BYTES * LINES);
}

static void numbers(void **state)
{
	struct rig *rig = *state;
	uint32_t start = program(rig), i;

	rig_start(rig, start);
	for (i = 0; i < 3; i++) {
		next_frame(rig);
		assert_int_equal(frame_number(rig), i);
	}
	/* a start counts from 0 again */
	rig_stop(rig);
	rig_start(rig, start);
	next_frame(rig);
	assert_int_equal(frame_number(rig), 0);
	rig_command(rig, "still 4000000000");
	next_frame(rig);
	assert_int_equal(frame_number(rig), 4000000000u);
	rig_command(rig, "still off");
	next_frame(rig);
	assert_int_equal(frame_number(rig), 2);
}

static void overrun(void **state)
{
	struct rig *rig = *state;
	struct bt878_place place = { .frame = 1, .line = 10, .input = 1 };

	rig_command(rig, "overrun 5@1");
	rig_start(rig, program(rig));
	next_frame(rig);
	clear(rig);
	/* the bottom field of frame 0 is not written anyway; then frame 1 */
	while (!(rig_wait(rig, 4) & INT_RISCI))
		;
	rig_expect_untouched(rig, out, 5 * BYTES);
	rig_expect_line(rig, out + 5 * BYTES, &place, 0, BYTES, 0);
	next_frame(rig);
	assert_int_equal(frame_number(rig), 2);
}

static void errors(void **state)
{
	static const struct { const char *command; uint32_t bit; } faults[] = {
		{ "pabort@1", INT_PABORT }, { "riperr@1", INT_RIPERR }, { "scerr@1", INT_SCERR },
	};
	struct rig *rig = *state;
	uint32_t start = program(rig);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		rig_command(rig, faults[i].command);
		rig_start(rig, start);
		next_frame(rig);
		assert_int_equal(rig_wait(rig, 4) & INT_ERRORS, faults[i].bit);
		assert_false(rig_read(rig, 0x100) & INT_RISC_EN);
		assert_int_equal(rig_wait(rig, 4), 0);
		rig_stop(rig);
		/* once only */
		rig_start(rig, start);
		next_frame(rig);
		next_frame(rig);
		next_frame(rig);
		rig_stop(rig);
	}
}

/* It leaves its memory once, and what is there stays as it was. */
static void stray(void **state)
{
	struct rig *rig = *state;

	rig_command(rig, "stray@1");
	rig_start(rig, program(rig));
	next_frame(rig);
	clear(rig);
	assert_int_equal(rig_wait(rig, 4) & INT_ERRORS, INT_PABORT);
	assert_int_equal(rig->outside, 1);
	assert_false(rig_read(rig, 0x100) & INT_RISC_EN);
	rig_expect_untouched(rig, out, BYTES * LINES);
}

static void hang(void **state)
{
	struct rig *rig = *state;
	uint32_t start = program(rig);

	rig_command(rig, "hang@1");
	rig_start(rig, start);
	next_frame(rig);
	assert_int_equal(rig_wait(rig, 6) & ~INT_FBUS, 0);
	assert_true(rig_read(rig, 0x100) & INT_RISC_EN);
	/* to stop and to start it does not help; a reset does */
	rig_stop(rig);
	rig_start(rig, start);
	assert_int_equal(rig_wait(rig, 4) & INT_RISCI, 0);
	rig->model->ops->reset(rig->model);
	rig->program = RIG_PROGRAM;
	rig_start(rig, program(rig));
	next_frame(rig);
	rig_command(rig, "hang");
	rig_wait(rig, 4);
	rig_command(rig, "unhang");
	while (!(rig_wait(rig, 4) & INT_RISCI))
		;
}

static void no_signal(void **state)
{
	struct rig *rig = *state;

	rig_command(rig, "signal off");
	rig_start(rig, program(rig));
	assert_int_equal(rig_wait(rig, 4) & INT_RISCI, 0);
	rig_command(rig, "signal on");
	while (!(rig_wait(rig, 4) & INT_RISCI))
		;
	rig_expect_line(rig, out, &(struct bt878_place){ .frame = frame_number(rig), .input = 1 },
			0, BYTES, 0);
}

static void defaults(void **state)
{
	struct rig *rig = *state;
	static const char *const commands[] = {
		"signal off", "pace real", "fps 1", "still 9", "pabort", "hang", "late 5", "short 9",
	};
	unsigned int i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		rig_command(rig, commands[i]);
	rig_command(rig, "defaults");
	rig_start(rig, program(rig));
	for (i = 0; i < 3; i++) {
		next_frame(rig);
		assert_int_equal(frame_number(rig), i);
	}
	rig_stop(rig);
	assert_false(rig_read(rig, 0x100) & INT_RISC_EN);
}

/* Lines after the stop that nobody expects, up to the number, and then silence. */
static void late(struct rig *rig, const char *command, bool told)
{
	unsigned int ticks = 0;

	rig_command(rig, command);
	rig_start(rig, program(rig));
	next_frame(rig);
	rig_stop(rig);
	assert_int_equal(!!(rig_read(rig, 0x100) & INT_RISC_EN), told);
	clear(rig);
	while (ticks++ < 40)
		rig->now = rig->model->ops->tick(rig->model, rig->now);
	assert_int_equal(frame_number(rig), 2);
	assert_false(rig_read(rig, 0x100) & INT_RISC_EN);
	assert_in_range(rig_count(rig, "lines_late"), 24, 30);
	clear(rig);
	rig_wait(rig, 10);
	rig_expect_untouched(rig, out, BYTES * LINES);
}

static void late_lines(void **state)
{
	late(*state, "late 30", false);
}

static void slow_stop(void **state)
{
	late(*state, "slow-stop 30", true);
}

static void late_into_nothing(void **state)
{
	struct rig *rig = *state;

	rig_command(rig, "late 30");
	rig_start(rig, program(rig));
	next_frame(rig);
	rig_stop(rig);
	rig->closed = out;
	rig_wait(rig, 6);
	/* its first access is refused, and that ends it */
	assert_int_equal(rig->outside, 1);
}

/* ---- real time ---- */

static void real_time_loses(void **state)
{
	struct rig *rig = *state;
	uint64_t next;

	rig_command(rig, "pace real");
	rig_start(rig, program(rig));
	next_frame(rig);
	/* nobody looks for five fields: the beam did not wait */
	for (next = rig->now + 100000000; rig->now < next;)
		rig->now = rig->model->ops->tick(rig->model, rig->now);
	rig_wait(rig, 1);
	assert_in_range(frame_number(rig), 2, 3);
	assert_int_equal(rig_count(rig, "impatient"), 0);
}

/* Lines come one by one: half a field later half of them are there. */
static void real_time_lines(void **state)
{
	struct rig *rig = *state;
	uint64_t lines;

	rig_command(rig, "pace real");
	rig_start(rig, program(rig));
	next_frame(rig);
	rig_wait(rig, 1);
	clear(rig);
	lines = rig_count(rig, "lines");
	rig_wait(rig, 1);
	rig->now += 9000000;
	rig->model->ops->tick(rig->model, rig->now);
	assert_in_range(rig_count(rig, "lines") - lines, LINES / 2 - 1, LINES / 2 + 1);
	rig_expect_untouched(rig, out + (LINES - 1) * BYTES, BYTES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_get, rig_put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers), TEST(overrun), TEST(errors), TEST(stray), TEST(hang), TEST(no_signal),
		TEST(defaults), TEST(late_lines), TEST(slow_stop), TEST(late_into_nothing),
		TEST(real_time_loses),
		TEST(real_time_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
