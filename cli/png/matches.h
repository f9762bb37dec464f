/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes again anywhere in the last 32 KiB: for drawn pictures, not for cameras'. */
#ifndef PNG_MATCHES_H
#define PNG_MATCHES_H

#include "tokens.h"

#define PNG_MATCHES_HEADS 32768

/* where strings of three bytes were seen */
struct png_matcher {
	int32_t head[PNG_MATCHES_HEADS];	/* the last place of each hash */
	int32_t before[PNG_DISTANCE_MOST];	/* by place modulo its size: the place before that */
};

/**
 * png_matches_find - matches, the longest where there is a choice
 * @data:	all bytes; matches may reach back to the first
 * @from:	where to begin, 0 or what the last call on the same bytes returned
 * @tokens:	is emptied, and gets as many as there is room for
 *
 * Return: up to where bytes are dealt with; @length, unless the room ended.
 */
size_t png_matches_find(struct png_matcher *matcher, const uint8_t *data, size_t from,
			size_t length, struct png_tokens *tokens);

#endif /* PNG_MATCHES_H */
