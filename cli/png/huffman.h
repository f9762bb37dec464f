/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Huffman codes of limited length, as RFC 1951 numbers them. */
#ifndef PNG_HUFFMAN_H
#define PNG_HUFFMAN_H

#include <stdint.h>

#define PNG_HUFFMAN_SYMBOLS 288	/* most of one code */
#define PNG_HUFFMAN_LIMIT 15	/* longest code that deflate allows */

/**
 * png_huffman_lengths - how long each symbol's code is
 * @count:	how often each symbol comes; 0: it needs no code
 * @symbols:	2 to PNG_HUFFMAN_SYMBOLS
 * @limit:	no code is longer; 2^limit >= symbols
 * @length:	gets 0 for symbols without a code
 *
 * The code is complete, which all decoders accept: where fewer than two symbols
 * come, the first others get a code as well.
 */
void png_huffman_lengths(const uint32_t *count, unsigned int symbols, unsigned int limit,
			 uint8_t *length);

/** png_huffman_codes - the codes that belong to the lengths, first bit lowest */
void png_huffman_codes(const uint8_t *length, unsigned int symbols, uint16_t *code);

#endif /* PNG_HUFFMAN_H */
