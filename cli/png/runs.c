/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runs.h"

/* False, and nothing added: there is no room. */
static bool add_run(struct png_tokens *tokens, size_t literals, size_t bytes)
{
	if (tokens->room - tokens->count < bytes / (PNG_MATCH_MOST - PNG_MATCH_LEAST) + 2)
		return false;
	while (bytes) {
		size_t part = bytes < PNG_MATCH_MOST ? bytes : PNG_MATCH_MOST;

		/* no rest that is too short for a match */
		if (bytes - part && bytes - part < PNG_MATCH_LEAST)
			part -= PNG_MATCH_LEAST;
		tokens->match[tokens->count++] = (struct png_match){
			(uint32_t)literals, (uint16_t)part, 0,
		};
		literals = 0;
		bytes -= part;
	}
	return true;
}

size_t png_runs_find(const struct png_path *path, uint64_t *before, const struct png_text *text,
		     size_t from, unsigned int least, struct png_tokens *tokens)
{
	const size_t length = text->length;
	size_t done = from, at = from, bytes;

	tokens->count = 0;
	if (!from)
		png_map_make(path, text, 1, before);
	while (at < length && (at = png_map_next(before, at, length, least)) < length) {
		bytes = png_map_same(before, at, length - at);
		/* one that fills all the room by itself is cut */
		if (!tokens->count && bytes > (size_t)PNG_MATCH_MOST * (tokens->room / 2))
			bytes = (size_t)PNG_MATCH_MOST * (tokens->room / 2);
		if (!add_run(tokens, at - done, bytes))
			return done;
		at += bytes;
		done = at;
	}
	return length;
}
