/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "coder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <libdeflate.h>

#include "block.h"
#include "choose.h"
#include "runs.h"

#define TOKENS 32768		/* matches in whatever a strip is tried on */
#define BLOCK_TOKENS 8192	/* of a block: codes that fit what is at hand are worth their header */
#define HUGE_PAGE (2048 * 1024)
#define ADLER_MODULUS 65521

/* of filtered rows in a strip: what stays in the second level cache, or hardly fills it; a blank one is nothing */
static const uint64_t strip_bytes[PNG_FLATNESSES] = { 384 * 1024, 1024 * 1024, 2048 * 1024 };

struct png_coder {
	struct png_shape shape;
	uint64_t row_bytes;
	uint32_t strip_rows[PNG_FLATNESSES];
	struct png_chooser chooser;
	uint8_t *filtered;		/* rows of a strip */
	uint8_t *memory;
};

/* ---- memory ------------------------------------------------------------- */

static uint64_t row_bytes_of(const struct png_shape *shape)
{
	return (uint64_t)shape->width * shape->channels * shape->sample_bytes;
}

/* Rows that come in pairs, but not none. */
uint32_t png_shape_strip_rows(const struct png_shape *shape, enum png_flatness flatness)
{
	uint64_t rows = strip_bytes[flatness] / (row_bytes_of(shape) + 1) & ~1ull;

	if (rows < 2)
		rows = 2;
	return rows < shape->height ? (uint32_t)rows : shape->height;
}

/* Hand out memory piece by piece; without any it only counts. */
static void *take(uint8_t *memory, uint64_t *used, uint64_t bytes)
{
	uint8_t *at = memory ? memory + *used : NULL;

	*used += (bytes + 63) & ~63ull;
	return at;
}

/* What every strip needs stands in front; what only drawn pictures need is behind. */
static uint64_t lay_out(struct png_coder *c, uint8_t *memory)
{
	struct png_chooser *ch = &c->chooser;
	const uint64_t longest = (c->row_bytes + 1) * c->strip_rows[PNG_BLANK];
	const uint64_t scratch = png_chooser_scratch(c->row_bytes);
	const uint64_t map = png_map_words(longest > scratch ? longest : scratch) * sizeof(uint64_t);
	uint64_t used = 0;

	ch->filtering.zeros = take(memory, &used, c->row_bytes);
	ch->scratch = take(memory, &used, scratch);
	c->filtered = take(memory, &used, longest);
	ch->tokens.match = take(memory, &used, TOKENS * sizeof(struct png_match));
	ch->matcher.before = take(memory, &used, map);
	ch->matcher.above = take(memory, &used, map);
	return used;
}

/* No page is touched here: whose thread needs them faults them in, beside others, with its first strip. */
static int allocate(struct png_coder *c)
{
	uint64_t bytes = lay_out(c, NULL);

	bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	if (bytes > SIZE_MAX / 2)
		return -EOVERFLOW;
	c->memory = aligned_alloc(HUGE_PAGE, bytes);
	if (!c->memory)
		return -ENOMEM;
	madvise(c->memory, bytes, MADV_HUGEPAGE);	/* where not: more page faults, once */
	lay_out(c, c->memory);
	memset(c->memory, 0, c->row_bytes);	/* the row of zeros stands first */
	return 0;
}

int png_coder_open(const struct png_shape *shape, const struct png_path *path,
		   struct png_coder **out)
{
	struct png_coder *c = calloc(1, sizeof(*c));
	int err, i;

	if (!c)
		return -ENOMEM;
	c->shape = *shape;
	c->row_bytes = row_bytes_of(shape);
	for (i = 0; i < PNG_FLATNESSES; i++)
		c->strip_rows[i] = png_shape_strip_rows(shape, i);
	c->chooser.filtering.path = path;
	c->chooser.filtering.pixel_bytes = (unsigned int)shape->channels * shape->sample_bytes;
	c->chooser.row_bytes = c->row_bytes;
	c->chooser.matcher.path = path;
	png_entropy_open(c->chooser.entropy);
	/* chooses its code at the first call: better before there are threads */
	libdeflate_adler32(1, "", 1);
	libdeflate_crc32(0, "", 1);
	err = allocate(c);
	if (err) {
		png_coder_close(c);
		return err;
	}
	*out = c;
	return 0;
}

void png_coder_close(struct png_coder *c)
{
	if (!c)
		return;
	free(c->memory);
	free(c);
}

uint64_t png_coder_row_bytes(const struct png_coder *c)
{
	return c->row_bytes;
}

uint32_t png_coder_strip_rows(const struct png_coder *c, enum png_flatness flatness)
{
	return c->strip_rows[flatness];
}

enum png_flatness png_coder_flatness(struct png_coder *c, const struct png_rows *rows)
{
	return png_flatness(&c->chooser, rows);
}

/* ---- a strip ------------------------------------------------------------ */

size_t png_coder_bound(const struct png_coder *c, uint32_t rows)
{
	uint64_t bytes = (c->row_bytes + 1) * rows;

	/* a full list of the shortest matches begins the next block */
	return png_block_bound(bytes) + (bytes / (BLOCK_TOKENS * PNG_MATCH_LEAST) + 2) * 16;
}

/* How far the next block goes; its tokens are in the chooser. */
static size_t find_tokens(struct png_coder *c, const struct png_choice *choice, size_t from,
			  size_t length)
{
	struct png_tokens *tokens = &c->chooser.tokens;
	const struct png_text text = {
		c->filtered, length, c->row_bytes + 1,
		png_text_step(choice->filter, c->chooser.filtering.pixel_bytes),
	};

	if (choice->way == PNG_WAY_GREY)
		return png_grey_find(&c->chooser.grey, &text, from, tokens);
	if (choice->way == PNG_WAY_MATCHES)
		return png_matches_find(&c->chooser.matcher, &text, from, tokens);
	return png_runs_find(c->chooser.filtering.path, c->chooser.matcher.before, &text, from,
			     choice->least, tokens);
}

static void put_blocks(struct png_coder *c, const struct png_choice *choice, size_t length,
		       bool final, struct png_bits *bits)
{
	struct png_block block = {
		.path = c->chooser.filtering.path, .tokens = &c->chooser.tokens,
		.sample = choice->sample,
	};
	size_t from = 0, to;

	for (; from < length; from = to) {
		to = find_tokens(c, choice, from, length);
		block.data = c->filtered + from;
		block.length = to - from;
		block.final = final && to == length;
		png_block_put(bits, &block);
	}
}

void png_coder_strip(struct png_coder *c, const struct png_rows *rows, bool final, uint8_t *out,
		     struct png_strip *strip)
{
	struct png_bits bits = { .at = out };
	struct png_choice choice;

	strip->bytes = (c->row_bytes + 1) * rows->rows;
	c->chooser.tokens.room = TOKENS;
	png_choose(&c->chooser, rows, &choice);
	c->chooser.tokens.room = BLOCK_TOKENS;
	png_filter_rows(&c->chooser.filtering, choice.filter, rows, c->row_bytes, c->filtered);
	put_blocks(c, &choice, strip->bytes, final, &bits);
	if (!final) {
		/* an empty stored block ends on a whole byte */
		png_bits_put(&bits, 0, 3);
		png_bits_align(&bits);
		png_bits_put(&bits, 0xffff0000, 32);
	}
	png_bits_align(&bits);
	strip->length = (size_t)(bits.at - out);
	strip->adler = libdeflate_adler32(1, c->filtered, strip->bytes);
}

/*
 * The first sum of both is the sum of their sums less the 1 that each began
 * with; the second counts the first piece's bytes once for each byte behind it.
 */
uint32_t png_adler_join(uint32_t first, uint32_t second, uint64_t second_bytes)
{
	uint64_t behind = second_bytes % ADLER_MODULUS;
	uint64_t a = (first & 0xffff) + (second & 0xffff) + ADLER_MODULUS - 1;
	uint64_t b = (first >> 16) + (second >> 16) + behind * (first & 0xffff) +
		     ADLER_MODULUS - behind;

	return (uint32_t)(a % ADLER_MODULUS | b % ADLER_MODULUS << 16);
}
