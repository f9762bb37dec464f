/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files outfile*.c share. */
#ifndef GRAB_OUTFILE_INTERNAL_H
#define GRAB_OUTFILE_INTERNAL_H

#include "outfile.h"

/* The folder of @path, "." if it has none, "/" for the root. */
void outfile_folder(const char *path, char folder[PATH_MAX]);

/* Words for a failure of opening or renaming @path, from a positive errno. Returns -@error. */
int outfile_failed(const char *path, int error);

/* outfile_temporary.c: the registry of temporary files */
int outfile_temporary_open(struct outfile *file);	/* a descriptor; sets temporary and slot */
void outfile_temporary_forget(struct outfile *file);	/* it was renamed or unlinked */

/* outfile_sync.c */
int outfile_sync_keep(int fd, const char *path);	/* takes the descriptor, for the end of the run */
int outfile_sync_folder(const char *path);		/* fsync the folder of @path */

#endif /* GRAB_OUTFILE_INTERNAL_H */
