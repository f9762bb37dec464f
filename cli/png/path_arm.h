/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What path.c takes from path_arm.c. */
#ifndef PNG_PATH_ARM_H
#define PNG_PATH_ARM_H

#include "path.h"

/* all of them have NEON */
#if defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PNG_HAVE_ARM 1
extern const struct png_path png_path_neon;
#else
#define PNG_HAVE_ARM 0
#endif

#endif /* PNG_PATH_ARM_H */
