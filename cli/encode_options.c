/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encoder options as a user writes them. */
#include <string.h>
#include <strings.h>

#include "encode.h"
#include "words.h"

/* The index of @text in a NULL-ended list, or -1. */
static int word_in(const char *const *list, const char *text)
{
	int i;

	for (i = 0; list[i]; i++)
		if (!strcasecmp(list[i], text))
			return i;
	return -1;
}

/* "L" or "L,FILTER" */
static int parse_level(const char *text, struct encode_options *options)
{
	static const char *const filters[] = { "none", "sub", "up", "avg", "paeth", "all", NULL };
	int filter = text[0] == '0' ? ENCODE_FILTER_NONE : ENCODE_FILTER_SUB;

	if (text[0] < '0' || text[0] > '9' || (text[1] && text[1] != ','))
		return say_why(-EINVAL, "\"%s\": a PNG level is fast, best, or 0 to 9, which a filter may follow: \"1,sub\"",
			       text);
	if (text[1])
		filter = word_in(filters, text + 2);
	if (filter < 0)
		return say_why(-EINVAL, "\"%s\" is no PNG filter; write none, sub, up, avg, paeth or all",
			       text + 2);
	options->png = ENCODE_PNG_LEVEL;
	options->png_level = (unsigned int)(text[0] - '0');
	options->png_filter = (enum encode_filter)filter;
	return 0;
}

int encode_parse_png(const char *text, struct encode_options *options)
{
	static const char *const words[] = { "fast", "best", NULL };
	int word = word_in(words, text);

	if (word < 0)
		return parse_level(text, options);
	options->png = word ? ENCODE_PNG_BEST : ENCODE_PNG_FAST;
	return 0;
}

int encode_parse_jpeg(const char *text, struct encode_options *options)
{
	static const char *const words[] = { "same", "444", "422", "420", NULL };
	unsigned int quality = 0;
	const char *at = text;
	int chroma = ENCODE_CHROMA_SAME;

	while (*at >= '0' && *at <= '9' && quality <= 100)
		quality = 10 * quality + (unsigned int)(*at++ - '0');
	if (at == text || (*at && *at != ',') || quality < 1 || quality > 100)
		return say_why(-EINVAL, "\"%s\": a JPEG quality is 1 to 100, which the sampling of colours may follow: \"90,420\"",
			       text);
	if (*at)
		chroma = word_in(words, at + 1);
	if (chroma < 0)
		return say_why(-EINVAL, "\"%s\" is no way to sample colours; write same, 444, 422 or 420",
			       at + 1);
	options->jpeg_quality = quality;
	options->jpeg_chroma = (enum encode_chroma)chroma;
	return 0;
}

int encode_parse_depth(const char *text, struct encode_options *options)
{
	static const char *const depths[] = { "msb", "native", "8", NULL };
	int depth = word_in(depths, text);

	if (depth < 0)
		return say_why(-EINVAL, "\"%s\" is no depth; write msb, native or 8", text);
	options->depth = (enum encode_depth)depth;
	return 0;
}
