/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "measure.h"

#include <string.h>

#define FRACTION_BITS 8

/*
 * The logarithm to base two in 1/256.  In whole numbers, since what a C library
 * makes of fractions differs, and files shall not.
 */
static uint32_t log2_of(uint64_t n)
{
	unsigned int whole = 63 - (unsigned int)__builtin_clzll(n), i;
	uint64_t x = whole > 31 ? n >> (whole - 31) : n << (31 - whole);
	uint32_t fraction = 0;

	for (i = 0; i < FRACTION_BITS; i++) {
		x = x * x >> 31;
		fraction <<= 1;
		if (x >> 32) {
			x >>= 1;
			fraction |= 1;
		}
	}
	return whole << FRACTION_BITS | fraction;
}

void png_entropy_open(uint32_t table[PNG_ENTROPY_MOST + 1])
{
	table[0] = 0;
	for (uint32_t n = 1; n <= PNG_ENTROPY_MOST; n++)
		table[n] = n * log2_of(n);
}

uint64_t png_entropy(const uint32_t table[PNG_ENTROPY_MOST + 1], const uint8_t *data,
		     size_t length)
{
	uint16_t count[2][256] = { 0 };
	uint64_t bits = table[length];
	size_t i;

	for (i = 0; i + 2 <= length; i += 2) {
		count[0][data[i]]++;
		count[1][data[i + 1]]++;
	}
	if (i < length)
		count[0][data[i]]++;
	for (i = 0; i < 256; i++)
		bits -= table[count[0][i] + count[1][i]];
	return bits;
}

/* No symbol takes less than a bit: so Huffman. */
static uint64_t symbols_bits(const uint32_t *count, unsigned int symbols)
{
	uint64_t total = 0, bits = 0;
	uint32_t all, each;
	unsigned int i;

	for (i = 0; i < symbols; i++)
		total += count[i];
	if (!total)
		return 0;
	all = log2_of(total);
	for (i = 0; i < symbols; i++) {
		if (!count[i])
			continue;
		each = all - log2_of(count[i]);
		bits += (uint64_t)count[i] * (each < 1u << FRACTION_BITS ? 1u << FRACTION_BITS : each);
	}
	return bits >> FRACTION_BITS;
}

uint64_t png_tokens_bits(const struct png_counts *counts)
{
	return symbols_bits(counts->literal, PNG_LITERALS) +
	       symbols_bits(counts->distance, PNG_DISTANCES) + counts->extra_bits;
}

/* ---- repeats ------------------------------------------------------------ */

#define REPEATS_BYTES 16384	/* that are looked at */
#define REPEATS_STEP 8		/* one place in so many is kept ... */
#define REPEATS_PLACES 32	/* ... and from so many the next eight are looked for */
#define REPEATS_ENOUGH 5
#define REPEATS_HEADS 2048

/* Eight bytes find each other, sixteen have to be equal: of quiet noise eight may be, by chance. */
static uint64_t eight_at(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

static unsigned int place_of(uint64_t word)
{
	return (unsigned int)(word * 0x9e3779b97f4a7c15u >> 53);
}

/* Keep the places from @from to @to. */
static void keep(const uint8_t *data, size_t from, size_t to, uint16_t *head)
{
	for (from = (from + REPEATS_STEP - 1) / REPEATS_STEP * REPEATS_STEP; from < to;
	     from += REPEATS_STEP)
		head[place_of(eight_at(data + from))] = (uint16_t)from;
}

static int came_before(const uint8_t *data, size_t from, const uint16_t *head)
{
	size_t at;

	for (at = from; at < from + REPEATS_STEP; at++) {
		uint64_t word = eight_at(data + at);
		size_t place = head[place_of(word)];

		if (place < from && eight_at(data + place) == word &&
		    eight_at(data + place + 8) == eight_at(data + at + 8))
			return 1;
	}
	return 0;
}

int png_repeats(const uint8_t *data, size_t length)
{
	uint16_t head[REPEATS_HEADS];
	unsigned int found = 0, i;
	size_t at, last = 0;

	if (length > REPEATS_BYTES) {
		data += length - REPEATS_BYTES;
		length = REPEATS_BYTES;
	}
	if (length < 16 * REPEATS_STEP)
		return 1;
	memset(head, 0xff, sizeof(head));
	for (i = 1; i <= REPEATS_PLACES; i++) {
		at = (length - 3 * REPEATS_STEP) * i / REPEATS_PLACES;
		keep(data, last, at, head);
		last = at;
		found += (unsigned int)came_before(data, at, head);
	}
	return found >= REPEATS_ENOUGH;
}

/* ---- pixels ------------------------------------------------------------- */

#define PIXELS_ROWS 3		/* that are looked at, ... */
#define PIXELS_EACH 1024	/* ... with so many pixels at most */
#define PIXELS_SLOTS (2 * PNG_PIXELS_MOST)

struct pixels {
	uint64_t slot[PIXELS_SLOTS];	/* a pixel + 1, where its hash says or behind; 0: free */
	unsigned int count;
};

static void add_pixel(struct pixels *p, uint64_t pixel)
{
	unsigned int i = (unsigned int)(pixel * 0x9e3779b97f4a7c15u >> 32) % PIXELS_SLOTS;

	while (p->slot[i] && p->slot[i] != pixel + 1)
		i = (i + 1) % PIXELS_SLOTS;
	p->count += !p->slot[i];
	p->slot[i] = pixel + 1;
}

static void add_row(struct pixels *p, const uint8_t *row, uint64_t count, unsigned int pixel_bytes,
		    unsigned int most)
{
	uint64_t pixel, i;
	unsigned int k;

	for (i = 0; i < count && p->count <= most; i++, row += pixel_bytes) {
		for (pixel = 0, k = 0; k < pixel_bytes; k++)
			pixel = pixel << 8 | row[k];
		add_pixel(p, pixel);
	}
}

bool png_few_pixels(const struct png_rows *rows, uint64_t row_bytes, unsigned int pixel_bytes,
		    unsigned int most)
{
	uint64_t count = row_bytes / pixel_bytes, at;
	struct pixels p = { .count = 0 };
	unsigned int i;

	if (count > PIXELS_EACH)
		count = PIXELS_EACH;
	for (i = 0; i < PIXELS_ROWS; i++) {
		at = (uint64_t)rows->rows * (2 * i + 1) / (2 * PIXELS_ROWS);
		add_row(&p, rows->first + rows->stride * (ptrdiff_t)at, count, pixel_bytes, most);
	}
	return p.count <= most;
}
