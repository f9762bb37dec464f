/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Durability at the end of a run.  The descriptors of the first files are kept
 * and each is synced; when a run makes more files than that, one syncfs(2) per
 * file system is cheaper, and from the first kept descriptor on it also tells
 * of writes that failed behind our back.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile_internal.h"
#include "words.h"

#define FILES_MAX 32		/* descriptors kept to be synced one by one */
#define SYSTEMS_MAX 16		/* file systems that a run writes to */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	int fd;
	char path[PATH_MAX];
} files[FILES_MAX];
static unsigned int file_count;

static struct {
	int fd;			/* of a folder in it */
	dev_t device;
} systems[SYSTEMS_MAX];
static unsigned int system_count;
static bool many;		/* more files than are kept: syncfs at the end */

static int open_folder(const char *path)
{
	char folder[PATH_MAX];

	outfile_folder(path, folder);
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int outfile_sync_folder(const char *path)
{
	int fd = open_folder(path), error;

	/* a folder that may be written but not read cannot be synced by us */
	if (fd < 0)
		return errno == EACCES ? 0 : outfile_failed(path, errno);
	error = fsync(fd) && errno != EINVAL ? errno : 0;
	close(fd);
	return error ? outfile_failed(path, error) : 0;
}

/* Remember the file system of @fd, while it has something to tell. */
static int keep_system(int fd, const char *path)
{
	struct stat st;
	unsigned int i;
	int folder;

	if (fstat(fd, &st))
		return outfile_failed(path, errno);
	for (i = 0; i < system_count; i++)
		if (systems[i].device == st.st_dev)
			return 0;
	if (system_count == SYSTEMS_MAX)
		return fsync(fd) ? outfile_failed(path, errno) : 0;
	folder = open_folder(path);
	if (folder < 0)
		folder = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (folder < 0)
		return outfile_failed(path, errno);
	systems[system_count].fd = folder;
	systems[system_count++].device = st.st_dev;
	return 0;
}

static int keep_or_close(int fd, const char *path)
{
	int r = keep_system(fd, path);

	if (!r && file_count < FILES_MAX) {
		strcpy(files[file_count].path, path);
		files[file_count++].fd = fd;
		return 0;
	}
	many = true;
	if (close(fd) && !r)
		r = outfile_failed(path, errno);
	return r;
}

int outfile_sync_keep(int fd, const char *path)
{
	int r;

	pthread_mutex_lock(&lock);
	r = keep_or_close(fd, path);
	pthread_mutex_unlock(&lock);
	return r;
}

/* Sync what was kept, in either way; the first failure counts. */
static int sync_kept(void)
{
	unsigned int i;
	int r = 0;

	for (i = 0; i < file_count; i++) {
		if (!many && !r && fsync(files[i].fd))
			r = outfile_failed(files[i].path, errno);
		if (!many && !r)
			r = outfile_sync_folder(files[i].path);
		if (close(files[i].fd) && !r)
			r = outfile_failed(files[i].path, errno);
	}
	for (i = 0; i < system_count; i++) {
		if (many && !r && syncfs(systems[i].fd))
			r = say_why(-errno, "%m while the written files were made durable");
		close(systems[i].fd);
	}
	file_count = system_count = 0;
	many = false;
	return r;
}

int outfile_sync_all(void)
{
	int r;

	pthread_mutex_lock(&lock);
	r = sync_kept();
	pthread_mutex_unlock(&lock);
	return r;
}
