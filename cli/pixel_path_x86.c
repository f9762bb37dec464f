/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pixel_path_x86.h"

#if PIXEL_HAVE_X86

#define PIXEL_TARGET __attribute__((target("avx2")))
#define PIXEL_PATH const struct pixel_path pixel_path_avx2
#define PIXEL_NAME "avx2"
#include "pixel_path_table.h"

bool pixel_path_runs_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

#endif
