/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which filter, and which way of compressing, suits a strip: by trying parts of it. */
#ifndef PNG_CHOOSE_H
#define PNG_CHOOSE_H

#include "filter.h"
#include "matches.h"
#include "measure.h"

enum png_way {
	PNG_WAY_LITERALS,	/* literals, and long runs of zeros */
	PNG_WAY_RUNS,		/* short ones, too */
	PNG_WAY_MATCHES,	/* whatever comes again */
};

struct png_choice {
	unsigned int filter;	/* PNG_CODER_* or PNG_FILTER_EACH */
	enum png_way way;
	unsigned int least;	/* runs that are not shorter are used */
	bool sample;		/* the codes of literals may be made from a part of them */
};

/* room to try things in */
struct png_chooser {
	struct png_filtering filtering;
	uint64_t row_bytes;
	uint32_t entropy[PNG_ENTROPY_MOST + 1];
	uint8_t *scratch;		/* png_chooser_scratch() bytes */
	struct png_tokens tokens;
	struct png_matcher *matcher;
};

/** png_chooser_scratch - bytes that scratch must have */
size_t png_chooser_scratch(uint64_t row_bytes);

void png_choose(struct png_chooser *c, const struct png_rows *rows, struct png_choice *choice);

/** png_is_flat - do nearly all pixels equal a neighbour? */
bool png_is_flat(struct png_chooser *c, const struct png_rows *rows);

#endif /* PNG_CHOOSE_H */
