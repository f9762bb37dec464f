/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "limit_list.h"

static int add(void *arg, const struct capture_limit *limit)
{
	json_t *max = limit->max == UINT64_MAX ? json_null() : json_integer((json_int_t)limit->max);

	json_array_append_new(arg, json_pack("{s:s, s:o, s:I}", "name", limit->name, "max", max,
					     "used", (json_int_t)limit->used));
	return 0;
}

json_t *limits_array(struct capture_session *session)
{
	json_t *list = json_array();

	capture_limits(session, add, list);
	return list;
}

struct printing {
	const char *indent;
	FILE *out;
};

static int print(void *arg, const struct capture_limit *limit)
{
	const struct printing *p = arg;

	fprintf(p->out, "%s%s: ", p->indent, limit->name);
	if (limit->max == UINT64_MAX)
		fprintf(p->out, "none");
	else
		fprintf(p->out, "%.1f MB", (double)limit->max / 1e6);
	fprintf(p->out, ", %.1f MB in use; %s\n", (double)limit->used / 1e6, limit->help);
	return 0;
}

void limits_print(struct capture_session *session, const char *indent, FILE *out)
{
	struct printing printing = { indent, out };

	capture_limits(session, print, &printing);
}
