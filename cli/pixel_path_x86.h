/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GRAB_PIXEL_PATH_X86_H
#define GRAB_PIXEL_PATH_X86_H

#include "pixel_path.h"

#if defined(__x86_64__)
#define PIXEL_HAVE_X86 1
#else
#define PIXEL_HAVE_X86 0
#endif

extern const struct pixel_path pixel_path_avx2;

bool pixel_path_runs_avx2(void);

#endif /* GRAB_PIXEL_PATH_X86_H */
