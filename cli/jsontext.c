/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jsontext.h"

#include <inttypes.h>
#include <string.h>

#include "words.h"

json_t *json_count_text(uint64_t value)
{
	return json_sprintf("%" PRIu64, value);
}

json_t *json_text(const char *text)
{
	json_t *string;
	size_t used = 0;
	char safe[4096];

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	for (; *text && used < sizeof(safe) - 5; text++) {
		if ((unsigned char)*text < 0x80)
			safe[used++] = *text;
		else
			used += (size_t)snprintf(safe + used, 5, "\\x%02x", (unsigned char)*text);
	}
	safe[used] = '\0';
	return json_string(safe);
}

json_t *json_rate(uint32_t num, uint32_t den)
{
	return num && den ? json_sprintf("%" PRIu32 "/%" PRIu32, num, den) : json_null();
}

int json_print(json_t *object, FILE *out)
{
	int err;

	if (!object)
		return say_why(-ENOMEM, "no memory for JSON");
	err = json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(9)) || fputc('\n', out) == EOF || fflush(out);
	json_decref(object);
	return err ? say_why(-(errno ? errno : EIO), "cannot write: %m") : 0;
}
