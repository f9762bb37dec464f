/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "histogram.h"
#include "unit.h"

static void empty(void **state)
{
	static const struct histogram h;

	assert_int_equal(histogram_percentile(&h, 50), 0);
}

static void small_values_are_exact(void **state)
{
	struct histogram h = { 0 };

	for (uint64_t v = 0; v < 16; v++)
		histogram_add(&h, v);
	assert_int_equal(histogram_percentile(&h, 50), 7);
	assert_int_equal(histogram_percentile(&h, 100), 15);
	assert_int_equal(h.max, 15);
}

/* The bound that the header promises, over the whole range of values. */
static void never_far_off(void **state)
{
	for (uint64_t v = 1; v && v < UINT64_MAX / 3; v = v * 3 + 1) {
		struct histogram h = { 0 };
		uint64_t found;

		histogram_add(&h, v);
		histogram_add(&h, UINT64_MAX);
		found = histogram_percentile(&h, 50);
		assert_true(found >= v && found - v <= v / 16);
		assert_true(histogram_percentile(&h, 100) == UINT64_MAX);
	}
}

static void percentiles(void **state)
{
	struct histogram h = { 0 };

	for (uint64_t v = 1; v <= 100000; v++)
		histogram_add(&h, v);
	assert_in_range(histogram_percentile(&h, 50), 50000, 53125);
	assert_in_range(histogram_percentile(&h, 99), 99000, 100000);
	assert_int_equal(h.count, 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty), cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(never_far_off), cmocka_unit_test(percentiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
