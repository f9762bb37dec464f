/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures as the planes that YUV4MPEG2 stores; encode_y4m.c says which. */
#ifndef GRAB_Y4M_H
#define GRAB_Y4M_H

#include <turbojpeg.h>

#include "pixels.h"
#include "planar.h"

struct y4m_plane {
	struct picture_rows rows;
	uint64_t row_bytes;
	uint32_t lines;
};

struct y4m;

/* one way to get planes */
struct y4m_way {
	int (*open)(struct y4m *y, const struct capture_format *format,
		    const struct encode_options *options);
	int (*begin)(struct y4m *y, const struct picture *picture);
};

struct y4m {
	const struct y4m_way *way;
	const char *tag;	/* colour space, "422"; NULL: the first picture tells */
	bool full_range;
	unsigned int count;	/* planes */
	struct y4m_plane plane[3];	/* of the picture at hand */
	uint32_t width, height;
	struct pixels pixels;
	const struct planar *planar;
	tjhandle jpeg;
	uint8_t *scratch;
};

/**
 * y4m_accepts - can planes be had of this?
 *
 * Return: 0, or -EOPNOTSUPP with words.
 */
int y4m_accepts(const struct capture_format *format, const struct encode_options *options);

/** y4m_rank - see encoder_rank() */
unsigned int y4m_rank(const struct capture_format *format, const struct encode_options *options);

/* Zeroed before; y4m_close() after, whatever this returned. Errors as pixels_open(). */
int y4m_open(struct y4m *y, const struct capture_format *format,
	     const struct encode_options *options);

/**
 * y4m_begin - the planes of a picture
 *
 * They stay until the next call, as long as the picture does.
 *
 * Return: as pixels_begin(); -EBADMSG too: a JPEG picture sampled in another way
 * than those before.  With words.
 */
int y4m_begin(struct y4m *y, const struct picture *picture);

void y4m_close(struct y4m *y);

#endif /* GRAB_Y4M_H */
