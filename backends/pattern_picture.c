/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plain pictures, and what the controls do to all of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pattern_picture.h"

#define LEVELS 65536

static const struct rgb black = { 0, 0, 0 }, white = { 0xffff, 0xffff, 0xffff };

int picture_init(struct picture *picture, uint32_t width, uint32_t height)
{
	memset(picture, 0, sizeof(*picture));
	picture->width = width;
	picture->height = height;
	picture->scene.far = calloc(width, sizeof(*picture->scene.far));
	picture->scene.near = calloc(width, sizeof(*picture->scene.near));
	if (picture->scene.far && picture->scene.near)
		return 0;
	picture_fini(picture);
	return -ENOMEM;
}

void picture_fini(struct picture *picture)
{
	free(picture->scene.far);
	free(picture->scene.near);
	free(picture->levels);
	memset(picture, 0, sizeof(*picture));
}

static bool changes_levels(const struct pattern_look *look)
{
	return look->brightness || look->gain || look->exposure != PATTERN_EXPOSURE;
}

static bool same_levels(const struct pattern_look *a, const struct pattern_look *b)
{
	return a->brightness == b->brightness && a->gain == b->gain && a->exposure == b->exposure;
}

static void fill_levels(uint16_t *levels, const struct pattern_look *look)
{
	uint64_t factor = (uint64_t)look->exposure * (100 + look->gain);
	int64_t value;
	uint32_t i;

	for (i = 0; i < LEVELS; i++) {
		value = (int64_t)(i * factor / (PATTERN_EXPOSURE * 100)) + look->brightness * 257;
		levels[i] = value < 0 ? 0 : value > 0xffff ? 0xffff : value;
	}
}

int picture_begin(struct picture *picture, const struct pattern_look *look, uint32_t number)
{
	bool adjust = changes_levels(look);

	if (adjust && !picture->levels) {
		picture->levels = malloc(LEVELS * sizeof(*picture->levels));
		if (!picture->levels)
			return -ENOMEM;
	}
	if (adjust && (!picture->adjust || !same_levels(look, &picture->look)))
		fill_levels(picture->levels, look);
	picture->adjust = adjust;
	picture->look = *look;
	picture->number = number;
	if (look->kind == PATTERN_SCENE)
		scene_begin(picture);
	digits_begin(picture);
	return 0;
}

static void bars_row(const struct picture *picture, const struct rgb_row *row)
{
	/* white, yellow, cyan, green, magenta, red, blue, black */
	uint64_t from, to, bar;
	struct rgb colour;

	for (bar = 0, from = 0; bar < 8; bar++, from = to) {
		/* the first x for which x * 8 / width is the next bar */
		to = ((bar + 1) * picture->width + 7) / 8;
		colour.r = bar & 2 ? 0 : 0xffff;
		colour.g = bar & 4 ? 0 : 0xffff;
		colour.b = bar & 1 ? 0 : 0xffff;
		row_fill(row, from, to, colour);
	}
}

static void checkers_row(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	uint32_t x;

	for (x = 0; x < picture->width; x++)
		row_set(row, x, ((x >> 4 ^ y >> 4) & 1) ? black : white);
}

static void ramp_row(const struct picture *picture, const struct rgb_row *row)
{
	uint32_t x;

	for (x = 0; x < picture->width; x++)
		row->r[x] = (uint64_t)x * 65536 / picture->width;
	memcpy(row->g, row->r, picture->width * sizeof(*row->g));
	memcpy(row->b, row->r, picture->width * sizeof(*row->b));
}

static void noise_row(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	uint32_t key = pattern_mix(pattern_mix(picture->look.seed ^ 0x6e6f6973) + picture->number);
	uint32_t x, v;

	key = pattern_mix(key ^ y);
	for (x = 0; x < picture->width; x++) {
		v = pattern_mix(key + x);
		row->r[x] = v;
		row->g[x] = v >> 8;
		row->b[x] = v >> 16;
	}
}

static void draw(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	switch (picture->look.kind) {
	case PATTERN_SCENE:
		scene_row(picture, y, row);
		break;
	case PATTERN_BARS:
		bars_row(picture, row);
		break;
	case PATTERN_CHECKERS:
		checkers_row(picture, y, row);
		break;
	case PATTERN_RAMP:
		ramp_row(picture, row);
		break;
	case PATTERN_WHITE:
		row_fill(row, 0, picture->width, white);
		break;
	case PATTERN_NOISE:
		noise_row(picture, y, row);
		break;
	case PATTERN_BLACK:
	case PATTERN_BYTES:
		row_fill(row, 0, picture->width, black);
		break;
	}
}

static void flip(uint16_t *v, uint32_t width)
{
	uint32_t x, other;
	uint16_t keep;

	for (x = 0, other = width - 1; x < other; x++, other--) {
		keep = v[x];
		v[x] = v[other];
		v[other] = keep;
	}
}

static void adjust(uint16_t *v, const uint16_t *levels, uint32_t width)
{
	uint32_t x;

	for (x = 0; x < width; x++)
		v[x] = levels[v[x]];
}

void picture_row(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	uint32_t width = picture->width;

	draw(picture, picture->look.vflip ? picture->height - 1 - y : y, row);
	if (picture->look.hflip) {
		flip(row->r, width);
		flip(row->g, width);
		flip(row->b, width);
	}
	if (picture->adjust) {
		adjust(row->r, picture->levels, width);
		adjust(row->g, picture->levels, width);
		adjust(row->b, picture->levels, width);
	}
	digits_row(picture, y, row);
}
