/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conffile.h"
#include "unit.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct conffile parsed(const char *text, int *err)
{
	struct conffile file = { .path = strdup("test.conf"), .level = LEVEL_USER };
	char *copy = strdup(text);

	*err = conffile_parse(&file, copy, strlen(copy));
	return file;
}

static void release(struct conffile *file)
{
	free(file->path);
	free(file->text);
	free(file->lines);
}

static void lines(void **state)
{
	struct request r = REQUEST_INIT;
	int err;
	struct conffile file = parsed("# a comment\n\n  size 1280x720  \nfps=30000/1001\n"
				      "mem-budget = 25%\nrelax\noutput  shot #1 50%%.png\r\n"
				      "ctrl gain=8,brightness = 3\nctrl=hue=1", &err);

	assert_int_equal(err, 0);
	assert_int_equal(conffile_apply(&file, NULL, &r), 0);
	assert_int_equal(r.width, 1280);
	assert_int_equal(r.fps_num, 30000);
	assert_int_equal(r.budget_share, 25000);
	assert_true(r.relax);
	assert_string_equal(r.outputs[0].template, "shot #1 50%%.png");
	assert_int_equal(r.settings_count, 3);
	assert_string_equal(r.settings[0].name, "gain");
	assert_string_equal(r.settings[0].value, "8");
	assert_string_equal(r.settings[2].name, "hue");
	request_free(&r);
	release(&file);
}

static void sections(void **state)
{
	struct request a = REQUEST_INIT, b = REQUEST_INIT;
	int err;
	struct conffile file = parsed("size 640x480\n[device v4l2:serial=A]\nsize 800x600\nevery 2\n"
				      "[ device v4l2:/dev/video1 ]\nsize 1x1\n", &err);

	assert_int_equal(err, 0);
	assert_int_equal(conffile_apply(&file, NULL, &a), 0);
	assert_int_equal(a.width, 640);
	/* a section is stronger than what is for all devices, whatever comes first */
	assert_int_equal(conffile_apply(&file, "v4l2:serial=A", &b), 0);
	assert_int_equal(conffile_apply(&file, NULL, &b), 0);
	assert_int_equal(b.width, 800);
	assert_int_equal(b.every, 2);
	release(&file);
}

static void refused(void **state)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{ "sice 1x1", "test.conf:1" },
		{ "\n\nsize big", "test.conf:3" },
		{ "--size 1x1", "without the dashes" },
		{ "size", "needs a value" },
		{ "relax yes", "takes no value" },
		{ "help", "command line" },
		{ "list-devices", "command line" },
		{ "config /other", "command line" },
		{ "count 3", "first name" },
		{ "[device", "no end" },
		{ "[camera x]", "[device URI]" },
		{ "[devices]", "[device URI]" },
		{ "[device a]\ndevice b", "first section" },
		{ "[device a]\nsize big", "test.conf:2" },
		{ "format gif", "no file format" },
		{ "=", "no option" },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		int err;
		struct conffile file = parsed(bad[i].text, &err);

		assert_int_equal(err, -EINVAL);
		if (!strstr(why(), bad[i].words))
			fail_msg("'%s': %s", bad[i].text, why());
		release(&file);
	}
}

static void not_text(void **state)
{
	struct conffile file = { .path = strdup("test.conf"), .level = LEVEL_USER };
	char *text = calloc(1, 10);

	memcpy(text, "relax\0quiet", 10);
	assert_int_equal(conffile_parse(&file, text, 9), -EINVAL);
	release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines), cmocka_unit_test(sections), cmocka_unit_test(refused),
		cmocka_unit_test(not_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
