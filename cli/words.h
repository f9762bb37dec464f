/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a failure inside the command gets its words; say.h prints them. */
#ifndef GRAB_WORDS_H
#define GRAB_WORDS_H

#include <errno.h>

/**
 * say_why - remember in words why something failed
 * @error:	a negative errno
 *
 * One or two sentences: what was tried on what, why it failed, and what to do
 * about it.  "%m" is the text of @error.  The words go to a fixed buffer of
 * this thread (cut if too long): reporting a failure cannot fail.
 *
 *	return say_why(-ENOSPC, "%s: %m; free some space or write elsewhere", path);
 *
 * Return: @error.
 */
__attribute__((format(printf, 2, 3)))
int say_why(int error, const char *format, ...);

/**
 * say_why_in - put something in front of the words
 *
 *	return say_why_in(error, "frame %" PRIu64 ": ", index);
 *
 * Return: @error.
 */
__attribute__((format(printf, 2, 3)))
int say_why_in(int error, const char *format, ...);

/**
 * why - this thread's last failure, in words
 *
 * Words belong to the thread: one that hands a failure to another copies them.
 *
 * Return: never NULL; "" before the first failure; valid until this thread's
 * next say_why().
 */
const char *why(void);

#ifdef __clang_analyzer__
/* it does not see into words.c: what comes back is the error that went in */
#define say_why(error, ...) (error)
#define say_why_in(error, ...) (error)
#endif

#endif /* GRAB_WORDS_H */
