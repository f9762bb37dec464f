/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which filter, and which way of compressing, suits a strip: by trying parts of it.
 *
 *	1. Some bytes from all over the strip, by each filter: the one with the least
 *	   entropy.  Where next to nothing of the strip's middle comes again at once, its
 *	   pixels are compressed whole if they are grey in three channels; and if they are
 *	   not, take two bits a byte or more and are not few different ones, they are a
 *	   camera's: literals.  No more trials of those.
 *	2. Otherwise some rows from two places, by each filter, as literals and runs of
 *	   8 bytes and more; then from up to five, by the best filter.
 *	3. The same rows as matches, with that filter.  Where they take less than runs, with
 *	   SUB and NONE, too, which leave more that comes again.  Where pixels are few in any
 *	   case, and with UP; and if UP is the best, with PAETH.  Unless matches take far
 *	   less, runs are tried with other lengths, too.
 *	4. Whatever took the fewest bits.  Of matches a few rows show less than there are
 *	   in the strip: so they win nearly always where they come close, though they take
 *	   four times as long as runs.  Literals and runs are about as fast.  Of matches by
 *	   several filters those win that take least where there is a row above.
 *
 * Where hardly anything is left of those rows they say nothing about the others: then
 * it is PAETH, which leaves nothing of surfaces and edges in either direction, and
 * matches.  Where all is 0 no filter is better than NONE.
 *
 * Who knows nothing but a strip may choose: so strips can be made in any order.
 */
#ifndef PNG_CHOOSE_H
#define PNG_CHOOSE_H

#include "filter.h"
#include "grey.h"
#include "matches.h"
#include "measure.h"

enum png_way {
	PNG_WAY_LITERALS,	/* literals, and long runs of zeros */
	PNG_WAY_RUNS,		/* short ones, too */
	PNG_WAY_MATCHES,	/* whatever comes again */
	PNG_WAY_GREY,		/* whole pixels that do */
};

struct png_choice {
	unsigned int filter;	/* PNG_CODER_* */
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
	struct png_matcher matcher;
	struct png_grey grey;
};

/** png_chooser_scratch - bytes that scratch must have */
size_t png_chooser_scratch(uint64_t row_bytes);

void png_choose(struct png_chooser *c, const struct png_rows *rows, struct png_choice *choice);

/** png_flatness - do nearly all pixels equal a neighbour, or all of them? */
enum png_flatness png_flatness(struct png_chooser *c, const struct png_rows *rows);

#endif /* PNG_CHOOSE_H */
