/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What path.c takes from path_x86.c. */
#ifndef PNG_PATH_X86_H
#define PNG_PATH_X86_H

#include "path.h"

#if defined(__x86_64__)
#define PNG_HAVE_X86 1
extern const struct png_path png_path_avx2, png_path_avx512;
int png_path_runs_avx2(void);
int png_path_runs_avx512(void);
#else
#define PNG_HAVE_X86 0
#endif

#endif /* PNG_PATH_X86_H */
