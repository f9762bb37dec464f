/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmod/segment.h: segments hold exactly the bytes of the pages, and as few as can be. */
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "unit.h"

#define PAGES 64
#define SHIFT 4		/* pages of 16 bytes: more edges a byte */
#define PAGE (1u << SHIFT)
#define ROUNDS 20000

static __u64 frame_of(const void *pages, __u64 index)
{
	assert_true(index < PAGES);
	return ((const __u64 *)pages)[index];
}

/* Runs of neighbours, forwards and backwards, and the same page twice. */
static void random_pages(__u64 *pages)
{
	unsigned int i;

	pages[0] = 1000;
	for (i = 1; i < PAGES; i++)
		switch (random() % 8) {
		case 0:
			pages[i] = random() % 2000;
			break;
		case 1:
			pages[i] = pages[i - 1] - 1;
			break;
		case 2:
			pages[i] = pages[i - 1];
			break;
		default:
			pages[i] = pages[i - 1] + 1;
		}
}

/* Where byte @at of the pages is in memory. */
static __u64 place(const __u64 *pages, __u64 at)
{
	return pages[at >> SHIFT] * PAGE + at % PAGE;
}

/* How many segments there must be: one for every break, and one for every max bytes. */
static unsigned int least(const __u64 *pages, __u64 at, __u64 end, __u32 max)
{
	unsigned int count = 0;
	__u32 len = 0;

	for (; at < end; at++) {
		if (!len || len == max || place(pages, at) != place(pages, at - 1) + 1) {
			count++;
			len = 0;
		}
		len++;
	}
	return count;
}

static void check(const __u64 *pages, __u64 at, __u64 end, __u32 max)
{
	struct segment_walk walk = {
		.frame = frame_of, .pages = pages, .at = at, .end = end, .page_shift = SHIFT, .max = max,
	};
	const unsigned int wanted = least(pages, at, end, max);
	struct segment s;
	unsigned int count = 0;
	__u32 i;

	while (segment_next(&walk, &s)) {
		assert_true(s.len && s.len <= max && s.offset < PAGE);
		for (i = 0; i < s.len; i++)
			assert_int_equal(s.frame * PAGE + s.offset + i, place(pages, at + i));
		at += s.len;
		count++;
	}
	assert_int_equal(at, end);
	assert_int_equal(count, wanted);
}

static void known_segments(void **state)
{
	const __u64 pages[PAGES] = { 7, 8, 9, 3, 4 };

	check(pages, 0, 0, 1000);
	check(pages, 0, 5 * PAGE, 1000);
	check(pages, 5, 4 * PAGE + 3, 1000);
	check(pages, 5, 4 * PAGE + 3, PAGE);
	check(pages, 5, 6, 1);
}

static void random_segments(void **state)
{
	__u64 pages[PAGES], at, end;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		random_pages(pages);
		at = random() % (PAGES * PAGE);
		end = at + random() % (PAGES * PAGE - at + 1);
		check(pages, at, end, 1 + random() % (random() % 2 ? 40 : 2000));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_segments),
		cmocka_unit_test(random_segments),
	};
	const unsigned int seed = 1;

	print_message("seed %u\n", seed);
	srandom(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
