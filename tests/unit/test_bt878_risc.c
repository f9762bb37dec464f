/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bt878's model: the RISC engine moves every byte to where the program says, and errors. */
#include <string.h>

#include "bt878_rig.h"

#define WIDTH 64u
#define HEIGHT 48u	/* of the frame; a field has half */
#define FM1 0x6u
#define FM3 0xeu
#define VRE 0x4u
#define VRO 0xcu

static const uint32_t out = RIG_BASE + 0x10000;

/* The camera of the rig: input MUX2. */
static struct bt878_place at(uint32_t frame, uint32_t line, uint32_t plane)
{
	return (struct bt878_place){ .frame = frame, .line = line, .plane = plane, .input = 1 };
}

/* The frame of the program: a SYNC for each field, and at the end a place to stay. */
static void sync(struct rig *rig, uint32_t vertical, uint32_t mode)
{
	rig_emit(rig, 4, RISC_SYNC | RISC_RESYNC | vertical, 0u, RISC_SYNC | mode, 0u);
}

static void stay(struct rig *rig)
{
	rig_emit(rig, 4, RISC_JUMP | RISC_IRQ | RISC_STATUS(1u), rig->program + 8,
		 RISC_SYNC | RISC_RESYNC | VRE, 0u);
	rig_emit(rig, 2, RISC_JUMP, rig->program - 8);
}

static void expect_frame(struct rig *rig, uint32_t frame, uint32_t height, uint32_t bytes,
			 uint32_t swap)
{
	uint32_t y;

	for (y = 0; y < height; y++) {
		struct bt878_place place = at(frame, y, 0);

		rig_expect_line(rig, out + y * bytes, &place, 0, bytes, swap);
	}
	rig_expect_untouched(rig, out - 64, 64);
	rig_expect_untouched(rig, out + height * bytes, 64);
}

/* Both fields into one buffer, a WRITE a line. */
static uint32_t woven(struct rig *rig, uint32_t height, uint32_t bytes)
{
	uint32_t start = rig->program, y;

	for (y = 0; y < height; y += 2) {
		if (!y)
			sync(rig, VRE, FM1);
		rig_emit(rig, 2, RISC_WRITE | RISC_LINE | bytes, out + y * bytes);
	}
	sync(rig, VRO, FM1);
	for (y = 1; y < height; y += 2)
		rig_emit(rig, 2, RISC_WRITE | RISC_LINE | bytes, out + y * bytes);
	stay(rig);
	return start;
}

static void packed_formats(void **state)
{
	static const struct { uint32_t format, num, den; } formats[] = {
		{ 0, 4, 1 }, { 1, 3, 1 }, { 2, 2, 1 }, { 3, 2, 1 }, { 4, 2, 1 }, { 5, 3, 2 },
		{ 6, 1, 1 }, { 7, 1, 1 },
	};
	unsigned int i, swap;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		for (swap = 0; swap < 4; swap++) {
			uint32_t bytes = WIDTH * formats[i].num / formats[i].den;
			struct rig *rig;

			rig_get(state);
			rig = *state;
			rig_geometry(rig, WIDTH, HEIGHT, formats[i].format);
			rig_write(rig, 0x0d8, (swap & 1 ? 0x3 : 0) | (swap & 2 ? 0xc : 0));
			rig_start(rig, woven(rig, HEIGHT, bytes));
			assert_true(rig_wait(rig, 4) & INT_RISCI);
			assert_int_equal(rig->stat & INT_ERRORS, 0);
			expect_frame(rig, 0, HEIGHT, bytes, swap);
			rig_put(state);
		}
	}
}

/* The lines that bttv's formulas ask for are there, for all heights; never fewer. */
static void heights(void **state)
{
	struct rig *rig = *state;
	uint32_t height;

	for (height = 64; height <= 576; height += 2) {
		rig->model->ops->reset(rig->model);
		rig->program = RIG_PROGRAM;
		rig_geometry(rig, 16, height, 6);
		rig_start(rig, woven(rig, height, 16));
		assert_true(rig_wait(rig, 4) & INT_RISCI);
		assert_int_equal(rig->stat & INT_ERRORS, 0);
	}
	expect_frame(rig, 0, 576, 16, 0);
}

/* One line in pieces that cross nothing evenly, by WRITE, WRITEC and SKIP. */
static void pieces(void **state)
{
	struct rig *rig = *state;
	struct bt878_place place = at(0, 0, 0);
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 4);
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_SOL | 5, out + 1);
	rig_emit(rig, 1, RISC_WRITEC | 6u);
	rig_emit(rig, 1, RISC_SKIP | 10u);
	rig_emit(rig, 1, RISC_WRITEC | 7u);
	rig_emit(rig, 2, RISC_WRITE | 0u, out + 500);
	rig_emit(rig, 2, RISC_WRITE | RISC_EOL | 100u, out + 1000);
	rig_emit(rig, 1, RISC_SKIP | RISC_LINE | 128u);
	stay(rig);
	rig_start(rig, start);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	assert_int_equal(rig->stat & INT_ERRORS, 0);
	rig_expect_untouched(rig, out - 63, 64);
	rig_expect_line(rig, out + 1, &place, 0, 11, 0);
	/* the address goes on over what is skipped */
	rig_expect_untouched(rig, out + 12, 10);
	rig_expect_line(rig, out + 22, &place, 21, 7, 0);
	rig_expect_untouched(rig, out + 29, 971);
	rig_expect_line(rig, out + 1000, &place, 28, 100, 0);
	rig_expect_untouched(rig, out + 1100, 1000);
}

static void byte_lanes(void **state)
{
	struct rig *rig = *state;
	struct bt878_place place = at(0, 0, 0);
	uint32_t start = rig->program, x;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	sync(rig, VRE, FM1);
	/* lanes 0 and 3 are left out */
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 0x9000 | 64u, out + 2);
	stay(rig);
	rig_start(rig, start);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	for (x = 0; x < 64; x++) {
		if ((x + 2) % 4 == 0 || (x + 2) % 4 == 3)
			rig_expect_untouched(rig, out + 2 + x, 1);
		else
			rig_expect_line(rig, out + 2 + x, &place, x, 1, 0);
	}
}

static void planar(void **state)
{
	struct rig *rig = *state;
	uint32_t y = out, cb = out + 0x4000, cr = out + 0x8000, start = rig->program, p;
	const uint32_t whole = 32u << 16 | 32, part = 12u << 16 | 12, rest = 20u << 16 | 20;

	rig_geometry(rig, WIDTH, HEIGHT, 8);
	sync(rig, VRE, FM3);
	rig_emit(rig, 5, RISC_WRITE123 | RISC_SOL | 24u, part, y, cb, cr);
	rig_emit(rig, 5, RISC_WRITE123 | RISC_EOL | 40u, rest, y + 24, cb + 12, cr + 12);
	rig_emit(rig, 3, RISC_WRITE1S23 | RISC_LINE | 64u, whole, y + 64);
	rig_emit(rig, 2, RISC_SKIP123 | RISC_LINE | 64u, whole);
	rig_emit(rig, 5, RISC_WRITE123 | RISC_LINE | 64u, whole, y + 128, cb + 32, cr + 32);
	stay(rig);
	rig_start(rig, start);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	assert_int_equal(rig->stat & INT_ERRORS, 0);
	for (p = 0; p < 3; p++) {
		struct bt878_place first = at(0, 0, p), second = at(0, 2, p), last = at(0, 6, p);
		uint32_t to = p == 0 ? y : p == 1 ? cb : cr, bytes = p ? 32 : 64;

		rig_expect_line(rig, to, &first, 0, bytes, 0);
		to += bytes;
		if (!p)
			rig_expect_line(rig, to, &second, 0, bytes, 0);
		to += p ? 0 : bytes;
		rig_expect_line(rig, to, &last, 0, bytes, 0);
		rig_expect_untouched(rig, to + bytes, 64);
	}
}

/* The blanking interval comes before the picture of its field. */
static void blanking_interval(void **state)
{
	struct rig *rig = *state;
	uint32_t start = rig->program, y;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	rig_write(rig, 0x0e0, 0xff);
	rig_write(rig, 0x0e4, 1);
	sync(rig, VRE, FM1);
	for (y = 0; y < 16; y++)
		rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 2044u, out + y * 2048);
	rig_emit(rig, 2, RISC_SYNC | FM1, 0u);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out + 0x10000);
	stay(rig);
	rig_start(rig, start);
	rig_write(rig, 0x0dc, 0xf);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	assert_int_equal(rig->stat & INT_ERRORS, 0);
	for (y = 0; y < 16; y++) {
		struct bt878_place place = at(0, y * 2, BT878_PLANE_VBI);

		rig_expect_line(rig, out + y * 2048, &place, 0, 2044, 0);
	}
	rig_expect_line(rig, out + 0x10000, &(struct bt878_place){ .input = 1 }, 0, 64, 0);
}

/* ---- program and picture disagree: FDSR, and the next line is right again ---- */

static void expect_lines_2_and_4(struct rig *rig)
{
	struct bt878_place two = at(0, 2, 0), four = at(0, 4, 0);

	assert_int_equal(rig->stat & (INT_ERRORS | INT_RISCI), INT_FDSR | INT_RISCI);
	rig_expect_line(rig, out + 1024, &two, 0, 64, 0);
	rig_expect_line(rig, out + 2048, &four, 0, 64, 0);
}

static void run_line_and_two(struct rig *rig, uint32_t start)
{
	uint32_t stat;

	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out + 1024);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out + 2048);
	stay(rig);
	rig_start(rig, start);
	/* FDSR stops the beam until it was served, so there are more interrupts than one */
	stat = rig_wait(rig, 2);
	while (!(rig->stat & INT_RISCI))
		stat |= rig_wait(rig, 2);
	rig->stat |= stat;
}

static void line_too_short(void **state)
{
	struct rig *rig = *state;
	struct bt878_place place = at(0, 0, 0);
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_SOL | 70u, out);
	rig_emit(rig, 2, RISC_WRITE | RISC_EOL | 30u, out + 200);
	run_line_and_two(rig, start);
	rig_expect_line(rig, out, &place, 0, 64, 0);
	rig_expect_untouched(rig, out + 64, 500);
	expect_lines_2_and_4(rig);
}

static void line_too_long(void **state)
{
	struct rig *rig = *state;
	struct bt878_place place = at(0, 0, 0);
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 60u, out);
	run_line_and_two(rig, start);
	rig_expect_line(rig, out, &place, 0, 60, 0);
	rig_expect_untouched(rig, out + 60, 500);
	expect_lines_2_and_4(rig);
}

static void line_without_end(void **state)
{
	struct rig *rig = *state;
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_SOL | 10u, out);
	run_line_and_two(rig, start);
	rig_expect_untouched(rig, out + 10, 500);
	expect_lines_2_and_4(rig);
}

static void line_without_start(void **state)
{
	struct rig *rig = *state;
	struct bt878_place zero = at(0, 0, 0);
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_EOL | 64u, out);
	run_line_and_two(rig, start);
	rig_expect_untouched(rig, out, 1024);
	assert_true(rig->stat & INT_FDSR);
	rig_expect_line(rig, out + 1024, &zero, 0, 64, 0);
}

static void field_too_short(void **state)
{
	struct rig *rig = *state;
	uint32_t start = woven(rig, HEIGHT, 64), y, seen = 0;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	rig_command(rig, "short 3");
	rig_start(rig, start);
	while (!(seen & INT_RISCI))
		seen |= rig_wait(rig, 4);
	assert_int_equal(seen & INT_ERRORS, INT_FDSR);
	for (y = 0; y < HEIGHT; y++) {
		struct bt878_place place = at(0, y, 0);

		if (y % 2 == 0 && y >= HEIGHT - 6)
			rig_expect_untouched(rig, out + y * 64, 64);
		else
			rig_expect_line(rig, out + y * 64, &place, 0, 64, 0);
	}
}

/* Packed instructions, planar data. */
static void wrong_mode(void **state)
{
	struct rig *rig = *state;
	uint32_t start = rig->program;

	rig_geometry(rig, WIDTH, HEIGHT, 8);
	sync(rig, VRE, FM3);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out);
	stay(rig);
	rig_start(rig, start);
	assert_int_equal(rig_wait(rig, 2) & INT_ERRORS, INT_FDSR);
	rig_expect_untouched(rig, out, 64);
	rig_stop(rig);
	/* SYNC waits for a mode that does not come: told once, until the mode comes */
	rig->program = RIG_PROGRAM;
	sync(rig, VRE, FM1);
	stay(rig);
	rig_start(rig, RIG_PROGRAM);
	assert_int_equal(rig_wait(rig, 2) & INT_ERRORS, INT_FDSR);
	assert_int_equal(rig_wait(rig, 3), 0);
	rig_write(rig, 0x0d4, 0x66);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
}

/* ---- errors that stop the engine ---- */

static void expect_halt(struct rig *rig, uint32_t start, uint32_t error)
{
	rig_start(rig, start);
	assert_int_equal(rig_wait(rig, 3) & INT_ERRORS, error);
	assert_int_equal(rig_read(rig, 0x100) & INT_RISC_EN, 0);
	assert_int_equal(rig_wait(rig, 3), 0);
	/* to start it again is enough */
	rig_stop(rig);
	rig->program = RIG_PROGRAM;
	stay(rig);
	rig_start(rig, RIG_PROGRAM);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	rig_stop(rig);
	rig->program = RIG_PROGRAM;
}

static void illegal(void **state)
{
	static const uint32_t words[] = {
		0, 0x30000000, 0x40000000, 0x60000000, 0xc0000000, 0xf0000000,
		RISC_SYNC | 0x0, RISC_SYNC | 0x1, RISC_SYNC | 0x2, RISC_SYNC | 0xf,
		RISC_WRITEC | RISC_SOL | 4, RISC_SKIP123 | RISC_LINE | 64,
	};
	struct rig *rig = *state;
	unsigned int i;

	rig_geometry(rig, WIDTH, HEIGHT, 8);
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		uint32_t start = rig->program;

		sync(rig, VRE, FM3);
		rig_emit(rig, 2, words[i], 31u << 16 | 32);
		expect_halt(rig, start, INT_OCERR);
	}
}

static void refused(void **state)
{
	struct rig *rig = *state;
	uint32_t start = rig->program, top = RIG_BASE + RIG_SIZE;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	/* a line that ends behind the memory */
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, top - 63);
	expect_halt(rig, start, INT_PABORT);
	assert_int_equal(rig->outside, 1);
	/* a program that is not there, its first word and its second */
	expect_halt(rig, 0, INT_PABORT);
	rig->closed = RIG_PROGRAM + 4;
	rig_emit(rig, 2, RISC_JUMP, RIG_PROGRAM);
	rig_start(rig, RIG_PROGRAM);
	assert_int_equal(rig_wait(rig, 3) & INT_ERRORS, INT_PABORT);
	assert_int_equal(rig_count(rig, "aborts"), 3);
}

/* A jump to itself: no field passes it, and the model does not hang. */
static void circle(void **state)
{
	struct rig *rig = *state;

	rig_emit(rig, 2, RISC_JUMP, RIG_PROGRAM);
	rig_geometry(rig, WIDTH, HEIGHT, 6);
	rig_start(rig, RIG_PROGRAM);
	assert_int_equal(rig_wait(rig, 2) & INT_ERRORS, INT_FBUS);
	rig_stop(rig);
}

static void stop_and_start(struct rig *rig)
{
	rig->on_write = NULL;
	rig_stop(rig);
	rig_start(rig, rig->closed);
}

/* Registers are written while the device is in the middle of a transfer. */
static void restarted_in_a_write(void **state)
{
	struct rig *rig = *state;
	uint32_t start = woven(rig, HEIGHT, 64), second = woven(rig, HEIGHT, 64);

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	rig->on_write = stop_and_start;
	rig_start(rig, start);
	rig->closed = second;
	rig_wait(rig, 1);
	rig->closed = RIG_BASE + RIG_SIZE;
	rig_stop(rig);
	rig_start(rig, second);
	assert_true(rig_wait(rig, 4) & INT_RISCI);
	expect_frame(rig, 0, HEIGHT, 64, 0);
}

/* A program whose second buffer is linked in by its jump while the beam runs. */
static void patched(void **state)
{
	struct rig *rig = *state;
	uint32_t first, second, word;

	rig_geometry(rig, WIDTH, HEIGHT, 6);
	first = rig->program;
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out);
	rig_emit(rig, 2, RISC_JUMP | RISC_IRQ, first);
	second = rig->program;
	sync(rig, VRE, FM1);
	rig_emit(rig, 2, RISC_WRITE | RISC_LINE | 64u, out + 0x8000);
	rig_emit(rig, 2, RISC_JUMP | RISC_IRQ, second);
	rig_start(rig, first);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	/* it has jumped already, and waits in the SYNC; the next round goes to the other */
	memcpy(rig->memory + (first + 28 - RIG_BASE), &second, 4);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	rig_expect_untouched(rig, out + 0x8000, 64);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	memcpy(&word, rig->memory + (out + 0x8000 - RIG_BASE), 4);
	assert_int_equal(word, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_get, rig_put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packed_formats), TEST(heights), TEST(pieces), TEST(byte_lanes),
		TEST(planar), TEST(blanking_interval), TEST(line_too_short), TEST(line_too_long),
		TEST(line_without_end), TEST(line_without_start), TEST(field_too_short),
		TEST(wrong_mode), TEST(illegal), TEST(refused), TEST(circle),
		TEST(restarted_in_a_write), TEST(patched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
