/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "control.h"
#include "control_list.h"
#include "unit.h"

static const char *const menu[] = { "Auto Mode", NULL, "Manual Mode" };

static const struct capture_control gain = {
	.type = CAPTURE_CONTROL_INTEGER, .name = "gain", .min = -10, .max = 90, .step = 4, .def = 2,
};
static const struct capture_control mode = {
	.type = CAPTURE_CONTROL_MENU, .name = "auto_exposure", .menu = menu, .menu_count = 3, .max = 2,
	.step = 1, .def = 2,
};
static const struct capture_control flip = {
	.type = CAPTURE_CONTROL_BOOLEAN, .name = "flip", .max = 1, .step = 1,
};

static int64_t value_of(const struct capture_control *control, const char *text)
{
	int64_t value = -77;

	assert_int_equal(control_value(control, text, &value), 0);
	return value;
}

static void numbers(void **state)
{
	assert_int_equal(value_of(&gain, "12"), 12);
	assert_int_equal(value_of(&gain, "-3"), -3);
	assert_int_equal(value_of(&gain, "0x10"), 16);
	assert_int_equal(value_of(&gain, "default"), 2);
	assert_int_equal(value_of(&gain, "0%"), -10);
	assert_int_equal(value_of(&gain, "50%"), 38);	/* 40 is on no step */
	assert_int_equal(value_of(&gain, "100%"), 90);
}

static void the_whole_range(void **state)
{
	const struct capture_control wide = {
		.type = CAPTURE_CONTROL_INTEGER, .name = "wide", .min = INT64_MIN, .max = INT64_MAX,
		.step = 1,
	};

	assert_true(value_of(&wide, "100%") == INT64_MAX);
	assert_true(value_of(&wide, "0%") == INT64_MIN);
}

static void names(void **state)
{
	assert_int_equal(value_of(&mode, "manual mode"), 2);
	assert_int_equal(value_of(&mode, "Auto Mode"), 0);
	assert_int_equal(value_of(&flip, "on"), 1);
	assert_int_equal(value_of(&flip, "No"), 0);
}

static void refused(void **state)
{
	int64_t value = 7;

	assert_int_equal(control_value(&gain, "loud", &value), -EINVAL);
	assert_int_equal(control_value(&gain, "on", &value), -EINVAL);
	assert_int_equal(control_value(&gain, "101%", &value), -EINVAL);
	assert_int_equal(control_value(&gain, "%", &value), -EINVAL);
	assert_int_equal(control_value(&mode, "50%", &value), -EINVAL);
	assert_int_equal(value, 7);
}

static void exposure_units(void **state)
{
	struct capture_control c = { .type = CAPTURE_CONTROL_INTEGER, .name = "exposure" };
	int64_t value;

	assert_int_equal(control_exposure(&c, 5000000, &value), -EINVAL);
	c.unit = "dB";
	assert_int_equal(control_exposure(&c, 5000000, &value), -EINVAL);
	c.unit = "us";
	assert_int_equal(control_exposure(&c, 5000000, &value), 0);
	assert_int_equal(value, 5000);
	c.unit = "100us";
	assert_int_equal(control_exposure(&c, 5040000, &value), 0);
	assert_int_equal(value, 50);
	assert_int_equal(control_exposure(&c, 5060000, &value), 0);
	assert_int_equal(value, 51);
}

static void of_the_simulator(void **state)
{
	struct capture_session *session;
	struct control_list list;

	assert_int_equal(capture_open("sim:", NULL, &session), 0);
	assert_int_equal(control_list_read(session, &list), 0);
	capture_close(session);		/* the list stands by itself */
	assert_non_null(control_list_find(&list, "gain"));
	assert_ptr_equal(control_list_find(&list, "Test Pattern"),
			 control_list_find(&list, "test-pattern"));
	assert_null(control_list_find(&list, "gai"));
	assert_null(control_list_find(&list, "gains"));
	assert_null(control_list_find(&list, ""));
	control_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(the_whole_range), cmocka_unit_test(names),
		cmocka_unit_test(refused), cmocka_unit_test(exposure_units),
		cmocka_unit_test(of_the_simulator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
