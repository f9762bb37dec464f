/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

#include "name.h"
#include "words.h"

#define SECOND 1000000000ull

/* 2026-01-02T03:04:05.006007008Z */
static const struct name_facts facts = {
	.index = 42, .sequence = 4711, .time_ns = 83035022470ull,
	.utc_ns = 1767323045006007008ll, .camera = 3, .serial = "762B/1F.5F \n",
};

static void expands_to(const char *template, const char *want)
{
	char out[PATH_MAX];
	struct name name;
	int r;

	if (name_parse(&name, template, 0))
		fail_msg("%s: %s", template, why());
	r = name_expand(&name, &facts, out, sizeof(out));
	if (r < 0)
		fail_msg("%s: %s", template, why());
	assert_string_equal(out, want);
	assert_int_equal(r, strlen(want));
}

static void tokens(void **unused)
{
	expands_to("out.png", "out.png");
	expands_to("%d.png", "42.png");
	expands_to("%6d", "    42");
	expands_to("%06d", "000042");
	expands_to("%1d", "42");
	expands_to("%020d", "00000000000000000042");
	expands_to("a#b", "a000042b");
	expands_to("##", "42");
	expands_to("#####", "00042");
	expands_to("####################", "00000000000000000042");
	expands_to("%d-%d", "42-42");
	expands_to("%q-%n-%i", "4711-83035022470-3");
	expands_to("%s.png", "762B_1F.5F__.png");
	expands_to("100%%.png", "100%.png");
	expands_to("%%d", "%d");
	expands_to("x%{%Y%m%dT%H%M%S}-%{%f}.png", "x20260102T030405-006007.png");
	expands_to("%{%Y-%m-%d}/%{%H}/%{%T}.png", "2026-01-02/03/03:04:05.png");
	expands_to("%{plain %% text}", "plain % text");
	expands_to("%{%Y/%m}/x", "2026/01/x");
	expands_to("%{}x", "x");
	expands_to("%{%F}.%{%s}", "2026-01-02.1767323045");
	expands_to("%{%j %U %u %y %C %e}", "002 00 5 26 20  2");
	expands_to("dir.d/f", "dir.d/f");
	expands_to("/a//b/../c", "/a//b/../c");
}

static void refuse(const char *template, const char *words)
{
	struct name name;

	if (name_parse(&name, template, 0) != -EINVAL)
		fail_msg("\"%s\" was taken", template);
	if (!strstr(why(), words))
		fail_msg("\"%s\" gives \"%s\" without \"%s\"", template, why(), words);
}

static void bad_tokens(void **unused)
{
	refuse("", "empty");
	refuse("%", "position 1");
	refuse("abc%", "position 4");
	refuse("%x.png", "position 1");
	refuse("out-%5.png", "position 5");
	refuse("%0d", "position 1");
	refuse("%00d", "position 1");
	refuse("%21d", "20 digits");
	refuse("%99999999999999999999d", "20 digits");
	refuse("%06q", "width");
	refuse("%-d", "position 1");
	refuse("% d", "position 1");
	refuse("%*d", "position 1");
	refuse("%1$d", "position 1");
	refuse("%ld", "position 1");
	refuse("%D", "position 1");
	refuse("%{%Y", "without \"}\"");
	refuse("a%{", "position 2");
	refuse("%{%}", "conversion");
	refuse("%{%n}", "position 3");
	refuse("%{%x}", "conversion");
	refuse("%{%Ey}", "conversion");
	refuse("%{%-d}", "conversion");
	refuse("#####################", "20 \"#\"");
	refuse("dir/", "folder");
	refuse("/", "folder");
}

static void limits(void **unused)
{
	char template[PATH_MAX + 10], out[PATH_MAX];
	struct name name;
	int i;

	for (i = 0; i < NAME_PIECES_MAX; i++)
		memcpy(template + 2 * i, "%d", 3);
	assert_int_equal(name_parse(&name, template, 0), 0);
	strcat(template, "%d");
	assert_int_equal(name_parse(&name, template, 0), -ENAMETOOLONG);

	memset(template, 'a', sizeof(template));
	template[PATH_MAX] = '\0';
	assert_int_equal(name_parse(&name, template, 0), -ENAMETOOLONG);
	template[NAME_MAX] = '\0';
	assert_int_equal(name_parse(&name, template, 0), 0);
	assert_int_equal(name_expand(&name, &facts, out, sizeof(out)), NAME_MAX);
	template[NAME_MAX] = 'a';
	template[NAME_MAX + 1] = '\0';
	assert_int_equal(name_parse(&name, template, 0), 0);
	assert_int_equal(name_expand(&name, &facts, out, sizeof(out)), -ENAMETOOLONG);

	/* each component is fine, the whole is not */
	for (i = 0; i < PATH_MAX - 1; i++)
		template[i] = i % 200 == 199 ? '/' : 'b';
	strcpy(template + PATH_MAX - 3, "%d");
	assert_int_equal(name_parse(&name, template, 0), 0);
	assert_true(name_expand(&name, &facts, out, sizeof(out)) > 0);
	assert_int_equal(name_expand(&name, &(struct name_facts){ .index = UINT64_MAX }, out,
				     sizeof(out)), -ENAMETOOLONG);
	assert_int_equal(name_expand(&name, &facts, out, 100), -ENAMETOOLONG);
}

static void names_that_are_folders(void **unused)
{
	static const char *const templates[] = { ".", "..", "a/.", "a/..", "x/%{.}", "x/%{..}" };
	char out[PATH_MAX];
	struct name name;
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		assert_int_equal(name_parse(&name, templates[i], 0), 0);
		assert_int_equal(name_expand(&name, &facts, out, sizeof(out)), -EINVAL);
	}
	/* a device may call itself anything */
	assert_int_equal(name_parse(&name, "d/%s", 0), 0);
	assert_true(name_expand(&name, &(struct name_facts){ .serial = ".." }, out,
				sizeof(out)) > 0);
	assert_string_equal(out, "d/_.");
	assert_true(name_expand(&name, &(struct name_facts){ .serial = "../../etc/passwd" }, out,
				sizeof(out)) > 0);
	assert_string_equal(out, "d/_._.._etc_passwd");
}

static void facts_that_lack(void **unused)
{
	struct name_facts none = { .utc_ns = INT64_MIN };
	char out[PATH_MAX];
	struct name name;

	assert_int_equal(name_parse(&name, "%s", 0), 0);
	assert_int_equal(name_expand(&name, &none, out, sizeof(out)), -ENODATA);
	none.serial = "";
	assert_int_equal(name_expand(&name, &none, out, sizeof(out)), -ENODATA);
	assert_int_equal(name_parse(&name, "%{%Y}", 0), 0);
	assert_int_equal(name_expand(&name, &none, out, sizeof(out)), -ENODATA);
	none.utc_ns = -1;
	assert_int_equal(name_parse(&name, "%{%F %T.%f}", 0), 0);
	assert_true(name_expand(&name, &none, out, sizeof(out)) > 0);
	assert_string_equal(out, "1969-12-31 23:59:59.999999");
}

static void literal(void **unused)
{
	char out[PATH_MAX];
	struct name name;

	assert_int_equal(name_parse(&name, "50%##%s%n.png", NAME_LITERAL), 0);
	assert_true(name_expand(&name, &facts, out, sizeof(out)) > 0);
	assert_string_equal(out, "50%##%s%n.png");
	assert_int_equal(name_number(&name), 0);
	assert_true(name_expand(&name, &facts, out, sizeof(out)) > 0);
	assert_string_equal(out, "50%##%s%n-000042.png");
}

static void local_time(void **unused)
{
	char out[PATH_MAX];
	struct name name;

	setenv("TZ", "XYZ-5:30", 1);
	tzset();
	assert_int_equal(name_parse(&name, "%{%H%M %Z}", NAME_LOCAL_TIME), 0);
	assert_true(name_expand(&name, &facts, out, sizeof(out)) > 0);
	assert_string_equal(out, "0834 XYZ");
	expands_to("%{%H%M}", "0304");
	unsetenv("TZ");
	tzset();
}

static void numbered(const char *template, const char *want)
{
	char out[PATH_MAX];
	struct name name;

	assert_int_equal(name_parse(&name, template, 0), 0);
	assert_int_equal(name_number(&name), 0);
	assert_true(name_has(&name, NAME_INDEX));
	if (name_expand(&name, &facts, out, sizeof(out)) < 0)
		fail_msg("%s: %s", template, why());
	assert_string_equal(out, want);
}

static void numbering(void **unused)
{
	char template[PATH_MAX];
	struct name name;

	numbered("out.png", "out-000042.png");
	numbered("out", "out-000042");
	numbered("dir.d/out", "dir.d/out-000042");
	numbered("dir.d/out.tar.gz", "dir.d/out.tar-000042.gz");
	numbered(".hidden", ".hidden-000042");
	numbered("d/.hidden", "d/.hidden-000042");
	numbered(".hidden.png", ".hidden-000042.png");
	numbered("%i.png", "3-000042.png");
	numbered("%s.%i", "762B_1F.5F__-000042.3");
	numbered("%{%Y.%m}", "2026-000042.01");
	numbered("a.b/%i", "a.b/3-000042");
	numbered("a.", "a-000042.");
	numbered("%%.p%%g", "%-000042.p%g");

	memset(template, 'x', sizeof(template));
	template[PATH_MAX - 1] = '\0';
	assert_int_equal(name_parse(&name, template, 0), 0);
	assert_int_equal(name_number(&name), -ENAMETOOLONG);
}

static void unique(const char *template, uint64_t count, uint64_t period_ns, int want)
{
	struct name name;
	int r;

	assert_int_equal(name_parse(&name, template, 0), 0);
	r = name_unique(&name, count, period_ns);
	if (r != want)
		fail_msg("%s, %llu frames, %llu ns: %d, not %d", template,
			 (unsigned long long)count, (unsigned long long)period_ns, r, want);
}

static void uniqueness(void **unused)
{
	const uint64_t ms33 = SECOND / 30;

	unique("a.png", 1, ms33, 0);
	unique("a.png", 2, ms33, -EINVAL);
	unique("a.png", 0, ms33, 1);
	unique("%i%s", 2, 0, -EINVAL);
	unique("%d", 100000, ms33, 0);
	unique("%q", 0, 0, 0);
	unique("%n", 2, 0, 0);
	unique("#%{%S}", 2, ms33, 0);

	unique("%{%S}", 2, ms33, -EINVAL);
	unique("%{%S}", 0, ms33, 1);
	unique("%{%S}", 60, SECOND, 0);
	unique("%{%S}", 61, SECOND, -EINVAL);
	unique("%{%M%S}", 61, SECOND, 0);
	unique("%{%H%S}", 61, SECOND, -EINVAL);
	unique("%{%F}/%{%T}", 1000000, SECOND, 0);
	unique("%{%F}/%{%T}", 0, SECOND, 0);
	unique("%{%F}/%{%T}", 2, SECOND / 2, -EINVAL);
	unique("%{%F}/%{%T}", 0, 0, 1);
	unique("%{%F %H%M}", 100, 60 * SECOND, 0);
	unique("%{%F %H%M}", 100, 59 * SECOND, -EINVAL);
	unique("%{%s}", 0, SECOND, 0);
	unique("%{%s%f}", 0, 0, 0);
	unique("%{%f}", 2, ms33, 0);
	unique("%{%f}", 31, ms33, 0);
	unique("%{%f}", 32, ms33, -EINVAL);
	unique("%{%f}", 0, ms33, 1);
	unique("%{%T.%f}", 10, 0, 0);
	unique("%{%S.%f}", 10, 0, -EINVAL);
	unique("%{%Y%m%d%I%M%S}", 100, SECOND, 0);
	unique("%{%Y%m%d%I%M%S}", 3601, SECOND, -EINVAL);
	unique("%{%Y%m%d%I%p%M%S}", 100000, SECOND, 0);
	unique("%{%G%V%u%T}", 100000, SECOND, 0);
	unique("%{%Y%j}", 400, 86400 * SECOND, 0);
	unique("%{%d}", 2, 86400 * SECOND, -EINVAL);
}

static void series(void **unused)
{
	static struct name_series s;
	struct name_facts at = facts;
	char out[PATH_MAX];
	struct name name;

	assert_int_equal(name_parse(&name, "d.d/%{%S}.png", 0), 0);
	assert_true(name_next(&name, &s, &at, out, sizeof(out)) > 0);
	assert_string_equal(out, "d.d/05.png");
	assert_true(name_next(&name, &s, &at, out, sizeof(out)) > 0);
	assert_string_equal(out, "d.d/05-1.png");
	assert_true(name_next(&name, &s, &at, out, sizeof(out)) > 0);
	assert_string_equal(out, "d.d/05-2.png");
	at.utc_ns += (int64_t)SECOND;
	assert_true(name_next(&name, &s, &at, out, sizeof(out)) > 0);
	assert_string_equal(out, "d.d/06.png");
	assert_true(name_next(&name, &s, &at, out, sizeof(out)) > 0);
	assert_string_equal(out, "d.d/06-1.png");

	memset(&s, 0, sizeof(s));
	assert_int_equal(name_parse(&name, "%{%S}", 0), 0);
	name_next(&name, &s, &at, out, sizeof(out));
	name_next(&name, &s, &at, out, sizeof(out));
	assert_string_equal(out, "06-1");
	assert_int_equal(name_next(&name, &s, &at, out, 3), -ENAMETOOLONG);
}

static void index_of(const char *template, const char *path, int64_t want)
{
	uint64_t index = 99;
	struct name name;
	int r;

	assert_int_equal(name_parse(&name, template, 0), 0);
	r = name_index(&name, &facts, path, &index);
	if (want < 0) {
		assert_int_equal(r, -ENOENT);
	} else {
		assert_int_equal(r, 0);
		assert_int_equal(index, want);
	}
}

static void back_to_the_index(void **unused)
{
	index_of("out-%06d.png", "out-000017.png", 17);
	index_of("out-%06d.png", "out-1234567.png", 1234567);
	index_of("out-%06d.png", "out-17.png", -1);
	index_of("out-%06d.png", "out-0000017.png", -1);
	index_of("out-%06d.png", "out-000017.pgm", -1);
	index_of("out-%06d.png", "out-.png", -1);
	index_of("out-%06d.png", "out-", -1);
	index_of("out-%06d.png", "", -1);
	index_of("%6d", "    17", 17);
	index_of("%6d", "   017", -1);
	index_of("%d0.png", "120.png", 12);
	index_of("%d0.png", "0.png", -1);
	index_of("%d%d", "77", 7);
	index_of("%d%d", "1212", 12);
	index_of("%d%d", "1213", -1);
	index_of("%i-#", "3-000001", 1);
	index_of("%i-#", "4-000001", -1);
	index_of("%d", "18446744073709551616", -1);
	index_of("out.png", "out.png", -1);
	index_of("%q-%d", "4711-3", -1);
}

static void largest_index(void **unused)
{
	uint64_t index = 0;
	struct name name;

	assert_int_equal(name_parse(&name, "%d", 0), 0);
	assert_int_equal(name_index(&name, &facts, "18446744073709551615", &index), 0);
	assert_true(index == UINT64_MAX);
}

static void questions(void **unused)
{
	struct name name;

	assert_int_equal(name_parse(&name, "%d/a", 0), 0);
	assert_true(name_index_in_folder(&name));
	assert_true(name_is_predictable(&name));
	assert_int_equal(name_parse(&name, "a/%d", 0), 0);
	assert_false(name_index_in_folder(&name));
	assert_int_equal(name_parse(&name, "a/%d/%d", 0), 0);
	assert_true(name_index_in_folder(&name));
	assert_int_equal(name_parse(&name, "%{%Y/%d}", 0), 0);
	assert_false(name_index_in_folder(&name));
	assert_false(name_is_predictable(&name));
	assert_true(name_has(&name, NAME_TIME));
	assert_false(name_has(&name, NAME_INDEX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(bad_tokens),
		cmocka_unit_test(limits),
		cmocka_unit_test(names_that_are_folders),
		cmocka_unit_test(facts_that_lack),
		cmocka_unit_test(literal),
		cmocka_unit_test(local_time),
		cmocka_unit_test(numbering),
		cmocka_unit_test(uniqueness),
		cmocka_unit_test(series),
		cmocka_unit_test(back_to_the_index),
		cmocka_unit_test(largest_index),
		cmocka_unit_test(questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
