/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said to be the same is, and what matches and runs stand for is the text again, by every
 * path with the same matches, and whatever the room.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "png/grey.h"
#include "png/matches.h"
#include "png/runs.h"
#include "png_content.h"
#include "rounds.h"

#define LENGTH 70000
#define ROOM 30000

/* the text alone in its memory, so that a sanitizer sees who reads past it */
struct test {
	struct png_text text;
	uint8_t *data, *again;
	struct png_matcher matcher;
	struct png_grey grey;
	struct png_match match[ROOM];
	struct png_tokens tokens;
};

static struct test *begin(unsigned int kind, size_t length, size_t row, const struct png_path *path)
{
	struct test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->data = malloc(length + 1);
	t->again = malloc(length + 1);
	t->matcher.before = calloc(png_map_words(length), sizeof(uint64_t));
	t->matcher.above = calloc(png_map_words(length), sizeof(uint64_t));
	assert_non_null(t->data);
	assert_non_null(t->again);
	assert_non_null(t->matcher.before);
	assert_non_null(t->matcher.above);
	t->matcher.path = path;
	if (length)
		png_content(kind, kind + length, t->data, length, 1);
	t->text = (struct png_text){ t->data, length, row, 1 };
	t->tokens = (struct png_tokens){ t->match, 0, ROOM };
	return t;
}

static void end(struct test *t)
{
	free(t->data);
	free(t->again);
	free(t->matcher.before);
	free(t->matcher.above);
	free(t);
}

static void maps(void **unused)
{
	static const size_t lengths[] = { 0, 1, 63, 64, 65, 127, 128, 1000 };
	static const size_t distances[] = { 1, 2, 63, 64, 65, 500, 5000 };
	const struct png_path *path;
	unsigned int i, l, d, kind;
	size_t n, from;

	for (i = 0; (path = png_path_at(i)); i++)
		for (l = 0; png_path_runs(path) && l < 8; l++)
			for (d = 0; d < 7; d++)
				for (kind = 0; kind < PNG_CONTENTS; kind++) {
					struct test *t = begin(kind, lengths[l], 1, path);

					png_map_make(path, &t->text, distances[d], t->matcher.before);
					from = (distances[d] + 63) / 64 * 64;
					for (n = 0; n < 64 * png_map_words(lengths[l]); n++)
						assert_int_equal(t->matcher.before[n / 64] >> n % 64 & 1,
								 n < from || n >= lengths[l] ||
								 t->data[n] != t->data[n - distances[d]]);
					end(t);
				}
}

/* Take tokens for what they stand for; returns how far that goes. */
static size_t expand(struct test *t, size_t from, size_t to)
{
	size_t at = from, i;

	for (i = 0; i < t->tokens.count; i++) {
		const struct png_match *m = &t->tokens.match[i];
		const size_t distance = m->distance + 1u;

		assert_true(m->length >= PNG_MATCH_LEAST && m->length <= PNG_MATCH_MOST);
		memcpy(t->again + at, t->data + at, m->literals);
		at += m->literals;
		assert_true(distance <= at && distance <= PNG_DISTANCE_MOST);
		for (unsigned int n = 0; n < m->length; n++, at++)
			t->again[at] = t->again[at - distance];
	}
	assert_true(at <= to && to <= t->text.length);
	memcpy(t->again + at, t->data + at, to - at);
	return to;
}

#define MATCHES 0
#define GREY 1

/* @way: MATCHES, GREY, or the least of runs. Returns how many there were. */
static size_t find_all(struct test *t, unsigned int way, unsigned int room)
{
	size_t from = 0, to, count = 0;

	t->tokens.room = room;
	do {
		if (way == MATCHES)
			to = png_matches_find(&t->matcher, &t->text, from, &t->tokens);
		else if (way == GREY)
			to = png_grey_find(&t->grey, &t->text, from, &t->tokens);
		else
			to = png_runs_find(t->matcher.path, t->matcher.before, &t->text, from, way,
					   &t->tokens);
		assert_true(t->tokens.count <= room);
		assert_true(to > from || !t->text.length);
		from = expand(t, from, to);
		count += t->tokens.count;
	} while (from < t->text.length);
	assert_memory_equal(t->again, t->data, t->text.length);
	return count;
}

static void text_again(void **unused)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 30, 64, 300, 5000, LENGTH };
	static const size_t rows[] = { 2, 100, 3841, 40000 };
	static const unsigned int steps[] = { 1, 2, 3, 6 };
	static const unsigned int ways[] = { MATCHES, GREY, 4, 8, 16, 64 };
	unsigned int kind, l, r, way, tries = 0;

	for (kind = 0; kind < PNG_CONTENTS; kind++)
		for (l = 0; l < 10; l++)
			for (r = 0; r < 4; r++) {
				struct test *t;

				if (tries++ % ROUNDS_DIVISOR)
					continue;
				t = begin(kind, lengths[l], rows[r], png_path_best());
				t->text.step = steps[(r + l) % 4];
				for (way = 0; way < 6; way++) {
					find_all(t, ways[way], ROOM);
					find_all(t, ways[way], 7);
				}
				end(t);
			}
}

static void every_path(void **unused)
{
	const struct png_path *path;
	unsigned int kind, i;

	for (kind = 0; kind < PNG_CONTENTS; kind++) {
		struct test *first = begin(kind, LENGTH, 3841, png_path_at(0));

		png_matches_find(&first->matcher, &first->text, 0, &first->tokens);
		for (i = 1; (path = png_path_at(i)); i++) {
			struct test *t = begin(kind, LENGTH, 3841, path);

			if (png_path_runs(path)) {
				png_matches_find(&t->matcher, &t->text, 0, &t->tokens);
				assert_int_equal(t->tokens.count, first->tokens.count);
				assert_memory_equal(t->match, first->match,
						    t->tokens.count * sizeof(t->match[0]));
			}
			end(t);
		}
		end(first);
	}
}

/* What comes again is found: one byte, a row, and neither. */
static void found(void **unused)
{
	struct test *t = begin(0, LENGTH, 1001, png_path_best());

	assert_in_range(find_all(t, MATCHES, ROOM), LENGTH / 258, LENGTH / 258 + 10);
	assert_in_range(find_all(t, 8, ROOM), LENGTH / 258, LENGTH / 258 + 10);
	end(t);
	/* noise, and that once more a row below */
	t = begin(2, LENGTH, 1000, png_path_best());
	for (size_t i = 1000; i < LENGTH; i++)
		t->data[i] = t->data[i - 1000];
	assert_in_range(find_all(t, MATCHES, ROOM), (LENGTH - 1000) / 258, (LENGTH - 1000) / 258 + 10);
	/* 30001 bytes later: by looking it up */
	for (size_t i = 0; i < LENGTH; i++)
		t->data[i] = (uint8_t)((i % 30001) * (i % 30001) % 65521 * 7919 >> 8);
	assert_in_range(find_all(t, MATCHES, ROOM), 1, 1000);
	/* further away than can be copied from */
	t->text.row = 40000;
	find_all(t, MATCHES, ROOM);
	end(t);
}

/* Slopes of colours, as they are: pixels are their stretches, not bytes. */
static void found_pixels(void **unused)
{
	struct test *t = begin(0, LENGTH, 3000, png_path_best());
	size_t by_bytes;

	for (size_t i = 0; i < LENGTH; i++) {
		size_t x = i % 3000 / 3, y = i / 3000;

		t->data[i] = (uint8_t)((x * 10 + y * 73) / 127 * (i % 3 * 77 + 5));
	}
	by_bytes = find_all(t, MATCHES, ROOM);
	t->text.step = 3;
	assert_in_range(find_all(t, MATCHES, ROOM), LENGTH / 258, by_bytes - by_bytes / 8);
	end(t);
}

/* Of grey noise in three channels nearly every pixel is in a match; none begins with a filter's number. */
static void found_grey(void **unused)
{
	struct test *t = begin(15, 30010, 3001, png_path_best());
	const uint8_t *grey = memcpy(t->again, t->data, 30010);
	size_t i, at = 0, matched = 0;

	for (i = 0; i < 10000; i++) {
		uint8_t *pixel = t->data + i / 1000 * 3001 + 1 + i % 1000 * 3;

		memset(pixel, grey[i * 3] - grey[i ? i * 3 - 3 : 0], 3);
		if (i % 1000 == 0)
			pixel[-1] = PNG_CODER_SUB;
	}
	find_all(t, GREY, ROOM);
	for (i = 0; i < t->tokens.count; i++) {
		const struct png_match *m = &t->tokens.match[i];

		at += m->literals;
		assert_int_equal(at % 3001 % 3, 1);
		assert_int_equal(m->length % 3, 0);
		assert_true(at % 3001 + m->length <= 3001);
		at += m->length;
		matched += m->length;
	}
	assert_in_range(matched, 25000, 30000);
	end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps),
		cmocka_unit_test(text_again),	 cmocka_unit_test(every_path),
		cmocka_unit_test(found),	 cmocka_unit_test(found_pixels),
		cmocka_unit_test(found_grey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
