/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pictures whose names differ by a number, in the order of these numbers:
 * shot-%06d.png as printf(3) writes it, or shot-######.png as grab(1) does.
 */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define DIGITS_MAX 18		/* what fits in 64 bits, whatever the digits are */
#define HEAD 29			/* of a PNG file: its signature, and all of IHDR but the checksum */

static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

/* ---- a name with a number in it ---- */

struct pattern {
	size_t before, after;	/* where the number begins in the pattern, and where it ends */
	unsigned int digits;	/* at least */
};

/* %d, or %06d with any width */
static bool parse_percent(const char *text, struct pattern *p)
{
	int used = 0;

	p->digits = 1;
	if (sscanf(text, "%%0%2ud%n", &p->digits, &used) != 1 || !used)
		used = strncmp(text, "%d", 2) ? 0 : 2;
	p->after = p->before + (size_t)used;
	return used && p->digits && p->digits <= DIGITS_MAX;
}

static bool parse_hashes(const char *text, struct pattern *p)
{
	p->digits = (unsigned int)strspn(text, "#");
	p->after = p->before + p->digits;
	return p->digits && p->digits <= DIGITS_MAX;
}

/* The first number of the file's name; those of folders are names like others. */
static bool parse_pattern(const char *name, struct pattern *p)
{
	p->before = (size_t)(recording_base_name(name) - name);
	p->before += strcspn(name + p->before, "%#");
	return name[p->before] == '%' ? parse_percent(name + p->before, p) :
	       parse_hashes(name + p->before, p);
}

/* Is this the number, and nothing else, as printf would have written it? */
static bool match(const struct pattern *p, const char *pattern, const char *file, uint64_t *number)
{
	const char *base = recording_base_name(pattern);
	const size_t before = p->before - (size_t)(base - pattern);
	size_t digits;

	if (strncmp(file, base, before))
		return false;
	file += before;
	for (digits = 0; isdigit((unsigned char)file[digits]); digits++)
		;
	if (digits < p->digits || digits > DIGITS_MAX || (digits > p->digits && *file == '0'))
		return false;
	*number = strtoull(file, NULL, 10);
	return !strcmp(file + digits, pattern + p->after);
}

bool pictures_match(const char *name)
{
	struct pattern p;

	return parse_pattern(name, &p) && access(name, F_OK);
}

/* ---- finding them ---- */

static int compare_numbers(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int read_folder(struct recording *r, const struct pattern *p, DIR *dir)
{
	const struct dirent *entry;
	uint64_t number;
	int err = 0;

	while (!err && (entry = readdir(dir)))
		if (match(p, r->pattern, entry->d_name, &number))
			err = recording_add(r, number);
	return err;
}

static int find_numbers(struct recording *r)
{
	struct pattern p;
	char *folder;
	DIR *dir;
	int err;

	parse_pattern(r->pattern, &p);
	folder = strndup(r->pattern, (size_t)(recording_base_name(r->pattern) - r->pattern));
	if (!folder)
		return fail(-ENOMEM, "file: no memory for a name");
	dir = opendir(*folder ? folder : ".");
	err = dir ? read_folder(r, &p, dir) :
	      fail(errno == ENOENT ? -ENODEV : -errno, "file: the folder of %s cannot be read: %m", r->pattern);
	if (dir)
		closedir(dir);
	free(folder);
	if (!err && !r->count)
		err = fail(-ENODEV, "file: no file has a name like %s", r->pattern);
	if (!err)
		qsort(r->places, r->count, sizeof(*r->places), compare_numbers);
	return err;
}

char *pictures_name(const struct recording *r, uint64_t number)
{
	struct pattern p;
	char *name = NULL;

	if (!r->places) {
		name = strdup(r->pattern);
	} else {
		parse_pattern(r->pattern, &p);
		if (asprintf(&name, "%.*s%0*" PRIu64 "%s", (int)p.before, r->pattern, (int)p.digits,
			     r->places[number % r->count], r->pattern + p.after) < 0)
			name = NULL;
	}
	if (!name)
		(void)fail(-ENOMEM, "file: no memory for a name");
	return name;
}

/* ---- looking at them ---- */

bool png_recognise(const struct recording *r)
{
	uint8_t start[sizeof(signature)];

	return pread(r->fd, start, sizeof(start), 0) == sizeof(start) &&
	       !memcmp(start, signature, sizeof(start));
}

static int read_head(const char *name, uint8_t head[HEAD])
{
	uint64_t length;
	ssize_t got;
	int fd, err = recording_open_file(name, &fd, &length);

	if (err)
		return err;
	got = pread(fd, head, HEAD, 0);
	close(fd);
	if (got != HEAD || memcmp(head, signature, sizeof(signature)))
		return fail(-EOPNOTSUPP, "file: %s is no PNG picture; only these are read one by one", name);
	return 0;
}

/* Width, height and kind of pixels are all in the first chunk. */
static int check_alike(const struct recording *r)
{
	uint8_t first[HEAD] = { 0 }, head[HEAD] = { 0 };
	uint64_t i;
	char *name;
	int err = 0;

	for (i = 0; i < r->count && !err; i++) {
		name = pictures_name(r, i);
		if (!name)
			return -ENOMEM;
		err = read_head(name, i ? head : first);
		if (!err && i && memcmp(first, head, HEAD))
			err = fail(-EINVAL, "file: %s differs from the pictures before it in size or kind; convert it, or leave it out",
				   name);
		free(name);
	}
	return err;
}

int pictures_open(struct recording *r, const char *pattern)
{
	char *name;
	int err = 0;

	r->pattern = strdup(pattern);
	if (!r->pattern)
		return fail(-ENOMEM, "file: no memory for a name");
	if (pictures_match(pattern))
		err = find_numbers(r);
	else
		r->count = 1;
	if (!err)
		err = check_alike(r);
	if (err)
		return err;
	name = pictures_name(r, 0);
	err = name ? picture_format(name, &r->format) : -ENOMEM;
	free(name);
	return err;
}

int pictures_read(const struct recording *r, uint64_t number, recording_piece_fn *each, void *arg)
{
	char *name = pictures_name(r, number);
	int err = name ? picture_read(name, &r->format, each, arg) : -ENOMEM;

	free(name);
	return err;
}
