/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <time.h>

#include "random.h"
#include "unit.h"

uint32_t random_number(void)
{
	static uint64_t state;

	if (!state) {
		const char *seed = getenv("SEED");

		state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL) | 1;
		print_message("SEED=%llu\n", (unsigned long long)state);
	}
	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 33;
}

uint32_t random_between(uint32_t min, uint32_t max)
{
	return min + random_number() % (max - min + 1);
}
