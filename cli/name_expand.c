/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a template and the facts of a frame to a file name, and back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "name.h"
#include "words.h"

#define NS_PER_S 1000000000

/* a name that grows */
struct text {
	char *out;
	size_t size, length;	/* length may pass size: then it was too long */
};

static void put(struct text *t, char c)
{
	if (t->length + 1 < t->size)
		t->out[t->length] = c;
	t->length++;
}

static void put_bytes(struct text *t, const char *from, size_t length)
{
	while (length--)
		put(t, *from++);
}

static void put_number(struct text *t, uint64_t number, unsigned int width, bool zeros)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	unsigned int i;

	for (i = (unsigned int)length; i < width; i++)
		put(t, zeros ? '0' : ' ');
	put_bytes(t, digits, (size_t)length);
}

/* The serial number comes from a device that nobody vouches for. */
static void put_serial(struct text *t, const char *serial)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	size_t i;

	for (i = 0; serial[i]; i++)
		put(t, (i || serial[i] != '.') && strchr(fine, serial[i]) ? serial[i] : '_');
}

static int put_time(struct text *t, const struct name *name, const struct name_piece *piece,
		    int64_t utc_ns)
{
	char format[3] = { '%', (char)piece->width, '\0' }, made[128];
	int64_t part = utc_ns % NS_PER_S;
	time_t seconds = (time_t)(utc_ns / NS_PER_S);
	struct tm tm;
	size_t i, length;

	if (utc_ns == INT64_MIN)
		return say_why(-ENODATA, "the capture time is not known, but the file name asks for it");
	if (part < 0) {
		part += NS_PER_S;
		seconds--;
	}
	if (piece->width == 'f') {
		put_number(t, (uint64_t)part / 1000, 6, true);
		return 0;
	}
	if (!(name->local_time ? localtime_r(&seconds, &tm) : gmtime_r(&seconds, &tm)))
		return say_why(-ENODATA, "the capture time is out of the calendar's range");
	/* name_parse() let only known letters through; a locale may have no text for %p */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	length = strftime(made, sizeof(made), format, &tm);
#pragma GCC diagnostic pop
	for (i = 0; i < length; i++)
		put(t, made[i] == '/' ? '_' : made[i]);
	return 0;
}

static int put_piece(struct text *t, const struct name *name, const struct name_piece *piece,
		     const struct name_facts *facts)
{
	switch ((enum name_kind)piece->kind) {
	case NAME_TEXT:
		put_bytes(t, name->text + piece->at, piece->length);
		break;
	case NAME_INDEX:
		put_number(t, facts->index, piece->width, piece->zeros);
		break;
	case NAME_SEQUENCE:
		put_number(t, facts->sequence, 0, false);
		break;
	case NAME_TIME_NS:
		put_number(t, facts->time_ns, 0, false);
		break;
	case NAME_CAMERA:
		put_number(t, facts->camera, 0, false);
		break;
	case NAME_SERIAL:
		if (!facts->serial || !facts->serial[0])
			return say_why(-ENODATA, "the camera has no serial number for \"%%s\" in the file name; use %%i");
		put_serial(t, facts->serial);
		break;
	case NAME_TIME:
		return put_time(t, name, piece, facts->utc_ns);
	}
	return 0;
}

/* Limits of every file system: lengths, and what the last component may not be. */
static int check_path(const char *path)
{
	const char *at = path, *slash;
	size_t length;

	for (;; at = slash + 1) {
		slash = strchrnul(at, '/');
		length = (size_t)(slash - at);
		if (length > NAME_MAX)
			return say_why(-ENAMETOOLONG, "\"%.40s...\": longer than %d bytes; shorten the file name",
				       at, NAME_MAX);
		if (!*slash)
			break;
	}
	if (!length || !strcmp(at, ".") || !strcmp(at, ".."))
		return say_why(-EINVAL, "\"%s\" names a folder; put a file name behind it", path);
	return 0;
}

int name_expand(const struct name *name, const struct name_facts *facts, char *out, size_t size)
{
	struct text t = { .out = out, .size = size };
	unsigned int i;
	int r;

	for (i = 0; i < name->count; i++) {
		r = put_piece(&t, name, &name->piece[i], facts);
		if (r)
			return r;
	}
	if (t.length >= size || t.length >= PATH_MAX)
		return say_why(-ENAMETOOLONG, "a file name of %zu bytes; %d are the most", t.length,
			       PATH_MAX - 1);
	out[t.length] = '\0';
	r = check_path(out);
	return r ? r : (int)t.length;
}

/* Where the ending of an expanded name begins; its end if there is none. */
static size_t ending_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? (size_t)(dot - path) : strlen(path);
}

int name_next(const struct name *name, struct name_series *series, const struct name_facts *facts,
	      char *out, size_t size)
{
	struct text t = { .out = out, .size = size };
	size_t ending;
	int r;

	r = name_expand(name, facts, out, size);
	if (r < 0)
		return r;
	if (strcmp(out, series->last)) {
		memcpy(series->last, out, (size_t)r + 1);
		series->repeats = 0;
		return r;
	}
	series->repeats++;
	ending = ending_of(out);
	t.length = ending;
	put(&t, '-');
	put_number(&t, series->repeats, 1, false);
	put_bytes(&t, series->last + ending, strlen(series->last + ending));
	if (t.length >= size || t.length >= PATH_MAX)
		return say_why(-ENAMETOOLONG, "a file name of %zu bytes; %d are the most", t.length,
			       PATH_MAX - 1);
	out[t.length] = '\0';
	r = check_path(out);
	return r ? r : (int)t.length;
}

/* ---- back --------------------------------------------------------------- */

/*
 * What stands before the first index is fixed, so the index begins at a known
 * place; where it ends is not ("out-%d0.png"), so each length is tried.
 */
int name_index(const struct name *name, const struct name_facts *facts, const char *path,
	       uint64_t *index)
{
	struct name_facts trial = *facts;
	char made[PATH_MAX];
	struct text head = { .out = made, .size = sizeof(made) };
	const char *at;
	unsigned int i;

	if (!name_is_predictable(name))
		return -ENOENT;
	for (i = 0; i < name->count && name->piece[i].kind != NAME_INDEX; i++)
		if (put_piece(&head, name, &name->piece[i], facts))
			return -ENOENT;
	if (i == name->count || head.length >= sizeof(made) || strncmp(path, made, head.length))
		return -ENOENT;
	at = path + head.length;
	while (*at == ' ')
		at++;
	for (trial.index = 0; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(trial.index, 10, &trial.index) ||
		    __builtin_add_overflow(trial.index, (uint64_t)(*at - '0'), &trial.index))
			return -ENOENT;
		if (name_expand(name, &trial, made, sizeof(made)) >= 0 && !strcmp(made, path)) {
			*index = trial.index;
			return 0;
		}
	}
	return -ENOENT;
}
