/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "png_content.h"

#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

/* Each number half as often as the one before: codes as long as they get. */
static uint8_t halving(void)
{
	uint8_t value = 0;

	while (value < 255 && random_below(2))
		value++;
	return value;
}

/* Pixels of three bytes, one of sixteen colours. */
static uint8_t few_colours(size_t x)
{
	static uint32_t colour;

	if (x % 3 == 0)
		colour = random_below(16) * 0x9e3779b1u;
	return (uint8_t)(colour >> (8 + x % 3 * 8));
}

/* Pixels of three bytes, of a camera that knows no colours. */
static uint8_t monochrome(size_t x, uint32_t y)
{
	static uint8_t grey;

	if (x % 3 == 0)
		grey = (uint8_t)((x / 3 + y) / 2 + random_below(9));
	return grey;
}

/* Rings around the middle of 1280 x 720, the finer the further out. */
static uint8_t zone_plate(size_t x, uint32_t y)
{
	const uint64_t dx = x > 640 ? x - 640 : 640 - x, dy = y > 360 ? y - 360 : 360 - y;
	const uint32_t phase = (uint32_t)((dx * dx + dy * dy) / 8 % 512);

	return (uint8_t)(phase < 256 ? phase : 511 - phase);
}

static uint8_t byte_of(unsigned int kind, size_t x, uint32_t y, uint8_t before)
{
	switch (kind) {
	case 0:
		return 0;
	case 1:
		return 0xa5;
	case 2:
		return (uint8_t)random_below(256);
	case 3:
		return (uint8_t)(x + y);				/* a ramp */
	case 4:
		return (uint8_t)((x / 3 + y) / 2 + random_below(5));	/* a camera's */
	case 5:
		return (uint8_t)(before + halving());
	case 6:
		return random_below(64) ? 0 : (uint8_t)random_below(256);
	case 7:
		return (uint8_t)((x * 7919 % 251) ^ (y / 16 % 3));	/* comes again each row */
	case 8:
		return (x / 8 + y / 8) & 1 ? 255 : 0;			/* a chessboard */
	case 9:
		return y % 64 < 32 ? 7 : (uint8_t)random_below(256);	/* flat and noise by turns */
	case 10:
		return (uint8_t)(random_below(1000) ? before : random_below(256));	/* long runs */
	case 11:
		return (uint8_t)(random_below(20000) ? (x + y) / 8 + random_below(7) :
						       random_below(256));	/* no sample has all bytes */
	case 12:
		return (uint8_t)(x % 1024 < 256 ? x : random_below(256));	/* misleads samples */
	case 13:
		return few_colours(x);
	case 14:
		return zone_plate(x / 3, y);
	case 15:
		return monochrome(x, y);
	default:
		return (x / 3 + y) & 1 ? 255 : 0;		/* again in its row and in others */
	}
}

void png_content(unsigned int kind, uint64_t seed, uint8_t *data, size_t row, uint32_t rows)
{
	uint8_t before = 0;

	state = seed * 2 + 1;
	for (uint32_t y = 0; y < rows; y++)
		for (size_t x = 0; x < row; x++)
			*data++ = before = byte_of(kind, x, y, before);
}

/* As the PNG specification has it, section 9.4. */
static int paeth(int a, int b, int c)
{
	int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);

	if (pa <= pb && pa <= pc)
		return a;
	return pb <= pc ? b : c;
}

int png_unfilter(uint8_t *data, size_t row, uint32_t rows, unsigned int pixel_bytes)
{
	const uint8_t *above = NULL;

	for (uint32_t y = 0; y < rows; y++, above = data, data += row) {
		int filter = *data++;

		if (filter > 4)
			return -1;
		for (size_t x = 0; x < row; x++) {
			int a = x >= pixel_bytes ? data[x - pixel_bytes] : 0, b = above ? above[x] : 0;
			int c = x >= pixel_bytes && above ? above[x - pixel_bytes] : 0;
			const int guess[5] = { 0, a, b, (a + b) / 2, paeth(a, b, c) };

			data[x] = (uint8_t)(data[x] + guess[filter]);
		}
	}
	return 0;
}
