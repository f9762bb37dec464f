/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <pthread.h>
#include <string.h>

#include "error.h"
#include "libcapture.h"
#include "unit.h"

static void words(void **state)
{
	assert_int_equal(fail(-ENOENT, "%s: %m", "thing"), -ENOENT);
	assert_string_equal(capture_error(), "thing: No such file or directory");
	assert_int_equal(fail_in(-EIO, "%s: ", "outer"), -EIO);
	assert_string_equal(capture_error(), "outer: thing: No such file or directory");
}

static void too_long(void **state)
{
	char text[5000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fail(-EIO, "%s", text);
	assert_int_equal(strlen(capture_error()), 1023);
	fail_in(-EIO, "%s", text);
	assert_int_equal(strlen(capture_error()), 1023);
}

static void *other_thread(void *arg)
{
	*(int *)arg = capture_error()[0] == '\0';
	fail(-EIO, "theirs");
	return NULL;
}

static void one_per_thread(void **state)
{
	int was_empty = 0;
	pthread_t thread;

	fail(-EIO, "ours");
	assert_int_equal(pthread_create(&thread, NULL, other_thread, &was_empty), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(was_empty);
	assert_string_equal(capture_error(), "ours");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(too_long),
		cmocka_unit_test(one_per_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
