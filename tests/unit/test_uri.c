/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "unit.h"
#include "uri.h"

static const struct capture_option table[] = {
	{ "size", NULL, "" }, { "fps", NULL, "" }, { "stall", NULL, "" }, { "seed", NULL, "" }, { 0 },
};

static void parts(void **state)
{
	struct capture_uri uri;

	assert_int_equal(uri_parse("sim:size=640x480,fps=30", &uri), 0);
	assert_string_equal(uri.backend, "sim");
	assert_string_equal(uri.address, "");
	assert_int_equal(uri.count, 2);
	assert_string_equal(uri_get(&uri, "size"), "640x480");
	assert_string_equal(uri_get(&uri, "fps"), "30");
	assert_null(uri_get(&uri, "seed"));

	assert_int_equal(uri_parse("v4l2:/dev/video0,io=mmap,quick", &uri), 0);
	assert_string_equal(uri.address, "/dev/video0");
	assert_string_equal(uri_get(&uri, "io"), "mmap");
	assert_string_equal(uri_get(&uri, "quick"), "1");

	assert_int_equal(uri_parse("vfio:0000:03:00.0", &uri), 0);
	assert_string_equal(uri.backend, "vfio");
	assert_string_equal(uri.address, "0000:03:00.0");

	assert_int_equal(uri_parse("sim:", &uri), 0);
	assert_int_equal(uri.count, 0);
}

static void short_forms(void **state)
{
	struct capture_uri uri;

	assert_int_equal(uri_parse("/dev/video7,io=mmap", &uri), 0);
	assert_string_equal(uri.backend, "v4l2");
	assert_string_equal(uri.address, "/dev/video7");
	assert_int_equal(uri_parse("7", &uri), 0);
	assert_string_equal(uri.backend, "v4l2");
	assert_string_equal(uri.address, "7");
	assert_int_equal(uri_parse("/dev/a=b", &uri), 0);
	assert_string_equal(uri.address, "/dev/a=b");
}

static void commas(void **state)
{
	struct capture_uri uri;

	assert_int_equal(uri_parse("v4l2:/dev/a\\,b,io=x\\,y", &uri), 0);
	assert_string_equal(uri.address, "/dev/a,b");
	assert_string_equal(uri_get(&uri, "io"), "x,y");
}

static void refused(void **state)
{
	static const char *const bad[] = { "", "camera", "sim:a=1,=2", "sim:a,,b" };
	char longer[URI_LENGTH_MAX + 10];
	struct capture_uri uri;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(uri_parse(bad[i], &uri), -EINVAL);
	memset(longer, '1', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(uri_parse(longer, &uri), -EINVAL);
	longer[URI_LENGTH_MAX] = '\0';
	assert_int_equal(uri_parse(longer, &uri), 0);
	assert_int_equal(strlen(uri.address), URI_LENGTH_MAX);
}

static void too_many_options(void **state)
{
	char text[URI_LENGTH_MAX];
	struct capture_uri uri;
	size_t len = (size_t)snprintf(text, sizeof(text), "sim:");
	int i;

	for (i = 0; i <= URI_OPTIONS_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%sk%d=1", i ? "," : "", i);
	assert_int_equal(uri_parse(text, &uri), -EINVAL);
}

static void keys(void **state)
{
	struct capture_uri uri;

	assert_int_equal(uri_parse("sim:size=1x1,fsp=3", &uri), 0);
	assert_int_equal(uri_check(&uri, table), -EINVAL);
	assert_non_null(strstr(capture_error(), "fsp"));
	assert_non_null(strstr(capture_error(), "size, fps, stall, seed"));
	assert_int_equal(uri_parse("sim:seed=1,seed=1", &uri), 0);
	assert_int_equal(uri_check(&uri, table), -EINVAL);
	assert_non_null(strstr(capture_error(), "twice"));
	assert_int_equal(uri_parse("sim:seed=1,fps=1", &uri), 0);
	assert_int_equal(uri_check(&uri, table), 0);
}

static void numbers(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", "1 ", "0x10", "4", "11",
					   "18446744073709551616", "99999999999999999999999" };
	struct capture_uri uri;
	char text[100];
	uint64_t n = 3;
	size_t i;

	uri_parse("sim:seed=10", &uri);
	assert_int_equal(uri_get_u64(&uri, "seed", 5, 10, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(uri_get_u64(&uri, "fps", 5, 10, &n), 0);
	assert_int_equal(n, 10);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "sim:seed=%s", bad[i]);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_u64(&uri, "seed", 5, 10, &n), -EINVAL);
		assert_int_equal(n, 10);
	}
	uri_parse("sim:seed=18446744073709551615", &uri);
	assert_int_equal(uri_get_u64(&uri, "seed", 0, UINT64_MAX, &n), 0);
	assert_true(n == UINT64_MAX);
}

static void sizes(void **state)
{
	static const char *const bad[] = { "", "640", "640x", "x480", "0x1", "1x0", "640x480x",
					   "4294967296x1", "640*480" };
	uint32_t w = 0, h = 0;
	struct capture_uri uri;
	char text[100];
	size_t i;

	uri_parse("sim:size=1920X1080", &uri);
	assert_int_equal(uri_get_size(&uri, "size", &w, &h), 0);
	assert_int_equal(w, 1920);
	assert_int_equal(h, 1080);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "sim:size=%s", bad[i]);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_size(&uri, "size", &w, &h), -EINVAL);
	}
}

static void rates(void **state)
{
	static const struct {
		const char *text;
		uint32_t num, den;
	} good[] = { { "30", 30, 1 }, { "30000/1001", 30000, 1001 }, { "29.97", 2997, 100 },
		     { "0.5", 5, 10 } };
	static const char *const bad[] = { "", "0", "1/0", "30/", "/2", "1.", ".5", "1.2.3", "30fps",
					   "1.0000001", "4294967296" };
	uint32_t num, den;
	struct capture_uri uri;
	char text[100];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "sim:fps=%s", good[i].text);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_rate(&uri, "fps", &num, &den), 0);
		assert_int_equal(num, good[i].num);
		assert_int_equal(den, good[i].den);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "sim:fps=%s", bad[i]);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_rate(&uri, "fps", &num, &den), -EINVAL);
	}
}

static void times(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = { { "2", 2000000000 }, { "2s", 2000000000 }, { "500ms", 500000000 },
		     { "20us", 20000 }, { "7ns", 7 }, { "0", 0 } };
	static const char *const bad[] = { "", "s", "2m", "2 s", "-1s", "99999999999999s" };
	struct capture_uri uri;
	char text[100];
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "sim:stall=%s", good[i].text);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_time(&uri, "stall", &ns), 0);
		assert_true(ns == good[i].ns);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "sim:stall=%s", bad[i]);
		assert_int_equal(uri_parse(text, &uri), 0);
		assert_int_equal(uri_get_time(&uri, "stall", &ns), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(short_forms),
		cmocka_unit_test(commas),
		cmocka_unit_test(refused),
		cmocka_unit_test(too_many_options),
		cmocka_unit_test(keys),
		cmocka_unit_test(numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(rates),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
