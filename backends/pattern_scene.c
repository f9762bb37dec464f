/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The scene: evening sky, a sun with its glow, two ranges of hills that pass by
 * at different speeds, and a ball that bounces in front of them.  A row at a
 * time, from what scene_begin() worked out for the frame.
 */
#include "pattern_picture.h"

static const struct rgb sky_top = { 0x1400, 0x2c00, 0x6a00 };
static const struct rgb sky_low = { 0xfa00, 0xb400, 0x7000 };
static const struct rgb sun_core = { 0xffff, 0xf600, 0xd000 };
static const struct rgb far_top = { 0x6a00, 0x5c00, 0x8800 };
static const struct rgb far_low = { 0x4c00, 0x4a00, 0x7000 };
static const struct rgb near_top = { 0x3000, 0x6200, 0x3c00 };
static const struct rgb near_low = { 0x1000, 0x2400, 0x1600 };
static const struct rgb ball_dark = { 0x7000, 0x0800, 0x1000 };
static const struct rgb ball_light = { 0xffff, 0x9000, 0x7800 };

/* a + (b - a) * at / of; inline, because a constant @of makes it a shift */
static inline uint16_t between(uint16_t a, uint16_t b, uint64_t at, uint64_t of)
{
	return a + ((int64_t)b - a) * (int64_t)at / (int64_t)of;
}

static inline struct rgb blend(struct rgb a, struct rgb b, uint64_t at, uint64_t of)
{
	struct rgb c = {
		between(a.r, b.r, at, of), between(a.g, b.g, at, of), between(a.b, b.b, at, of),
	};

	return c;
}

/* Nearly a sine, made of two parabolas: a period is 65536, the result -32768 to 32768. */
static int64_t wave(uint64_t phase)
{
	int64_t at = phase & 0x7fff, value = at * (0x8000 - at) >> 13;

	return phase & 0x8000 ? -value : value;
}

/* The top of a range of hills, in rows from 0 to @height, at a place along it. */
static uint16_t hill(uint64_t place, uint64_t phase, uint32_t width, int64_t base, int64_t rise,
		     uint32_t height)
{
	uint64_t at = place * 65536 / width + phase;
	int64_t top = base - (rise * (wave(at) * 5 + wave(at * 3 + phase) * 2 + wave(at * 7)) >> 18);

	return top < 0 ? 0 : top > height ? height : top;
}

/* Back and forth between 0 and @span. */
static int64_t bounce(uint64_t at, uint64_t span)
{
	if (!span)
		return 0;
	at %= 2 * span;
	return at < span ? at : 2 * span - at;
}

void scene_begin(struct picture *picture)
{
	struct scene *scene = &picture->scene;
	uint64_t w = picture->width, h = picture->height, least = w < h ? w : h, at, x;
	uint64_t moved = (uint64_t)picture->number * picture->look.speed;
	uint32_t phase = pattern_mix(picture->look.seed) & 0xffff;
	int64_t low, arc;

	if (!least)
		return;
	scene->horizon = h * 3 / 5;
	scene->far_low = scene->near_low = 0;
	scene->near_high = h;
	for (x = 0; x < w; x++) {
		scene->far[x] = hill(x + moved / 4, phase, w, h * 11 / 20, h / 6, h);
		scene->near[x] = hill(x * 2 + moved * 2, phase + 0x3000, 2 * w, h * 3 / 4, h / 10, h);
		if (scene->far[x] > scene->far_low)
			scene->far_low = scene->far[x];
		if (scene->near[x] > scene->near_low)
			scene->near_low = scene->near[x];
		if (scene->near[x] < scene->near_high)
			scene->near_high = scene->near[x];
	}
	scene->sun_radius = least / 14;
	scene->sun_x = w * 7 / 10;
	scene->sun_y = h * 3 / 10;

	scene->ball_radius = least / 10;
	scene->ball_x = scene->ball_radius + bounce(moved * 2, w - 2 * scene->ball_radius);
	/* a parabola a hop: 4 * at * (1 - at) */
	at = moved % least;
	low = h - scene->ball_radius - h / 20;
	arc = h / 2;
	scene->ball_y = low - (int64_t)(4 * arc * at * (least - at) / (least * least));
}

/* The part of row @y that a disc covers: [from, to), empty where from >= to. */
static void disc_span(int64_t cx, int64_t cy, int64_t radius, int64_t y, uint32_t width,
		      uint32_t *from, uint32_t *to)
{
	int64_t dy = y - cy, half = radius, left, right;

	*from = *to = 0;
	if (radius <= 0 || dy > radius || dy < -radius)
		return;
	while (half * half > radius * radius - dy * dy)
		half--;
	left = cx - half;
	right = cx + half + 1;
	*from = left < 0 ? 0 : left;
	*to = right < 0 ? 0 : right > width ? width : right;
}

/*
 * Brighter by the square of what is left to the rim of the glow.  32 bits, and a
 * loop without branches: this is most of the sky.
 */
static void glow_row(uint16_t *v, uint16_t core, const struct scene *scene, int32_t dy2,
		     int32_t from, int32_t to)
{
	int32_t radius = scene->sun_radius, glow = 5 * radius, reach = glow * glow;
	int32_t edge = radius * radius, cx = scene->sun_x, shift = 0, per, x, d, at;

	while (reach >> shift > 0x7fff)
		shift++;
	per = (128 << 15) / (reach >> shift);
	for (x = from; x < to; x++) {
		d = (x - cx) * (x - cx) + dy2;
		at = ((reach - d) >> shift) * per >> 15;
		at = d <= edge ? 128 * 128 : at * at;
		v[x] += (core - v[x]) * at >> 14;
	}
}

static void draw_sun(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	const struct scene *scene = &picture->scene;
	int32_t dy = (int32_t)y - (int32_t)scene->sun_y;
	uint32_t from, to;

	disc_span(scene->sun_x, scene->sun_y, 5 * scene->sun_radius, y, picture->width, &from, &to);
	if (from >= to)
		return;
	glow_row(row->r, sun_core.r, scene, dy * dy, from, to);
	glow_row(row->g, sun_core.g, scene, dy * dy, from, to);
	glow_row(row->b, sun_core.b, scene, dy * dy, from, to);
}

static void draw_hill(uint16_t *v, uint16_t colour, const uint16_t *top, uint16_t y, uint32_t width)
{
	uint32_t x;

	for (x = 0; x < width; x++)
		v[x] = top[x] <= y ? colour : v[x];
}

/* What is behind a hill everywhere in the row need not be drawn. */
static void draw_land(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	const struct scene *scene = &picture->scene;
	uint32_t h = picture->height, w = picture->width;
	struct rgb far = blend(far_top, far_low, y, h), near = blend(near_top, near_low, y, h);

	if (y >= scene->near_low) {
		row_fill(row, 0, w, near);
		return;
	}
	if (y >= scene->far_low) {
		row_fill(row, 0, w, far);
	} else {
		draw_hill(row->r, far.r, scene->far, y, w);
		draw_hill(row->g, far.g, scene->far, y, w);
		draw_hill(row->b, far.b, scene->far, y, w);
	}
	if (y >= scene->near_high) {
		draw_hill(row->r, near.r, scene->near, y, w);
		draw_hill(row->g, near.g, scene->near, y, w);
		draw_hill(row->b, near.b, scene->near, y, w);
	}
}

static void draw_sky(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	const struct scene *scene = &picture->scene;
	uint32_t horizon = scene->horizon ? scene->horizon : 1;

	if (y >= scene->near_low || y >= scene->far_low)
		return;
	row_fill(row, 0, picture->width,
		 blend(sky_top, sky_low, y < horizon ? y : horizon, horizon));
	draw_sun(picture, y, row);
}

static void draw_ball(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	const struct scene *scene = &picture->scene;
	/* lit from the upper right, where the sun is; no point is further from there than 5/3 r */
	int64_t r = scene->ball_radius, dx, dy, d, reach = 25 * r * r / 9;
	uint64_t per = reach ? ((uint64_t)65536 << 32) / reach : 0;
	uint32_t from, to, x;

	disc_span(scene->ball_x, scene->ball_y, r, y, picture->width, &from, &to);
	dy = (int64_t)y - (scene->ball_y - r / 2);
	for (x = from; x < to; x++) {
		dx = (int64_t)x - (scene->ball_x + r / 3);
		d = dx * dx + dy * dy;
		row_set(row, x, blend(ball_light, ball_dark, (d < reach ? d : reach) * per >> 32,
				      65536));
	}
}

void scene_row(const struct picture *picture, uint32_t y, const struct rgb_row *row)
{
	draw_sky(picture, y, row);
	draw_land(picture, y, row);
	draw_ball(picture, y, row);
}
