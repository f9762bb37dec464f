/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What grab says on stderr.  stdout is for data that was asked for.
 *
 * An error reads "what: why; remedy": "out.png: exists; use -y to replace it".
 */
#ifndef GRAB_SAY_H
#define GRAB_SAY_H

#include <stdbool.h>

#include "status.h"

enum say_level {
	SAY_ERRORS = -1,	/* -q */
	SAY_NOTES = 0,
	SAY_DETAILS = 1,	/* -v */
	SAY_DEBUG = 2,		/* -vv */
};

/* @json: errors are one JSON object each. @device: goes into them; may be NULL; kept. */
void say_setup(enum say_level level, bool json);
void say_device(const char *device);

/* Is this level shown? */
bool say_shows(enum say_level level);

/*
 * Say why grab ends, or will end.
 * @error:	the negative errno behind it, or 0
 *
 * Return: @status.
 */
__attribute__((format(printf, 3, 4)))
int say_error(int status, int error, const char *format, ...);

/* The same with the library's last error for text; the status follows from phase and errno. */
int say_library_error(enum phase phase, int error);

/* "grab: " and the text, if @level is shown. */
__attribute__((format(printf, 2, 3)))
void say(enum say_level level, const char *format, ...);

/*
 * A line that is drawn over and over (the progress bar) must be wiped before
 * something else is written. @wipe: NULL: no such line any more.
 */
void say_before(void (*wipe)(void));

#endif /* GRAB_SAY_H */
