/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One block of deflate: literals and matches, by codes made for them, or as they are. */
#ifndef PNG_BLOCK_H
#define PNG_BLOCK_H

#include <stdbool.h>

#include "path.h"
#include "tokens.h"

struct png_block {
	const struct png_path *path;
	const uint8_t *data;
	size_t length;
	const struct png_tokens *tokens;	/* cover the data, with the literals around them */
	bool sample;		/* literals only: a quarter of them is enough to make the code */
	bool final;		/* nothing follows */
};

/**
 * png_block_put - write a block
 *
 * The memory behind @bits has png_block_bound() bytes.
 */
void png_block_put(struct png_bits *bits, const struct png_block *block);

/** png_block_bound - most bytes that it writes to, though not all of them count */
size_t png_block_bound(size_t length);

#endif /* PNG_BLOCK_H */
