/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmod/chunk.h: pieces that cover a buffer and break where they must. */
#include <inttypes.h>
#include <stdlib.h>

#include "chunk.h"
#include "unit.h"

#define ROUNDS 20000

static uint64_t random_bits(unsigned int bits)
{
	uint64_t r = (uint64_t)random() << 31 | (uint64_t)random();

	return r & ((1ull << (random() % bits + 1)) - 1);
}

static void covers_and_breaks(uint64_t addr, uint64_t len, uint64_t max)
{
	struct chunk_walk walk = { .at = addr, .end = addr + len, .max = max };
	__u64 at, n, next = addr, count = 0;

	while ((n = chunk_next(&walk, &at))) {
		assert_int_equal(at, next);
		assert_true(n <= max);
		/* inside of one multiple of max */
		assert_int_equal(at / max, (at + n - 1) / max);
		/* as long as it can be */
		assert_true(at + n == addr + len || !((at + n) % max));
		next = at + n;
		count++;
	}
	assert_int_equal(next, addr + len);
	assert_int_equal(count, chunk_count(addr, len, max));
	assert_int_equal(chunk_next(&walk, &at), 0);
}

static void known_chunks(void **state)
{
	covers_and_breaks(0, 0, 4096);
	covers_and_breaks(4096, 4096, 4096);
	covers_and_breaks(4095, 2, 4096);
	covers_and_breaks(1, 1, 4096);
	covers_and_breaks((1ull << 47) - 4096, 4096, 1 << 20);
	covers_and_breaks(12345, 3ull << 30, 1 << 20);
	assert_int_equal(chunk_count(4095, 2, 4096), 2);
	assert_int_equal(chunk_count(0, 3ull << 30, 1 << 20), 3072);
	assert_int_equal(chunk_span(4095, 2, 4096), 8192);
	assert_int_equal(chunk_span(4096, 4096, 4096), 4096);
}

static void random_chunks(void **state)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		covers_and_breaks(random_bits(46), random_bits(24), 4096ull << random() % 15);
}

static void random_edges(void **state)
{
	struct chunk_edges e;
	uint64_t addr, len, align;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		addr = random_bits(46);
		len = random_bits(20) + 1;
		align = 1ull << random() % 13;
		e = chunk_edges(addr, len, align);
		assert_int_equal(e.head + e.middle + e.tail, len);
		assert_true(e.head < align && e.tail < align);
		assert_int_equal(e.middle % align, 0);
		if (e.middle || e.tail)
			assert_int_equal((addr + e.head) % align, 0);
	}
	e = chunk_edges(10, 20, 64);
	assert_int_equal(e.head, 20);
	e = chunk_edges(10, 200, 64);
	assert_int_equal(e.head, 54);
	assert_int_equal(e.middle, 128);
	assert_int_equal(e.tail, 18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_chunks),
		cmocka_unit_test(random_chunks),
		cmocka_unit_test(random_edges),
	};
	const unsigned int seed = 1;

	print_message("seed %u\n", seed);
	srandom(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
