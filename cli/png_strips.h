/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PNG by our own coder (png/coder.h), a strip after the other, or several by
 * several threads:
 *
 *	owner	hands out strips, makes some itself, writes them in order
 *	others	take strips of the same picture (png_strips_assist()), each
 *		with an instance of its own, while they have nothing else to do
 *
 * A strip is converted, filtered and compressed while it is in the cache.  Each
 * instance has room for two compressed strips: one may wait to be written while
 * the next is made.
 *
 * The variable GRAB_PNG_PATH names one of the coder's paths, for tests.
 */
#ifndef GRAB_PNG_STRIPS_H
#define GRAB_PNG_STRIPS_H

#include "encode.h"
#include "pixels.h"
#include "png_file.h"

struct png_strips;

/**
 * png_strips_open - an instance for pictures of one kind
 * @pixels:	borrowed; what converts them
 *
 * Return: 0; -EOVERFLOW, -ENOMEM; as png_strips_check().  With words.
 */
int png_strips_open(struct pixels *pixels, struct png_strips **out);

/** png_strips_check - 0, or -EINVAL with words: GRAB_PNG_PATH names none that this processor has */
int png_strips_check(void);

/** png_strips_parts - how many threads can be at one picture */
uint32_t png_strips_parts(const struct pixels *pixels);

void png_strips_close(struct png_strips *strips);	/* NULL is fine */

/**
 * png_strips_write - the compressed data of a picture, as chunks
 * @picture:	pixels_begin() has taken it
 * @helpers:	who may lend a hand; NULL: nobody
 *
 * Return: 0, or what the file said.
 */
int png_strips_write(struct png_strips *strips, const struct picture *picture,
		     struct png_file *file, const struct encode_helpers *helpers);

/**
 * png_strips_assist - make strips of the picture that @other is at, if there are any
 *
 * By the thread that @strips belongs to.  Returns at once when there is nothing
 * to do.
 */
void png_strips_assist(struct png_strips *strips, struct png_strips *other);

#endif /* GRAB_PNG_STRIPS_H */
