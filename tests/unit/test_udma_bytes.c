/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmod/udma_bytes.h: the module's frames are those of the simulator with pattern=bytes. */
#include <stdlib.h>

#include "pattern.h"
#include "udma_bytes.h"
#include "unit.h"

static void same_as_pattern(void **state)
{
	uint32_t number, line, column, len, i;
	uint8_t got[200];

	for (number = 0; number < 50; number++) {
		line = (uint32_t)random() % 5000;
		column = (uint32_t)random() % 10000;
		len = (uint32_t)random() % sizeof(got);
		got[len] = 0xa5;
		udma_bytes_fill(udma_bytes_line(17, number, line), column, len, got);
		for (i = 0; i < len; i++)
			assert_int_equal(got[i], pattern_byte(17, number, line, column + i));
		assert_int_equal(got[len], 0xa5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_pattern),
	};
	const unsigned int seed = 1;

	print_message("seed %u\n", seed);
	srandom(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
