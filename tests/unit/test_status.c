/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "status.h"
#include "unit.h"

static void table_is_sound(void **state)
{
	int before = -1;

	for (const struct status_info *s = status_table; s->id; s++) {
		assert_true(s->status > before);
		before = s->status;
		assert_ptr_equal(status_find(s->status), s);
		assert_true(strlen(s->meaning) > 0);
		for (const struct status_info *other = status_table; other != s; other++)
			assert_string_not_equal(other->id, s->id);
	}
	assert_int_equal(status_find(130)->status, STATUS_SIGNAL);
	assert_int_equal(status_find(3)->status, STATUS_INTERNAL);
}

static void errno_by_phase(void **state)
{
	assert_int_equal(status_of(PHASE_OPEN, -ENODEV), STATUS_NO_DEVICE);
	assert_int_equal(status_of(PHASE_STREAM, -ENODEV), STATUS_GONE);
	assert_int_equal(status_of(PHASE_OPEN, -EACCES), STATUS_PERMISSION);
	assert_int_equal(status_of(PHASE_CREATE, -EACCES), STATUS_CREATE);
	assert_int_equal(status_of(PHASE_OPEN, -EBUSY), STATUS_RETRY);
	assert_int_equal(status_of(PHASE_STREAM, -ENOSPC), STATUS_RETRY);
	assert_int_equal(status_of(PHASE_WRITE, -ENOSPC), STATUS_WRITE);
	assert_int_equal(status_of(PHASE_MEMORY, -EDQUOT), STATUS_MEMORY);
	assert_int_equal(status_of(PHASE_WRITE, -EDQUOT), STATUS_WRITE);
	assert_int_equal(status_of(PHASE_AGREE, -ERANGE), STATUS_CONFIG);
	assert_int_equal(status_of(PHASE_OPEN, -EINVAL), STATUS_USAGE);
	assert_int_equal(status_of(PHASE_STREAM, -EIO), STATUS_GONE);
}

static void every_errno_has_one(void **state)
{
	for (int phase = PHASE_OPEN; phase <= PHASE_WRITE; phase++)
		for (int error = 1; error < 134; error++) {
			int status = status_of(phase, -error);

			assert_true(status >= STATUS_USAGE && status < STATUS_SIGNAL);
			assert_int_equal(status_find(status)->status, status);
			assert_int_not_equal(status, STATUS_INTERNAL);
		}
}

static void the_worse_one(void **state)
{
	assert_int_equal(status_worse(0, 1), 1);
	assert_int_equal(status_worse(1, 0), 1);
	assert_int_equal(status_worse(1, 2), 2);
	assert_int_equal(status_worse(2, 74), 74);
	assert_int_equal(status_worse(74, 76), 74);
	assert_int_equal(status_worse(76, 74), 76);
	assert_int_equal(status_worse(130, 74), 130);
	assert_int_equal(status_worse(0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound), cmocka_unit_test(errno_by_phase),
		cmocka_unit_test(every_errno_has_one), cmocka_unit_test(the_worse_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
