/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chunks, windows and guards, on memory with canaries. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pattern.h"
#include "sim_transfer.h"
#include "unit.h"

#define PAGES 64

static size_t page;
static uint8_t *memory;
static uint8_t scratch[TRANSFER_SCRATCH];
static struct bus bus;
static atomic_bool stop;
static struct pattern *pattern;
static struct capture_format format;

static int get(void **state)
{
	page = sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	memset(memory, 0xa5, PAGES * page);
	stop = false;
	return bus_open(&bus, false);
}

static int put(void **state)
{
	pattern_free(pattern);
	pattern = NULL;
	bus_close(&bus);
	return munmap(memory, PAGES * page);
}

static const struct pattern_look look = { .kind = PATTERN_BYTES, .seed = 5 };

/* Frame 3 of so many bytes to this place. */
static struct transfer prepare(size_t offset, size_t bytes, uint64_t chunk, uint32_t window)
{
	struct transfer t = {
		.addr = (uintptr_t)memory + offset, .len = bytes, .chunk = chunk, .window = window,
		.bus = &bus, .stop = &stop,
	};

	format = (struct capture_format){
		.width = bytes, .height = 1, .fourcc = CAPTURE_FOURCC('G', 'R', 'E', 'Y'),
	};
	assert_int_equal(pattern_layout(&format), 0);
	pattern_free(pattern);
	assert_int_equal(pattern_new(&format, &pattern), 0);
	assert_int_equal(pattern_begin(pattern, &look, 3, &t.bytes), 0);
	t.pattern = pattern;
	return t;
}

static void expect_bytes(size_t offset, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		if (memory[offset + i] != pattern_byte(5, 3, 0, i))
			fail_msg("byte %zu is wrong", i);
}

static void expect_canaries(size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		if (memory[i] != 0xa5)
			fail_msg("byte %zu outside was written", i);
}

static void check(size_t offset, size_t bytes, uint64_t chunk, uint32_t window, bool guard,
		  uint32_t chunks, uint64_t peak)
{
	struct transfer t = prepare(offset, bytes, chunk, window);

	memset(memory, 0xa5, PAGES * page);
	t.guard = guard;
	assert_int_equal(transfer_run(&t, scratch), 0);
	assert_int_equal(t.written, bytes);
	assert_int_equal(t.chunks, chunks);
	assert_int_equal(t.pinned_peak, peak);
	assert_int_equal(t.pinned, 0);
	expect_canaries(0, offset);
	expect_bytes(offset, 0, bytes);
	expect_canaries(offset + bytes, PAGES * page);
}

static void chunks_and_windows(void **state)
{
	/* edges are multiples of the chunk in the address, so find one to count from */
	size_t edge = -(uintptr_t)memory & (8 * page - 1);
	bool guard;

	for (guard = false;; guard = true) {
		check(edge, 16 * page, 8 * page, 1, guard, 2, 8 * page);
		check(edge, 16 * page, 8 * page, 2, guard, 2, 16 * page);
		check(edge, 16 * page, 8 * page, 9, guard, 2, 16 * page);
		check(edge + 1, 16 * page, 8 * page, 1, guard, 3, 8 * page);
		check(edge + 1, 16 * page, 8 * page, 2, guard, 3, 16 * page);
		check(edge + page - 1, 2, 8 * page, 1, guard, 1, 2 * page);
		check(edge + 8 * page - 1, 2, 8 * page, 1, guard, 2, page);
		check(edge + 8 * page - 1, 2, 8 * page, 2, guard, 2, 2 * page);
		check(edge + 3, 1, page, 1, guard, 1, page);
		check(edge + 77, 20 * page + 5, page, 3, guard, 21, 3 * page);
		if (guard)
			break;
	}
}

/* Memory is as accessible after a guarded transfer as before, whatever happened. */
static void expect_access(void)
{
	memset(memory, 0xa5, PAGES * page);
}

static void stray_is_caught(void **state)
{
	size_t offset = 100, bytes = 40 * page, i;
	struct transfer t;

	for (i = 1; i <= 3; i++) {
		t = prepare(offset, bytes, 4 * page, i);
		t.guard = t.stray = true;
		assert_true(transfer_can_stray(t.addr, t.len, t.chunk, t.window));
		assert_int_equal(transfer_run(&t, scratch), -EFAULT);
		assert_int_equal(t.written, 0);
		expect_canaries(0, PAGES * page);
		expect_access();
	}
	/* the window covers all of the buffer's own pages: there is nowhere to stray */
	assert_false(transfer_can_stray((uintptr_t)memory, 8 * page, 8 * page, 2));
	assert_false(transfer_can_stray((uintptr_t)memory + 1, 2 * page - 2, page, 1));
	assert_true(transfer_can_stray((uintptr_t)memory, 3 * page, page, 2));
}

/* The guard is what catches it: without one the byte lands. */
static void stray_is_real(void **state)
{
	struct transfer t = prepare(0, 2 * page, page, 1);

	t.stray = true;
	t.bytes = page;
	assert_int_equal(transfer_run(&t, scratch), 0);
	assert_int_equal(memory[page], 0xee);
	memory[page] = 0xa5;
	expect_bytes(0, 0, page);
	expect_canaries(page, PAGES * page);
}

static void lost_memory(void **state)
{
	struct transfer t = prepare(1, 40 * page, 4 * page, 2);

	assert_int_equal(mprotect(memory + 20 * page, page, PROT_READ), 0);
	assert_int_equal(transfer_run(&t, scratch), -EFAULT);
	assert_in_range(t.written, 1, 20 * page);
	expect_bytes(1, 0, t.written);
	/* a hole; nothing is allocated before it is met */
	t = prepare(1, 40 * page, 4 * page, 2);
	assert_int_equal(munmap(memory + 20 * page, page), 0);
	assert_int_equal(transfer_run(&t, scratch), -EFAULT);
	assert_int_equal(pattern_begin(pattern, &look, 3, &t.bytes), 0);
	t.written = 0;
	t.guard = true;
	assert_int_equal(transfer_run(&t, scratch), -EFAULT);
	/* what is left can be used */
	memset(memory, 0, 20 * page);
	memset(memory + 21 * page, 0, (PAGES - 21) * page);
}

static void told_to_stop(void **state)
{
	struct transfer t = prepare(1, 40 * page, 4 * page, 2);

	t.guard = true;
	stop = true;
	assert_int_equal(transfer_run(&t, scratch), -ECANCELED);
	assert_int_equal(t.written, 0);
	expect_canaries(0, PAGES * page);
	expect_access();
}

static void damage(void **state)
{
	struct transfer t = prepare(9, 3 * page, page, 2);
	size_t i;

	t.damage_at = page - 1;
	t.damage_len = page + 2;
	assert_int_equal(transfer_run(&t, scratch), 0);
	expect_bytes(9, 0, page - 1);
	for (i = page - 1; i < 2 * page + 1; i++)
		assert_int_equal(memory[9 + i], (uint8_t)~pattern_byte(5, 3, 0, i));
	expect_bytes(9, 2 * page + 1, 3 * page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(chunks_and_windows, get, put),
		cmocka_unit_test_setup_teardown(stray_is_caught, get, put),
		cmocka_unit_test_setup_teardown(stray_is_real, get, put),
		cmocka_unit_test_setup_teardown(lost_memory, get, put),
		cmocka_unit_test_setup_teardown(told_to_stop, get, put),
		cmocka_unit_test_setup_teardown(damage, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
