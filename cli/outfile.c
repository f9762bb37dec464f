/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "outfile_internal.h"
#include "words.h"

#define FIFO_PAUSE_NS 20000000

int outfile_parse_sync(const char *text, enum outfile_sync *sync)
{
	static const char *const words[] = { "none", "end", "frame" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(text, words[i])) {
			*sync = (enum outfile_sync)i;
			return 0;
		}
	return say_why(-EINVAL, "\"%s\" is no fsync policy; write none, end or frame", text);
}

void outfile_folder(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		strcpy(folder, ".");
	else if (slash == path)
		strcpy(folder, "/");
	else
		snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path), path);
}

int outfile_failed(const char *path, int error)
{
	const char *remedy = "";

	switch (error) {
	case EEXIST:
		return say_why(-error, "%s exists; write another name, or add -y to replace it", path);
	case ENOENT:
		remedy = "; make its folder first, or add --mkdir";
		break;
	case EACCES:
	case EPERM:
		remedy = "; you may not write there: choose another folder or change its permissions";
		break;
	case EROFS:
		remedy = "; choose another folder";
		break;
	case ENOSPC:
	case EDQUOT:
		remedy = "; free some space or write to another file system";
		break;
	case EMFILE:
	case ENFILE:
		remedy = "; see \"ulimit -n\"";
		break;
	}
	return say_why(-error, "%s: %m%s", path, remedy);
}

static enum outfile_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return OUTFILE_REGULAR;
	return S_ISDIR(mode) ? OUTFILE_FOLDER : OUTFILE_DIRECT;
}

int outfile_kind(const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		return kind_of(st.st_mode);
	if (errno != ENOENT)
		return outfile_failed(path, errno);
	if (!lstat(path, &st))
		return say_why(-ELOOP, "%s is a symbolic link that leads nowhere; remove it", path);
	return OUTFILE_ABSENT;
}

/* Make the folders above @path that are missing. */
static int make_folders(const char *path)
{
	char folder[PATH_MAX];
	char *at;

	snprintf(folder, sizeof(folder), "%s", path);
	for (at = folder + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(folder, 0777) && errno != EEXIST)
			return outfile_failed(folder, errno);
		*at = '/';
	}
	return 0;
}

/* Has a signal that ends the program come, and is held back? */
static bool is_ending(void)
{
	sigset_t pending;

	return !sigpending(&pending) && (sigismember(&pending, SIGINT) == 1 ||
					 sigismember(&pending, SIGTERM) == 1 ||
					 sigismember(&pending, SIGHUP) == 1);
}

/*
 * A fifo opens when somebody reads it, which may be never: open(2) would wait
 * for that with signals blocked, so nobody could end it.
 */
static int open_fifo(const struct outfile *file)
{
	const struct timespec pause = { .tv_nsec = FIFO_PAUSE_NS };
	int fd, flags;

	while ((fd = open(file->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
		if (errno != ENXIO)
			return outfile_failed(file->path, errno);
		if (is_ending())
			return say_why(-EINTR, "%s: nobody read it before a signal came", file->path);
		nanosleep(&pause, NULL);
	}
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && !fcntl(fd, F_SETFL, flags & ~O_NONBLOCK))
		return fd;
	flags = errno;
	close(fd);
	return outfile_failed(file->path, flags);
}

static int open_direct(struct outfile *file, mode_t mode)
{
	int fd;

	if (S_ISBLK(mode) && !file->policy.overwrite)
		return say_why(-EEXIST, "%s is a block device; add -y to write over what is on it",
			       file->path);
	file->direct = true;
	if (S_ISFIFO(mode))
		return open_fifo(file);
	fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? outfile_failed(file->path, errno) : fd;
}

static int open_temporary(struct outfile *file)
{
	int fd = outfile_temporary_open(file), r;

	if (fd != -ENOENT || !file->policy.mkdir)
		return fd;
	r = make_folders(file->final);
	return r ? r : outfile_temporary_open(file);
}

/* Follow a symbolic link to what it means, so that the link stays. */
static int resolve(struct outfile *file, struct stat *st)
{
	if (!S_ISLNK(st->st_mode))
		return 0;
	if (stat(file->path, st))
		return errno == ENOENT ?
		       say_why(-ELOOP, "%s is a symbolic link that leads nowhere; remove it",
			       file->path) :
		       outfile_failed(file->path, errno);
	if (S_ISREG(st->st_mode) && !realpath(file->path, file->final))
		return outfile_failed(file->path, errno);
	return 0;
}

static int open_existing(struct outfile *file, struct stat *st)
{
	int r = resolve(file, st);

	if (r)
		return r;
	switch (kind_of(st->st_mode)) {
	case OUTFILE_FOLDER:
		return say_why(-EISDIR, "%s is a folder; put a file name behind it", file->path);
	case OUTFILE_DIRECT:
		return open_direct(file, st->st_mode);
	default:
		return file->policy.overwrite ? open_temporary(file) :
		       outfile_failed(file->path, EEXIST);
	}
}

int outfile_open(struct outfile *file, const char *path, const struct outfile_policy *policy)
{
	struct stat st;
	int fd;

	file->policy = *policy;
	file->direct = false;
	file->behind = NULL;
	file->in_place = NULL;
	file->slot = -1;
	file->temporary[0] = '\0';
	if ((size_t)snprintf(file->path, sizeof(file->path), "%s", path) >= sizeof(file->path))
		return outfile_failed(path, ENAMETOOLONG);
	strcpy(file->final, file->path);
	if (!lstat(path, &st))
		fd = open_existing(file, &st);
	else if (errno == ENOENT)
		fd = open_temporary(file);
	else
		fd = outfile_failed(path, errno);
	if (fd < 0)
		return fd;
	sink_fd_init(&file->out, fd, file->path);
	if (!file->direct)
		sink_fd_may_patch(&file->out);
	return 0;
}

/*
 * Give the temporary file its name, which must be free.  Where the file system
 * lacks RENAME_NOREPLACE a hard link does the same; where it lacks links too
 * (FAT of old kernels) there is a moment in which another program could lose a
 * file of that name to us.
 */
static int rename_to_free(const char *from, const char *to)
{
	struct stat st;

	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -1;
	if (!link(from, to)) {
		unlink(from);
		return 0;
	}
	if (errno == EEXIST)
		return -1;
	if (!lstat(to, &st)) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

int outfile_write_directly(struct outfile *file, uint64_t expected)
{
	if (file->direct)
		return say_why(-EOPNOTSUPP, "it is no regular file");
	return direct_open(file->out.fd, file->path, expected, &file->behind);
}

int outfile_write_in_place(struct outfile *file, const struct inplace_setup *setup)
{
	if (file->direct)
		return say_why(-EOPNOTSUPP, "it is no regular file");
	return inplace_open(file->out.fd, file->path, setup, &file->in_place);
}

/* Everything out, by whatever way. */
static int finish_way(struct outfile *file)
{
	if (file->behind)
		return direct_finish(file->behind);
	return file->in_place ? inplace_cut(file->in_place, inplace_sink(file->in_place)->bytes) : 0;
}

static void close_way(struct outfile *file)
{
	direct_close(file->behind);
	file->behind = NULL;
	inplace_close(file->in_place);
	file->in_place = NULL;
}

static int commit_direct(struct outfile *file)
{
	return close(file->out.fd) ? outfile_failed(file->path, errno) : 0;
}

/* The descriptor is closed, or kept for the end of the run. */
static int finish_content(struct outfile *file)
{
	int fd = file->out.fd, error, r = finish_way(file);

	close_way(file);
	if (r) {
		close(fd);
		return r;
	}
	if (file->policy.sync == OUTFILE_SYNC_END)
		return outfile_sync_keep(fd, file->path);
	if (file->policy.sync == OUTFILE_SYNC_FRAME && fsync(fd)) {
		error = errno;
		close(fd);
		return outfile_failed(file->path, error);
	}
	return close(fd) ? outfile_failed(file->path, errno) : 0;
}

int outfile_commit(struct outfile *file)
{
	int r;

	if (file->direct)
		return commit_direct(file);
	r = finish_content(file);
	if (!r && (file->policy.overwrite ? rename(file->temporary, file->final) :
					    rename_to_free(file->temporary, file->final)))
		r = outfile_failed(file->path, errno);
	if (r)
		unlink(file->temporary);
	outfile_temporary_forget(file);
	if (!r && file->policy.sync == OUTFILE_SYNC_FRAME)
		r = outfile_sync_folder(file->final);
	return r;
}

int outfile_cut(struct outfile *file, uint64_t bytes)
{
	if (file->behind)
		return direct_cut(file->behind, bytes);
	if (file->in_place)
		return inplace_cut(file->in_place, bytes);
	if (ftruncate(file->out.fd, (off_t)bytes) ||
	    lseek(file->out.fd, (off_t)bytes, SEEK_SET) < 0)
		return outfile_failed(file->path, errno);
	file->out.sink.bytes = file->out.sink.done = bytes;
	return 0;
}

void outfile_abort(struct outfile *file)
{
	close_way(file);
	close(file->out.fd);
	if (!file->direct)
		unlink(file->temporary);
	outfile_temporary_forget(file);
}
