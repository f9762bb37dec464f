/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses for the device: in the IOMMU's ranges, within its bits, never two at one place. */
#include <errno.h>
#include <stdlib.h>

#include "random.h"
#include "unit.h"
#include "vfio.h"

#define PIECES 200

static struct iova_space space_of(uint64_t max)
{
	/* as a PC has them: a hole for interrupts, the end at 48 bits */
	return (struct iova_space){
		.range = { { 0, 0xfedfffff }, { 0xfef00000, 0xffffffffffff } },
		.ranges = 2,
		.max = max,
	};
}

static void random_pieces(void **test_state)
{
	static const uint64_t maxima[] = { (1 << 28) - 1, UINT32_MAX, UINT64_MAX };
	struct iova_range held[PIECES] = { { 0, 0 } };
	unsigned int i, k, round;

	for (round = 0; round < 3; round++) {
		struct iova_space space = space_of(maxima[round]);

		for (i = 0; i < 20000; i++) {
			uint64_t bytes = (1 + random_number() % 512) * 4096ull, iova;
			struct iova_range *h = &held[random_number() % PIECES];

			if (h->last) {
				iova_give(&space, h->first);
				*h = (struct iova_range){ 0, 0 };
				continue;
			}
			if (iova_take(&space, bytes, &iova))
				continue;
			assert_int_equal(iova % 4096, 0);
			assert_true(iova && iova + bytes - 1 <= maxima[round]);
			assert_true(iova + bytes - 1 <= 0xfedfffff || iova >= 0xfef00000);
			for (k = 0; k < PIECES; k++)
				assert_true(!held[k].last || held[k].last < iova ||
					    held[k].first > iova + bytes - 1);
			*h = (struct iova_range){ iova, iova + bytes - 1 };
		}
		for (k = 0; k < PIECES; k++) {
			if (held[k].last)
				iova_give(&space, held[k].first);
			held[k] = (struct iova_range){ 0, 0 };
		}
		assert_int_equal(space.count, 0);
		iova_free(&space);
	}
}

static void to_the_last_byte(void **test_state)
{
	struct iova_space space = space_of((1 << 28) - 1);
	uint64_t iova, last = 0;
	unsigned int count = 0;

	while (!iova_take(&space, 1 << 20, &iova)) {
		assert_true(iova >= last);
		last = iova;
		count++;
	}
	/* all of 256 MiB but the first piece, which begins behind the lowest addresses */
	assert_int_equal(count, 255);
	assert_int_equal(iova_take(&space, 1 << 20, &iova), -ENOSPC);
	assert_int_equal(iova_take(&space, (1 << 20) - 0x10000, &iova), 0);
	assert_int_equal(iova, (1 << 28) - (1 << 20) + 0x10000);
	assert_int_equal(iova_take(&space, 4096, &iova), -ENOSPC);
	iova_free(&space);
}

static void around_the_hole(void **test_state)
{
	struct iova_space space = space_of(UINT64_MAX);
	uint64_t iova;

	assert_int_equal(iova_take(&space, 0xfed00000, &iova), 0);
	assert_int_equal(iova_take(&space, 2 << 20, &iova), 0);
	assert_int_equal(iova, 0xfef00000);
	assert_int_equal(iova_take(&space, 1ull << 48, &iova), -ENOSPC);
	assert_int_equal(iova_take(&space, UINT64_MAX, &iova), -ENOSPC);
	iova_give(&space, 0x12345000);
	assert_int_equal(space.count, 2);
	iova_free(&space);
}

static void the_last_address_of_all(void **test_state)
{
	struct iova_space space = {
		.range = { { UINT64_MAX - 0xffff, UINT64_MAX } }, .ranges = 1, .max = UINT64_MAX,
	};
	uint64_t iova;

	assert_int_equal(iova_take(&space, 0x10000, &iova), 0);
	assert_int_equal(iova, UINT64_MAX - 0xffff);
	assert_int_equal(iova_take(&space, 4096, &iova), -ENOSPC);
	iova_free(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_pieces),
		cmocka_unit_test(to_the_last_byte),
		cmocka_unit_test(around_the_hole),
		cmocka_unit_test(the_last_address_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
