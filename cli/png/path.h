/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops, once for each kind of processor.  All give the same bytes.
 *
 *	scalar	what any processor does
 *	avx2	filters in 32-byte vectors, shifts without flags (BMI2)
 *	avx512	codes looked up and joined 64 at a time (VBMI: Ice Lake, Zen 4)
 *	neon	filters in 16-byte vectors, on 64-bit ARM
 */
#ifndef PNG_PATH_H
#define PNG_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "bits.h"

enum png_filter {
	PNG_CODER_NONE,
	PNG_CODER_SUB,
	PNG_CODER_UP,
	PNG_CODER_AVG,
	PNG_CODER_PAETH,
	PNG_CODER_FILTERS,
};

/* Literal codes as the inner loops want them. */
struct png_literal_codes {
	uint32_t entry[256];	/* code << 6 | length: as a shift count the low six bits are the length */
	uint8_t low[256], high[256], length[256];	/* the same for table look-ups of bytes */
};

/*
 * One filter over bytes: @x, the bytes left of them, above, and above left, all
 * of @length bytes.
 */
typedef void png_filter_bytes(uint8_t *out, const uint8_t *x, const uint8_t *left,
			      const uint8_t *above, const uint8_t *above_left, size_t length);

struct png_path {
	const char *name;
	png_filter_bytes *filter[PNG_CODER_FILTERS];
	void (*literals)(struct png_bits *bits, const uint8_t *data, size_t length,
			 const struct png_literal_codes *codes);
	/* marks[x] gets 255 for every byte x of the data; what is marked already costs the least */
	void (*mark)(uint8_t marks[256], const uint8_t *data, size_t length);
	/* bit n of the map, the lowest first: is a[n] not b[n]?  1 behind the last byte */
	void (*differ)(uint64_t *map, const uint8_t *a, const uint8_t *b, size_t length);
};

/** png_path_at - all that are compiled in, the plainest first. NULL past the last. */
const struct png_path *png_path_at(unsigned int index);

/** png_path_runs - does this processor have what it needs? */
int png_path_runs(const struct png_path *path);

/** png_path_find - by name. NULL: none, or not on this processor. */
const struct png_path *png_path_find(const char *name);

/** png_path_best - the fastest that this processor runs */
const struct png_path *png_path_best(void);

#endif /* PNG_PATH_H */
