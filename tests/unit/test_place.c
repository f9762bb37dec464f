/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two things at one place: by pattern, by folder, by link. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "folder.h"
#include "place.h"
#include "say.h"

static void meet(const char *one, const char *other, bool want)
{
	if (place_patterns_meet(one, other) != want || place_patterns_meet(other, one) != want)
		fail_msg("\"%s\" and \"%s\"", one, other);
}

static void patterns(void **state)
{
	meet("", "", true);
	meet("", "a", false);
	meet("a", "a", true);
	meet("a.png", "a.raw", false);
	meet("a\1.png", "a12.png", true);
	meet("a\1.png", "a 12.png", true);
	meet("a\1.png", "a.png", false);	/* a number has a digit */
	meet("a\1.png", "ab.png", false);
	meet("a\1.png", "a1\1.png", true);
	meet("a\1-\1.png", "a\1.png", false);
	meet("a\1-\1.png", "a1-2.png", true);
	meet("\1\1", "1", false);
	meet("\1\1", "12", true);
	meet("\1", "\1", true);
	meet("\2", "", true);
	meet("\2", "abc", true);
	meet("\2", "a/c", false);
	meet("x\2y", "xy", true);
	meet("x\2y", "x\1y", true);
	meet("x\2y", "\2z", false);
	meet("\2a\2", "\1a\1", true);
	meet("\2\2\2\2b", "aaaaaaaaaaaaaaaaaaaaaaaa", false);
}

/* All frames of a run into @templates; how places_check() finds that. */
static int check(uint64_t frames, const char *const *templates, const char *metadata)
{
	struct request r = REQUEST_INIT;
	struct output *outputs = calloc(REQUEST_OUTPUTS_MAX, sizeof(*outputs));
	int status;

	r.frames = frames;
	r.have_frames = true;
	r.metadata = metadata;
	for (; *templates; templates++)
		assert_int_equal(request_add_output(&r, *templates, 1), 0);
	assert_int_equal(request_check(&r), 0);
	for (unsigned int i = 0; i < r.output_count; i++)
		assert_int_equal(output_plan(&r, &r.outputs[i], "S1", 0, &outputs[i]), 0);
	status = places_check(outputs, r.output_count, &r);
	free(outputs);
	return status;
}

#define TEMPLATES(...) (const char *const[]){ __VA_ARGS__, NULL }

static void names(void **state)
{
	assert_int_equal(check(9, TEMPLATES("a.png", "a.raw"), "a.jsonl"), 0);
	assert_int_equal(check(9, TEMPLATES("a%d.png", "b%d.png"), NULL), 0);
	assert_int_equal(check(9, TEMPLATES("a%d.png", "a%06d.png"), NULL), STATUS_USAGE);
	assert_int_equal(check(9, TEMPLATES("a.png", "a-#.png"), NULL), STATUS_USAGE);
	assert_int_equal(check(1, TEMPLATES("a.png", "a-#.png"), NULL), 0);
	assert_int_equal(check(9, TEMPLATES("a%d.png", "./a%q.png"), NULL), STATUS_USAGE);
	assert_int_equal(check(9, TEMPLATES("%s-%d.png", "x-%d.png"), NULL), STATUS_USAGE);
	assert_int_equal(check(9, TEMPLATES("a%d.png", "a.raw"), "a7.png"), STATUS_USAGE);
	assert_int_equal(check(9, TEMPLATES("a.raw"), "./a.raw"), STATUS_USAGE);
}

static void folders_and_links(void **state)
{
	mkdir("one", 0777);
	assert_int_equal(symlink("one", "two"), 0);
	assert_int_equal(check(1, TEMPLATES("one/a.raw", "two/a.raw"), NULL), STATUS_USAGE);
	assert_int_equal(check(9, TEMPLATES("one/a%d.pgm", "two/../one/a%q.pgm"), NULL), STATUS_USAGE);
	/* folders that are still to be made */
	assert_int_equal(check(1, TEMPLATES("one/new/a.raw", "two/new/a.raw"), NULL), STATUS_USAGE);
	assert_int_equal(check(1, TEMPLATES("one/new/a.raw", "two/old/a.raw"), NULL), 0);
	folder_put("real.raw", "");
	assert_int_equal(symlink("real.raw", "link.raw"), 0);
	assert_int_equal(check(1, TEMPLATES("real.raw", "link.raw"), NULL), STATUS_USAGE);
	/* two names of one file are two places: each is replaced by itself */
	assert_int_equal(link("real.raw", "hard.raw"), 0);
	assert_int_equal(check(1, TEMPLATES("real.raw", "hard.raw"), NULL), 0);
}

static void what_is_no_file(void **state)
{
	assert_int_equal(mkfifo("fifo.raw", 0600), 0);
	assert_int_equal(symlink("fifo.raw", "other.raw"), 0);
	assert_int_equal(check(1, TEMPLATES("fifo.raw", "other.raw"), NULL), STATUS_USAGE);
	assert_int_equal(symlink("/dev/null", "null.raw"), 0);
	assert_int_equal(symlink("/dev/null", "void.raw"), 0);
	assert_int_equal(check(1, TEMPLATES("null.raw", "void.raw"), NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test_setup_teardown(names, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(folders_and_links, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(what_is_no_file, folder_enter, folder_leave),
	};

	say_setup(SAY_ERRORS, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
