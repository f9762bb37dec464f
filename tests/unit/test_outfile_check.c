/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at all targets of a run before its first frame. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "folder.h"
#include "outfile.h"
#include "words.h"

static const struct outfile_policy careful = { .sync = OUTFILE_SYNC_NONE };
static const struct outfile_policy replacing = { .overwrite = true };

static struct outfile_report report;

static int check(const char *template, uint64_t start, uint64_t count,
		 const struct outfile_policy *policy)
{
	struct name_facts facts = { .index = start, .utc_ns = 0, .serial = "S" };
	static struct name name;

	assert_int_equal(name_parse(&name, template, 0), 0);
	return outfile_check(&name, &facts, count, policy, &report);
}

static void check_counts(uint64_t count)
{
	folder_put("a-000005.png", "");
	folder_put("a-000007.png", "");
	folder_put("a-7.png", "");
	folder_put("b-000007.png", "");
	assert_int_equal(check("a-%06d.png", 0, count, &careful), -EEXIST);
	assert_int_equal(report.existing, 2);
	assert_int_equal(report.targets, count);
	assert_string_equal(report.first, "a-000000.png");
	assert_true(!strcmp(report.existing_first, "a-000005.png") ||
		    !strcmp(report.existing_first, "a-000007.png"));
	assert_non_null(strstr(why(), "1 more"));
	assert_int_equal(check("a-%06d.png", 6, count, &careful), -EEXIST);
	assert_int_equal(report.existing, 1);
	assert_int_equal(check("a-%06d.png", 8, count, &careful), 0);
	assert_int_equal(report.existing, 0);
	assert_int_equal(check("a-%06d.png", 0, count, &replacing), 0);
	assert_int_equal(report.existing, 2);
	assert_int_equal(check("./a-%06d.png", 0, count, &careful), -EEXIST);
	assert_int_equal(report.existing, 2);
	assert_int_equal(mkdir("a-000003.png", 0777), 0);
	assert_int_equal(check("a-%06d.png", 0, count, &replacing), -EISDIR);
}

static void check_few(void **unused)
{
	check_counts(10);
	assert_int_equal(check("a-%06d.png", 4, 1, &careful), 0);
	assert_int_equal(check("a-%06d.png", 8, 0, &careful), 0);
	assert_int_equal(report.targets, 0);
	assert_string_equal(report.last, "");
	assert_int_equal(check("a-%06d.png", 7, 0, &careful), -EEXIST);
}

static void check_many(void **unused)
{
	check_counts(100000);
	assert_string_equal(report.last, "a-099999.png");
	assert_true(report.free_bytes > 0);
}

static void check_folders(void **unused)
{
	static const struct outfile_policy making = { .mkdir = true };

	assert_int_equal(check("x/a%d", 0, 3, &careful), -ENOENT);
	assert_int_equal(check("x/y/a%d", 0, 3, &making), 0);
	assert_int_equal(access("x", F_OK), -1);
	assert_int_equal(check("%d/a", 0, 3, &careful), -ENOENT);
	assert_int_equal(check("%d/a", 0, 1000, &making), 0);
	assert_int_equal(mkdir("1", 0777), 0);
	folder_put("1/a", "");
	assert_int_equal(check("%d/a", 0, 1000, &making), -EEXIST);
	assert_string_equal(report.existing_first, "1/a");
	folder_put("plain", "");
	assert_int_equal(check("plain/a%d", 0, 3, &making), -ENOTDIR);
	assert_int_equal(check("%{%Y}/a", 0, 1, &careful), -ENOENT);
	assert_int_equal(check("%{%Y}-%q", 0, 9, &careful), 0);
	assert_int_equal(report.targets, 0);
	assert_string_equal(report.first, "1970-0");
}

static void check_rights(void **unused)
{
	static const struct outfile_policy making = { .mkdir = true };
	int plain, deep;

	assert_int_equal(mkdir("ro", 0555), 0);
	folder_drop_root();
	plain = check("ro/a%d", 0, 3, &careful);
	deep = check("ro/x/a%d", 0, 3, &making);
	folder_regain_root();
	assert_int_equal(plain, -EACCES);
	assert_int_equal(deep, -EACCES);
}

static void check_limits(void **unused)
{
	char template[NAME_MAX + 10];

	assert_int_equal(check("%d", UINT64_MAX, 2, &careful), -EOVERFLOW);
	assert_int_equal(check("%d", UINT64_MAX, 1, &careful), 0);
	memset(template, 'n', sizeof(template));
	strcpy(template + NAME_MAX - 2, "%d");
	assert_int_equal(check(template, 0, 100, &careful), 0);
	assert_int_equal(check(template, 0, 101, &careful), -ENAMETOOLONG);
}

static void next_index(void **unused)
{
	struct name_facts facts = { .serial = "S" };
	static struct name name;
	uint64_t index = 9;

	assert_int_equal(name_parse(&name, "a-%06d.png", 0), 0);
	assert_int_equal(outfile_next_index(&name, &facts, &index), 0);
	assert_int_equal(index, 0);
	folder_put("a-000041.png", "");
	folder_put("a-000007.png", "");
	folder_put("a-000099.pgm", "");
	folder_put("a-99.png", "");
	assert_int_equal(outfile_next_index(&name, &facts, &index), 0);
	assert_int_equal(index, 42);
	assert_int_equal(name_parse(&name, "no/a-%06d.png", 0), 0);
	assert_int_equal(outfile_next_index(&name, &facts, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(name_parse(&name, "%d/a.png", 0), 0);
	assert_int_equal(outfile_next_index(&name, &facts, &index), -EINVAL);
	assert_int_equal(name_parse(&name, "a.png", 0), 0);
	assert_int_equal(outfile_next_index(&name, &facts, &index), -EINVAL);
	assert_int_equal(name_parse(&name, "%q%d", 0), 0);
	assert_int_equal(outfile_next_index(&name, &facts, &index), -EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(check_few),
		TEST(check_many),
		TEST(check_folders),
		TEST(check_rights),
		TEST(check_limits),
		TEST(next_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
