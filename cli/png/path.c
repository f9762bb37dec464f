/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include <string.h>

#include "path_arm.h"
#include "path_loops.h"
#include "path_x86.h"

#define FILTER(kind)                                                                            \
	static void kind(uint8_t *out, const uint8_t *x, const uint8_t *left,                   \
			 const uint8_t *above, const uint8_t *above_left, size_t length)        \
	{                                                                                       \
		png_loop_##kind(out, x, left, above, above_left, length);                       \
	}

FILTER(none)
FILTER(sub)
FILTER(up)
FILTER(avg)
FILTER(paeth)

static void literals(struct png_bits *bits, const uint8_t *data, size_t length,
		     const struct png_literal_codes *codes)
{
	png_loop_literals(bits, data, length, codes);
}

static void differ(uint64_t *map, const uint8_t *a, const uint8_t *b, size_t length)
{
	size_t i;

	for (i = 0; i + 64 <= length; i += 64)
		map[i / 64] = png_loop_differ(a + i, b + i, 64);
	map[i / 64] = png_loop_differ(a + i, b + i, length - i);
}

static const struct png_path scalar = {
	.name = "scalar",
	.filter = { none, sub, up, avg, paeth },
	.literals = literals,
	.differ = differ,
};

static int runs_anywhere(void)
{
	return 1;
}

static const struct {
	const struct png_path *path;
	int (*runs)(void);
} paths[] = {
	{ &scalar, runs_anywhere },
#if PNG_HAVE_X86
	{ &png_path_avx2, png_path_runs_avx2 },
	{ &png_path_avx512, png_path_runs_avx512 },
#endif
#if PNG_HAVE_ARM
	{ &png_path_neon, runs_anywhere },
#endif
};

#define PATHS (sizeof(paths) / sizeof(paths[0]))

const struct png_path *png_path_at(unsigned int index)
{
	return index < PATHS ? paths[index].path : NULL;
}

int png_path_runs(const struct png_path *path)
{
	for (size_t i = 0; i < PATHS; i++)
		if (paths[i].path == path)
			return paths[i].runs();
	return 0;
}

const struct png_path *png_path_find(const char *name)
{
	for (size_t i = 0; i < PATHS; i++)
		if (!strcmp(paths[i].path->name, name))
			return paths[i].runs() ? paths[i].path : NULL;
	return NULL;
}

const struct png_path *png_path_best(void)
{
	size_t i = PATHS;

	while (!paths[--i].runs())
		;
	return paths[i].path;
}
