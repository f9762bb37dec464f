/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libv4lconvert is trusted with, and what it is not. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "pixels.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define WIDTH 64
#define HEIGHT 32

static const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
static uint8_t memory[WIDTH * HEIGHT * 4];

static struct capture_format format_of(uint32_t fourcc, uint32_t stride, uint64_t size)
{
	return (struct capture_format){
		.width = WIDTH, .height = HEIGHT, .fourcc = fourcc, .planes = 1, .size = size,
		.flags = stride ? 0 : CAPTURE_FORMAT_COMPRESSED,
		.plane = { { 0, stride, HEIGHT } },
	};
}

static struct picture picture_of(const struct capture_format *f)
{
	return (struct picture){
		.format = f, .data = memory, .size = sizeof(memory), .bytes = f->size,
	};
}

static const uint8_t *convert(struct pixels *p, const struct picture *picture)
{
	if (pixels_open(p, picture->format, &wish) || pixels_begin(p, picture))
		fail_msg("%s", why());
	assert_int_equal(p->channels, 3);
	return pixels_strip(p, 0, 2).first;
}

/* Two rows of Y, one of chroma pairs; without colour Y is what comes out. */
static void m420(void **unused)
{
	struct capture_format f = format_of(F('M', '4', '2', '0'), WIDTH, WIDTH * HEIGHT * 3 / 2);
	struct picture picture = picture_of(&f);
	const uint8_t *rgb;
	struct pixels p;
	uint32_t x, y;

	for (y = 0; y < HEIGHT * 3 / 2; y++)
		for (x = 0; x < WIDTH; x++)
			memory[y * WIDTH + x] = y % 3 == 2 ? 128 : (uint8_t)reference_random(256);
	rgb = convert(&p, &picture);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++, rgb += 3) {
			uint8_t luma = memory[(y / 2 * 3 + y % 2) * WIDTH + x];

			assert_true(rgb[0] == luma && rgb[1] == luma && rgb[2] == luma);
		}
	pixels_close(&p);
}

static void hsv(void **unused)
{
	static const uint8_t hues[6][4] = {	/* hue in 2 degrees; R G B */
		{ 0, 255, 0, 0 }, { 30, 255, 255, 0 }, { 60, 0, 255, 0 },
		{ 90, 0, 255, 255 }, { 120, 0, 0, 255 }, { 150, 255, 0, 255 },
	};
	static const uint32_t codes[2] = { F('H', 'S', 'V', '3'), F('H', 'S', 'V', '4') };
	uint32_t i, c;

	for (c = 0; c < 2; c++) {
		uint32_t step = 3 + c;
		struct capture_format f = format_of(codes[c], WIDTH * step, WIDTH * HEIGHT * step);
		struct picture picture = picture_of(&f);
		const uint8_t *rgb;
		struct pixels p;

		for (i = 0; i < WIDTH * HEIGHT; i++) {
			uint8_t *at = memory + i * step + c;	/* HSV4 has a byte before */

			at[0] = hues[i % 6][0];
			at[1] = i % 7 ? 255 : 0;
			at[2] = i % 7 ? 255 : (uint8_t)i;
		}
		rgb = convert(&p, &picture);
		for (i = 0; i < WIDTH * HEIGHT; i++, rgb += 3) {
			if (i % 7)	/* it computes in fractions of 64 */
				assert_true(abs(rgb[0] - hues[i % 6][1]) < 5 &&
					    abs(rgb[1] - hues[i % 6][2]) < 5 &&
					    abs(rgb[2] - hues[i % 6][3]) < 5);
			else
				assert_true(rgb[0] == (uint8_t)i && rgb[1] == (uint8_t)i &&
					    rgb[2] == (uint8_t)i);
		}
		pixels_close(&p);
	}
}

/* It does not look at strides, and some of its decoders not at lengths. */
static void what_it_does_not_check(void **unused)
{
	struct capture_format f = format_of(F('M', '4', '2', '0'), WIDTH + 2, WIDTH * HEIGHT * 2);
	struct picture picture = picture_of(&f);
	struct pixels p;

	assert_int_equal(pixels_open(&p, &f, &wish), 0);
	assert_int_equal(pixels_begin(&p, &picture), -EMSGSIZE);
	f.plane[0].stride = WIDTH;
	picture.bytes = WIDTH * HEIGHT * 3 / 2 - 1;
	assert_int_equal(pixels_begin(&p, &picture), -EBADMSG);
	picture.bytes = 0;
	assert_int_equal(pixels_begin(&p, &picture), -EBADMSG);
	pixels_close(&p);
	f.plane[0].stride = WIDTH - 1;
	assert_int_equal(pixels_accepts(&f, &wish), -EOPNOTSUPP);
	f = format_of(F('S', '5', '6', '1'), 0, 100);
	f.width = 63;
	assert_int_equal(pixels_accepts(&f, &wish), -EOPNOTSUPP);
}

/* Cameras' own compressions, fed with noise of any length: no crash, and an answer. */
static void noise(void **unused)
{
	static const uint32_t codes[] = {
		F('S', '5', '0', '1'), F('S', '5', '0', '5'), F('S', '5', '0', '8'),
		F('C', 'I', 'T', 'V'), F('K', 'O', 'N', 'I'), F('S', '9', '2', '0'),
		F('S', '5', '6', '1'), F('S', '9', '1', '0'), F('P', '2', '0', '7'),
		F('M', '3', '1', '0'), F('9', '0', '5', 'C'), F('S', 'O', 'N', 'X'),
		F('S', '4', '0', '1'), F('S', '6', '8', '0'),
	};
	struct pixels p;
	uint32_t c, round, i;
	int r;

	for (c = 0; c < sizeof(codes) / sizeof(codes[0]); c++) {
		struct capture_format f = format_of(codes[c], 0, sizeof(memory));
		struct picture picture = picture_of(&f);

		assert_int_equal(pixels_open(&p, &f, &wish), 0);
		for (round = 0; round < 40; round++) {
			for (i = 0; i < sizeof(memory); i++)
				memory[i] = (uint8_t)reference_random(256);
			picture.bytes = reference_random(sizeof(memory) + 1);
			r = pixels_begin(&p, &picture);
			assert_true(!r || r == -EBADMSG || r == -EMSGSIZE);
		}
		pixels_close(&p);
	}
}

static int setup(void **unused)
{
	reference_seed();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(m420),
		cmocka_unit_test(hsv),
		cmocka_unit_test(what_it_does_not_check),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
