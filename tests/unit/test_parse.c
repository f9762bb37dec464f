/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "parse.h"
#include "unit.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void counts(void **state)
{
	uint64_t value = 7;

	assert_int_equal(parse_count("0", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(parse_count("9223372036854775807", &value), 0);
	assert_true(value == INT64_MAX);
	value = 7;
	assert_int_equal(parse_count("9223372036854775808", &value), -ERANGE);
	assert_int_equal(parse_count("18446744073709551616", &value), -ERANGE);
	assert_int_equal(parse_count("", &value), -EINVAL);
	assert_int_equal(parse_count("-1", &value), -EINVAL);
	assert_int_equal(parse_count("+1", &value), -EINVAL);
	assert_int_equal(parse_count(" 1", &value), -EINVAL);
	assert_int_equal(parse_count("1 ", &value), -EINVAL);
	assert_int_equal(parse_count("0x10", &value), -EINVAL);
	assert_int_equal(value, 7);
}

static void sizes(void **state)
{
	static const char *const bad[] = { "", "640", "640x", "x480", "640x480x3", "640x-1", "640 x480",
					   "640*480", "6.4x4" };
	uint32_t w = 1, h = 2;

	assert_int_equal(parse_size("640x480", &w, &h), 0);
	assert_int_equal(w, 640);
	assert_int_equal(h, 480);
	assert_int_equal(parse_size("1X4294967295", &w, &h), 0);
	assert_int_equal(w, 1);
	assert_true(h == UINT32_MAX);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_size(bad[i], &w, &h), -EINVAL);
	assert_int_equal(parse_size("0x480", &w, &h), -ERANGE);
	assert_int_equal(parse_size("4294967296x1", &w, &h), -ERANGE);
	assert_int_equal(parse_size("99999999999999999999x1", &w, &h), -ERANGE);
	assert_int_equal(w, 1);
}

static void rates(void **state)
{
	static const struct {
		const char *text;
		uint32_t num, den;
	} good[] = {
		{ "30", 30, 1 }, { "60/2", 30, 1 }, { "29.97", 2997, 100 }, { "30000/1001", 30000, 1001 },
		{ "0.5", 1, 2 }, { "1/3600", 1, 3600 }, { "12.500", 25, 2 },
	};
	static const char *const bad[] = { "", "fast", "30/", "/2", "1.5/2", "30.", ".5", "-30", "30fps" };
	uint32_t num = 1, den = 1;

	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(parse_rate(good[i].text, &num, &den), 0);
		assert_int_equal(num, good[i].num);
		assert_int_equal(den, good[i].den);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_rate(bad[i], &num, &den), -EINVAL);
	assert_int_equal(parse_rate("0", &num, &den), -ERANGE);
	assert_int_equal(parse_rate("30/0", &num, &den), -ERANGE);
	assert_int_equal(parse_rate("0.0000000001", &num, &den), -ERANGE);
	assert_int_equal(parse_rate("4294967297", &num, &den), -ERANGE);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "10", 10000000000 }, { "10s", 10000000000 }, { "500ms", 500000000 }, { "250us", 250000 },
		{ "7ns", 7 }, { "2m", 120000000000 }, { "2min", 120000000000 }, { "1.5h", 5400000000000 },
		{ "1d", 86400000000000 }, { "1:30", 90000000000 }, { "1:00:00", 3600000000000 },
		{ "0:00.25", 250000000 }, { "0", 0 }, { "0.000000001", 1 }, { "90:00", 5400000000000 },
	};
	static const char *const bad[] = { "", "s", "10 s", "1:60", "1:2:3:4", "1:", ":30", "1.5:30", "10S",
					   "-1", "1e3", "1:30s", "1:1.5:1" };
	uint64_t ns = 7;

	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(parse_time(good[i].text, &ns), 0);
		assert_true(ns == good[i].ns);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_time(bad[i], &ns), -EINVAL);
	assert_int_equal(parse_time("300000d", &ns), -ERANGE);
	/* a clock's time and this must not pass 2^64 */
	assert_int_equal(parse_time("9223372036s", &ns), 0);
	assert_int_equal(parse_time("9223372037s", &ns), -ERANGE);
	assert_int_equal(parse_time("18446744073709551615:00", &ns), -ERANGE);
}

static void bytes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0", 0 }, { "4096", 4096 }, { "64k", 65536 }, { "64K", 65536 }, { "64KiB", 65536 },
		{ "64KB", 65536 }, { "1M", 1048576 }, { "1.5G", 1610612736 }, { "512B", 512 },
		{ "2T", 2199023255552 }, { "15E", 17293822569102704640u },
	};
	static const char *const bad[] = { "", "k", "1.5", "1x", "64Kib", "64KBB", "-1", "1 M", "64KiBs" };
	uint64_t value = 7;

	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(parse_bytes(good[i].text, &value), 0);
		assert_true(value == good[i].bytes);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_bytes(bad[i], &value), -EINVAL);
	assert_int_equal(parse_bytes("16E", &value), -ERANGE);
}

static void percents(void **state)
{
	uint32_t share = 7;

	assert_int_equal(parse_percent("25%", &share), 0);
	assert_int_equal(share, 25000);
	assert_int_equal(parse_percent("0.5%", &share), 0);
	assert_int_equal(share, 500);
	assert_int_equal(parse_percent("100%", &share), 0);
	assert_int_equal(parse_percent("100.5%", &share), -ERANGE);
	assert_int_equal(parse_percent("101%", &share), -ERANGE);
	assert_int_equal(parse_percent("25", &share), -EINVAL);
	assert_int_equal(parse_percent("%", &share), -EINVAL);
	assert_int_equal(parse_percent("25%%", &share), -EINVAL);
}

static void values(void **state)
{
	int64_t value = 7;

	assert_int_equal(parse_value("-12", &value), 0);
	assert_int_equal(value, -12);
	assert_int_equal(parse_value("010", &value), 0);
	assert_int_equal(value, 10);
	assert_int_equal(parse_value("0x1F", &value), 0);
	assert_int_equal(value, 31);
	assert_int_equal(parse_value("-9223372036854775808", &value), 0);
	assert_true(value == INT64_MIN);
	assert_int_equal(parse_value("9223372036854775808", &value), -ERANGE);
	assert_int_equal(parse_value("", &value), -EINVAL);
	assert_int_equal(parse_value("-", &value), -EINVAL);
	assert_int_equal(parse_value("0x", &value), -EINVAL);
	assert_int_equal(parse_value(" 1", &value), -EINVAL);
	assert_int_equal(parse_value("1k", &value), -EINVAL);
}

static void words_name_the_remedy(void **state)
{
	uint32_t w, h;

	parse_size("wide", &w, &h);
	assert_non_null(strstr(why(), "'wide'"));
	assert_non_null(strstr(why(), "640x480"));
	parse_size("0x0", &w, &h);
	assert_non_null(strstr(why(), "out of range"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts), cmocka_unit_test(sizes), cmocka_unit_test(rates),
		cmocka_unit_test(times), cmocka_unit_test(bytes), cmocka_unit_test(percents),
		cmocka_unit_test(values), cmocka_unit_test(words_name_the_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
