/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "huffman.h"

#include <stdlib.h>
#include <string.h>

/* A symbol and how often it comes in one number, which sorts by both. */
#define SYMBOL_BITS 9
#define PACK(count, symbol) ((uint64_t)(count) << SYMBOL_BITS | (symbol))
#define SYMBOL(packed) ((unsigned int)((packed) & ((1u << SYMBOL_BITS) - 1)))
#define WEIGHT(packed) ((packed) >> SYMBOL_BITS)

static int by_weight(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static unsigned int sort_used(const uint32_t *count, unsigned int symbols, uint64_t *used)
{
	unsigned int i, n = 0;

	for (i = 0; i < symbols; i++)
		if (count[i])
			used[n++] = PACK(count[i], i);
	qsort(used, n, sizeof(*used), by_weight);
	return n;
}

/*
 * Huffman's tree over sorted weights with two queues: the leaves, and the inner
 * nodes, which are made in the order of their weights.  Only depths are kept.
 * Gets how many leaves there are at each depth; n >= 2.
 */
static void count_depths(const uint64_t *used, unsigned int n, uint32_t *at_depth)
{
	uint64_t weight[PNG_HUFFMAN_SYMBOLS];
	uint16_t parent[2 * PNG_HUFFMAN_SYMBOLS] = { 0 }, depth[PNG_HUFFMAN_SYMBOLS];
	unsigned int leaf = 0, inner = 0, made, i;

	for (made = 0; made < n - 1; made++) {
		weight[made] = 0;
		for (i = 0; i < 2; i++) {
			if (leaf < n && (inner == made || WEIGHT(used[leaf]) <= weight[inner])) {
				weight[made] += WEIGHT(used[leaf]);
				parent[leaf++] = (uint16_t)made;
			} else {
				weight[made] += weight[inner];
				parent[n + inner++] = (uint16_t)made;
			}
		}
	}
	memset(at_depth, 0, PNG_HUFFMAN_SYMBOLS * sizeof(*at_depth));
	depth[n - 2] = 0;
	for (i = n - 2; i-- > 0;)
		depth[i] = (uint16_t)(depth[parent[n + i]] + 1);
	for (i = 0; i < n; i++)
		at_depth[depth[parent[i]] + 1]++;
}

/*
 * Bring all codes to @limit bits at most: what is too long is cut there, which
 * takes more of the code space than there is; a leaf of a shallower level is
 * then made the parent of itself and one of the cut ones until it fits.
 */
static void limit_depths(uint32_t *at_depth, unsigned int limit)
{
	uint64_t taken = 0, space = 1ull << limit;
	unsigned int i;

	for (i = limit + 1; i < PNG_HUFFMAN_SYMBOLS; i++)
		at_depth[limit] += at_depth[i];
	for (i = 1; i <= limit; i++)
		taken += (uint64_t)at_depth[i] << (limit - i);
	while (taken > space) {
		for (i = limit - 1; !at_depth[i]; i--)
			;
		at_depth[i]--;
		at_depth[i + 1] += 2;
		at_depth[limit]--;
		taken--;
	}
}

void png_huffman_lengths(const uint32_t *count, unsigned int symbols, unsigned int limit,
			 uint8_t *length)
{
	uint64_t used[PNG_HUFFMAN_SYMBOLS] = { 0 };
	uint32_t at_depth[PNG_HUFFMAN_SYMBOLS];
	unsigned int n = sort_used(count, symbols, used), depth, i;

	memset(length, 0, symbols);
	if (n < 2) {
		i = n ? SYMBOL(used[0]) : 0;
		length[i] = 1;
		length[i ? 0 : 1] = 1;
		return;
	}
	count_depths(used, n, at_depth);
	limit_depths(at_depth, limit);
	/* the rarest get the longest */
	for (depth = limit, i = 0; depth; depth--)
		for (; at_depth[depth]; at_depth[depth]--)
			length[SYMBOL(used[i++])] = (uint8_t)depth;
}

static uint16_t reversed(unsigned int code, unsigned int bits)
{
	unsigned int out = 0;

	for (; bits; bits--, code >>= 1)
		out = out << 1 | (code & 1);
	return (uint16_t)out;
}

void png_huffman_codes(const uint8_t *length, unsigned int symbols, uint16_t *code)
{
	unsigned int next[PNG_HUFFMAN_LIMIT + 1] = { 0 }, number[PNG_HUFFMAN_LIMIT + 1] = { 0 };
	unsigned int i;

	for (i = 0; i < symbols; i++)
		number[length[i]]++;
	number[0] = 0;
	for (i = 1; i <= PNG_HUFFMAN_LIMIT; i++)
		next[i] = (next[i - 1] + number[i - 1]) << 1;
	for (i = 0; i < symbols; i++)
		code[i] = length[i] ? reversed(next[length[i]]++, length[i]) : 0;
}
