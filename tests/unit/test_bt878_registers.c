/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bt878's model: registers, interrupts, pacing. */
#include <errno.h>
#include <string.h>

#include "bt878_rig.h"

static void identity(void **state)
{
	assert_int_equal(bt878_model.pci.vendor, 0x109e);
	assert_int_equal(bt878_model.pci.device, 0x036e);
	assert_int_equal(bt878_model.pci.class, 0x040000);
	assert_int_equal(bt878_model.pci.bar[0].size, 4096);
}

static void decoder(void **state)
{
	struct rig *rig = *state;
	const struct model_ops *ops = rig->model->ops;

	/* reset values of the data sheet */
	assert_int_equal(rig_read(rig, 0x010), 0x16);
	assert_int_equal(rig_read(rig, 0x094), 0xe0);
	assert_int_equal(rig_read(rig, 0x04c), 0x60);
	/* 8 bits, whatever is written */
	rig_write(rig, 0x028, 0x12345678);
	assert_int_equal(rig_read(rig, 0x028), 0x78);
	/* narrow accesses */
	ops->write(rig->model, 0, 0x200, 4, 0x11223344);
	ops->write(rig->model, 0, 0x201, 1, 0xaa);
	ops->write(rig->model, 0, 0x202, 2, 0xbbcc);
	assert_int_equal(rig_read(rig, 0x200), 0xbbccaa44);
	assert_int_equal(ops->read(rig->model, 0, 0x203, 1), 0xbb);
	assert_int_equal(ops->read(rig->model, 0, 0x202, 2), 0xbbcc);
	/* a software reset reaches the decoder alone */
	rig_write(rig, 0x07c, 0);
	assert_int_equal(rig_read(rig, 0x028), 0);
	assert_int_equal(rig_read(rig, 0x010), 0x16);
	assert_int_equal(rig_read(rig, 0x200), 0xbbccaa44);
	ops->reset(rig->model);
	assert_int_equal(rig_read(rig, 0x200), 0);
	/* no holes: all of the BAR can be read and written */
	rig_write(rig, 0xffc, 5);
	assert_int_equal(rig_read(rig, 0xffc), 5);
}

static void video_status(void **state)
{
	struct rig *rig = *state;

	rig_write(rig, 0x004, 3);
	assert_int_equal(rig_read(rig, 0x000) & 0xd0, 0xd0);
	rig_write(rig, 0x004, 1);
	assert_int_equal(rig_read(rig, 0x000) & 0xd0, 0xc0);
	rig_command(rig, "signal off");
	assert_int_equal(rig_read(rig, 0x000) & 0xc0, 0);
	/* the beam goes on without a capture */
	assert_int_equal(rig_read(rig, 0x000) & 0x20, 0x20);
	rig_wait(rig, 1);
	assert_int_equal(rig_read(rig, 0x000) & 0x20, 0);
}

static void i2c(void **state)
{
	struct rig *rig = *state;

	/* bit by bit: what is read is what was written, so nobody pulls a line low */
	rig_write(rig, 0x110, 3);
	assert_int_equal(rig_read(rig, 0x110), 3);
	/* by the chip's engine: it ends, without an acknowledge */
	rig_write(rig, 0x110, 0xa0000083);
	assert_int_equal(rig_read(rig, 0x100) & (1u << 8 | 1u << 25), 1u << 8);
}

/* A program that raises RISCI with a status once a field. */
static uint32_t ticker(struct rig *rig)
{
	uint32_t start = rig_emit(rig, 2, RISC_SYNC | RISC_RESYNC | 0x4, 0u);

	rig_emit(rig, 2, RISC_JUMP | RISC_IRQ | RISC_STATUS(2u), rig->program + 8);
	rig_emit(rig, 2, RISC_SYNC | RISC_RESYNC | 0xc, 0u);
	rig_emit(rig, 2, RISC_JUMP | RISC_IRQ | RISC_STATUS(1u), start);
	return start;
}

static void interrupt(void **state)
{
	struct rig *rig = *state;
	uint32_t start = ticker(rig);

	rig_start(rig, start);
	assert_true(rig_read(rig, 0x100) & INT_RISC_EN);
	assert_int_equal(rig_wait(rig, 1) & ~(1u << 1), INT_RISC_EN | INT_RISCI | 2u << 28);
	assert_false(rig->line);
	assert_int_equal(rig_wait(rig, 1) >> 24, 0x19);		/* status 1, running, even field */
	assert_int_equal(rig->rises, 2);
	/* masked: the bit is set, the line stays down */
	rig_write(rig, 0x104, 0);
	assert_int_equal(rig_wait(rig, 2), 0);
	assert_true(rig_read(rig, 0x100) & INT_RISCI);
	/* the mask opens: the line rises; one byte of ones clears that byte only */
	rig_write(rig, 0x104, INT_RISCI);
	assert_true(rig->line);
	rig->model->ops->write(rig->model, 0, 0x100, 1, 0xff);
	assert_true(rig->line);
	rig->model->ops->write(rig->model, 0, 0x101, 1, 0xff);
	assert_false(rig->line);
	rig_stop(rig);
	assert_false(rig_read(rig, 0x100) & INT_RISC_EN);
	assert_int_equal(rig_read(rig, 0x120) & ~0x1fu, start & ~0x1fu);
}

static uint64_t tick(struct rig *rig)
{
	return rig->model->ops->tick(rig->model, rig->now);
}

static void handshake(void **state)
{
	struct rig *rig = *state;
	uint64_t fields, next;

	rig_command(rig, "fps 0");
	rig_start(rig, ticker(rig));
	next = tick(rig);
	assert_true(rig->line);
	fields = rig_count(rig, "fields");
	/* not served: the beam waits, and says how long */
	assert_true(next > rig->now + 1000000000);
	rig->now += 1000000000;
	assert_int_equal(tick(rig), next);
	rig_read(rig, 0x100);
	/* acknowledged only: a driver that is still in its handler has not set up the next field */
	rig_write(rig, 0x100, rig_read(rig, 0x100));
	assert_false(rig->line);
	tick(rig);
	assert_int_equal(rig_count(rig, "fields"), fields);
	/* a clean status: it goes on at once */
	assert_int_equal(rig_read(rig, 0x100) & INT_RISCI, 0);
	tick(rig);
	assert_int_equal(rig_count(rig, "fields"), fields + 1);
	assert_int_equal(rig_count(rig, "impatient"), 0);
	/* nobody serves it: it goes on after some seconds */
	rig->now = tick(rig);
	tick(rig);
	assert_int_equal(rig_count(rig, "impatient"), 1);
	assert_int_equal(rig_count(rig, "fields"), fields + 2);
}

/* The reason is masked before the handler runs: nobody is waited for. */
static void no_handler(void **state)
{
	struct rig *rig = *state;
	uint64_t fields;

	rig_command(rig, "fps 0");
	rig_start(rig, ticker(rig));
	tick(rig);
	assert_true(rig->line);
	fields = rig_count(rig, "fields");
	rig_write(rig, 0x104, 0);
	assert_false(rig->line);
	tick(rig);
	assert_true(rig_count(rig, "fields") > fields);
	assert_int_equal(rig_count(rig, "impatient"), 0);
}

/* As bttv's main program: a buffer's last jump tells, and leads to a jump that may tell, too. */
static void beam_alone(void **state)
{
	const uint32_t tells = RISC_JUMP | RISC_IRQ | RISC_STATUS(1u);
	struct rig *rig = *state;
	uint32_t start = rig_emit(rig, 2, RISC_SYNC | RISC_RESYNC | 0x4, 0u), loop;
	uint64_t fields;

	rig_emit(rig, 2, tells, rig->program + 8);
	loop = rig_emit(rig, 2, RISC_JUMP, start);
	rig_command(rig, "fps 0");
	rig_command(rig, "pace beam");
	rig_start(rig, start);
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	/* it has passed both jumps when the first is told */
	assert_int_equal(rig->risen_at, start);
	fields = rig_count(rig, "fields");
	/* so what a driver makes of the second behind its handler counts from the next time on ... */
	memcpy(rig->memory + (loop - RIG_BASE), &tells, sizeof(tells));
	assert_true(rig_wait(rig, 2) & INT_RISCI);
	assert_true(rig_count(rig, "fields") > fields);
	/* ... when both are one interrupt */
	assert_int_equal(rig->rises, 2);
	assert_int_equal(rig->risen_at, start);
	/* nobody serves it: the beam waits */
	while (!rig->line)
		tick(rig);
	fields = rig_count(rig, "fields");
	assert_true(tick(rig) > rig->now + 1000000000);
	assert_int_equal(rig_count(rig, "fields"), fields);
}

static void rate(void **state)
{
	struct rig *rig = *state;
	uint64_t begun;

	rig_command(rig, "fps 25");
	rig_start(rig, ticker(rig));
	rig_wait(rig, 1);
	begun = rig->now;
	rig_wait(rig, 1);
	rig_wait(rig, 1);
	assert_int_equal(rig->now - begun, 40000000);
	/* by the norm */
	rig_command(rig, "fps norm");
	rig_write(rig, 0x004, 1);
	rig_wait(rig, 1);
	begun = rig->now;
	rig_wait(rig, 1);
	assert_int_equal(rig->now - begun, 16683333);
	/* late by ten fields: they do not come later */
	rig->now += 166833330;
	begun = rig->now;
	rig_wait(rig, 1);
	rig_wait(rig, 1);
	assert_int_equal(rig->now - begun, 16683333);
}

static void commands(void **state)
{
	struct rig *rig = *state;
	static const char *const good[] = {
		"pace real", "pace beam", "pace handshake", "fps 0", "fps norm", "patience 1", "still 7",
		"still off", "signal on", "unhang", "short 1", "short 1@3", "hang", "hang@4", "hang @4",
	};
	static const char *const bad[] = {
		"pace", "pace fast", "fps", "fps -1", "fps 1x", "patience", "still", "still x",
		"signal", "unhang 1", "short", "short x", "short 1@", "short 1@x", "short 1 @1",
		"hang 1", "hang@", "short 99999999999999999999", "short 11111111111111111111111@1",
	};
	static const char *const unknown[] = { "", " ", "@", "shor 1", "shorter 1", "pacereal" };
	unsigned int i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_int_equal(rig->model->ops->command(rig->model, good[i]), 0);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(rig->model->ops->command(rig->model, bad[i]), -EINVAL);
	for (i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		assert_int_equal(rig->model->ops->command(rig->model, unknown[i]), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity),
		cmocka_unit_test_setup_teardown(decoder, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(video_status, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(i2c, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(interrupt, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(handshake, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(no_handler, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(beam_alone, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(rate, rig_get, rig_put),
		cmocka_unit_test_setup_teardown(commands, rig_get, rig_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
