/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include <string.h>

#include "path_arm.h"
#include "path_loops.h"
#include "path_x86.h"

PNG_PATH_FILTER(none)
PNG_PATH_FILTER(sub)
PNG_PATH_FILTER(up)
PNG_PATH_FILTER(avg)
PNG_PATH_FILTER(paeth)
PNG_PATH_LITERALS(literals)
PNG_PATH_MARK(mark)

static uint64_t differ_64(const uint8_t *a, const uint8_t *b)
{
	return png_loop_differ(a, b, 64);
}

PNG_PATH_DIFFER(differ, differ_64)

static const struct png_path scalar = {
	.name = "scalar",
	.filter = { none, sub, up, avg, paeth },
	.literals = literals,
	.mark = mark,
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
