/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a failure gets its words. */
#ifndef CAPTURE_ERROR_H
#define CAPTURE_ERROR_H

#include <errno.h>

/**
 * fail - remember in words why something failed
 * @error:	a negative errno
 *
 * One or two sentences: what was tried on what, why it failed, and after a
 * semicolon or in the second sentence what to do.  "%m" is the text of @error.
 * The text goes to this thread's fixed buffer: reporting an error cannot fail.
 *
 *	return fail(-EACCES, "%s: %m; join the group \"video\"", path);
 *
 * Return: @error.
 */
__attribute__((format(printf, 2, 3)))
int fail(int error, const char *format, ...);

/* Put something in front of the words: "v4l2:0: " + what was said. Returns @error. */
__attribute__((format(printf, 2, 3)))
int fail_in(int error, const char *format, ...);

#ifdef __clang_analyzer__
/* it does not see into error.c: what comes back is the error that went in */
#define fail(error, ...) (error)
#define fail_in(error, ...) (error)
#endif

#endif /* CAPTURE_ERROR_H */
