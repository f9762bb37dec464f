/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame's number, in the largest digits that leave something of the picture. */
#include <stdio.h>
#include <string.h>

#include "pattern_picture.h"

#define GLYPH_ROWS	7
#define GLYPH_COLUMNS	5
#define CELL_COLUMNS	(GLYPH_COLUMNS + 1)	/* one dot between digits */
#define MARGIN		1			/* dots around the number */
#define SCALE_MAX	64
#define DIGITS_WANTED	6			/* zeros in front: numbers of one run line up */

/* a bit per dot, the leftmost is bit 4 */
static const uint8_t glyphs[10][GLYPH_ROWS] = {
	{ 0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e },
	{ 0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e },
	{ 0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f },
	{ 0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e },
	{ 0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02 },
	{ 0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e },
	{ 0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e },
	{ 0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08 },
	{ 0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e },
	{ 0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c },
};

static const struct rgb ink = { 0xffff, 0xffff, 0xffff }, paper = { 0, 0, 0 };

static uint32_t dots_wide(uint32_t count)
{
	return count * CELL_COLUMNS - 1 + 2 * MARGIN;
}

static bool fit(struct digits *digits, const struct picture *picture, int least)
{
	uint32_t wide, high = GLYPH_ROWS + 2 * MARGIN;

	digits->count = snprintf(digits->text, sizeof(digits->text), "%0*u", least,
				 picture->number);
	wide = dots_wide(digits->count);
	/* at most half of the width and a sixth of the height, unless that is too small */
	digits->scale = picture->width / (2 * wide);
	if (digits->scale > picture->height / (6 * high))
		digits->scale = picture->height / (6 * high);
	if (digits->scale > SCALE_MAX)
		digits->scale = SCALE_MAX;
	if (!digits->scale)
		digits->scale = 1;
	digits->width = wide * digits->scale;
	digits->height = high * digits->scale;
	return digits->width <= picture->width && digits->height <= picture->height;
}

void digits_begin(struct picture *picture)
{
	struct digits *digits = &picture->digits;

	memset(digits, 0, sizeof(*digits));
	if (picture->look.kind != PATTERN_SCENE && picture->look.kind != PATTERN_BARS)
		return;
	if (!fit(digits, picture, DIGITS_WANTED) && !fit(digits, picture, 1)) {
		digits->count = 0;
		return;
	}
	/* a dot away from the corner where there is room */
	if (digits->width + digits->scale <= picture->width)
		digits->x = digits->scale;
	if (digits->height + digits->scale <= picture->height)
		digits->y = digits->scale;
}

void digits_row(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	const struct digits *digits = &picture->digits;
	uint32_t i, column, x, dot;
	uint8_t bits;

	if (!digits->count || y < digits->y || y >= digits->y + digits->height)
		return;
	row_fill(row, digits->x, digits->x + digits->width, paper);
	dot = (y - digits->y) / digits->scale;
	if (dot < MARGIN || dot >= MARGIN + GLYPH_ROWS)
		return;
	for (i = 0; i < digits->count; i++) {
		bits = glyphs[digits->text[i] - '0'][dot - MARGIN];
		for (column = 0; column < GLYPH_COLUMNS; column++) {
			if (!(bits & 0x10 >> column))
				continue;
			x = digits->x + (MARGIN + i * CELL_COLUMNS + column) * digits->scale;
			row_fill(row, x, x + digits->scale, ink);
		}
	}
}
