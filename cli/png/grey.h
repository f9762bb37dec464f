/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole pixels of three bytes that came again in the last 32 KiB: for grey in three
 * channels, with a camera's noise or without.  Of each pixel a filter leaves three equal
 * bytes, so two or three are as good as one byte each: they came before in most places,
 * and what is looked for is the last place of each kind, no list of them.
 */
#ifndef PNG_GREY_H
#define PNG_GREY_H

#include <stdbool.h>

#include "map.h"
#include "tokens.h"

#define PNG_PIXEL 3			/* bytes of one */
#define PNG_GREY_PLACES_BITS 14

struct png_grey {
	/* by hash, where three pixels stood last, and two; modulo 64 KiB */
	uint16_t three[1 << PNG_GREY_PLACES_BITS], two[1 << PNG_GREY_PLACES_BITS];
};

/** png_grey_row - have all pixels of a row, as it was before a filter, three equal bytes? */
bool png_grey_row(const uint8_t *row, uint64_t row_bytes);

/**
 * png_grey_find - matches of two pixels and more
 * @text:	rows of such pixels
 * @from:	where to begin, 0 or what the last call on the same text returned
 * @tokens:	is emptied, and gets as many as there is room for
 *
 * Return: up to where bytes are dealt with; all, unless the room ended.
 */
size_t png_grey_find(struct png_grey *grey, const struct png_text *text, size_t from,
		     struct png_tokens *tokens);

#endif /* PNG_GREY_H */
