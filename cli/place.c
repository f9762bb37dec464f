/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

#define PLACES_MAX (REQUEST_OUTPUTS_MAX + 2)

struct place {
	const char *option;	/* "--output" */
	const char *name;	/* as the user wrote it */
	bool written_to;	/* what is there is opened and written to, never replaced */
	bool known;		/* ... and is this */
	struct stat st;
	char pattern[PATH_MAX + 1];	/* in resolved folders; "": standard output */
};

/* ---- patterns ----------------------------------------------------------- */

static bool fits_digits(char c)
{
	return (c >= '0' && c <= '9') || c == ' ' || c == PLACE_DIGITS || c == PLACE_ANY;
}

static bool fits_any(char c)
{
	return c && c != '/';
}

/*
 * From having matched so much of both to having matched more: here[j] is for the
 * position i in one and j in the other, next[j] for i + 1.
 */
static void step(char x, char y, bool *here, bool *next)
{
	if (x == PLACE_ANY) {
		next[0] = true;
		here[1] |= fits_any(y);
	}
	if (y == PLACE_ANY) {
		here[1] = true;
		next[0] |= fits_any(x);
	}
	if (x == PLACE_DIGITS && fits_digits(y))
		here[1] = next[1] = true;
	if (y == PLACE_DIGITS && fits_digits(x))
		next[0] = next[1] = true;
	if (x == y && x)
		next[1] = true;
}

bool place_patterns_meet(const char *one, const char *other)
{
	size_t columns = strlen(other) + 1;
	/* the last column has one behind it that nothing gets to */
	bool *rows = calloc(2 * (columns + 1), sizeof(*rows)), meet;
	bool *here = rows, *next, *swap;

	if (!rows)
		return false;
	next = rows + columns + 1;
	here[0] = true;
	while (1) {
		for (size_t j = 0; j < columns; j++)
			if (here[j])
				step(*one, other[j], &here[j], &next[j]);
		if (!*one++)
			break;
		swap = here;
		here = next;
		next = swap;
		memset(next, 0, (columns + 1) * sizeof(*next));
	}
	meet = here[columns - 1];
	free(rows);
	return meet;
}

/* ---- from names to patterns --------------------------------------------- */

/* @path with its folder, or as much of it as is there, resolved. */
static void resolve(const char *path, char out[PATH_MAX + 1])
{
	char folder[PATH_MAX], real[PATH_MAX];
	size_t length = strlen(path);

	while (length && path[length - 1] != '/')
		length--;
	while (1) {
		snprintf(folder, sizeof(folder), "%.*s", length ? (int)length : 1,
			 length ? path : ".");
		if (realpath(folder, real))
			break;
		if (!length) {
			snprintf(out, PATH_MAX + 1, "%s", path);
			return;
		}
		for (length--; length && path[length - 1] != '/';)
			length--;
	}
	while (path[length] == '/')
		length++;
	if ((size_t)snprintf(out, PATH_MAX + 1, "%s/%s", strcmp(real, "/") ? real : "",
			     path + length) > PATH_MAX)
		snprintf(out, PATH_MAX + 1, "%s", path);
}

/* A name that is known: what is there, links followed. */
static void set_path(struct place *p, const char *path)
{
	char real[PATH_MAX];

	p->known = !stat(path, &p->st);
	p->written_to = p->known && !S_ISREG(p->st.st_mode);
	if (p->known && realpath(path, real))
		snprintf(p->pattern, sizeof(p->pattern), "%s", real);
	else
		resolve(path, p->pattern);
}

static void set_standard(struct place *p)
{
	p->known = !fstat(STDOUT_FILENO, &p->st);
	p->written_to = true;
}

static void set_template(struct place *p, const struct name *name)
{
	char pattern[PATH_MAX] = "";
	size_t length = 0;

	for (unsigned int i = 0; i < name->count && length < sizeof(pattern) - 1; i++) {
		const struct name_piece *piece = &name->piece[i];

		if (piece->kind == NAME_TEXT)
			length += (size_t)snprintf(pattern + length, sizeof(pattern) - length, "%.*s",
						   piece->length, name->text + piece->at);
		else
			pattern[length++] = piece->kind == NAME_SERIAL || piece->kind == NAME_TIME ?
					    PLACE_ANY : PLACE_DIGITS;
		if (length > sizeof(pattern) - 1)
			length = sizeof(pattern) - 1;
	}
	pattern[length] = '\0';
	resolve(pattern, p->pattern);
}

static void set_output(struct place *p, const struct output *o)
{
	*p = (struct place){ .option = "--output", .name = o->wish->template };
	if (o->standard)
		set_standard(p);
	else if (o->mode == OUTPUT_FILES && !name_is_fixed(&o->name))
		set_template(p, &o->name);
	else
		set_path(p, o->path);
}

static void set_side(struct place *p, const char *option, const char *path)
{
	*p = (struct place){ .option = option, .name = path };
	if (strcmp(path, "-"))
		set_path(p, path);
	else
		set_standard(p);
}

/* ---- comparing ---------------------------------------------------------- */

static bool are_same(const struct place *a, const struct place *b)
{
	if (a->known && b->known && (a->written_to || b->written_to))
		return a->st.st_dev == b->st.st_dev && a->st.st_ino == b->st.st_ino &&
		       !S_ISCHR(a->st.st_mode);
	return *a->pattern && *b->pattern && place_patterns_meet(a->pattern, b->pattern);
}

int places_check(const struct output *outputs, unsigned int count, const struct request *r)
{
	struct place *places = calloc(PLACES_MAX, sizeof(*places));
	unsigned int n = 0;
	int status = 0;

	if (!places)
		return say_error(STATUS_MEMORY, -ENOMEM, "%m");
	for (unsigned int i = 0; i < count; i++)
		set_output(&places[n++], &outputs[i]);
	if (r->metadata)
		set_side(&places[n++], "--metadata", r->metadata);
	if (r->stats_file)
		set_side(&places[n++], "--stats", r->stats_file);
	for (unsigned int i = 0; !status && i < n; i++)
		for (unsigned int j = i + 1; !status && j < n; j++)
			if (are_same(&places[i], &places[j]))
				status = say_error(STATUS_USAGE, -EINVAL, "%s %s and %s %s can give the "
						   "same file; give one of them another name or folder",
						   places[i].option, places[i].name, places[j].option,
						   places[j].name);
	free(places);
	return status;
}
