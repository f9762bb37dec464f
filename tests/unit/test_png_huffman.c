/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code lengths: complete, within the limit, and as short as Huffman's where that fits. */
#include <stdint.h>
#include <string.h>

#include "random.h"
#include "unit.h"

#include "png/huffman.h"

/* What the symbols take together by Huffman's own algorithm, slowly: join the two lightest. */
static uint64_t least_bits(const uint32_t *count, unsigned int symbols)
{
	uint64_t weight[PNG_HUFFMAN_SYMBOLS], bits = 0;
	unsigned int n = 0, i, a, b;

	for (i = 0; i < symbols; i++)
		if (count[i])
			weight[n++] = count[i];
	while (n > 1) {
		a = 0;
		for (i = 1; i < n; i++)
			if (weight[i] < weight[a])
				a = i;
		b = a ? 0 : 1;
		for (i = 0; i < n; i++)
			if (i != a && weight[i] < weight[b])
				b = i;
		weight[a] += weight[b];
		bits += weight[a];
		weight[b] = weight[--n];
	}
	return bits;
}

/* The sum of 2^-length is 1, no length is too long, and those that come have a code. */
static uint64_t check(const uint32_t *count, unsigned int symbols, unsigned int limit)
{
	uint8_t length[PNG_HUFFMAN_SYMBOLS];
	uint16_t code[PNG_HUFFMAN_SYMBOLS];
	uint64_t space = 0, bits = 0;
	unsigned int i, j;

	png_huffman_lengths(count, symbols, limit, length);
	png_huffman_codes(length, symbols, code);
	for (i = 0; i < symbols; i++) {
		assert_true(length[i] <= limit);
		assert_true(length[i] || !count[i]);
		if (length[i])
			space += 1ull << (limit - length[i]);
		bits += (uint64_t)count[i] * length[i];
	}
	assert_int_equal(space, 1ull << limit);
	/* no code is the beginning of another */
	for (i = 0; i < symbols; i++)
		for (j = 0; j < symbols; j++)
			if (i != j && length[i] && length[i] <= length[j])
				assert_true((code[i] ^ code[j]) & ((1u << length[i]) - 1));
	return bits;
}

static void few_symbols(void **unused)
{
	uint32_t count[PNG_HUFFMAN_SYMBOLS] = { 0 };
	unsigned int i;

	check(count, 2, 1);
	check(count, 30, 15);
	for (i = 0; i < 30; i++) {
		memset(count, 0, sizeof(count));
		count[i] = 7;
		assert_int_equal(check(count, 30, 15), 7);
		count[29 - i] += 1000000;
		check(count, 30, 15);
	}
}

static void all_equal(void **unused)
{
	uint32_t count[PNG_HUFFMAN_SYMBOLS];
	unsigned int n, i;

	for (n = 2; n <= PNG_HUFFMAN_SYMBOLS; n++) {
		for (i = 0; i < n; i++)
			count[i] = UINT32_MAX;
		assert_int_equal(check(count, n, 15), least_bits(count, n));
		check(count, n, 9);
	}
}

/* Fibonacci's numbers make the deepest tree there is for their sum: one level a symbol. */
static void fibonacci(void **unused)
{
	uint32_t count[47] = { 1, 1 };
	unsigned int i, limit;

	for (i = 2; i < 47; i++)
		count[i] = count[i - 1] + count[i - 2];
	for (limit = 6; limit <= 15; limit++)
		check(count, 47, limit);
	assert_int_equal(check(count, 16, 15), least_bits(count, 16));
	assert_true(check(count, 17, 15) > least_bits(count, 17));
}

/* As many symbols as the limit has room for. */
static void full(void **unused)
{
	uint32_t count[256];
	unsigned int i;

	for (i = 0; i < 256; i++)
		count[i] = 1u << i % 32;
	check(count, 256, 8);
	check(count, 256, 9);
	check(count, 19, 7);
	check(count, 2, 1);
}

static void at_random(void **unused)
{
	uint32_t count[PNG_HUFFMAN_SYMBOLS];
	unsigned int round, i, n;
	uint64_t bits, least;

	for (round = 0; round < 2000; round++) {
		n = random_between(2, PNG_HUFFMAN_SYMBOLS);
		for (i = 0; i < n; i++)
			count[i] = random_number() % 3 || i < 2 ? random_between(1, 1u << random_number() % 16) : 0;
		bits = check(count, n, 15);
		least = least_bits(count, n);
		/* the limit is seldom met, and then costs little */
		assert_true(bits >= least && bits <= least + least / 50 + 2);
		check(count, n, 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_symbols),
		cmocka_unit_test(all_equal),
		cmocka_unit_test(fibonacci),
		cmocka_unit_test(full),
		cmocka_unit_test(at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
