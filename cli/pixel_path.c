/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pixel_path.h"

#include <stdlib.h>
#include <string.h>

#include "pixel_path_x86.h"

#define PIXEL_TARGET
#define PIXEL_PATH static const struct pixel_path scalar
#define PIXEL_NAME "scalar"
#include "pixel_path_table.h"

static bool runs_anywhere(void)
{
	return true;
}

static const struct {
	const struct pixel_path *path;
	bool (*runs)(void);
} paths[] = {
	{ &scalar, runs_anywhere },
#if PIXEL_HAVE_X86
	{ &pixel_path_avx2, pixel_path_runs_avx2 },
#endif
};

#define PATHS (sizeof(paths) / sizeof(paths[0]))

const struct pixel_path *pixel_path_at(unsigned int index)
{
	return index < PATHS ? paths[index].path : NULL;
}

bool pixel_path_runs(const struct pixel_path *path)
{
	for (size_t i = 0; i < PATHS; i++)
		if (paths[i].path == path)
			return paths[i].runs();
	return false;
}

const struct pixel_path *pixel_path_wanted(void)
{
	const char *name = getenv("GRAB_PIXELS_PATH");
	size_t i = PATHS;

	while (i--)
		if (name && name[0] ? !strcmp(name, paths[i].path->name) : paths[i].runs())
			return paths[i].runs() ? paths[i].path : NULL;
	return NULL;
}
