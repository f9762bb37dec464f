/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are whole or not there.
 *
 *	outfile_open	creates .NAME.grab-PID.tmp in the folder of NAME
 *	(sink)		bytes go there
 *	outfile_commit	fsync if asked, then renamed to NAME, which must not exist
 *			unless overwriting was asked for
 *	outfile_abort	unlinked
 *
 * A run that is killed, even by SIGKILL, never leaves a part of a file under
 * its final name.  After a fatal signal outfile_unlink_all() removes the
 * temporary files; after SIGKILL they stay.
 *
 * Targets that exist and are no regular files (/dev/null, a fifo, a terminal)
 * are opened and written directly; the rules about overwriting do not apply,
 * except to block devices, which count as existing files.  All frames of a run
 * belong into one opening of such a target, as on standard output: see
 * outfile_kind().
 *
 * A symbolic link to a regular file stays: the file behind it is replaced.  A
 * link that leads nowhere is refused.  A target that is a folder is refused.
 *
 * Threads: different struct outfile may be used by different threads at once.
 */
#ifndef GRAB_OUTFILE_H
#define GRAB_OUTFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "direct.h"
#include "inplace.h"
#include "name.h"
#include "sink.h"

/* When bytes are made durable: --fsync */
enum outfile_sync {
	OUTFILE_SYNC_NONE,	/* when the kernel likes */
	OUTFILE_SYNC_END,	/* once, by outfile_sync_all() at the end of the run */
	OUTFILE_SYNC_FRAME,	/* each file before it gets its name, and its folder after: then
				   a file that has its name is whole even after a power cut */
};

struct outfile_policy {
	bool overwrite;			/* --overwrite: replace existing files */
	bool mkdir;			/* --mkdir: make missing folders, mode 0777 & ~umask */
	enum outfile_sync sync;
};

/* "none", "end" or "frame". 0, or -EINVAL with words. */
int outfile_parse_sync(const char *text, enum outfile_sync *sync);

enum outfile_kind {
	OUTFILE_ABSENT,		/* nothing there */
	OUTFILE_REGULAR,	/* a file, or a link to one */
	OUTFILE_DIRECT,		/* device, fifo, socket: written directly */
	OUTFILE_FOLDER,
};

/**
 * outfile_kind - what is there now
 *
 * Return: enum outfile_kind, or a negative errno with words (-EACCES, -ELOOP, ...).
 */
int outfile_kind(const char *path);

struct outfile {
	struct sink_fd out;		/* give &out.sink to an encoder */
	struct direct *behind;		/* or, if this is not NULL, direct_sink() of it */
	struct inplace *in_place;	/* or inplace_sink() of this */
	struct outfile_policy policy;
	bool direct;			/* not a regular file: no temporary, no rename */
	int slot;			/* in the registry of temporary files; -1: none */
	char path[PATH_MAX];		/* as asked, for words */
	char final[PATH_MAX];		/* symbolic links resolved */
	char temporary[PATH_MAX];
};

/**
 * outfile_open - begin a file
 *
 * Return: 0; -EEXIST: it exists and overwriting is off; -ENOENT: its folder is
 * missing; -EACCES, -EROFS: not writable; -EISDIR; -ENOSPC, -EDQUOT;
 * -EMFILE; -ENAMETOOLONG; -ECANCELED: after outfile_unlink_all(); -EINTR: a fifo
 * that nobody read until SIGINT, SIGTERM or SIGHUP was pending.  With words.
 * On failure there is nothing to abort.
 */
int outfile_open(struct outfile *file, const char *path, const struct outfile_policy *policy);

/**
 * outfile_write_directly - past the page cache: see direct.h
 * @expected:	bytes that will come; 0: not known
 *
 * For a file that has no byte yet.
 *
 * Return: 0, or -EOPNOTSUPP, -ENOMEM with words: it can be written as it was.
 */
int outfile_write_directly(struct outfile *file, uint64_t expected);

/**
 * outfile_write_in_place - frames are captured into the file: see inplace.h
 *
 * For a file that has no byte yet.
 *
 * Return: 0, or -EOPNOTSUPP, -ENOMEM with words: it can be written as it was.
 */
int outfile_write_in_place(struct outfile *file, const struct inplace_setup *setup);

/**
 * outfile_commit - give the file its name
 *
 * Return: 0; -EEXIST: somebody made a file of that name meanwhile; or what
 * the last writes, fsync, close or rename said.  With words.  The file is closed in any case; on
 * failure nothing of it is left.
 */
int outfile_commit(struct outfile *file);

/**
 * outfile_cut - leave out what was written behind the first @bytes
 *
 * Not for a direct target.
 *
 * Return: 0, or a negative errno with words.
 */
int outfile_cut(struct outfile *file, uint64_t bytes);

/** outfile_abort - throw an unfinished file away. A direct target is closed. */
void outfile_abort(struct outfile *file);

/**
 * outfile_unlink_all - unlink all temporary files now; none can be made after
 *
 * For the way out on a fatal signal: async-signal-safe.
 */
void outfile_unlink_all(void);

/**
 * outfile_sync_all - make durable what this process committed so far
 *
 * For OUTFILE_SYNC_END, once at the end of the run: one syncfs(2) per file
 * system written to.
 *
 * Return: 0, or what the file systems said (-EIO, -ENOSPC, -EDQUOT), with words.
 */
int outfile_sync_all(void);

/* what outfile_check() found */
struct outfile_report {
	uint64_t targets;	/* names looked at; 0: they are not known beforehand */
	uint64_t existing;	/* of those, names that exist */
	uint64_t device;	/* the file system of the first file */
	uint64_t free_bytes;	/* that this user may fill, where the first file goes */
	uint64_t free_files;	/* inodes likewise; UINT64_MAX: the file system does not count */
	char first[PATH_MAX];	/* first and last name; last is "" for an open-ended run */
	char last[PATH_MAX];
	char existing_first[PATH_MAX];	/* one of the names that exist, or "" */
};

/**
 * outfile_check - look at all targets of a run before the first frame
 * @facts:	index is that of the first frame; sequence and times may be guesses,
 *		they only make the names in the report
 * @count:	files; 0: open-ended
 *
 * Every name is within the limits, its folder is there (or may be made, with
 * mkdir: nothing is made yet) and writable, it is not a folder, and unless
 * overwriting it does not exist.  Names that depend on sequence or time cannot
 * be known: only the folder of the first is looked at, and outfile_commit()
 * finds the rest.
 *
 * Return: 0; -EEXIST (words name one file and count the rest), -ENOENT,
 * -ENOTDIR, -EACCES, -EROFS, -EISDIR, -ENAMETOOLONG, ...  With words.  @report
 * is filled as far as it got.
 */
int outfile_check(const struct name *name, const struct name_facts *facts, uint64_t count,
		  const struct outfile_policy *policy, struct outfile_report *report);

/**
 * outfile_check_one - the same for one file
 *
 * Return: 0, or a negative errno with words.
 */
int outfile_check_one(const char *path, const struct outfile_policy *policy);

/**
 * outfile_next_index - one more than the highest index that exists: --start auto
 *
 * Looks in the folder of the name (the index must be in the last component).
 *
 * Return: 0 and @index (0 where there is none); -EINVAL: the template has no
 * index or is not predictable; or what reading the folder said.  With words.
 */
int outfile_next_index(const struct name *name, const struct name_facts *facts, uint64_t *index);

#endif /* GRAB_OUTFILE_H */
