/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of equal bytes beside the bytes themselves, for every kind of processor. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "png/map.h"

#define LENGTH_MOST 1000
#define ROUNDS 3000

static uint64_t state = 1;

static uint32_t random_below(uint32_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

/* Stretches about as long as those that are asked for, and noise. */
static size_t make_data(uint8_t *data)
{
	static const uint32_t lengths[] = { 2, 6, 70, 150, 400 };
	size_t length = 1 + random_below(LENGTH_MOST), at, n;
	uint32_t usual = lengths[random_below(5)];

	for (at = 0; at < length; at += n) {
		n = 1 + random_below(usual);
		if (n > length - at)
			n = length - at;
		memset(data + at, (int)random_below(3), n);
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
	size_t at = random_below((uint32_t)length), got, n;
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
		size_t length = make_data(data), distance = 1 + random_below(200);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_are_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
