/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sim_options.h"
#include "unit.h"

static int parse(const char *text, struct sim_options *options)
{
	struct capture_uri uri;
	int err;

	err = uri_parse(text, &uri);
	if (!err)
		err = uri_check(&uri, sim_option_table);
	return err ? err : sim_options_parse(&uri, options);
}

static void defaults(void **state)
{
	struct sim_options o;

	assert_int_equal(parse("sim:", &o), 0);
	assert_int_equal(o.width, 640);
	assert_int_equal(o.height, 480);
	assert_int_equal(o.fourcc, CAPTURE_FOURCC('Y', 'U', 'Y', 'V'));
	assert_int_equal(o.fps_num, 0);
	assert_int_equal(o.pattern, PATTERN_SCENE);
	assert_int_equal(o.align, 1);
	assert_int_equal(o.depth, 32);
	assert_true(o.stall_at == SIM_NEVER && o.unplug_at == SIM_NEVER && o.fatal_at == SIM_NEVER);
	assert_int_equal(o.drop.count + o.error.count + o.incomplete.count + o.stray.count, 0);
}

static void picture(void **state)
{
	struct sim_options o;

	assert_int_equal(parse("sim:size=16384x16384,format=Y12,fps=29.97,pattern=BYTES,seed=4294967295,align=64,depth=3",
			       &o), 0);
	assert_int_equal(o.width, 16384);
	assert_int_equal(o.height, 16384);
	assert_int_equal(o.fourcc, CAPTURE_FOURCC('Y', '1', '2', ' '));
	assert_int_equal(o.fps_num, 2997);
	assert_int_equal(o.fps_den, 100);
	assert_int_equal(o.pattern, PATTERN_BYTES);
	assert_int_equal(o.seed, 4294967295u);
	assert_int_equal(o.align, 64);
	assert_int_equal(o.depth, 3);
	assert_int_equal(parse("sim:fps=max", &o), 0);
	assert_int_equal(o.fps_num, 0);
}

static void faults(void **state)
{
	struct sim_options o;

	assert_int_equal(parse("sim:drop=7,error=3%,short=2,repeat=@5,late=4,jitter=1ms,stall=2s@50,unplug=80,"
			       "fatal=90,wrap=10,fail-open,fail-start=EBUSY,fail-queue=@3,fail-frame=@4,guard=1,stray=@6",
			       &o), 0);
	assert_true(schedule_hits(&o.drop, 0, 6) && !schedule_hits(&o.drop, 0, 7));
	assert_true(schedule_hits(&o.incomplete, 0, 1));
	assert_true(schedule_hits(&o.repeat, 0, 5));
	assert_true(schedule_hits(&o.late, 0, 3));
	assert_true(schedule_hits(&o.fail_queue, 0, 3));
	assert_true(schedule_hits(&o.fail_frame, 0, 4));
	assert_true(schedule_hits(&o.stray, 0, 6));
	assert_int_equal(o.error.count, 1);
	assert_int_equal(o.jitter_ns, 1000000);
	assert_int_equal(o.stall_ns, 2000000000);
	assert_int_equal(o.stall_at, 50);
	assert_int_equal(o.unplug_at, 80);
	assert_int_equal(o.fatal_at, 90);
	assert_int_equal(o.wrap, 10);
	assert_int_equal(o.fail_open, -EIO);
	assert_int_equal(o.fail_start, -EBUSY);
	assert_true(o.guard);
	assert_int_equal(parse("sim:stall=forever@3", &o), 0);
	assert_true(o.stall_ns == SIM_NEVER);
}

/* Each text is refused, and the words say which option it was. */
static void refused(void **state)
{
	static const struct {
		const char *text, *names;
	} bad[] = {
		{ "sim:colour=1", "colour" },		{ "sim:size=0x1", "size=0x1" },
		{ "sim:size=32769x1", "size=32769x1" },	{ "sim:format=H264", "format=H264" },
		{ "sim:format=toolong", "format" },	{ "sim:fps=0", "fps=0" },
		{ "sim:fps=1000000", "fps=1000000" },	{ "sim:pattern=cats", "cats" },
		{ "sim:seed=-1", "seed=-1" },		{ "sim:seed=4294967296", "seed=" },
		{ "sim:align=0", "align=0" },		{ "sim:depth=0", "depth=0" },
		{ "sim:drop=never", "drop=never" },	{ "sim:jitter=fast", "jitter=fast" },
		{ "sim:jitter=100000s", "day" },	{ "sim:stall=2s", "stall=2s" },
		{ "sim:stall=@5", "stall" },		{ "sim:stall=2s@", "stall" },
		{ "sim:stall=2y@5", "stall=2y" },	{ "sim:unplug=soon", "unplug=soon" },
		{ "sim:wrap=0", "wrap=0" },		{ "sim:fail-open=ENOTHING", "ENOTHING" },
		{ "sim:stray=1", "guard=1" },		{ "sim:guard=2", "guard=2" },
		{ "sim:guard", "no address" },		{ "sim:/dev/video0", "/dev/video0" },
		{ "sim:size=1x1,size=1x1", "twice" },
	};
	struct sim_options o;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i].text, &o), -EINVAL);
		if (!strstr(capture_error(), bad[i].names))
			fail_msg("%s: \"%s\" does not name \"%s\"", bad[i].text, capture_error(),
				 bad[i].names);
	}
}

/* The table's own defaults are what leaving the option out gives. */
static void defaults_as_documented(void **state)
{
	const struct capture_option *option;
	struct sim_options plain, said;
	char text[200];

	assert_int_equal(parse("sim:", &plain), 0);
	for (option = sim_option_table; option->key; option++) {
		if (!option->def)
			continue;
		snprintf(text, sizeof(text), "sim:%s=%s", option->key, option->def);
		assert_int_equal(parse(text, &said), 0);
		assert_memory_equal(&plain, &said, sizeof(said));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(picture),
		cmocka_unit_test(faults),
		cmocka_unit_test(refused),
		cmocka_unit_test(defaults_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
