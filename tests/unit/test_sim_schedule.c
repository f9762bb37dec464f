/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libcapture.h"
#include "sim_schedule.h"
#include "unit.h"

/* The frames below @end that it happens to, as "3 7 ". */
static const char *frames(const char *text, uint64_t end)
{
	static char list[256];
	struct schedule schedule;
	size_t len = 0;
	uint64_t i;

	assert_int_equal(schedule_parse("drop", text, &schedule), 0);
	list[0] = '\0';
	for (i = 0; i < end; i++)
		if (schedule_hits(&schedule, 1, i))
			len += snprintf(list + len, sizeof(list) - len, "%d ", (int)i);
	return list;
}

static void rules(void **state)
{
	assert_string_equal(frames("1", 4), "0 1 2 3 ");
	assert_string_equal(frames("3", 10), "2 5 8 ");
	assert_string_equal(frames("@0", 10), "0 ");
	assert_string_equal(frames("@4", 10), "4 ");
	assert_string_equal(frames("3@4", 10), "4 5 6 ");
	assert_string_equal(frames("@9+@1+2@3", 10), "1 3 4 9 ");
	assert_string_equal(frames("4+@0", 10), "0 3 7 ");
	assert_string_equal(frames("@9223372036854775807", 10), "");
	assert_string_equal(frames("100%", 3), "0 1 2 ");
}

static uint64_t count(const char *key, const char *text, uint32_t seed, uint64_t end)
{
	struct schedule schedule;
	uint64_t i, hits = 0;

	assert_int_equal(schedule_parse(key, text, &schedule), 0);
	for (i = 0; i < end; i++)
		hits += schedule_hits(&schedule, seed, i);
	return hits;
}

static void shares(void **state)
{
	uint64_t hits = count("error", "3%", 1, 100000);

	assert_in_range(hits, 2800, 3200);
	assert_int_equal(hits, count("error", "3%", 1, 100000));
	assert_in_range(count("error", "0.5%", 1, 100000), 400, 600);
	assert_in_range(count("error", "99.5%", 1, 100000), 99400, 99600);
}

/* Another seed and another fault hit other frames. */
static void shares_are_independent(void **state)
{
	struct schedule a, b;
	uint64_t i, both = 0, seeds = 0;

	assert_int_equal(schedule_parse("error", "50%", &a), 0);
	assert_int_equal(schedule_parse("drop", "50%", &b), 0);
	for (i = 0; i < 10000; i++) {
		both += schedule_hits(&a, 1, i) && schedule_hits(&b, 1, i);
		seeds += schedule_hits(&a, 1, i) && schedule_hits(&a, 2, i);
	}
	assert_in_range(both, 2200, 2800);
	assert_in_range(seeds, 2200, 2800);
}

static void never(void **state)
{
	const struct schedule schedule = { 0 };

	assert_false(schedule_hits(&schedule, 0, 0));
	assert_false(schedule_hits(&schedule, 0, UINT64_MAX));
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"", "0", "-1", "x", "7x", "@", "3@", "@x", "0@3", "0%", "101%", "100.1%", "1.5",
		"3.%", "%", "+", "1+", "+1", "1++2", " 1", "1 ", "18446744073709551616",
		"9223372036854775808@1", "@9223372036854775808", "1+1+1+1+1+1+1+1+1",
	};
	struct schedule schedule;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(schedule_parse("drop", bad[i], &schedule), -EINVAL);
		assert_non_null(strstr(capture_error(), "drop="));
		assert_non_null(strstr(capture_error(), "write N"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules),
		cmocka_unit_test(shares),
		cmocka_unit_test(shares_are_independent),
		cmocka_unit_test(never),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
