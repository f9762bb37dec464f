/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pixel_path.h"

#include <stdlib.h>
#include <string.h>

#include "pixel_loops.h"
#include "pixel_path_x86.h"

static void ycbcr(const struct ycbcr_matrix *matrix, const uint8_t *y, const uint8_t *cb,
		  const uint8_t *cr, uint8_t *red, uint8_t *green, uint8_t *blue, uint32_t width)
{
	pixel_loop_ycbcr(matrix, y, cb, cr, red, green, blue, width);
}

static void twice(const uint8_t *src, uint8_t *dst, uint32_t width)
{
	pixel_loop_twice(src, dst, width);
}

static void bayer(const struct bayer_rows *rows, uint32_t width, uint32_t colour, uint16_t *own,
		  uint16_t *green, uint16_t *other)
{
	pixel_loop_bayer(rows, width, colour, own, green, other);
}

static void unpack(enum unpack_kind kind, unsigned int bits, const uint8_t *src, uint16_t *dst,
		   uint32_t width)
{
	pixel_loop_unpack(kind, bits, src, dst, width);
}

static void store_samples(const struct store *store, const uint16_t *src, uint8_t *dst,
			  uint64_t count)
{
	pixel_loop_store(store, src, dst, count);
}

static void merge_16(uint8_t *const src[3], uint8_t *dst, uint32_t width)
{
	pixel_loop_merge_16(src, dst, width);
}

static const struct pixel_path scalar = {
	.name = "scalar",
	.ycbcr = ycbcr,
	.twice = twice,
	.bayer = bayer,
	.unpack = unpack,
	.store = store_samples,
	.merge_16 = merge_16,
};

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
