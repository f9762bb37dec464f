/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats of a V4L2 device: what is agreed, and drivers that do not tell the truth. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "v4l2.h"
#include "v4l2_fake.h"

static const char *path;
static struct capture_session *session;

static int setup(void **state)
{
	path = v4l2_fake_reset();
	session = NULL;
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(capture_close(session), 0);
	v4l2_fake_end();
	return 0;
}

static int try_open(void)
{
	char uri[64];

	snprintf(uri, sizeof(uri), "v4l2:%s", path);
	return capture_open(uri, NULL, &session);
}

static void be_multiplanar(uint32_t fourcc, uint32_t planes)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = fourcc;
	device.planes = planes;
}

static void as_the_device_is(void **state)
{
	struct capture_format f;

	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_int_equal(f.width, 64);
	assert_int_equal(f.height, 48);
	assert_int_equal(f.fourcc, V4L2_PIX_FMT_YUYV);
	assert_int_equal(f.size, 64 * 48 * 2);
	assert_int_equal(f.planes, 1);
	assert_int_equal(f.plane[0].stride, 128);
	assert_int_equal(f.plane[0].lines, 48);
	/* in lowest terms */
	assert_int_equal(f.fps_num, 30);
	assert_int_equal(f.fps_den, 1);
	assert_int_equal(f.flags, CAPTURE_FORMAT_LIMITED_RANGE);
}

static void wish_and_truth(void **state)
{
	struct capture_format f = { .width = 333, .fps_num = 100, .fps_den = 1 };

	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_set_format(session, &f), 0);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.height, 48);
	assert_int_equal(f.fps_num, 60);
	assert_int_equal(f.fps_den, 1);
	assert_int_equal(device.width, 320);

	/* nothing wished, nothing set */
	f = (struct capture_format){ 0 };
	assert_int_equal(capture_set_format(session, &f), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_FMT), 1);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.fps_num, 60);
}

static void trying_changes_nothing(void **state)
{
	struct capture_format f = { .width = 9999, .height = 100, .fps_num = 29, .fps_den = 1 };

	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_try_format(session, &f), 0);
	assert_int_equal(f.width, 640);
	assert_int_equal(f.height, 96);
	assert_int_equal(f.fps_num, 30000);
	assert_int_equal(f.fps_den, 1001);
	assert_int_equal(device.width, 64);
	assert_int_equal(device.denominator, 30);

	/* a range takes what lies in it */
	f = (struct capture_format){ .fourcc = V4L2_PIX_FMT_GREY, .fps_num = 29, .fps_den = 2 };
	assert_int_equal(capture_try_format(session, &f), 0);
	assert_int_equal(f.fps_num, 29);
	assert_int_equal(f.fps_den, 2);
	f = (struct capture_format){ .fourcc = V4L2_PIX_FMT_GREY, .fps_num = 1, .fps_den = 1 };
	assert_int_equal(capture_try_format(session, &f), 0);
	assert_int_equal(f.fps_num, 5);
}

static void a_device_without_rates(void **state)
{
	struct capture_format f = { .fps_num = 25, .fps_den = 1 };

	device.denominator = 0;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_set_format(session, &f), 0);
	assert_int_equal(f.fps_num, 0);
	assert_int_equal(f.fps_den, 0);
}

static void busy_and_gone(void **state)
{
	struct capture_format f = { .width = 320 };

	assert_int_equal(try_open(), 0);
	v4l2_fake_fail(VIDIOC_S_FMT, EBUSY, 1);
	assert_int_equal(capture_set_format(session, &f), -EBUSY);
	assert_non_null(strstr(capture_error(), "VIDIOC_S_FMT"));
	assert_non_null(strstr(capture_error(), "another program"));
	device.gone = true;
	assert_int_equal(capture_set_format(session, &f), -ENODEV);
	assert_non_null(strstr(capture_error(), "unplugged"));
}

static void lies_are_refused(void **state)
{
	static const struct {
		const char *what, *words;
		uint32_t width, height, planes;
		int stride, size;
	} rows[] = {
		{ "a row too short", "bytesperline", 64, 48, 1, -1, 0 },
		{ "no row at all", "bytesperline", 64, 48, 1, -128, 0 },
		{ "a picture too short", "sizeimage", 64, 48, 1, 0, -1 },
		{ "rows longer than the picture", "sizeimage", 64, 48, 1, 64, 0 },
		{ "no bytes", "0 bytes", 64, 48, 1, 0, -64 * 48 * 2 },
		{ "no width", "without pixels", 0, 48, 1, 0, 0 },
		{ "no height", "without pixels", 64, 0, 1, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		device.width = rows[i].width;
		device.height = rows[i].height;
		device.stride_lie = rows[i].stride;
		device.size_lie = rows[i].size;
		if (!rows[i].width || !rows[i].height)
			device.size_lie = 100;
		assert_int_equal(try_open(), -EIO);
		if (!strstr(capture_error(), rows[i].words))
			fail_msg("%s: %s", rows[i].what, capture_error());
	}
}

/* Room behind rows and behind the picture is nothing wrong. */
static void more_room_is_true(void **state)
{
	struct capture_format f;

	device.stride_lie = 64;
	device.size_lie = 64 * 48 + 1000;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_int_equal(f.plane[0].stride, 192);
	assert_int_equal(f.size, 192 * 48 + 1000);
}

/* The last row may lack its padding. */
static void least_room_is_true(void **state)
{
	device.stride_lie = 64;
	device.size_lie = 64 * 47;
	assert_int_equal(try_open(), 0);
}

static void planes_in_one_memory(void **state)
{
	struct capture_format f;

	device.fourcc = V4L2_PIX_FMT_NV12;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_int_equal(f.planes, 2);
	assert_int_equal(f.plane[1].offset, 64 * 48);
	assert_int_equal(f.plane[1].stride, 64);
	assert_int_equal(f.plane[1].lines, 24);
	assert_int_equal(f.size, 64 * 48 * 3 / 2);
}

static void planes_in_several_memories(void **state)
{
	struct capture_format f;

	be_multiplanar(V4L2_PIX_FMT_YUV420M, 3);
	device.size_lie = 100;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_int_equal(f.planes, 3);
	assert_int_equal(f.plane[0].offset, 0);
	assert_int_equal(f.plane[1].offset, 64 * 48 + 100);
	assert_int_equal(f.plane[2].offset, 64 * 48 + 100 + 32 * 24 + 100);
	assert_int_equal(f.plane[2].stride, 32);
	assert_int_equal(f.plane[2].lines, 24);
	assert_int_equal(f.size, 64 * 48 * 3 / 2 + 300);
}

static void wrong_number_of_planes(void **state)
{
	be_multiplanar(V4L2_PIX_FMT_YUV420M, 2);
	assert_int_equal(try_open(), -EIO);
	assert_non_null(strstr(capture_error(), "number of planes"));
	device.planes = 0;
	assert_int_equal(try_open(), -EIO);
	device.planes = 5;
	assert_int_equal(try_open(), -EIO);
	device.planes = 255;
	assert_int_equal(try_open(), -EIO);
}

static void a_lie_in_the_second_plane(void **state)
{
	be_multiplanar(V4L2_PIX_FMT_NV12M, 2);
	device.size_lie = -1;
	device.skip = 1;	/* makes up for it in the first */
	assert_int_equal(try_open(), -EIO);
}

static void unknown_and_compressed(void **state)
{
	struct capture_format f;

	device.fourcc = v4l2_fourcc('?', '?', '?', '1');
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_int_equal(f.size, 64 * 48);
	assert_int_equal(f.planes, 1);
	assert_int_equal(f.flags, 0);
	assert_int_equal(capture_close(session), 0);

	device.fourcc = V4L2_PIX_FMT_MJPEG;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_get_format(session, &f), 0);
	assert_true(f.flags & CAPTURE_FORMAT_COMPRESSED);
	assert_int_equal(f.plane[0].stride, 0);
}

static void colours_and_fields(void **state)
{
	static const struct {
		uint32_t fourcc, colorspace, field, flags;
	} rows[] = {
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_REC709, V4L2_FIELD_NONE,
		  CAPTURE_FORMAT_LIMITED_RANGE | CAPTURE_FORMAT_BT709 },
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_JPEG, V4L2_FIELD_NONE, 0 },
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_SMPTE170M, V4L2_FIELD_INTERLACED,
		  CAPTURE_FORMAT_LIMITED_RANGE | CAPTURE_FORMAT_INTERLACED },
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_JPEG, V4L2_FIELD_INTERLACED_BT,
		  CAPTURE_FORMAT_INTERLACED },
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_JPEG, V4L2_FIELD_ALTERNATE, 0 },
		{ V4L2_PIX_FMT_YUYV, V4L2_COLORSPACE_JPEG, V4L2_FIELD_TOP, 0 },
		/* grey and Bayer samples use their whole range */
		{ V4L2_PIX_FMT_GREY, V4L2_COLORSPACE_REC709, V4L2_FIELD_NONE, 0 },
		{ V4L2_PIX_FMT_SRGGB8, V4L2_COLORSPACE_RAW, V4L2_FIELD_NONE, 0 },
	};
	struct capture_format f;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		device.fourcc = rows[i].fourcc;
		device.colorspace = rows[i].colorspace;
		device.field = rows[i].field;
		assert_int_equal(try_open(), 0);
		assert_int_equal(capture_get_format(session, &f), 0);
		assert_int_equal(f.flags, rows[i].flags);
		assert_int_equal(capture_close(session), 0);
	}
	session = NULL;
}

/* Two fields one after the other: no format of ours can say that. */
static void fields_in_sequence(void **state)
{
	struct capture_format f = { .width = 64 };

	device.field = V4L2_FIELD_SEQ_TB;
	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_set_format(session, &f), -EOPNOTSUPP);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_FMT), 2);	/* it was asked to weave them */
}

struct seen {
	unsigned int formats, ranges, rates;
	struct capture_format_info last;
};

static int look(void *arg, const struct capture_format_info *info)
{
	struct seen *seen = arg;
	unsigned int i;

	seen->formats++;
	seen->ranges += info->width_step != 0;
	seen->rates += info->fps_count;
	for (i = 1; i < info->fps_count; i++)	/* fastest first */
		assert_true((uint64_t)info->fps[i - 1][0] * info->fps[i][1] >
			    (uint64_t)info->fps[i][0] * info->fps[i - 1][1]);
	seen->last = *info;
	return 0;
}

static int stop_at_once(void *arg, const struct capture_format_info *info)
{
	++*(int *)arg;
	return 7;
}

static void the_list(void **state)
{
	struct seen seen = { 0 };
	int calls = 0;

	assert_int_equal(try_open(), 0);
	assert_int_equal(capture_formats(session, look, &seen), 0);
	/* two sizes of YUYV, the range of GREY, and what trying finds for MJPG */
	assert_int_equal(seen.formats, 4);
	assert_int_equal(seen.ranges, 2);
	assert_int_equal(seen.rates, 3 + 3 + 2);
	assert_int_equal(seen.last.flags, CAPTURE_FORMAT_COMPRESSED);
	assert_int_equal(seen.last.width, 16);
	assert_int_equal(seen.last.width_max, 640);
	assert_int_equal(seen.last.height_max, 480);
	assert_int_equal(capture_formats(session, stop_at_once, &calls), 7);
	assert_int_equal(calls, 1);
	device.gone = true;
	assert_int_equal(capture_formats(session, look, &seen), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(as_the_device_is, setup, teardown),
		cmocka_unit_test_setup_teardown(wish_and_truth, setup, teardown),
		cmocka_unit_test_setup_teardown(trying_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_device_without_rates, setup, teardown),
		cmocka_unit_test_setup_teardown(busy_and_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(lies_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(more_room_is_true, setup, teardown),
		cmocka_unit_test_setup_teardown(least_room_is_true, setup, teardown),
		cmocka_unit_test_setup_teardown(planes_in_one_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(planes_in_several_memories, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_number_of_planes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lie_in_the_second_plane, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_and_compressed, setup, teardown),
		cmocka_unit_test_setup_teardown(colours_and_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(fields_in_sequence, setup, teardown),
		cmocka_unit_test_setup_teardown(the_list, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
