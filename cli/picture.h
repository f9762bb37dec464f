/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A captured picture as an encoder sees it: memory, its layout, and the facts.
 * It borrows everything, and lives as long as the buffer is not queued again.
 *
 *	data ----------+--------------------------------------------- size
 *	               |  plane_offset[0]       plane_offset[1]
 *	               |  | stride x lines |    | stride x lines |
 *	               +--+================+----+================+-----
 */
#ifndef GRAB_PICTURE_H
#define GRAB_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcapture.h"

struct picture {
	const struct capture_format *format;
	const uint8_t *data;			/* the attached memory */
	uint64_t size;				/* bytes of it that may be read */
	uint64_t bytes;				/* capture_frame.bytes: written by the device,
						   counted from data */
	uint64_t plane_offset[CAPTURE_PLANES_MAX];	/* capture_frame.plane_offset */
	uint64_t index;				/* number of the frame in this run, from --start */
	uint64_t sequence;			/* the device's counter */
	uint64_t time_ns;			/* CLOCK_MONOTONIC */
	int64_t utc_ns;				/* the same moment, since 1970-01-01T00:00:00Z;
						   INT64_MIN: not known */
	bool lasting;				/* nobody will write to data any more */
};

/**
 * picture_set - fill the memory side of a picture from what capture_wait() gave
 *
 * index, time_ns and sequence are set from @frame and @index; utc_ns, and lasting
 * where it is true, are left to the caller.
 */
void picture_set(struct picture *picture, const struct capture_format *format,
		 const struct capture_frame *frame, uint64_t index);

/**
 * picture_check - does every plane lie within the memory?
 *
 * Rows must hold the width, and offset + stride x (lines - 1) + one row must
 * end within size: the last row may lack its padding.  A compressed picture
 * needs one byte at least.  Nothing is said about bytes: of a picture cut short
 * (CAPTURE_FRAME_INCOMPLETE) the rest of its rows is zeros, inspection_blank().
 *
 * Return: 0, or -EMSGSIZE with words.
 */
int picture_check(const struct picture *picture);

/** picture_has_no_rows - compressed, or of a layout that nobody knows */
bool picture_has_no_rows(const struct capture_format *format);

/**
 * picture_row_bytes - bytes of a row that hold pixels, without its padding
 *
 * For a fourcc that libcapture does not know: the whole stride.
 */
uint64_t picture_row_bytes(const struct capture_format *format, unsigned int plane);

/* rows of a plane as people see them, the topmost first */
struct picture_rows {
	const uint8_t *first;
	ptrdiff_t stride;	/* negative: the topmost row is the last in memory */
};

/**
 * picture_plane - where the rows of a plane are
 *
 * Honours CAPTURE_FORMAT_BOTTOM_UP.  The picture has passed picture_check().
 */
struct picture_rows picture_plane(const struct picture *picture, unsigned int plane);

/**
 * picture_compressed - where the bytes of a compressed picture are
 * @length:	bytes from there; 0 if there are none
 *
 * From plane_offset[0] to bytes.
 */
const uint8_t *picture_compressed(const struct picture *picture, uint64_t *length);

#endif /* GRAB_PICTURE_H */
