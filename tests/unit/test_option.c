/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "unit.h"
#include "words.h"

static int apply(struct request *r, const char *name, const char *value, enum option_level level)
{
	const struct grab_option *option = option_find(name);

	assert_non_null(option);
	return option_apply(option, value, level, r);
}

static int argument(struct request *r, const char *name, const char *value)
{
	return apply(r, name, value, LEVEL_ARGUMENT);
}

static void table_is_sound(void **state)
{
	for (const struct grab_option *o = option_table; o->name; o++) {
		bool alias = o->flags & ROW_ALIAS;

		assert_ptr_equal(option_find(o->name), o);
		assert_true(alias || (o->help && strlen(o->help) > 0));
		assert_true(!alias || o > option_table);
		assert_true(!(o->flags & ROW_DISPLAY) || !o->arg);
		if (o->kind == KIND_SPECIAL && !alias && !(o->flags & ROW_DISPLAY))
			assert_non_null(o->apply);
		if (o->kind == KIND_SWITCH)
			assert_null(o->arg);
		if (o->complete == COMPLETE_WORDS || o->kind == KIND_WORD)
			assert_non_null(o->words);
		for (const struct grab_option *other = option_table; other != o; other++)
			assert_true(!o->letter || o->letter != other->letter);
	}
}

static void words_are_in_order(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(argument(&r, "loss", "abort"), 0);
	assert_int_equal(r.loss, LOSS_ABORT);
	assert_int_equal(argument(&r, "mem", "memfd"), 0);
	assert_int_equal(r.memory, MEMORY_MEMFD);
	assert_int_equal(argument(&r, "progress", "none"), 0);
	assert_int_equal(r.progress, PROGRESS_NONE);
	assert_int_equal(argument(&r, "fsync", "frame"), 0);
	assert_int_equal(r.outfile.sync, OUTFILE_SYNC_FRAME);
	assert_int_equal(argument(&r, "depth", "8"), 0);
	assert_int_equal(r.encode.depth, ENCODE_DEPTH_8);
	assert_int_equal(argument(&r, "damaged", "keep"), 0);
	assert_int_equal(r.damaged, DAMAGED_KEEP);
	assert_int_equal(argument(&r, "clock", "local"), 0);
	assert_int_equal(r.clock, NAME_CLOCK_LOCAL);
	assert_int_equal(argument(&r, "loss", "abor"), -EINVAL);
	assert_non_null(strstr(why(), "fail, abort, ignore"));
	assert_int_equal(argument(&r, "loss", ""), -EINVAL);
}

static void the_stronger_wins(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(apply(&r, "every", "2", LEVEL_ARGUMENT), 0);
	assert_int_equal(apply(&r, "every", "3", LEVEL_USER), 0);
	assert_int_equal(r.every, 2);
	assert_int_equal(apply(&r, "every", "4", LEVEL_ARGUMENT), 0);
	assert_int_equal(r.every, 4);
	assert_int_equal(apply(&r, "every", "none", LEVEL_USER), -EINVAL);
	assert_int_equal(apply(&r, "timeout", "1", LEVEL_SYSTEM), 0);
	assert_int_equal(apply(&r, "timeout", "2", LEVEL_USER), 0);
	assert_true(r.timeout_ns == 2000000000);
	assert_int_equal(apply(&r, "count", "3", LEVEL_ARGUMENT), 0);	/* an alias is its row */
	assert_int_equal(apply(&r, "frames", "7", LEVEL_USER), 0);
	assert_int_equal(r.frames, 3);
	assert_int_equal(option_level(&r, "frames"), LEVEL_ARGUMENT);
	assert_int_equal(option_level(&r, "device"), LEVEL_DEFAULT);
}

static void settings_add_up(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(apply(&r, "ctrl", "a=1,b=2", LEVEL_ARGUMENT), 0);
	assert_int_equal(apply(&r, "ctrl", "a=0,c=3", LEVEL_USER), 0);
	assert_int_equal(apply(&r, "set-ctrl", "d=x y", LEVEL_ARGUMENT), 0);
	assert_int_equal(r.settings_count, 5);
	assert_string_equal(r.settings[0].value, "0");
	assert_string_equal(r.settings[1].name, "c");
	assert_string_equal(r.settings[2].name, "a");	/* the stronger one comes later */
	assert_string_equal(r.settings[2].value, "1");
	assert_string_equal(r.settings[4].value, "x y");
	assert_int_equal(argument(&r, "ctrl", "a"), -EINVAL);
	assert_int_equal(argument(&r, "ctrl", "=1"), -EINVAL);
	assert_int_equal(argument(&r, "ctrl", "a="), -EINVAL);
	assert_int_equal(argument(&r, "ctrl", "a=1,"), -EINVAL);
	assert_int_equal(argument(&r, "ctrl", ""), -EINVAL);
	request_free(&r);
}

static void special_values(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(argument(&r, "skip", "12"), 0);
	assert_int_equal(r.skip_frames, 12);
	assert_int_equal(argument(&r, "skip", "2s"), 0);
	assert_int_equal(r.skip_frames, 0);
	assert_true(r.skip_ns == 2000000000);
	assert_int_equal(argument(&r, "buffers", "all"), 0);
	assert_true(r.buffers_all);
	assert_int_equal(argument(&r, "buffers", "8"), 0);
	assert_false(r.buffers_all);
	assert_int_equal(argument(&r, "buffers", "0"), -EINVAL);
	assert_int_equal(argument(&r, "start", "auto"), 0);
	assert_true(r.start_auto);
	assert_int_equal(argument(&r, "start", "7"), 0);
	assert_false(r.start_auto);
	assert_int_equal(argument(&r, "stats", "json:run.json"), 0);
	assert_int_equal(r.stats, STATS_JSON);
	assert_string_equal(r.stats_file, "run.json");
	assert_int_equal(argument(&r, "stats", "text"), 0);
	assert_null(r.stats_file);
	assert_int_equal(argument(&r, "stats", "none:x"), -EINVAL);
	assert_int_equal(argument(&r, "stats", "json:"), -EINVAL);
	assert_int_equal(argument(&r, "stats", "xml"), -EINVAL);
	assert_int_equal(argument(&r, "mem-budget", "0"), -EINVAL);
	assert_int_equal(argument(&r, "mem-budget", "0%"), -EINVAL);
	assert_int_equal(argument(&r, "every", "0"), -EINVAL);
	assert_int_equal(argument(&r, "exposure", "0"), -EINVAL);
	assert_int_equal(argument(&r, "device", ""), -EINVAL);
	assert_int_equal(argument(&r, "pixel-format", "toolong"), -EINVAL);
	assert_int_equal(argument(&r, "format", "gif"), -EINVAL);
	assert_non_null(strstr(why(), "png"));
}

static void one_device(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(argument(&r, "device", "sim:"), 0);
	assert_int_equal(argument(&r, "device", "sim:size=8x8"), -EINVAL);
	assert_int_equal(apply(&r, "device", "file:a", LEVEL_USER), 0);
	assert_string_equal(r.device, "sim:");
}

/* Outputs of one level add up; a stronger one begins anew. */
static void several_outputs(void **state)
{
	struct request r = REQUEST_INIT;
	unsigned int i;

	assert_int_equal(apply(&r, "output", "a.png", LEVEL_USER), 0);
	assert_int_equal(apply(&r, "output", "b.png", LEVEL_USER), 0);
	assert_int_equal(r.output_count, 2);
	assert_string_equal(r.outputs[1].template, "b.png");
	assert_int_equal(argument(&r, "output", "c.raw"), 0);
	assert_int_equal(r.output_count, 1);
	assert_int_equal(apply(&r, "output", "d.png", LEVEL_USER), 0);
	assert_int_equal(argument(&r, "output", "e"), 0);
	assert_int_equal(r.output_count, 2);
	assert_string_equal(r.outputs[0].template, "c.raw");
	assert_string_equal(r.outputs[1].template, "e");
	assert_int_equal(argument(&r, "output", ""), -EINVAL);
	for (i = 2; i < REQUEST_OUTPUTS_MAX; i++)
		assert_int_equal(argument(&r, "output", "f"), 0);
	assert_int_equal(argument(&r, "output", "g"), -EINVAL);
	assert_non_null(strstr(why(), "16 outputs"));
}

/* --format is for names that tell none, and for the only one. */
static void formats_of_outputs(void **state)
{
	struct request r = REQUEST_INIT;

	argument(&r, "format", "pnm");
	argument(&r, "output", "a.raw");
	assert_int_equal(request_check(&r), 0);
	assert_string_equal(r.outputs[0].encoder->name, "pnm");
	argument(&r, "output", "b");
	argument(&r, "output", "-");
	assert_int_equal(request_check(&r), 0);
	assert_string_equal(r.outputs[0].encoder->name, "raw");
	assert_string_equal(r.outputs[1].encoder->name, "pnm");
	assert_string_equal(r.outputs[2].encoder->name, "pnm");
	r.format = NULL;
	assert_int_equal(request_check(&r), -EINVAL);
	assert_non_null(strstr(why(), "b: the name has no ending"));
}

static void one_list_at_a_time(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(argument(&r, "list-formats", NULL), 0);
	assert_int_equal(argument(&r, "list-formats", NULL), 0);
	assert_int_equal(argument(&r, "explain", NULL), -EINVAL);
}

static void environment(void **state)
{
	struct request r = REQUEST_INIT;

	setenv("GRAB_DEVICE", "sim:", 1);
	setenv("GRAB_MEM_BUDGET", "1G", 1);
	assert_int_equal(option_environment(&r), 0);
	assert_string_equal(r.device, "sim:");
	assert_true(r.budget == 1u << 30);
	assert_int_equal(option_level(&r, "device"), LEVEL_ENVIRONMENT);
	setenv("GRAB_DEVICE", "", 1);
	setenv("GRAB_MEM_BUDGET", "lots", 1);
	assert_int_equal(option_environment(&r), -EINVAL);
	assert_non_null(strstr(why(), "GRAB_MEM_BUDGET"));
	unsetenv("GRAB_DEVICE");
	unsetenv("GRAB_MEM_BUDGET");
}

static int checked(void (*set)(struct request *))
{
	struct request r = REQUEST_INIT;
	int err;

	set(&r);
	err = request_check(&r);
	request_free(&r);
	return err;
}

static void two_on_stdout(struct request *r)
{
	argument(r, "output", "-");
	argument(r, "metadata", "-");
}

static void stats_too(struct request *r)
{
	argument(r, "output", "-");
	argument(r, "stats", "json:-");
}

static void stdout_twice(struct request *r)
{
	argument(r, "output", "-");
	argument(r, "output", "a.png");
	argument(r, "output", "-");
}

static void same_name(struct request *r)
{
	argument(r, "output", "a.png");
	argument(r, "output", "a.png");
}

static void third_is_metadata(struct request *r)
{
	argument(r, "output", "a.png");
	argument(r, "output", "b.raw");
	argument(r, "metadata", "b.raw");
}

static void direct_png(struct request *r)
{
	argument(r, "output", "a.png");
	argument(r, "direct", "on");
}

static void direct_stdout(struct request *r)
{
	argument(r, "output", "-");
	argument(r, "direct", "on");
}

static void no_ending(struct request *r)
{
	argument(r, "output", "picture");
}

static void strange_ending(struct request *r)
{
	argument(r, "output", "picture.gif");
}

static void format_without_output(struct request *r)
{
	argument(r, "format", "png");
}

static void all_of_endless(struct request *r)
{
	argument(r, "buffers", "all");
	argument(r, "frames", "0");
}

static void interval_and_every(struct request *r)
{
	argument(r, "interval", "1s");
	argument(r, "every", "2");
}

static void odd_chunk(struct request *r)
{
	argument(r, "chunk", "3000");
}

static void contradictions(void **state)
{
	assert_int_equal(checked(two_on_stdout), -EINVAL);
	assert_int_equal(checked(stats_too), -EINVAL);
	assert_int_equal(checked(stdout_twice), -EINVAL);
	assert_non_null(strstr(why(), "standard output"));
	assert_int_equal(checked(same_name), -EINVAL);
	assert_int_equal(checked(third_is_metadata), -EINVAL);
	assert_int_equal(checked(direct_png), -EINVAL);
	assert_non_null(strstr(why(), "--direct on"));
	assert_int_equal(checked(direct_stdout), -EINVAL);
	assert_int_equal(checked(no_ending), -EINVAL);
	assert_non_null(strstr(why(), "--format"));
	assert_int_equal(checked(strange_ending), -EINVAL);
	assert_non_null(strstr(why(), ".gif"));
	assert_int_equal(checked(format_without_output), -EINVAL);
	assert_int_equal(checked(all_of_endless), -EINVAL);
	assert_int_equal(checked(interval_and_every), -EINVAL);
	assert_int_equal(checked(odd_chunk), -EINVAL);
}

static void defaults(void **state)
{
	struct request r = REQUEST_INIT;

	assert_int_equal(request_check(&r), 0);
	assert_int_equal(r.frames, 1);
	assert_int_equal(r.output_count, 0);
	r = (struct request)REQUEST_INIT;
	argument(&r, "duration", "5s");
	argument(&r, "output", "a.PNG");
	assert_int_equal(request_check(&r), 0);
	assert_int_equal(r.frames, 0);
	assert_string_equal(r.outputs[0].encoder->name, "png");
	r = (struct request)REQUEST_INIT;
	argument(&r, "output", "-");
	assert_int_equal(request_check(&r), 0);
	assert_string_equal(r.outputs[0].encoder->name, "raw");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound), cmocka_unit_test(words_are_in_order),
		cmocka_unit_test(the_stronger_wins),
		cmocka_unit_test(settings_add_up), cmocka_unit_test(special_values),
		cmocka_unit_test(one_device), cmocka_unit_test(several_outputs),
		cmocka_unit_test(formats_of_outputs), cmocka_unit_test(one_list_at_a_time),
		cmocka_unit_test(environment), cmocka_unit_test(contradictions),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
