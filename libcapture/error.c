/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This thread's last failure, in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "libcapture.h"

static _Thread_local char words[1024];

const char *capture_error(void)
{
	return words;
}

int (fail)(int error, const char *format, ...)
{
	char text[sizeof(words)];	/* an argument may be capture_error() itself */
	va_list args;

	errno = -error;		/* so that "%m" names it */
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(words, text, sizeof(words));
	return error;
}

int (fail_in)(int error, const char *format, ...)
{
	char said[sizeof(words)];
	va_list args;
	int len;

	memcpy(said, words, sizeof(said));
	va_start(args, format);
	len = vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < sizeof(words))
		snprintf(words + len, sizeof(words) - (size_t)len, "%s", said);
	return error;
}
