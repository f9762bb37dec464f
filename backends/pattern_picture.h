/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the pictures of pattern.h, as 16-bit RGB. */
#ifndef PATTERN_PICTURE_H
#define PATTERN_PICTURE_H

#include "pattern.h"

/* one row of a picture, each colour on its own */
struct rgb_row {
	uint16_t *r, *g, *b;
};

struct rgb {
	uint16_t r, g, b;
};

/* the moving parts of a frame, worked out once */
struct scene {
	uint32_t horizon;		/* first row below the sky */
	int64_t sun_x, sun_y, sun_radius;
	int64_t ball_x, ball_y, ball_radius;
	uint16_t *far, *near;		/* per column: the first row of the hill, width entries */
	uint32_t far_low, near_low;	/* from this row on there is nothing but the hill */
	uint32_t near_high;		/* above this row there is nothing of it */
};

/* where the number stands in the picture and what it is */
struct digits {
	char text[12];
	uint32_t count;			/* of text; 0: no room in this picture */
	uint32_t scale;			/* pixels of one dot */
	uint32_t x, y;			/* of the box around the number */
	uint32_t width, height;
};

/* a picture of a size: fill it with picture_begin(), then ask for rows */
struct picture {
	uint32_t width, height;
	struct pattern_look look;
	uint32_t number;
	struct scene scene;
	struct digits digits;
	uint16_t *levels;		/* 65536 entries, or NULL while the look changes nothing */
	bool adjust;			/* levels is in use */
};

/* scene.far, scene.near, levels belong to the picture. 0 or -ENOMEM. */
int picture_init(struct picture *picture, uint32_t width, uint32_t height);
void picture_fini(struct picture *picture);

/* Turn to the frame of this number. 0 or -ENOMEM. */
int picture_begin(struct picture *picture, const struct pattern_look *look, uint32_t number);

/* Draw row @y, which is below height. */
void picture_row(const struct picture *picture, uint32_t y, const struct rgb_row *row);

/* pattern_scene.c */
void scene_begin(struct picture *picture);
void scene_row(const struct picture *picture, uint32_t y, const struct rgb_row *row);

/* pattern_digits.c */
void digits_begin(struct picture *picture);
void digits_row(const struct picture *picture, uint32_t y, const struct rgb_row *row);

static inline void row_fill(const struct rgb_row *row, uint32_t from, uint32_t to, struct rgb c)
{
	uint32_t x;

	for (x = from; x < to; x++)
		row->r[x] = c.r;
	for (x = from; x < to; x++)
		row->g[x] = c.g;
	for (x = from; x < to; x++)
		row->b[x] = c.b;
}

static inline void row_set(const struct rgb_row *row, uint32_t x, struct rgb c)
{
	row->r[x] = c.r;
	row->g[x] = c.g;
	row->b[x] = c.b;
}

#endif /* PATTERN_PICTURE_H */
