/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of one byte: what filters leave of surfaces, and of nothing else so much. */
#ifndef PNG_RUNS_H
#define PNG_RUNS_H

#include <stdbool.h>

#include "map.h"
#include "tokens.h"

/**
 * png_runs_find - runs, as matches with the byte before
 * @before:	png_map_words() words; which bytes are the same as the one before
 * @from:	where to begin, 0 or what the last call on the same text returned
 * @least:	bytes of a match; a power of two, 4 to 64. Shorter runs are left to the literals
 * @tokens:	is emptied, and gets as many as there is room for
 *
 * Return: up to where bytes are dealt with; all, unless the room ended.
 */
size_t png_runs_find(const struct png_path *path, uint64_t *before, const struct png_text *text,
		     size_t from, unsigned int least, struct png_tokens *tokens);

#endif /* PNG_RUNS_H */
