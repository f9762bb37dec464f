/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 1951, section 3.2. */
#include "block.h"

#include <string.h>

#include "huffman.h"
#include "path_loops.h"

enum block_type { STORED, FIXED, DYNAMIC };

#define STORED_MOST 65535	/* bytes of a stored block */
#define FEW 128		/* literals */
#define PIECE 32768		/* literals that are written before the length is looked at */
#define LENGTH_CODES 19		/* symbols that spell code lengths */
#define LENGTH_LIMIT 7
#define REPEAT 16		/* the last length, 3 to 6 times more */
#define ZEROS_SHORT 17		/* 3 to 10 zeros */
#define ZEROS_LONG 18		/* 11 to 138 zeros */

/* the order in which the lengths of those codes stand in a header */
static const uint8_t length_order[LENGTH_CODES] = {
	16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
};

struct code {
	uint8_t length[PNG_HUFFMAN_SYMBOLS];
	uint16_t code[PNG_HUFFMAN_SYMBOLS];
	unsigned int symbols;
};

/* the lengths of both codes, spelled */
struct spelling {
	struct {
		uint8_t symbol, extra_bits, extra;
	} item[PNG_LITERALS + PNG_DISTANCES];
	unsigned int items;
	struct code code;
	unsigned int codes;	/* of length_order that are written */
	uint64_t bits;		/* of the whole header behind the block's type */
};

struct codes {
	struct code literal, distance;
	uint64_t bits;		/* that the block takes by them, without its type */
};

size_t png_block_bound(size_t length)
{
	return length + (length / STORED_MOST + 2) * 5 + PIECE * 2 + 1024 + PNG_BITS_SLACK;
}

static uint64_t stored_bits(size_t length)
{
	return 8 * ((uint64_t)length + (length / STORED_MOST + 1) * 5);
}

/* ---- the codes ---------------------------------------------------------- */

static uint64_t bits_by(const struct codes *codes, const struct png_counts *counts)
{
	uint64_t bits = counts->extra_bits;
	unsigned int i;

	for (i = 0; i < PNG_LITERALS; i++)
		bits += (uint64_t)counts->literal[i] * codes->literal.length[i];
	for (i = 0; i < PNG_DISTANCES; i++)
		bits += (uint64_t)counts->distance[i] * codes->distance.length[i];
	return bits;
}

static void number_codes(struct codes *codes)
{
	png_huffman_codes(codes->literal.length, codes->literal.symbols, codes->literal.code);
	png_huffman_codes(codes->distance.length, codes->distance.symbols, codes->distance.code);
}

static void make_fixed(struct codes *codes)
{
	codes->literal.symbols = 288;
	memset(codes->literal.length, 8, 144);
	memset(codes->literal.length + 144, 9, 112);
	memset(codes->literal.length + 256, 7, 24);
	memset(codes->literal.length + 280, 8, 8);
	codes->distance.symbols = 32;
	memset(codes->distance.length, 5, 32);
}

static void make_dynamic(const struct png_counts *counts, struct codes *codes)
{
	codes->literal.symbols = PNG_LITERALS;
	codes->distance.symbols = PNG_DISTANCES;
	png_huffman_lengths(counts->literal, PNG_LITERALS, PNG_HUFFMAN_LIMIT,
			    codes->literal.length);
	png_huffman_lengths(counts->distance, PNG_DISTANCES, PNG_HUFFMAN_LIMIT,
			    codes->distance.length);
}

/* ---- the header --------------------------------------------------------- */

static void spell(struct spelling *s, unsigned int symbol, unsigned int extra_bits,
		  unsigned int extra)
{
	s->item[s->items].symbol = (uint8_t)symbol;
	s->item[s->items].extra_bits = (uint8_t)extra_bits;
	s->item[s->items++].extra = (uint8_t)extra;
}

/* @times equal lengths. */
static void spell_run(struct spelling *s, uint8_t length, unsigned int times)
{
	unsigned int part;

	if (length && times) {
		spell(s, length, 0, 0);
		times--;
	}
	while (times >= 3) {
		if (length) {
			part = times < 6 ? times : 6;
			spell(s, REPEAT, 2, part - 3);
		} else if (times < 11) {
			part = times;
			spell(s, ZEROS_SHORT, 3, part - 3);
		} else {
			part = times < 138 ? times : 138;
			spell(s, ZEROS_LONG, 7, part - 11);
		}
		times -= part;
	}
	for (; times; times--)
		spell(s, length, 0, 0);
}

/* Codes behind the last that is used are not written. */
static unsigned int used_of(const struct code *code, unsigned int least)
{
	unsigned int n = code->symbols;

	while (n > least && !code->length[n - 1])
		n--;
	return n;
}

static void spell_lengths(struct codes *codes, struct spelling *s)
{
	uint8_t all[PNG_LITERALS + PNG_DISTANCES];
	uint32_t count[LENGTH_CODES] = { 0 };
	unsigned int n, i, from;

	codes->literal.symbols = used_of(&codes->literal, 257);
	codes->distance.symbols = used_of(&codes->distance, 1);
	memcpy(all, codes->literal.length, codes->literal.symbols);
	memcpy(all + codes->literal.symbols, codes->distance.length, codes->distance.symbols);
	n = codes->literal.symbols + codes->distance.symbols;
	s->items = 0;
	for (from = 0; from < n; from = i) {
		for (i = from + 1; i < n && all[i] == all[from]; i++)
			;
		spell_run(s, all[from], i - from);
	}
	s->bits = 5 + 5 + 4;
	for (i = 0; i < s->items; i++) {
		count[s->item[i].symbol]++;
		s->bits += s->item[i].extra_bits;
	}
	png_huffman_lengths(count, LENGTH_CODES, LENGTH_LIMIT, s->code.length);
	png_huffman_codes(s->code.length, LENGTH_CODES, s->code.code);
	for (i = 0; i < LENGTH_CODES; i++)
		s->bits += (uint64_t)count[i] * s->code.length[i];
	s->codes = LENGTH_CODES;
	while (s->codes > 4 && !s->code.length[length_order[s->codes - 1]])
		s->codes--;
	s->bits += 3 * (uint64_t)s->codes;
}

static void put_header(struct png_bits *bits, const struct codes *codes, const struct spelling *s)
{
	unsigned int i;

	png_bits_put(bits, codes->literal.symbols - 257, 5);
	png_bits_put(bits, codes->distance.symbols - 1, 5);
	png_bits_put(bits, s->codes - 4, 4);
	for (i = 0; i < s->codes; i++)
		png_bits_put(bits, s->code.length[length_order[i]], 3);
	for (i = 0; i < s->items; i++) {
		unsigned int symbol = s->item[i].symbol, length = s->code.length[symbol];

		png_bits_put(bits, s->code.code[symbol] | (uint64_t)s->item[i].extra << length,
			     length + s->item[i].extra_bits);
	}
}

/* ---- the content -------------------------------------------------------- */

static void make_literal_codes(const struct code *code, struct png_literal_codes *out)
{
	for (unsigned int i = 0; i < 256; i++) {
		out->entry[i] = (uint32_t)code->code[i] << 6 | code->length[i];
		out->low[i] = (uint8_t)code->code[i];
		out->high[i] = (uint8_t)(code->code[i] >> 8);
		out->length[i] = code->length[i];
	}
}

/* All lengths with the bits behind their symbols; 0 where there is no such code. */
static void make_length_codes(const struct code *code, uint32_t *entry)
{
	unsigned int length, n;

	for (length = PNG_MATCH_LEAST; length <= PNG_MATCH_MOST; length++) {
		struct png_symbol s = png_length_symbol(length);

		n = code->length[s.symbol];
		entry[length] = (code->code[s.symbol] | s.extra << n) << 6 | (n + s.extra_bits);
	}
}

static void put_match(struct png_bits *bits, const struct code *distance, uint32_t length_entry,
		      const struct png_match *m)
{
	struct png_symbol d = png_distance_symbol(m->distance);
	unsigned int n = length_entry & 63, d_length = distance->length[d.symbol];
	uint64_t word = length_entry >> 6;

	word |= (uint64_t)(distance->code[d.symbol] | d.extra << d_length) << n;
	png_bits_put(bits, word, n + d_length + d.extra_bits);
}

/* Between matches are mostly a few, for which a vector is not worth loading its tables. */
static void put_literals(struct png_bits *bits, const struct png_path *path, const uint8_t *data,
			 size_t length, const struct png_literal_codes *codes)
{
	if (length >= FEW)
		path->literals(bits, data, length, codes);
	else
		png_loop_literals(bits, data, length, codes);
}

static void put_tokens(struct png_bits *bits, const struct png_block *block,
		       const struct codes *codes)
{
	const uint8_t *data = block->data, *end = data + block->length;
	uint32_t length_entry[PNG_MATCH_MOST + 1];
	struct png_literal_codes literal;
	struct png_bits b = *bits;
	unsigned int i;

	make_literal_codes(&codes->literal, &literal);
	if (block->tokens->count)
		make_length_codes(&codes->literal, length_entry);
	for (i = 0; i < block->tokens->count; i++) {
		const struct png_match *m = &block->tokens->match[i];

		put_literals(&b, block->path, data, m->literals, &literal);
		put_match(&b, &codes->distance, length_entry[m->length], m);
		data += m->literals + m->length;
	}
	put_literals(&b, block->path, data, (size_t)(end - data), &literal);
	png_bits_put(&b, codes->literal.code[PNG_END_OF_BLOCK],
		     codes->literal.length[PNG_END_OF_BLOCK]);
	*bits = b;
}

static void put_stored(struct png_bits *bits, const struct png_block *block)
{
	size_t done = 0, part;

	do {
		part = block->length - done < STORED_MOST ? block->length - done : STORED_MOST;
		png_bits_put(bits, (block->final && done + part == block->length) | STORED << 1, 3);
		png_bits_align(bits);
		png_bits_put(bits, part | (part ^ 0xffff) << 16, 32);
		memcpy(bits->at, block->data + done, part);
		bits->at += part;
		done += part;
	} while (done < block->length);
}

/* ---- by counting all ---------------------------------------------------- */

static void put_counted(struct png_bits *bits, const struct png_block *block)
{
	struct codes fixed, dynamic;
	struct png_counts counts;
	struct spelling spelling;
	uint64_t fixed_bits, dynamic_bits;

	png_tokens_count(block->data, block->length, block->tokens, &counts);
	make_fixed(&fixed);
	fixed_bits = bits_by(&fixed, &counts);
	make_dynamic(&counts, &dynamic);
	spell_lengths(&dynamic, &spelling);
	dynamic_bits = spelling.bits + bits_by(&dynamic, &counts);
	/* 7 bits may be lost on the way to a whole byte */
	if (stored_bits(block->length) + 7 <= dynamic_bits &&
	    stored_bits(block->length) + 7 <= fixed_bits) {
		put_stored(bits, block);
	} else if (fixed_bits <= dynamic_bits) {
		number_codes(&fixed);
		png_bits_put(bits, block->final | FIXED << 1, 3);
		put_tokens(bits, block, &fixed);
	} else {
		number_codes(&dynamic);
		png_bits_put(bits, block->final | DYNAMIC << 1, 3);
		put_header(bits, &dynamic, &spelling);
		put_tokens(bits, block, &dynamic);
	}
}

/* ---- by a sample -------------------------------------------------------- */

#define SAMPLE 64		/* bytes; ... */
#define SAMPLE_OF 8		/* ... one such piece in so many is counted */

/*
 * Which of the pieces changes from one to the next, or a picture whose rows are as
 * long as they are would show only some of its columns.
 */
static void count_pieces(const uint8_t *data, size_t length, struct png_counts *counts)
{
	static const struct png_tokens none;
	uint32_t count[4][256] = { 0 };
	unsigned int turn = 0, i;

	for (; length >= SAMPLE_OF * SAMPLE; length -= SAMPLE_OF * SAMPLE, data += SAMPLE_OF * SAMPLE) {
		const uint8_t *piece = data + ((uint64_t)(++turn * 0x9e3779b1u) * SAMPLE_OF >> 32) * SAMPLE;

		for (i = 0; i < SAMPLE; i += 4) {
			count[0][piece[i]]++;
			count[1][piece[i + 1]]++;
			count[2][piece[i + 2]]++;
			count[3][piece[i + 3]]++;
		}
	}
	png_tokens_count(data, length, &none, counts);
	for (i = 0; i < 256; i++)
		counts->literal[i] += SAMPLE_OF * (count[0][i] + count[1][i] + count[2][i] + count[3][i]);
}

/*
 * What was not seen and comes all the same gets a code, too.  What does not come gets
 * none: a hundred of 15 bits would make the others half a percent longer.
 */
static void count_unseen(const struct png_path *path, const uint8_t *data, size_t length,
			 struct png_counts *counts)
{
	uint8_t marks[256];
	unsigned int i;

	for (i = 0; i < 256; i++)
		marks[i] = counts->literal[i] ? 255 : 0;
	path->mark(marks, data, length);
	for (i = 0; i < 256; i++)
		if (marks[i] && !counts->literal[i])
			counts->literal[i] = 1;
}

/* Literals until they are too long; false: they are. */
static bool put_within(struct png_bits *bits, const struct png_block *block,
		       const struct codes *codes, uint64_t most_bytes)
{
	const uint8_t *limit = bits->at + most_bytes;
	struct png_literal_codes literal;
	size_t done = 0, part;

	make_literal_codes(&codes->literal, &literal);
	for (; done < block->length; done += part) {
		part = block->length - done < PIECE ? block->length - done : PIECE;
		block->path->literals(bits, block->data + done, part, &literal);
		if (bits->at > limit)
			return false;
	}
	png_bits_put(bits, codes->literal.code[PNG_END_OF_BLOCK],
		     codes->literal.length[PNG_END_OF_BLOCK]);
	return true;
}

/* False, and nothing written: the sample was not like the rest, or the content is noise. */
static bool put_sampled(struct png_bits *bits, const struct png_block *block)
{
	struct png_bits before = *bits;
	struct spelling spelling;
	struct png_counts counts;
	struct codes codes;
	uint64_t guess;

	count_pieces(block->data, block->length, &counts);
	count_unseen(block->path, block->data, block->length, &counts);
	make_dynamic(&counts, &codes);
	spell_lengths(&codes, &spelling);
	guess = spelling.bits + bits_by(&codes, &counts);
	guess += guess / 64;
	if (guess >= stored_bits(block->length))
		return false;
	number_codes(&codes);
	png_bits_put(bits, block->final | DYNAMIC << 1, 3);
	put_header(bits, &codes, &spelling);
	if (put_within(bits, block, &codes, guess / 8))
		return true;
	*bits = before;
	return false;
}

void png_block_put(struct png_bits *bits, const struct png_block *block)
{
	if (!block->sample || block->tokens->count || !put_sampled(bits, block))
		put_counted(bits, block);
}
