/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes again anywhere in the last 32 KiB: for drawn pictures, not for cameras'.
 *
 * Filtered rows of a drawn picture are stretches of one byte, mostly 0, with a few
 * others between them.  So at each place these are compared, and the longest wins:
 *
 *	the byte before		a stretch; where it ends is read from a map of bits.  Of
 *				pixels that no filter changed: the pixel before
 *	the row above		likewise
 *	as far as the last	where a slope goes on, its long matches are all as far away
 *	the last two places where the same few bytes began a stretch as long as here
 *	the last two places where the same eight bytes stood
 *	the last two places where the same 32 bytes stood, since of some pictures eight
 *				bytes are everywhere
 *
 * No list of places is walked, and within stretches nothing is looked up: that is
 * why this is six times as fast as what compressors of text do, and finds as much.
 */
#ifndef PNG_MATCHES_H
#define PNG_MATCHES_H

#include "map.h"
#include "tokens.h"

#define PNG_MATCHES_PLACES_BITS 13
#define PNG_MATCHES_PLACES (1u << PNG_MATCHES_PLACES_BITS)	/* of each kind, 32 KiB */

struct png_matcher {
	const struct png_path *path;
	uint64_t *before, *above;	/* png_map_words() each: which bytes are not the same */
	/* by hash; the last two places, modulo 64 KiB, the newer one in the low half */
	uint32_t stretch[PNG_MATCHES_PLACES], eight[PNG_MATCHES_PLACES], many[PNG_MATCHES_PLACES];
};

/**
 * png_matches_find - matches, the longest where there is a choice
 * @from:	where to begin, 0 or what the last call on the same text returned
 * @tokens:	is emptied, and gets as many as there is room for
 *
 * Return: up to where bytes are dealt with; all, unless the room ended.
 */
size_t png_matches_find(struct png_matcher *matcher, const struct png_text *text, size_t from,
			struct png_tokens *tokens);

#endif /* PNG_MATCHES_H */
