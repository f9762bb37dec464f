/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of processor does byte by byte: filters, literals and marks as the plain ones. */
#include <stdint.h>
#include <string.h>

#include "random.h"
#include "unit.h"

#include "png/path.h"

#define LENGTH_MOST 700
#define ROUNDS 3000
#define CANARY 0x5a

static void fill(uint8_t *data, size_t length, uint32_t values)
{
	uint32_t first = random_number() % 256;

	for (size_t i = 0; i < length; i++)
		data[i] = (uint8_t)(first + random_number() % values);
}

/* Some are marked before, some come, and some are neither. */
static void marks(void **unused)
{
	uint8_t data[LENGTH_MOST], before[256], want[256], got[256];
	const struct png_path *path;
	unsigned int round, i;
	size_t length, n;

	for (round = 0; round < ROUNDS; round++) {
		length = random_number() % LENGTH_MOST;
		fill(data, length, random_between(1, 256));
		for (n = 0; n < 256; n++)
			before[n] = random_number() % 2 ? 255 : 0;
		memcpy(want, before, sizeof(want));
		for (n = 0; n < length; n++)
			want[data[n]] = 255;
		for (i = 0; (path = png_path_at(i)); i++) {
			if (!png_path_runs(path))
				continue;
			memcpy(got, before, sizeof(got));
			path->mark(got, data, length);
			assert_memory_equal(got, want, sizeof(want));
		}
	}
}

/* Lengths need not make a code for that: bits are bits. */
static void make_codes(struct png_literal_codes *codes, uint32_t longest)
{
	for (unsigned int i = 0; i < 256; i++) {
		uint32_t length = random_between(1, longest), code = random_number() % (1u << length);

		codes->entry[i] = code << 6 | length;
		codes->low[i] = (uint8_t)code;
		codes->high[i] = (uint8_t)(code >> 8);
		codes->length[i] = (uint8_t)length;
	}
}

static size_t write_bit_by_bit(uint8_t *out, const uint8_t *data, size_t length,
			       const struct png_literal_codes *codes)
{
	size_t bits = 0, i;

	memset(out, 0, 2 * LENGTH_MOST);
	for (i = 0; i < length; i++)
		for (unsigned int bit = 0; bit < codes->length[data[i]]; bit++, bits++)
			out[bits / 8] |= (uint8_t)((codes->entry[data[i]] >> (6 + bit) & 1) << bits % 8);
	return bits;
}

static void literals(void **unused)
{
	uint8_t data[LENGTH_MOST], want[2 * LENGTH_MOST], got[2 * LENGTH_MOST + PNG_BITS_SLACK + 1];
	struct png_literal_codes codes;
	const struct png_path *path;
	unsigned int round, i;
	size_t length, n;

	for (round = 0; round < ROUNDS; round++) {
		length = random_number() % LENGTH_MOST;
		fill(data, length, 256);
		make_codes(&codes, random_between(1, 15));
		n = write_bit_by_bit(want, data, length, &codes);
		for (i = 0; (path = png_path_at(i)); i++) {
			struct png_bits bits = { .at = got };

			if (!png_path_runs(path))
				continue;
			got[(n + 7) / 8 + PNG_BITS_SLACK] = CANARY;
			path->literals(&bits, data, length, &codes);
			assert_int_equal((size_t)(bits.at - got) * 8 + bits.count, n);
			png_bits_align(&bits);
			assert_memory_equal(got, want, (n + 7) / 8);
			assert_int_equal(got[(n + 7) / 8 + PNG_BITS_SLACK], CANARY);
		}
	}
}

static void filters(void **unused)
{
	uint8_t rows[2][LENGTH_MOST + 8], want[LENGTH_MOST], got[LENGTH_MOST + 1];
	const struct png_path *path, *plain = png_path_at(0);
	unsigned int round, i, filter;
	size_t length, pixel;

	for (round = 0; round < ROUNDS; round++) {
		length = random_number() % LENGTH_MOST;
		pixel = random_between(1, 8);
		fill(rows[0], length + pixel, random_between(1, 256));
		fill(rows[1], length + pixel, random_between(1, 256));
		for (filter = 0; filter < PNG_CODER_FILTERS; filter++) {
			plain->filter[filter](want, rows[1] + pixel, rows[1], rows[0] + pixel, rows[0], length);
			for (i = 1; (path = png_path_at(i)); i++) {
				if (!png_path_runs(path))
					continue;
				got[length] = CANARY;
				path->filter[filter](got, rows[1] + pixel, rows[1], rows[0] + pixel,
						     rows[0], length);
				assert_memory_equal(got, want, length);
				assert_int_equal(got[length], CANARY);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks),
		cmocka_unit_test(literals),
		cmocka_unit_test(filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
