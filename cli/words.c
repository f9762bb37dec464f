/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

#define WORDS_MAX 1024

static _Thread_local char words[WORDS_MAX];

int (say_why)(int error, const char *format, ...)
{
	char text[WORDS_MAX];	/* an argument may be why() itself */
	va_list args;

	errno = -error;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	strcpy(words, text);
	errno = -error;
	return error;
}

int (say_why_in)(int error, const char *format, ...)
{
	char text[WORDS_MAX];
	size_t length;
	va_list args;

	errno = -error;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	length = strlen(text);
	snprintf(text + length, sizeof(text) - length, "%s", words);
	strcpy(words, text);
	errno = -error;
	return error;
}

const char *why(void)
{
	return words;
}
