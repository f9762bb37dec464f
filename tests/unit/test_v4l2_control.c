/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controls, inputs and signals of a V4L2 device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "v4l2.h"
#include "v4l2_fake.h"

static const char *path;
static struct capture_session *s;

static void open_with(const char *options)
{
	char uri[128];

	snprintf(uri, sizeof(uri), "v4l2:%s%s", path, options);
	assert_int_equal(capture_open(uri, NULL, &s), 0);
}

static int setup(void **state)
{
	path = v4l2_fake_reset();
	s = NULL;
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(capture_close(s), 0);
	v4l2_fake_end();
	return 0;
}

static bool said(const char *words)
{
	return strstr(capture_error(), words);
}

/* ---- controls ----------------------------------------------------------- */

static void names(void **state)
{
	static const char *const rows[][2] = {
		{ "Brightness", "brightness" },
		{ "Exposure, Auto", "exposure_auto" },
		{ "Power Line Frequency", "power_line_frequency" },
		{ "Y'CbCr Encoding", "y_cbcr_encoding" },
		{ "  (odd)  ", "odd" },
		{ "", "" },
	};
	char name[40], little[6];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		v4l_control_name(rows[i][0], name, sizeof(name));
		assert_string_equal(name, rows[i][1]);
	}
	v4l_control_name("a b c d e f", little, sizeof(little));
	assert_true(strlen(little) < sizeof(little));
}

static int look(void *arg, const struct capture_control *c)
{
	unsigned int *seen = arg;

	switch ((*seen)++) {
	case 0:
		assert_string_equal(c->name, "brightness");
		assert_int_equal(c->type, CAPTURE_CONTROL_INTEGER);
		assert_int_equal(c->min, -10);
		assert_int_equal(c->max, 10);
		assert_int_equal(c->def, 3);
		assert_int_equal(c->value, -7);
		break;
	case 1:
		assert_int_equal(c->type, CAPTURE_CONTROL_MENU);
		assert_int_equal(c->menu_count, 4);
		assert_null(c->menu[0]);
		assert_string_equal(c->menu[1], "item 1");
		assert_null(c->menu[2]);
		assert_string_equal(c->menu[3], "item 3");
		break;
	case 2:
		assert_int_equal(c->type, CAPTURE_CONTROL_BUTTON);
		assert_int_equal(c->flags, CAPTURE_CONTROL_WRITE_ONLY);
		break;
	case 3:
		assert_string_equal(c->name, "exposure_time_absolute");
		assert_string_equal(c->unit, "100 us");
		assert_int_equal(c->flags, CAPTURE_CONTROL_INACTIVE);
		break;
	}
	return 0;
}

static void the_list(void **state)
{
	unsigned int seen = 0;

	device.control[0] = -7;
	open_with("");
	assert_int_equal(capture_controls(s, look, &seen), 0);
	assert_int_equal(seen, 4);
	device.gone = true;
	assert_int_equal(capture_controls(s, look, &seen), -ENODEV);
}

static void values(void **state)
{
	int64_t value;

	open_with("");
	assert_int_equal(capture_set_control(s, "brightness", -3), 0);
	assert_int_equal(device.control[0], -3);
	assert_int_equal(capture_get_control(s, "Brightness", &value), 0);
	assert_int_equal(value, -3);
	assert_int_equal(capture_set_control(s, "brightness", 11), -ERANGE);
	assert_int_equal(capture_set_control(s, "power_line_frequency", 2), -ERANGE);
	assert_int_equal(capture_set_control(s, "power_line_frequency", 3), 0);
	assert_int_equal(capture_set_control(s, "exposure_auto", 1), 0);
	assert_int_equal(capture_get_control(s, "exposure_auto", &value), -EACCES);
	assert_int_equal(capture_set_control(s, "focus", 1), -ENOENT);
}

static void refusals(void **state)
{
	static const struct {
		int error, answer;
		const char *words;
	} rows[] = {
		{ EBUSY, -EBUSY, "cannot change now" },
		{ ERANGE, -ERANGE, "-10 to 10" },
		{ EACCES, -EACCES, "read-only" },
		{ ENODEV, -ENODEV, "unplugged" },
		{ EIO, -EIO, "VIDIOC_S_EXT_CTRLS" },
	};
	size_t i;

	open_with("");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		v4l2_fake_fail(VIDIOC_S_EXT_CTRLS, rows[i].error, 1);
		assert_int_equal(capture_set_control(s, "brightness", 1), rows[i].answer);
		if (!said(rows[i].words))
			fail_msg("%s", capture_error());
	}
	/* a driver that knows controls by their class alone */
	v4l2_fake_fail(VIDIOC_S_EXT_CTRLS, EINVAL, 1);
	assert_int_equal(capture_set_control(s, "brightness", 2), 0);
	assert_int_equal(device.control[0], 2);
}

static void a_device_without_controls(void **state)
{
	unsigned int seen = 0;

	open_with("");
	v4l2_fake_fail(VIDIOC_QUERY_EXT_CTRL, ENOTTY, UINT32_MAX);
	assert_int_equal(capture_controls(s, look, &seen), -EOPNOTSUPP);
}

/* ---- inputs and signals ------------------------------------------------- */

static int take_status(void *arg, const struct capture_input *input)
{
	assert_string_equal(input->name, "Camera 1");
	assert_int_equal(input->flags, CAPTURE_INPUT_CURRENT);
	*(const char **)arg = input->status;
	return 0;
}

static void inputs(void **state)
{
	const char *status = "";

	open_with("");
	assert_int_equal(capture_inputs(s, take_status, &status), 0);
	assert_null(status);
	device.input_status = V4L2_IN_ST_NO_SIGNAL;
	assert_int_equal(capture_inputs(s, take_status, &status), 0);
	assert_string_equal(status, "no signal");
	assert_int_equal(capture_set_input(s, "0"), 0);
	assert_int_equal(capture_set_input(s, "camera 1"), 0);
	assert_int_equal(capture_set_input(s, "1"), -ENOENT);
	assert_int_equal(capture_set_input(s, "camera"), -ENOENT);
	assert_true(said("it has 1"));
	v4l2_fake_fail(VIDIOC_ENUMINPUT, ENOTTY, UINT32_MAX);
	assert_int_equal(capture_inputs(s, take_status, &status), -EOPNOTSUPP);
}

static void no_signal_no_start(void **state)
{
	static const struct {
		uint32_t status;
		const char *words;
	} rows[] = {
		{ V4L2_IN_ST_NO_SIGNAL, "no signal" },
		{ V4L2_IN_ST_NO_H_LOCK, "no horizontal sync lock" },
		{ V4L2_IN_ST_NO_POWER, "no power" },
		{ V4L2_IN_ST_NO_SYNC, "no sync lock" },
	};
	size_t i;

	open_with("");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		device.input_status = rows[i].status;
		assert_int_equal(capture_start(s), -ENOLINK);
		assert_true(said(rows[i].words));
		assert_true(said("Camera 1"));
		assert_true(said("signal=ignore"));
	}
	assert_int_equal(v4l2_fake_calls(VIDIOC_STREAMON), 0);
	/* of no concern for a picture */
	device.input_status = V4L2_IN_ST_NO_COLOR | V4L2_IN_ST_HFLIP | V4L2_IN_ST_VTR;
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_stop(s), 0);
}

static void signal_ignored(void **state)
{
	open_with(",signal=ignore");
	device.input_status = V4L2_IN_ST_NO_SIGNAL;
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_stop(s), 0);
}

static const struct v4l2_bt_timings hd = { .width = 1280, .height = 720, .pixelclock = 74250000,
					   .hfrontporch = 110, .hsync = 40, .hbackporch = 220,
					   .vfrontporch = 5, .vsync = 5, .vbackporch = 20 };
static const struct v4l2_bt_timings vga = { .width = 640, .height = 480, .pixelclock = 25175000,
					    .hfrontporch = 16, .hsync = 96, .hbackporch = 48,
					    .vfrontporch = 10, .vsync = 2, .vbackporch = 33 };

static void timings_are_followed(void **state)
{
	struct capture_format f = { 0 };

	device.input_caps = V4L2_IN_CAP_DV_TIMINGS;
	device.denominator = 0;
	device.timings = hd;
	device.source = vga;
	open_with("");
	/* opening changes nothing, and starting with the wrong ones would give noise */
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_DV_TIMINGS), 0);
	assert_int_equal(capture_start(s), -ENOLINK);
	assert_true(said("640x480"));
	assert_true(said("1280x720"));
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_int_equal(device.timings.width, 640);
	/* 25.175 MHz over 800 by 525 */
	assert_true((double)f.fps_num / f.fps_den > 59.93 && (double)f.fps_num / f.fps_den < 59.95);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_stop(s), 0);
	/* a clock that is a little off is the same signal */
	device.source.pixelclock += 30000;
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_DV_TIMINGS), 1);
	device.source.pixelclock = 0;
	assert_int_equal(capture_start(s), -ENOLINK);
}

static void no_timings_no_start(void **state)
{
	static const struct {
		int error;
		const char *words;
	} rows[] = {
		{ ENOLINK, "no signal" }, { ENOLCK, "not stable" }, { ERANGE, "range" },
	};
	struct capture_format f = { 0 };
	size_t i;

	device.input_caps = V4L2_IN_CAP_DV_TIMINGS;
	device.timings = device.source = hd;
	open_with("");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		device.query_timings_error = rows[i].error;
		assert_int_equal(capture_set_format(s, &f), 0);
		assert_int_equal(capture_start(s), -ENOLINK);
		assert_true(said(rows[i].words));
	}
	/* a receiver that cannot tell is believed */
	device.query_timings_error = ENOTTY;
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_stop(s), 0);
}

static void standards(void **state)
{
	struct capture_format f = { 0 };

	device.input_caps = V4L2_IN_CAP_STD;
	device.standard = V4L2_STD_PAL;
	device.denominator = 0;
	open_with(",std=ntsc");
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_STD), 0);	/* opening changes nothing */
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_true(device.standard == V4L2_STD_NTSC);
	assert_int_equal(f.fps_num, 30000);
	assert_int_equal(f.fps_den, 1001);
	assert_int_equal(capture_close(s), 0);

	open_with(",std=auto");
	device.seen_standard = V4L2_STD_PAL;
	assert_int_equal(capture_set_input(s, "0"), 0);
	assert_true(device.standard == V4L2_STD_PAL);
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_int_equal(f.fps_num, 25);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_STD), 2);	/* only what changes */
	assert_int_equal(capture_close(s), 0);

	open_with(",std=betamax");
	assert_int_equal(capture_set_format(s, &f), -EINVAL);
	assert_true(said("PAL, NTSC, and auto"));
	device.standard = 0;
	assert_int_equal(capture_set_format(s, &f), -EOPNOTSUPP);
	assert_true(said("no TV standards"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test_setup_teardown(the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(values, setup, teardown),
		cmocka_unit_test_setup_teardown(refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(a_device_without_controls, setup, teardown),
		cmocka_unit_test_setup_teardown(inputs, setup, teardown),
		cmocka_unit_test_setup_teardown(no_signal_no_start, setup, teardown),
		cmocka_unit_test_setup_teardown(signal_ignored, setup, teardown),
		cmocka_unit_test_setup_teardown(timings_are_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(no_timings_no_start, setup, teardown),
		cmocka_unit_test_setup_teardown(standards, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
