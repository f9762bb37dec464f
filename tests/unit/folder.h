/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fresh folder for each test, which is then the current one; and files in it. */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>

/* For cmocka: go there; leave and remove it. */
int folder_enter(void **unused);
int folder_leave(void **unused);

/* How many names a folder has, hidden ones too. */
int folder_names(const char *path);

/* Make a file; look at one. */
void folder_put(const char *path, const char *text);
void folder_put_bytes(const char *path, const void *bytes, size_t length);
void folder_holds(const char *path, const char *want);

/* Root may write anywhere: be nobody for a while. */
void folder_drop_root(void);
void folder_regain_root(void);

#endif /* FOLDER_H */
