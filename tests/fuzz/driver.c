/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fixed number of seeded mutations of a target's own seeds, for the test suite.
 *
 *	fuzz_TARGET [SEED [ROUNDS]]	what a failing run printed reproduces it
 *	fuzz_TARGET FILE		one input
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"
#include "rounds.h"

#define INPUT_MAX 4096
#ifndef ROUNDS
#define ROUNDS 20000
#endif

static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
	/* xorshift64*, Vigna 2016 */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

static size_t seed_count(void)
{
	size_t n = 0;

	while (fuzz_seeds[n])
		n++;
	return n;
}

static size_t take_seed(uint8_t *input)
{
	const char *seed = fuzz_seeds[random_below((uint32_t)seed_count())];
	size_t len = strlen(seed);

	memcpy(input, seed, len);
	return len;
}

/* One small damage: a byte set, put in, taken out, a stretch doubled, or another seed's tail. */
static size_t mutate(uint8_t *input, size_t len)
{
	static const char telling[] = "0123456789:,=x/%#-+.{}\\\"'\0\n\xff @dqnsimv";
	size_t at = len ? random_below((uint32_t)len) : 0, n;
	uint8_t byte = random_below(2) ? (uint8_t)telling[random_below(sizeof(telling) - 1)]
				       : (uint8_t)random_below(256);

	switch (random_below(5)) {
	case 0:
		if (len)
			input[at] = byte;
		return len;
	case 1:
		if (len == INPUT_MAX)
			return len;
		memmove(input + at + 1, input + at, len - at);
		input[at] = byte;
		return len + 1;
	case 2:
		if (!len)
			return 0;
		memmove(input + at, input + at + 1, len - at - 1);
		return len - 1;
	case 3:
		n = len - at;
		if (n > INPUT_MAX - len)
			n = INPUT_MAX - len;
		memcpy(input + len, input + at, n);
		return len + n;
	default:
		n = strlen(fuzz_seeds[random_below((uint32_t)seed_count())]);
		if (at + n > INPUT_MAX)
			return len;
		return at + take_seed(input + at);
	}
}

static int run_file(const char *path)
{
	static uint8_t input[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file) {
		perror(path);
		return 1;
	}
	len = fread(input, 1, sizeof(input), file);
	fclose(file);
	return LLVMFuzzerTestOneInput(input, len);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
	unsigned long round, rounds = argc > 2 ? strtoul(argv[2], NULL, 0) : ROUNDS / ROUNDS_DIVISOR;
	uint8_t input[INPUT_MAX], *exact;
	unsigned int changes;
	size_t len;

	if (argc > 1 && strchr(argv[1], '/'))
		return run_file(argv[1]);
	state = seed * 2 + 1;
	printf("seed %" PRIu64 ", %lu rounds\n", seed, rounds);
	fflush(stdout);
	for (round = 0; round < rounds; round++) {
		len = take_seed(input);
		for (changes = random_below(6); changes; changes--)
			len = mutate(input, len);
		exact = malloc(len ? len : 1);	/* so that a sanitizer sees its ends */
		if (!exact)
			return 1;
		memcpy(exact, input, len);
		LLVMFuzzerTestOneInput(exact, len);
		free(exact);
	}
	return 0;
}
