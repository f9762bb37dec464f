/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where planes lie: against the kernel's rules, at odd sizes and at the limits. */
#include <errno.h>
#include <stdlib.h>

#include "libcapture.h"
#include "unit.h"

static struct capture_format layout(const char *name, uint32_t w, uint32_t h, uint32_t stride)
{
	struct capture_format format = { .width = w, .height = h };

	assert_int_equal(capture_fourcc_parse(name, &format.fourcc), 0);
	format.plane[0].stride = stride;
	assert_int_equal(capture_format_layout(&format), 0);
	return format;
}

static int refused(const char *name, uint32_t w, uint32_t h, uint32_t stride)
{
	struct capture_format format = { .width = w, .height = h };

	assert_int_equal(capture_fourcc_parse(name, &format.fourcc), 0);
	format.plane[0].stride = stride;
	return capture_format_layout(&format);
}

static void whole_sizes(void **state)
{
	static const struct {
		const char *name;
		uint32_t w, h, stride;
		uint64_t size;
	} rows[] = {
		{ "GREY", 640, 480, 640, 307200 },   { "YUYV", 640, 480, 1280, 614400 },
		{ "RGB3", 640, 480, 1920, 921600 },  { "XR24", 640, 480, 2560, 1228800 },
		{ "NV12", 640, 480, 640, 460800 },   { "YU12", 640, 480, 640, 460800 },
		{ "NV16", 640, 480, 640, 614400 },   { "NV24", 640, 480, 640, 921600 },
		{ "422P", 640, 480, 640, 614400 },   { "YM24", 640, 480, 640, 921600 },
		{ "Y12", 640, 480, 1280, 614400 },   { "Y10P", 640, 480, 800, 384000 },
		{ "Y12P", 640, 480, 960, 460800 },   { "Y14P", 640, 480, 1120, 537600 },
		{ "Y10B", 640, 480, 800, 384000 },   { "pRAA", 640, 480, 800, 384000 },
		/* odd sizes: rows are whole units, chroma rounds up */
		{ "GREY", 1, 1, 1, 1 },		     { "YUYV", 1, 1, 4, 4 },
		{ "YUYV", 3, 1, 8, 8 },		     { "NV12", 1, 1, 2, 4 },
		{ "YU12", 1, 1, 2, 4 },		     { "YU12", 5, 3, 6, 6 * 3 + 2 * 3 * 2 },
		{ "Y10P", 1, 1, 5, 5 },		     { "Y12P", 3, 2, 6, 12 },
	};
	struct capture_format f;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f = layout(rows[i].name, rows[i].w, rows[i].h, 0);
		assert_int_equal(f.plane[0].stride, rows[i].stride);
		assert_int_equal(f.size, rows[i].size);
	}
}

static void planes_follow_each_other(void **state)
{
	struct capture_format f = layout("YU12", 640, 480, 704);

	assert_int_equal(f.planes, 3);
	assert_int_equal(f.plane[1].offset, 704 * 480);
	assert_int_equal(f.plane[1].stride, 352);
	assert_int_equal(f.plane[1].lines, 240);
	assert_int_equal(f.plane[2].offset, 704 * 480 + 352 * 240);
	assert_int_equal(f.size, 704 * 480 * 3 / 2);

	f = layout("NV16", 640, 480, 704);
	assert_int_equal(f.planes, 2);
	assert_int_equal(f.plane[1].stride, 704);
	assert_int_equal(f.plane[1].lines, 480);
	f = layout("NV24", 640, 480, 704);
	assert_int_equal(f.plane[1].stride, 1408);
}

static void bad_geometry(void **state)
{
	assert_int_equal(refused("GREY", 0, 1, 0), -EINVAL);
	assert_int_equal(refused("GREY", 1, 0, 0), -EINVAL);
	assert_int_equal(refused("YUYV", 640, 480, 1279), -EINVAL);
	assert_int_equal(refused("NV12", 641, 480, 641), -EINVAL);
	assert_int_equal(refused("MJPG", 640, 480, 0), -EOPNOTSUPP);
	assert_int_equal(refused("H264", 640, 480, 0), -EOPNOTSUPP);
	assert_int_equal(refused("XR24", UINT32_MAX, 1, 0), -EOVERFLOW);
	assert_int_equal(refused("GREY", UINT32_MAX, UINT32_MAX, 0), -EOVERFLOW);
	assert_int_equal(refused("YU12", UINT32_MAX - 1, UINT32_MAX, 0), -EOVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_sizes),
		cmocka_unit_test(planes_follow_each_other),
		cmocka_unit_test(bad_geometry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
