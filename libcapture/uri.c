/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "BACKEND:ADDRESS,KEY=VALUE,..." in pieces, and values with their units. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "uri.h"

/* Where the next piece ends; "\," becomes a comma that belongs to the piece. */
static char *next_piece(char **rest)
{
	char *piece = *rest, *from = *rest, *to = *rest;

	if (!piece)
		return NULL;
	while (*from && *from != ',') {
		if (from[0] == '\\' && from[1] == ',')
			from++;
		*to++ = *from++;
	}
	*rest = *from ? from + 1 : NULL;
	*to = '\0';
	return piece;
}

static int add_option(struct capture_uri *uri, char *piece)
{
	char *equals = strchr(piece, '=');

	if (uri->count == URI_OPTIONS_MAX)
		return fail(-EINVAL, "more than %d options in a device URI", URI_OPTIONS_MAX);
	if (equals)
		*equals = '\0';
	if (!*piece)
		return fail(-EINVAL, "an option without a name in a device URI; write KEY=VALUE");
	uri->option[uri->count].key = piece;
	uri->option[uri->count].value = equals ? equals + 1 : "1";
	uri->count++;
	return 0;
}

/* The "BACKEND:" in front, or 0 where a path or a number stands for v4l2. */
static size_t prefix_length(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]) || text[len] == '_' || text[len] == '-')
		len++;
	return text[len] == ':' ? len : 0;
}

int uri_parse(const char *text, struct capture_uri *uri)
{
	size_t prefix = prefix_length(text);
	char *rest, *piece;
	int err;

	memset(uri, 0, sizeof(*uri));
	if (!*text)
		return fail(-EINVAL, "an empty device URI; write for example v4l2:/dev/video0 or sim:");
	if (strlen(text) > URI_LENGTH_MAX)
		return fail(-EINVAL, "a device URI of more than %d bytes", URI_LENGTH_MAX);
	if (!prefix && text[0] != '/' && text[strspn(text, "0123456789")] &&
	    text[strspn(text, "0123456789")] != ',')
		return fail(-EINVAL, "\"%s\" is no device URI; write BACKEND:ADDRESS, a path or a number",
			    text);
	if (prefix) {
		snprintf(uri->text, sizeof(uri->text), "%s", text);
	} else {
		prefix = strlen(capture_path_backend);
		snprintf(uri->text, sizeof(uri->text), "%s:%s", capture_path_backend, text);
	}
	uri->text[prefix] = '\0';
	uri->backend = uri->text;
	uri->address = "";
	rest = uri->text + prefix + 1;
	if (!*rest)
		return 0;

	piece = next_piece(&rest);
	if (*piece == '/' || !strchr(piece, '=')) {
		uri->address = piece;
		piece = next_piece(&rest);
	}
	for (; piece; piece = next_piece(&rest)) {
		err = add_option(uri, piece);
		if (err)
			return err;
	}
	return 0;
}

static void list_keys(const struct capture_option *table, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (; table && table->key && len < size; table++)
		len += (size_t)snprintf(text + len, size - len, "%s%s", len ? ", " : "", table->key);
	if (!text[0])
		snprintf(text, size, "none");
}

int uri_check(const struct capture_uri *uri, const struct capture_option *table)
{
	const struct capture_option *row;
	unsigned int i, j;
	char keys[512];

	for (i = 0; i < uri->count; i++) {
		for (row = table; row && row->key; row++)
			if (!strcmp(row->key, uri->option[i].key))
				break;
		if (!row || !row->key) {
			list_keys(table, keys, sizeof(keys));
			return fail(-EINVAL, "%s: unknown option \"%s\"; it takes %s", uri->backend,
				    uri->option[i].key, keys);
		}
		for (j = 0; j < i; j++)
			if (!strcmp(uri->option[j].key, uri->option[i].key))
				return fail(-EINVAL, "%s: option \"%s\" is given twice", uri->backend,
					    uri->option[i].key);
	}
	return 0;
}

const char *uri_get(const struct capture_uri *uri, const char *key)
{
	unsigned int i;

	for (i = 0; i < uri->count; i++)
		if (!strcmp(uri->option[i].key, key))
			return uri->option[i].value;
	return NULL;
}

/* Digits only: no sign, no blank, no overflow. */
static bool parse_digits(const char **text, uint64_t *out)
{
	const char *p = *text;
	uint64_t value = 0;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return false;
	*text = p;
	*out = value;
	return true;
}

static int bad_value(const struct capture_uri *uri, const char *key, const char *want)
{
	return fail(-EINVAL, "%s: %s=%s is not %s", uri->backend, key, uri_get(uri, key), want);
}

int uri_get_u64(const struct capture_uri *uri, const char *key, uint64_t min, uint64_t max,
		uint64_t *out)
{
	const char *text = uri_get(uri, key);
	char want[80];
	uint64_t value;

	if (!text)
		return 0;
	if (!parse_digits(&text, &value) || *text || value < min || value > max) {
		snprintf(want, sizeof(want), "a whole number from %" PRIu64 " to %" PRIu64, min, max);
		return bad_value(uri, key, want);
	}
	*out = value;
	return 0;
}

int uri_get_size(const struct capture_uri *uri, const char *key, uint32_t *width, uint32_t *height)
{
	const char *text = uri_get(uri, key);
	uint64_t w, h;

	if (!text)
		return 0;
	if (!parse_digits(&text, &w) || (*text != 'x' && *text != 'X') ||
	    (text++, !parse_digits(&text, &h)) || *text || !w || !h || w > UINT32_MAX ||
	    h > UINT32_MAX)
		return bad_value(uri, key, "a size such as 640x480");
	*width = (uint32_t)w;
	*height = (uint32_t)h;
	return 0;
}

/* "30", "29.97" or "30000/1001" */
static bool parse_rate(const char *text, uint64_t *num, uint64_t *den)
{
	const char *fraction;
	uint64_t part = 0;

	*den = 1;
	if (!parse_digits(&text, num))
		return false;
	if (*text == '/')
		return text++, parse_digits(&text, den) && !*text;
	if (*text == '.') {
		fraction = ++text;
		if (!parse_digits(&text, &part) || text - fraction > 6)
			return false;
		for (; fraction < text; fraction++)
			*den *= 10;
		if (__builtin_mul_overflow(*num, *den, num))
			return false;
		*num += part;
	}
	return !*text;
}

int uri_get_rate(const struct capture_uri *uri, const char *key, uint32_t *num, uint32_t *den)
{
	const char *text = uri_get(uri, key);
	uint64_t n, d;

	if (!text)
		return 0;
	if (!parse_rate(text, &n, &d) || !n || !d || n > UINT32_MAX || d > UINT32_MAX)
		return bad_value(uri, key, "a rate such as 30, 29.97 or 30000/1001");
	*num = (uint32_t)n;
	*den = (uint32_t)d;
	return 0;
}

int uri_get_time(const struct capture_uri *uri, const char *key, uint64_t *ns)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = { { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
		      { "", 1000000000 } };
	const char *text = uri_get(uri, key);
	uint64_t value;
	size_t i;

	if (!text)
		return 0;
	if (!parse_digits(&text, &value))
		return bad_value(uri, key, "a time such as 2s, 500ms or 20us");
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(text, units[i].unit))
			break;
	if (i == sizeof(units) / sizeof(units[0]) ||
	    __builtin_mul_overflow(value, units[i].ns, &value))
		return bad_value(uri, key, "a time such as 2s, 500ms or 20us");
	*ns = value;
	return 0;
}
