/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File name templates: anything may come from a command line.  Up to the first
 * NUL byte it is the template, behind it the serial number of a hostile device.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "name.h"

const char *const fuzz_seeds[] = {
	"out.png", "out-%06d.png", "####.pgm", "%q-%n-%i-%s.raw", "%{%Y%m%dT%H%M%S.%f}/%d.png",
	"%%%d%%", "a/b/c.d/%6d", "%s", "%{%F}%{%T}%{%j %Z %p}", ".hidden", "..", "%20d#######", NULL,
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What every name is promised to be. */
static void check_name(const char *path, int length)
{
	const char *at = path, *slash;

	must(length == (int)strlen(path) && length > 0 && length < PATH_MAX);
	for (;; at = slash + 1) {
		slash = strchrnul(at, '/');
		must(slash - at <= NAME_MAX);
		if (!*slash)
			break;
	}
	must(*at && strcmp(at, ".") && strcmp(at, ".."));
}

/* No more folders than the template itself has: tokens make none. */
static void check_folders(const char *template, const char *path)
{
	size_t wanted = 0, got = 0;

	for (; *template; template++)
		wanted += *template == '/';
	for (; *path; path++)
		got += *path == '/';
	must(got <= wanted);
}

static void check_series(const struct name *name, struct name_facts *facts)
{
	static struct name_series series;
	char path[PATH_MAX], last[PATH_MAX] = "";
	int i, r;

	memset(&series, 0, sizeof(series));
	for (i = 0; i < 3; i++) {
		r = name_next(name, &series, facts, path, sizeof(path));
		if (r < 0)
			return;
		check_name(path, r);
		must(strcmp(path, last));
		memcpy(last, path, (size_t)r + 1);
	}
}

static void check_expansion(const struct name *name, const struct name_facts *facts,
			    const char *template)
{
	char path[PATH_MAX], small[17];
	uint64_t index;
	int r = name_expand(name, facts, path, sizeof(path));

	if (r < 0)
		return;
	check_name(path, r);
	check_folders(template, path);
	r = name_expand(name, facts, small, sizeof(small));
	must(r < 0 || (r < (int)sizeof(small) && !strcmp(small, path)));
	if (name_is_predictable(name) && name_has(name, NAME_INDEX)) {
		/* several numbers may give one name ("%d0%d"): any that does is right */
		struct name_facts back = *facts;

		must(!name_index(name, facts, path, &index));
		back.index = index;
		must(name_expand(name, &back, small, sizeof(small)) < 0 || !strcmp(small, path));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *serial = NULL;
	static struct name name, numbered;
	struct name_facts facts = {
		.index = size * 7919, .sequence = UINT64_MAX, .time_ns = 1, .camera = 2,
		.utc_ns = (int64_t)size * 1234567891011ll,
	};
	unsigned int flags = size & 1 ? NAME_LOCAL_TIME : 0;

	if (!text)
		return 0;
	if (strlen(text) < size)
		serial = strndup((const char *)data + strlen(text) + 1, size - strlen(text) - 1);
	facts.serial = serial;
	if (!name_parse(&name, text, flags | (size % 5 ? 0 : NAME_LITERAL))) {
		check_expansion(&name, &facts, text);
		check_series(&name, &facts);
		name_unique(&name, size, size * 1000000);
		name_unique(&name, 0, 0);
		numbered = name;
		if (!name_number(&numbered)) {
			must(name_has(&numbered, NAME_INDEX));
			must(!name_unique(&numbered, 1000, 1));
			check_expansion(&numbered, &facts, text);
		}
	}
	free(serial);
	free(text);
	return 0;
}
