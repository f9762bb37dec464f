/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "picture_text.h"

#include <inttypes.h>
#include <stdio.h>

#define NS_PER_S 1000000000

void picture_text_plain(char out[PICTURE_TEXT_MAX], const char *text)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < PICTURE_TEXT_MAX; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
}

void picture_text_software(char out[PICTURE_TEXT_MAX], const struct encode_options *options)
{
	picture_text_plain(out, options->software ? options->software : "grab " PACKAGE_VERSION);
}

void picture_text_source(char out[PICTURE_TEXT_MAX], const struct encode_options *options)
{
	picture_text_plain(out, options->source ? options->source : "");
}

bool picture_text_time(char out[PICTURE_TEXT_MAX], const struct picture *picture, struct tm *tm)
{
	int64_t part = picture->utc_ns % NS_PER_S;
	time_t seconds = (time_t)(picture->utc_ns / NS_PER_S);

	out[0] = '\0';
	if (part < 0) {
		part += NS_PER_S;
		seconds--;
	}
	if (picture->utc_ns == INT64_MIN || !gmtime_r(&seconds, tm) || tm->tm_year < -1900 ||
	    tm->tm_year > 9999 - 1900)
		return false;
	snprintf(out, PICTURE_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%09" PRId64 "Z",
		 tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min,
		 tm->tm_sec, part);
	return true;
}
