/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Temporary files, and a registry of them that a signal handler can walk: fixed
 * slots of paths that are never freed, each with a state that changes atomically.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "outfile_internal.h"
#include "words.h"

#define SLOTS 256
#define TRIES 100

enum { FREE, FILLING, USED };

static struct {
	atomic_int state;
	char path[PATH_MAX];
} slots[SLOTS];

static atomic_bool closed;	/* the program is on its way out */
static atomic_int opening;	/* threads between having a name and having its file */

#define OPENING_TRIES 1000	/* a millisecond each: what a disk that answers may take */

static int slot_take(const char *path)
{
	int i, expected;

	for (i = 0; i < SLOTS; i++) {
		expected = FREE;
		if (atomic_compare_exchange_strong(&slots[i].state, &expected, FILLING)) {
			strcpy(slots[i].path, path);
			atomic_store(&slots[i].state, USED);
			return i;
		}
	}
	return -1;
}

void outfile_temporary_forget(struct outfile *file)
{
	if (file->slot >= 0)
		atomic_store(&slots[file->slot].state, FREE);
	file->slot = -1;
	file->temporary[0] = '\0';
}

/* .NAME.grab-PID.tmp beside the final name; NAME is cut where that gets too long. */
static int temporary_name(struct outfile *file, int attempt)
{
	const char *slash = strrchr(file->final, '/');
	const char *base = slash ? slash + 1 : file->final;
	char tail[48];
	int length, room;

	if (attempt)
		snprintf(tail, sizeof(tail), ".grab-%d-%d.tmp", (int)getpid(), attempt);
	else
		snprintf(tail, sizeof(tail), ".grab-%d.tmp", (int)getpid());
	room = NAME_MAX - 1 - (int)strlen(tail);
	length = snprintf(file->temporary, sizeof(file->temporary), "%.*s.%.*s%s",
			  (int)(base - file->final), file->final, room, base, tail);
	if (length >= (int)sizeof(file->temporary))
		return say_why(-ENAMETOOLONG, "%s: no room for the name of a temporary file beside it; use a shorter path",
			       file->path);
	return 0;
}

static int open_slot(struct outfile *file)
{
	int fd, error;

	file->slot = slot_take(file->temporary);
	if (file->slot < 0) {
		errno = EMFILE;
		return -1;
	}
	atomic_fetch_add(&opening, 1);
	if (atomic_load(&closed)) {
		fd = -1;
		error = ECANCELED;
	} else {
		fd = open(file->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
		error = errno;
	}
	atomic_fetch_sub(&opening, 1);
	if (fd < 0)
		outfile_temporary_forget(file);
	errno = error;
	return fd;
}

int outfile_temporary_open(struct outfile *file)
{
	int fd = -1, attempt, r;

	for (attempt = 0; attempt < TRIES; attempt++) {
		r = temporary_name(file, attempt);
		if (r)
			return r;
		fd = open_slot(file);
		/* one is left over from a killed process, or two long names were cut to the same */
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	if (fd >= 0)
		return fd;
	if (errno == ECANCELED)
		return say_why(-ECANCELED, "%s: not begun, the program is ending", file->path);
	return outfile_failed(file->path, errno);
}

void outfile_unlink_all(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int i, saved = errno;

	atomic_store(&closed, true);
	/* who saw it open may be making a file: wait, but not for a disk that hangs */
	for (i = 0; i < OPENING_TRIES && atomic_load(&opening); i++)
		nanosleep(&pause, NULL);
	for (i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].state) == USED)
			unlink(slots[i].path);
	errno = saved;
}
