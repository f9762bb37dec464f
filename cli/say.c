/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "say.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcapture.h"

static enum say_level shown = SAY_NOTES;
static bool as_json;
static const char *device_name;
static void (*wipe_line)(void);

void say_setup(enum say_level level, bool json)
{
	shown = level;
	as_json = json;
}

void say_device(const char *device)
{
	device_name = device;
}

void say_before(void (*wipe)(void))
{
	wipe_line = wipe;
}

bool say_shows(enum say_level level)
{
	return level <= shown;
}

static void say_json(int status, int error, const char *text)
{
	const char *remedy = strstr(text, "; ");
	size_t length = remedy ? (size_t)(remedy - text) : strlen(text);
	json_t *object = json_pack("{s:s, s:i, s:s, s:s%, s:s?, s:o, s:s?}",
				   "schema", "grab.error/1",
				   "code", status,
				   "id", status_find(status)->id,
				   "msg", text, length,
				   "hint", remedy ? remedy + 2 : NULL,
				   "errno", error ? json_integer(-error) : json_null(),
				   "device", device_name);

	if (!object) {	/* not UTF-8, or no memory: the words matter more than the form */
		fprintf(stderr, "grab: %s\n", text);
		return;
	}
	json_dumpf(object, stderr, JSON_COMPACT);
	fputc('\n', stderr);
	json_decref(object);
}

int say_error(int status, int error, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	flockfile(stderr);	/* the bar is drawn by one thread, and others have something to say */
	if (wipe_line)
		wipe_line();
	if (as_json)
		say_json(status, error, text);
	else
		fprintf(stderr, "grab: %s\n", text);
	funlockfile(stderr);
	return status;
}

int say_library_error(enum phase phase, int error)
{
	return say_error(status_of(phase, error), error, "%s", capture_error());
}

void say(enum say_level level, const char *format, ...)
{
	va_list args;

	if (!say_shows(level))
		return;
	flockfile(stderr);
	if (wipe_line)
		wipe_line();
	fputs("grab: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}
