/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of equal bytes beside the bytes themselves, for every kind of processor. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "random.h"
#include "unit.h"

#include "png/map.h"

#define LENGTH_MOST 1000
#define ROUNDS 3000

/* Stretches about as long as those that are asked for, and noise. */
static size_t make_data(uint8_t *data)
{
	static const uint32_t lengths[] = { 2, 6, 70, 150, 400 };
	size_t length = random_between(1, LENGTH_MOST), at, n;
	uint32_t usual = lengths[random_number() % 5];

	for (at = 0; at < length; at += n) {
		n = random_between(1, usual);
		if (n > length - at)
			n = length - at;
		memset(data + at, (int)(random_number() % 3), n);
	}
	return length;
}

static bool is_same(const uint8_t *data, size_t at, size_t distance)
{
	return at >= (distance + 63) / 64 * 64 && data[at] == data[at - distance];
}

static size_t same_from(const uint8_t *data, size_t length, size_t at, size_t distance)
{
	size_t n = 0;

	while (at + n < length && is_same(data, at + n, distance))
		n++;
	return n;
}

static size_t next_from(const uint8_t *data, size_t length, size_t at, size_t distance,
			unsigned int least)
{
	while (at < length && same_from(data, length, at, distance) < least)
		at++;
	return at;
}

static void check_map(const uint64_t *map, const uint8_t *data, size_t length, size_t distance)
{
	size_t at = random_number() % length, got, n;
	unsigned int least;

	for (n = 0; n < png_map_words(length) * PNG_MAP_BITS; n++)
		assert_int_equal(!(map[n / 64] >> n % 64 & 1), n < length && is_same(data, n, distance));
	assert_int_equal(png_map_same(map, at, length - at), same_from(data, length, at, distance));
	for (least = 1; least <= PNG_MAP_BITS; least *= 2) {
		got = png_map_next(map, at, length, least);
		n = next_from(data, length, at, distance, least);
		assert_int_equal(got < length ? got : length, n);
	}
}

static void maps_are_the_bytes(void **unused)
{
	uint64_t map[LENGTH_MOST / PNG_MAP_BITS + 3];
	uint8_t data[LENGTH_MOST];
	const struct png_path *path;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		size_t length = make_data(data), distance = random_between(1, 200);
		const struct png_text text = { data, length, length, 1 };

		for (i = 0; (path = png_path_at(i)); i++) {
			if (!png_path_runs(path))
				continue;
			map[png_map_words(length)] = 0x5555;
			png_map_make(path, &text, distance, map);
			assert_int_equal(map[png_map_words(length)], 0x5555);
			check_map(map, data, length, distance);
		}
	}
}

/* Stretches of every length, at every bit of a word. */
static void next_in_maps(void **unused)
{
	unsigned int at, length, least;
	uint64_t map[4];
	size_t n;

	for (at = 0; at < 130; at++)
		for (length = 1; length < 100; length++) {
			memset(map, 0xff, sizeof(map));
			for (n = at; n < at + length; n++)
				map[n / 64] &= ~(1ull << n % 64);
			assert_int_equal(png_map_same(map, at, 1000), length);
			assert_int_equal(png_map_same(map, at, 9), length < 9 ? length : 9);
			for (least = 1; least <= 64; least *= 2) {
				assert_int_equal(png_map_next(map, 0, 255, least),
						 least <= length ? at : 255);
				assert_int_equal(png_map_next(map, at + 1, 255, least),
						 least < length ? at + 1 : 255);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_are_the_bytes),
		cmocka_unit_test(next_in_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
