/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What encoders share about camera JPEG. */
#ifndef GRAB_CAMERA_JPEG_H
#define GRAB_CAMERA_JPEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <turbojpeg.h>

#include "picture.h"

struct camera_jpeg {
	const unsigned char *data;
	unsigned long length;
	int subsampling;	/* TJSAMP_* */
};

/* Is it JPEG? Libcapture knows no other compressed format. */
bool camera_jpeg_is(uint32_t fourcc);

/* Is a picture of the size that the format says? 0, or -EBADMSG with words. */
int camera_jpeg_agrees(const struct capture_format *format, uint32_t width, uint32_t height);

/* Is this a size that JPEG has? 0, or -EOPNOTSUPP with words. */
int camera_jpeg_fits(uint32_t width, uint32_t height);

/**
 * camera_jpeg_look - look at a compressed picture
 *
 * Return: 0; -EMSGSIZE: empty; -EBADMSG: no JPEG, or of another size than the
 * format says.  With words.
 */
int camera_jpeg_look(tjhandle decoder, const struct picture *picture, struct camera_jpeg *jpeg);

/**
 * camera_jpeg_failed - after TurboJPEG said that something is wrong
 *
 * Bytes too many between two markers, which some cameras send, are no damage:
 * the picture is whole.
 *
 * Return: 0: no harm done; -EBADMSG with words.
 */
int camera_jpeg_failed(tjhandle decoder);

/* where the parts of a JPEG picture are, in bytes from its first */
struct camera_jpeg_parts {
	size_t scan;		/* the first scan: what describes the picture stands before */
	size_t end;		/* behind the end marker: the picture's real length */
	uint32_t width, height;	/* of the frame header; 0: none */
	bool lacks_tables;	/* coded by Huffman's method, and the tables are left out */
};

/**
 * camera_jpeg_measure - walk from marker to marker
 * @jpeg:	by camera_jpeg_look()
 *
 * Compressed pixels are passed over, not decoded.
 *
 * Return: 0; -EBADMSG: cut short, or segments that make no picture, with words.
 */
int camera_jpeg_measure(const struct camera_jpeg *jpeg, struct camera_jpeg_parts *parts);

/**
 * camera_jpeg_check - is it whole, and of the size that its format says?
 *
 * By its markers alone: compressed pixels that are wrong are not found.
 *
 * Return: 0; -EBADMSG with words.
 */
int camera_jpeg_check(const struct picture *picture);

/* The segment with the tables of annex K.3 of the JPEG standard: they are meant where there are none. */
#define CAMERA_JPEG_TABLES_BYTES 420
extern const uint8_t camera_jpeg_tables[CAMERA_JPEG_TABLES_BYTES];

#endif /* GRAB_CAMERA_JPEG_H */
