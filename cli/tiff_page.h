/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of a TIFF file: its pixels, as strips, and behind them its directory.
 *
 * libtiff writes it into a file that is there only in part: pixels go straight to
 * the sink, the directory into memory, and what stands before the page is the
 * caller's.  So nothing is read back or sought, each page costs the same, however
 * many there were before, and no memory grows with their number.
 */
#ifndef GRAB_TIFF_PAGE_H
#define GRAB_TIFF_PAGE_H

#include "encode.h"
#include "pixels.h"

struct tiff_page;

/**
 * tiff_page_open - get ready for pages of such pictures
 *
 * Return: 0 or -ENOMEM, with words.
 */
int tiff_page_open(const struct pixels *pixels, struct tiff_page **out);

void tiff_page_close(struct tiff_page *page);	/* NULL is fine */

/** tiff_page_room - no directory of such pictures is longer, in bytes */
size_t tiff_page_room(const struct pixels *pixels);

/**
 * tiff_page_write - the pixels of a picture that pixels_begin() took
 * @begin:	where they are in the file; even
 * @big:	of a BigTIFF file
 *
 * The directory is left to the caller: it belongs right behind the pixels.
 *
 * Return: 0; or what the sink said, with words.
 */
int tiff_page_write(struct tiff_page *page, const struct encode *e, struct pixels *pixels,
		    const struct picture *picture, struct sink *sink, uint64_t begin, bool big);

/** tiff_page_link - tell the directory where the next one is; 0: there is none */
void tiff_page_link(struct tiff_page *page, uint64_t next);

/**
 * tiff_page_directory - the bytes of the last page's directory
 * @length:	how many; even, where the pixels' bytes are
 * @link:	where among them the place of the next directory stands
 */
const uint8_t *tiff_page_directory(const struct tiff_page *page, size_t *length, size_t *link);

/* A number in TIFF's order: little endian here. */
void tiff_page_number(uint8_t *at, uint64_t value, unsigned int bytes);

#endif /* GRAB_TIFF_PAGE_H */
