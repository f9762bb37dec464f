/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG as small as libdeflate makes it, whatever time that takes. */
#ifndef GRAB_PNG_BEST_H
#define GRAB_PNG_BEST_H

#include "pixels.h"
#include "png_file.h"

struct png_best;

/**
 * png_best_open - memory for whole pictures
 *
 * Return: 0; -EOVERFLOW, -ENOMEM, with words.
 */
int png_best_open(const struct pixels *pixels, struct png_best **out);

void png_best_close(struct png_best *best);	/* NULL is fine */

/**
 * png_best_write - the compressed data of a picture, as chunks
 * @pixels:	pixels_begin() has taken the picture
 *
 * Return: 0, or what the file said.
 */
int png_best_write(struct png_best *best, struct pixels *pixels, struct png_file *file);

#endif /* GRAB_PNG_BEST_H */
