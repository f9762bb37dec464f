/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at all targets of a run before the first frame. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "outfile_internal.h"
#include "words.h"

/* From this many names on, reading the folder once beats looking for each. */
#define SCAN_FROM 256

struct check {
	const struct name *name;
	struct name_facts facts;
	uint64_t first, count;
	const struct outfile_policy *policy;
	struct outfile_report *report;
};

/* The folder of @path, or what is there of it if it may be made. */
static int existing_folder(const char *path, bool may_make, char folder[PATH_MAX])
{
	char above[PATH_MAX];
	struct stat st;

	outfile_folder(path, folder);
	while (stat(folder, &st)) {
		if (errno != ENOENT || !may_make || !strcmp(folder, ".") || !strcmp(folder, "/"))
			return outfile_failed(path, errno);
		outfile_folder(folder, above);
		strcpy(folder, above);
	}
	if (!S_ISDIR(st.st_mode))
		return say_why(-ENOTDIR, "%s: %s is not a folder", path, folder);
	return 0;
}

static int check_folder(const char *path, bool may_make)
{
	char folder[PATH_MAX];
	int r = existing_folder(path, may_make, folder);

	if (r)
		return r;
	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS))
		return outfile_failed(path, errno);
	return 0;
}

static int free_space(const char *path, struct outfile_report *report)
{
	char folder[PATH_MAX];
	struct statvfs fs;
	struct stat st;
	int r = existing_folder(path, true, folder);

	if (r)
		return r;
	if (stat(folder, &st) || statvfs(folder, &fs))
		return outfile_failed(path, errno);
	report->device = st.st_dev;
	/* no blocks at all, as hugetlbfs without a limit has it: it does not tell */
	if (!fs.f_blocks ||
	    __builtin_mul_overflow((uint64_t)fs.f_bavail, (uint64_t)fs.f_frsize, &report->free_bytes))
		report->free_bytes = UINT64_MAX;
	report->free_files = fs.f_files ? (uint64_t)fs.f_favail : UINT64_MAX;
	return 0;
}

/* One target that is there: may it be? */
static int found(struct check *c, const char *path)
{
	int kind = outfile_kind(path);
	struct stat st;

	if (kind < 0)
		return kind;
	if (kind == OUTFILE_FOLDER)
		return say_why(-EISDIR, "%s is a folder; write another name", path);
	/* of what is written directly, only a disk has something to lose */
	if (kind != OUTFILE_REGULAR && (stat(path, &st) || !S_ISBLK(st.st_mode)))
		return 0;
	if (!c->report->existing++)
		strcpy(c->report->existing_first, path);
	return 0;
}

static int check_each(struct check *c)
{
	char path[PATH_MAX], folder[PATH_MAX], last[PATH_MAX] = "";
	struct stat st;
	uint64_t i;
	int r;

	for (i = 0; i < c->count; i++) {
		c->facts.index = c->first + i;
		r = name_expand(c->name, &c->facts, path, sizeof(path));
		if (r < 0)
			return r;
		outfile_folder(path, folder);
		if (strcmp(folder, last)) {
			r = check_folder(path, c->policy->mkdir);
			if (r)
				return r;
			strcpy(last, folder);
		}
		if (!lstat(path, &st))
			r = found(c, path);
		else
			r = errno == ENOENT ? 0 : outfile_failed(path, errno);
		if (r)
			return r;
	}
	return 0;
}

/* Read the folder of @path and call @each with every name that an index gives. */
static int scan_folder(const struct name *name, const struct name_facts *facts, const char *path,
		       int (*each)(void *arg, const char *path, uint64_t index), void *arg)
{
	const char *slash = strrchr(path, '/');
	int head = slash ? (int)(slash + 1 - path) : 0, r = 0;
	char folder[PATH_MAX], entry[2 * PATH_MAX];
	struct dirent *d;
	uint64_t index;
	DIR *dir;

	outfile_folder(path, folder);
	dir = opendir(folder);
	if (!dir)
		return outfile_failed(path, errno);
	while (!r && (errno = 0, d = readdir(dir))) {
		snprintf(entry, sizeof(entry), "%.*s%s", head, path, d->d_name);
		if (!name_index(name, facts, entry, &index))
			r = each(arg, entry, index);
	}
	if (!r && errno)
		r = outfile_failed(path, errno);
	closedir(dir);
	return r;
}

static int found_entry(void *arg, const char *path, uint64_t index)
{
	struct check *c = arg;

	return index >= c->first && index - c->first < c->count ? found(c, path) : 0;
}

static int check_names(struct check *c, bool folder_exists)
{
	char folder[PATH_MAX];

	if (c->count < SCAN_FROM || name_index_in_folder(c->name) || !folder_exists)
		return check_each(c);
	outfile_folder(c->report->first, folder);
	/* a folder that may be entered but not read */
	if (faccessat(AT_FDCWD, folder, R_OK, AT_EACCESS))
		return check_each(c);
	return scan_folder(c->name, &c->facts, c->report->first, found_entry, c);
}

static int check_existing(struct check *c)
{
	const struct outfile_report *report = c->report;

	if (!report->existing || c->policy->overwrite)
		return 0;
	if (report->existing == 1)
		return outfile_failed(report->existing_first, EEXIST);
	return say_why(-EEXIST, "%s and %" PRIu64 " more of the %" PRIu64 " files exist; write another name, use --start, or add -y to replace them",
		       report->existing_first, report->existing - 1, c->count);
}

/* First and last name: the last is the longest, so limits hold for all. */
static int check_ends(struct check *c)
{
	struct outfile_report *report = c->report;
	uint64_t last;
	int r;

	r = name_expand(c->name, &c->facts, report->first, sizeof(report->first));
	if (r < 0 || !c->count)
		return r < 0 ? r : 0;
	if (__builtin_add_overflow(c->first, c->count - 1, &last))
		return say_why(-EOVERFLOW, "%" PRIu64 " frames from number %" PRIu64 " on are more than can be numbered",
			       c->count, c->first);
	c->facts.index = last;
	r = name_expand(c->name, &c->facts, report->last, sizeof(report->last));
	c->facts.index = c->first;
	return r < 0 ? r : 0;
}

int outfile_check(const struct name *name, const struct name_facts *facts, uint64_t count,
		  const struct outfile_policy *policy, struct outfile_report *report)
{
	struct check c = {
		.name = name, .facts = *facts, .first = facts->index, .count = count,
		.policy = policy, .report = report,
	};
	char folder[PATH_MAX];
	struct stat st;
	int r;

	memset(report, 0, sizeof(*report));
	r = check_ends(&c);
	if (!r)
		r = check_folder(report->first, policy->mkdir);
	if (!r)
		r = free_space(report->first, report);
	if (r)
		return r;
	if (!name_is_predictable(name))
		return 0;
	/* an open-ended run: at least its first name is known */
	if (!c.count)
		c.count = 1;
	else
		report->targets = count;
	outfile_folder(report->first, folder);
	r = check_names(&c, !stat(folder, &st));
	return r ? r : check_existing(&c);
}

int outfile_check_one(const char *path, const struct outfile_policy *policy)
{
	int kind = outfile_kind(path);

	switch (kind) {
	case OUTFILE_DIRECT:
		return 0;
	case OUTFILE_FOLDER:
		return say_why(-EISDIR, "%s is a folder; write another name", path);
	case OUTFILE_REGULAR:
		if (!policy->overwrite)
			return outfile_failed(path, EEXIST);
		break;
	}
	return kind < 0 ? kind : check_folder(path, policy->mkdir);
}

static int highest(void *arg, const char *path, uint64_t index)
{
	uint64_t *next = arg;

	if (index >= *next && index < UINT64_MAX)
		*next = index + 1;
	return 0;
}

int outfile_next_index(const struct name *name, const struct name_facts *facts, uint64_t *index)
{
	char path[PATH_MAX], folder[PATH_MAX];
	struct stat st;
	uint64_t next = 0;
	int r;

	if (!name_has(name, NAME_INDEX) || !name_is_predictable(name) || name_index_in_folder(name))
		return say_why(-EINVAL, "--start auto needs a file name with %%06d in its last part and no time or sequence number");
	r = name_expand(name, facts, path, sizeof(path));
	if (r < 0)
		return r;
	outfile_folder(path, folder);
	if (stat(folder, &st) && errno == ENOENT) {
		*index = 0;
		return 0;
	}
	r = scan_folder(name, facts, path, highest, &next);
	if (!r)
		*index = next;
	return r;
}
