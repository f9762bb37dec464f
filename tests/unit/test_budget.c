/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "budget.h"
#include "plan.h"
#include "unit.h"
#include "words.h"

#define MIB (1u << 20)
#define GIB (1ull << 30)

static const struct memory_facts big = { .total = 16 * GIB, .available = 15 * GIB };

static void a_quarter_by_default(void **state)
{
	const struct memory_facts tight = { .total = 16 * GIB, .available = 2 * GIB };
	struct request r = REQUEST_INIT;

	assert_true(budget_of(&r, &big) == 4 * GIB);
	assert_true(budget_of(&r, &tight) == GIB);
}

static void as_asked_for(void **state)
{
	struct request r = REQUEST_INIT;

	r.budget = 100 * MIB;
	assert_true(budget_of(&r, &big) == 100 * MIB);
	r.budget = 100 * GIB;	/* never all of what is there */
	assert_true(budget_of(&r, &big) < 15 * GIB);
	r.budget = 0;
	r.budget_share = 50000;
	assert_true(budget_of(&r, &big) <= 8 * GIB);
	assert_true(budget_of(&r, &big) > 7 * GIB);
}

static void meminfo_fields(void **state)
{
	static char text[] = "MemTotal:       24569476 kB\nMemFree:  1 kB\nMemAvailable:   23000000 kB\n";
	FILE *in = fmemopen(text, strlen(text), "r");

	assert_true(memory_facts_field(in, "MemAvailable") == 23000000ull * 1024);
	rewind(in);
	assert_true(memory_facts_field(in, "Mem") == 0);
	fclose(in);
}

static void this_machine_has_memory(void **state)
{
	struct memory_facts facts;

	memory_facts_read(&facts);
	assert_true(facts.total > 0);
	assert_true(facts.available > 0 && facts.available <= facts.total);
}

static struct buffer_wish wish(uint64_t frames)
{
	return (struct buffer_wish){ .frame_bytes = MIB, .budget = 100 * MIB, .frames = frames, .keep = true };
}

static void memory_for_every_frame(void **state)
{
	struct buffer_wish w = wish(50);

	assert_int_equal(buffers_of(&w), 50);
	w.frames = 100;
	assert_int_equal(buffers_of(&w), 100);
	w.frames = 100000;
	assert_int_equal(buffers_of(&w), 100);
	w.frames = 1;
	assert_int_equal(buffers_of(&w), BUFFERS_LEAST);
	w.budget = 2 * MIB;
	assert_int_equal(buffers_of(&w), 2);
}

static void a_ring_for_the_rest(void **state)
{
	struct buffer_wish w = wish(0);

	assert_int_equal(buffers_of(&w), 8);
	w.fps = 30;
	assert_int_equal(buffers_of(&w), 30);
	w.fps = 10000;
	w.budget = GIB;
	assert_int_equal(buffers_of(&w), 256);
	w.frames = 100000;
	w.keep = false;
	assert_int_equal(buffers_of(&w), 256);
	w.frames = 20;
	assert_int_equal(buffers_of(&w), 20);
	w.more = true;		/* what is not kept needs a place, too */
	assert_int_equal(buffers_of(&w), 256);
	w.keep = true;
	assert_int_equal(buffers_of(&w), 256);
	w.frames = 500;
	assert_int_equal(buffers_of(&w), 500);
}

/* A source that waits: what keeps the threads at work, however many frames there are. */
static void a_few_where_none_is_lost(void **state)
{
	struct buffer_wish w = wish(100000);

	w.on_demand = true;
	w.writers = 1;
	assert_int_equal(buffers_of(&w), 8);
	w.writers = 15;
	assert_int_equal(buffers_of(&w), 32);
	w.fps = 60;		/* a recording's own rate, which it is not played at */
	assert_int_equal(buffers_of(&w), 32);
	w.more = true;
	assert_int_equal(buffers_of(&w), 32);
	w.frames = 5;
	assert_int_equal(buffers_of(&w), 32);
	w.more = false;
	assert_int_equal(buffers_of(&w), 5);
	w.frames = 1;		/* a device would need more to start */
	assert_int_equal(buffers_of(&w), 1);
	w.frames = 5;
	w.keep = false;
	assert_int_equal(buffers_of(&w), 5);
	w.frames = 0;
	assert_int_equal(buffers_of(&w), 32);
	w.writers = UINT_MAX;	/* never past the budget */
	assert_int_equal(buffers_of(&w), 100);
	w.asked = 50;		/* who asks gets what was asked for */
	assert_int_equal(buffers_of(&w), 50);
	w.asked = 0;
	w.frames = 90;
	w.all = true;
	assert_int_equal(buffers_of(&w), 90);
}

static void what_is_asked_or_nothing(void **state)
{
	struct buffer_wish w = wish(1000);

	w.asked = 3;
	assert_int_equal(buffers_of(&w), 3);
	w.asked = 101;
	assert_int_equal(buffers_of(&w), -EDQUOT);
	assert_non_null(strstr(why(), "--mem-budget"));
	w.asked = 0;
	w.all = true;
	assert_int_equal(buffers_of(&w), -EDQUOT);
	w.frames = 100;
	assert_int_equal(buffers_of(&w), 100);
	w.all = false;
	w.budget = MIB - 1;
	assert_int_equal(buffers_of(&w), -EDQUOT);
}

static void writers(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(plan_writers(&r, 1, r.frames, 1), 1);
	assert_int_equal(plan_writers(&r, 8, r.frames, 1), 7);
	r.frames = 3;
	assert_int_equal(plan_writers(&r, 8, r.frames, 1), 3);
	/* the only frame has come when it is written: no processor is its source's */
	assert_int_equal(plan_writers(&r, 8, 1, 16), 8);
	assert_int_equal(plan_writers(&r, 8, 1, 5), 5);
	r.frames = 0;
	r.writers = 20;
	assert_int_equal(plan_writers(&r, 2, r.frames, 1), 20);
	/* one frame that can be shared */
	assert_int_equal(plan_writers(&r, 2, 1, 16), 16);
	assert_int_equal(plan_writers(&r, 2, 2, 16), 20);
	assert_int_equal(plan_writers(&r, 2, UINT64_MAX, 16), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quarter_by_default), cmocka_unit_test(as_asked_for),
		cmocka_unit_test(meminfo_fields), cmocka_unit_test(this_machine_has_memory),
		cmocka_unit_test(memory_for_every_frame), cmocka_unit_test(a_ring_for_the_rest),
		cmocka_unit_test(a_few_where_none_is_lost), cmocka_unit_test(what_is_asked_or_nothing),
		cmocka_unit_test(writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
