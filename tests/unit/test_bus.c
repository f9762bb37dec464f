/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes that must not crash whatever they meet, by both ways. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bus.h"
#include "unit.h"

#define PAGES 40	/* more than one step of a pipe */

static size_t page;
static char *memory;
static char from[PAGES * 65536];

static int get(void **state)
{
	page = sysconf(_SC_PAGESIZE);
	assert_true(PAGES * page <= sizeof(from));
	memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	memset(from, 0x11, sizeof(from));
	return 0;
}

static int put(void **state)
{
	return munmap(memory, PAGES * page);
}

static void check(bool piped)
{
	struct bus bus;

	assert_int_equal(bus_open(&bus, piped), 0);
	assert_true(bus.piped || !piped);
	assert_int_equal(bus_write(&bus, memory + 1, from, PAGES * page - 2), 0);
	assert_int_equal(memory[0], 0);
	assert_memory_equal(memory + 1, from, PAGES * page - 2);
	assert_int_equal(memory[PAGES * page - 1], 0);
	assert_int_equal(bus_write(&bus, memory, from, 0), 0);

	/* a page that cannot be reached, by each kind of not */
	assert_int_equal(mprotect(memory + 30 * page, page, PROT_NONE), 0);
	assert_int_equal(bus_write(&bus, memory, from, PAGES * page), -EFAULT);
	assert_int_equal(bus_write(&bus, memory + 30 * page + 5, from, 1), -EFAULT);
	assert_int_equal(mprotect(memory + 30 * page, page, PROT_READ), 0);
	assert_int_equal(bus_write(&bus, memory + 30 * page, from, page), -EFAULT);
	assert_int_equal(munmap(memory + 30 * page, page), 0);
	assert_int_equal(bus_write(&bus, memory + 29 * page, from, 2 * page), -EFAULT);
	assert_int_equal(bus_write(&bus, NULL, from, 1), -EFAULT);

	/* nothing of what failed comes out later */
	memset(from, 0x22, page);
	assert_int_equal(bus_write(&bus, memory, from, page), 0);
	assert_memory_equal(memory, from, page);
	bus_close(&bus);
}

static void direct(void **state)
{
	check(false);
}

static void piped(void **state)
{
	check(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(direct, get, put),
		cmocka_unit_test_setup_teardown(piped, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
