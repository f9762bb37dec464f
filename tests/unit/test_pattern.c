/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames as bytes: every format, odd sizes, odd pieces; and what is in them. */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pattern.h"
#include "unit.h"

#define CANARY 0xc7

static struct pattern_look look_of(enum pattern_kind kind)
{
	return (struct pattern_look){ .kind = kind, .seed = 9, .speed = 2,
				      .exposure = PATTERN_EXPOSURE };
}

static struct capture_format format_of(const char *name, uint32_t width, uint32_t height)
{
	struct capture_format format = { .width = width, .height = height };

	assert_int_equal(capture_fourcc_parse(name, &format.fourcc), 0);
	assert_int_equal(pattern_layout(&format), 0);
	return format;
}

/* A whole frame in memory of its own, read in pieces of @piece bytes. */
static uint8_t *make_look(const struct capture_format *format, const struct pattern_look *look,
			  uint32_t number, size_t piece, uint64_t *bytes)
{
	struct pattern *pattern;
	uint8_t *frame;
	uint64_t at;
	size_t part, i;

	assert_int_equal(pattern_new(format, &pattern), 0);
	assert_int_equal(pattern_begin(pattern, look, number, bytes), 0);
	assert_true(*bytes > 0 && *bytes <= format->size);
	frame = malloc(*bytes + 32);
	assert_non_null(frame);
	memset(frame, CANARY, *bytes + 32);
	for (at = 0; at < *bytes; at += part) {
		part = *bytes - at < piece ? *bytes - at : piece;
		pattern_read(pattern, at, part, frame + at);
		for (i = 0; i < 32; i++)
			assert_int_equal(frame[at + part + i], CANARY);
	}
	pattern_free(pattern);
	return frame;
}

static uint8_t *make(const char *name, uint32_t width, uint32_t height, enum pattern_kind kind,
		     uint32_t number)
{
	const struct capture_format format = format_of(name, width, height);
	const struct pattern_look look = look_of(kind);
	uint64_t bytes;

	return make_look(&format, &look, number, SIZE_MAX, &bytes);
}

/* ---- every format ---- */

static void expect_pieces(const struct capture_format *format, const struct pattern_look *look)
{
	static const size_t pieces[] = { 1, 7, 64, 1000 };
	uint64_t bytes, again;
	uint8_t *whole = make_look(format, look, 3, SIZE_MAX, &bytes), *parts;
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		parts = make_look(format, look, 3, pieces[i], &again);
		assert_int_equal(bytes, again);
		assert_memory_equal(whole, parts, bytes);
		free(parts);
	}
	free(whole);
}

static void any_piece_of_any_format(void **state)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 2, 2 }, { 3, 5 }, { 17, 3 }, { 50, 41 } };
	const struct capture_pixel_format *pixels;
	struct capture_format format;
	struct pattern_look look;
	unsigned int made = 0;
	size_t i, j, stride;

	for (i = 0; (pixels = capture_pixel_format_at(i)); i++) {
		assert_true(pattern_can(pixels->fourcc));
		for (j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			for (stride = 0; stride <= 512; stride += 512) {
				format = (struct capture_format){
					.width = sizes[j][0], .height = sizes[j][1],
					.fourcc = pixels->fourcc, .plane[0].stride = stride,
				};
				assert_int_equal(pattern_layout(&format), 0);
				look = look_of(PATTERN_SCENE);
				expect_pieces(&format, &look);
				look = look_of(PATTERN_BYTES);
				expect_pieces(&format, &look);
				made++;
			}
		}
	}
	assert_int_equal(made, i * 10);
	assert_true(i > 60);
	assert_false(pattern_can(CAPTURE_FOURCC('H', '2', '6', '4')));
}

static void layouts(void **state)
{
	struct capture_format f = format_of("NV12", 5, 3);

	assert_int_equal(f.flags, CAPTURE_FORMAT_LIMITED_RANGE);
	assert_int_equal(f.size, 6 * 3 + 6 * 2);
	f = format_of("RGB3", 5, 3);
	assert_int_equal(f.flags, 0);
	f = format_of("MJPG", 5, 3);
	assert_int_equal(f.flags, CAPTURE_FORMAT_COMPRESSED);
	assert_int_equal(f.planes, 1);
	assert_int_equal(f.plane[0].stride, 0);
	f = (struct capture_format){ .width = 1, .height = 1 };
	assert_int_equal(pattern_layout(&f), -EOPNOTSUPP);
	f = (struct capture_format){ .width = 70000, .height = 1,
				     .fourcc = CAPTURE_FOURCC('M', 'J', 'P', 'G') };
	assert_int_equal(pattern_layout(&f), -EINVAL);
}

static void places(void **state)
{
	struct capture_format f = format_of("YU12", 4, 4);
	uint32_t plane, line;
	uint64_t column;

	pattern_place(&f, 0, &plane, &line, &column);
	assert_true(plane == 0 && line == 0 && column == 0);
	pattern_place(&f, 15, &plane, &line, &column);
	assert_true(plane == 0 && line == 3 && column == 3);
	pattern_place(&f, 16, &plane, &line, &column);
	assert_true(plane == 1 && line == 0 && column == 0);
	pattern_place(&f, 23, &plane, &line, &column);
	assert_true(plane == 2 && line == 1 && column == 1);
	f = format_of("MJPG", 64, 64);
	pattern_place(&f, 1234, &plane, &line, &column);
	assert_true(plane == 0 && line == 0 && column == 1234);
}

/* ---- bytes ---- */

static void bytes_are_told_one_by_one(void **state)
{
	struct capture_format f = format_of("YU12", 30, 6);
	const struct pattern_look look = look_of(PATTERN_BYTES);
	uint64_t bytes, offset, column;
	uint8_t *frame = make_look(&f, &look, 77, SIZE_MAX, &bytes);
	uint32_t plane, line, i;

	for (offset = 0; offset < bytes; offset++) {
		pattern_place(&f, offset, &plane, &line, &column);
		for (i = 0; i < plane; i++)
			line += f.plane[i].lines;
		assert_int_equal(frame[offset], pattern_byte(9, 77, line, column));
	}
	free(frame);
	/* the function itself must never change: captures are compared with it years later */
	assert_int_equal(pattern_mix(0), 0);
	assert_int_equal(pattern_mix(1), 0x688990c0);
}

/* ---- values ---- */

static void bars(void **state)
{
	/* white, yellow, cyan, green, magenta, red, blue, black */
	static const uint8_t bar[8][3] = {
		{ 255, 255, 255 }, { 255, 255, 0 }, { 0, 255, 255 }, { 0, 255, 0 },
		{ 255, 0, 255 },   { 255, 0, 0 },   { 0, 0, 255 },   { 0, 0, 0 },
	};
	/* Y Cb Y Cr of the same */
	static const uint8_t yuv[8][4] = {
		{ 235, 128, 235, 128 }, { 210, 16, 210, 146 }, { 169, 166, 169, 16 },
		{ 144, 54, 144, 34 }, { 107, 202, 107, 222 }, { 82, 90, 82, 240 },
		{ 41, 240, 41, 110 }, { 16, 128, 16, 128 },
	};
	uint8_t *rgb = make("RGB3", 83, 200, PATTERN_BARS, 0), *packed;
	uint32_t x, i;

	for (x = 0; x < 83; x++)
		assert_memory_equal(rgb + (199 * 83 + x) * 3, bar[x * 8 / 83], 3);
	free(rgb);
	packed = make("YUYV", 160, 200, PATTERN_BARS, 0);
	for (i = 0; i < 8; i++)
		for (x = 0; x < 10; x++)
			assert_memory_equal(packed + 199 * 320 + (i * 10 + x) * 4, yuv[i], 4);
	free(packed);
}

static void checkers_and_ramp(void **state)
{
	uint8_t *frame = make("RGB3", 100, 50, PATTERN_CHECKERS, 0);
	uint32_t x, y;

	for (y = 0; y < 50; y++)
		for (x = 0; x < 100; x++)
			assert_int_equal(frame[(y * 100 + x) * 3 + 1],
					 ((x >> 4 ^ y >> 4) & 1) ? 0 : 255);
	free(frame);
	frame = make("RGB3", 100, 2, PATTERN_RAMP, 0);
	for (x = 0; x < 100; x++)
		assert_int_equal(frame[x * 3], x * 256 / 100);
	free(frame);
}

static void black_and_white(void **state)
{
	static const struct {
		const char *name;
		uint8_t black, white;	/* of the first byte */
	} rows[] = {
		{ "GREY", 0, 255 },  { "RGB3", 0, 255 }, { "YUYV", 16, 235 }, { "NV12", 16, 235 },
		{ "YU12", 16, 235 }, { "RGGB", 0, 255 }, { "Y10P", 0, 255 },  { "UYVY", 128, 128 },
	};
	uint8_t *frame;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		frame = make(rows[i].name, 8, 8, PATTERN_BLACK, 0);
		assert_int_equal(frame[0], rows[i].black);
		free(frame);
		frame = make(rows[i].name, 8, 8, PATTERN_WHITE, 0);
		assert_int_equal(frame[0], rows[i].white);
		free(frame);
	}
}

/* Formats of more bits hold the same picture, finer. */
static void deep_grey(void **state)
{
	uint8_t *y16 = make("Y16", 64, 48, PATTERN_SCENE, 5), *be = make("Y16-BE", 64, 48, PATTERN_SCENE, 5);
	uint8_t *y10 = make("Y10", 64, 48, PATTERN_SCENE, 5), *y12 = make("Y12", 64, 48, PATTERN_SCENE, 5);
	uint8_t *y14 = make("Y14", 64, 48, PATTERN_SCENE, 5), *y8 = make("GREY", 64, 48, PATTERN_SCENE, 5);
	unsigned int i, v, fine = 0;

	for (i = 0; i < 64 * 48; i++) {
		v = y16[2 * i] | y16[2 * i + 1] << 8;
		assert_int_equal(v, be[2 * i + 1] | be[2 * i] << 8);
		assert_int_equal(v >> 2, y14[2 * i] | y14[2 * i + 1] << 8);
		assert_int_equal(v >> 4, y12[2 * i] | y12[2 * i + 1] << 8);
		assert_int_equal(v >> 6, y10[2 * i] | y10[2 * i + 1] << 8);
		assert_int_equal(v >> 8, y8[i]);
		fine += (v & 0xff) != 0 && (v & 0xff) != 0xff;
	}
	assert_true(fine > 64 * 48 / 2);
	free(y16), free(be), free(y10), free(y12), free(y14), free(y8);
}

static unsigned int sample10(const uint8_t *group, unsigned int i)
{
	return group[i] << 2 | (group[4] >> 2 * i & 3);
}

static unsigned int sample14(const uint8_t *group, unsigned int i)
{
	uint32_t low = group[4] | group[5] << 8 | group[6] << 16;

	return group[i] << 6 | (low >> 6 * i & 63);
}

/* Packed samples are the unpacked ones. */
static void packed_grey(void **state)
{
	enum { W = 24, H = 5, N = W * H };
	uint8_t *y10 = make("Y10", W, H, PATTERN_NOISE, 5), *y12 = make("Y12", W, H, PATTERN_NOISE, 5);
	uint8_t *y14 = make("Y14", W, H, PATTERN_NOISE, 5), *p10 = make("Y10P", W, H, PATTERN_NOISE, 5);
	uint8_t *p12 = make("Y12P", W, H, PATTERN_NOISE, 5), *p14 = make("Y14P", W, H, PATTERN_NOISE, 5);
	uint8_t *b10 = make("Y10B", W, H, PATTERN_NOISE, 5);
	unsigned int i, bit, v;

	for (i = 0; i < N; i++) {
		v = y10[2 * i] | y10[2 * i + 1] << 8;
		assert_int_equal(v, sample10(p10 + i / 4 * 5, i % 4));
		for (bit = 0; bit < 10; bit++)
			assert_int_equal(v >> (9 - bit) & 1,
					 b10[(10 * i + bit) / 8] >> (7 - (10 * i + bit) % 8) & 1);
		v = y12[2 * i] | y12[2 * i + 1] << 8;
		assert_int_equal(v, p12[i / 2 * 3 + i % 2] << 4 | (p12[i / 2 * 3 + 2] >> i % 2 * 4 & 15));
		v = y14[2 * i] | y14[2 * i + 1] << 8;
		assert_int_equal(v, sample14(p14 + i / 4 * 7, i % 4));
	}
	free(y10), free(y12), free(y14), free(p10), free(p12), free(p14), free(b10);
}

static void bayer(void **state)
{
	static const char *const names[4] = { "BA81", "GBRG", "GRBG", "RGGB" };
	static const char *const deep[4] = { "BG12", "GB12", "BA12", "RG12" };
	static const char *const order[4] = { "bggr", "gbrg", "grbg", "rggb" };
	uint8_t *rgb = make("RGB3", 16, 8, PATTERN_NOISE, 1), *raw, *raw12;
	unsigned int i, x, y, at;
	char c;

	for (i = 0; i < 4; i++) {
		raw = make(names[i], 16, 8, PATTERN_NOISE, 1);
		raw12 = make(deep[i], 16, 8, PATTERN_NOISE, 1);
		for (y = 0; y < 8; y++)
			for (x = 0; x < 16; x++) {
				at = y * 16 + x;
				c = order[i][(y & 1) * 2 + (x & 1)];
				assert_int_equal(raw[at], rgb[at * 3 + (c == 'g') + (c == 'b') * 2]);
				assert_int_equal((raw12[2 * at] | raw12[2 * at + 1] << 8) >> 4, raw[at]);
			}
		free(raw), free(raw12);
	}
	free(rgb);
}

/* ---- the number ---- */

/* The digit whose dots stand here, or -1; the same shapes as people know them. */
static int read_digit(const uint8_t *grey, uint32_t width, uint32_t x, uint32_t y, uint32_t scale)
{
	static const char *const shapes[10] = {
		".###.#...##..###.#.###..##...#.###.", "..#...##....#....#....#....#...###.",
		".###.#...#....#...#...#...#...#####", "#####...#...#.....#.....##...#.###.",
		"...#...##..#.#.#..#.#####...#....#.", "######....####.....#....##...#.###.",
		"..##..#...#....####.#...##...#.###.", "#####....#...#...#...#....#....#...",
		".###.#...##...#.###.#...##...#.###.", ".###.#...##...#.####....#...#..##..",
	};
	unsigned int digit, i;
	bool ink;

	for (digit = 0; digit < 10; digit++) {
		for (i = 0; i < 35; i++) {
			ink = grey[(y + i / 5 * scale) * width + x + i % 5 * scale] > 200;
			if (ink != (shapes[digit][i] == '#'))
				break;
		}
		if (i == 35)
			return digit;
	}
	return -1;
}

static long read_number(uint32_t width, uint32_t height, enum pattern_kind kind, uint32_t number,
			uint32_t scale, unsigned int digits)
{
	uint8_t *grey = make("GREY", width, height, kind, number);
	long value = 0;
	int digit = 0;
	unsigned int i;

	for (i = 0; i < digits && digit >= 0; i++) {
		digit = read_digit(grey, width, (2 + 6 * i) * scale, 2 * scale, scale);
		value = digit < 0 ? -1 : value * 10 + digit;
	}
	free(grey);
	return value;
}

static void number_can_be_read(void **state)
{
	assert_int_equal(read_number(640, 480, PATTERN_SCENE, 123456, 8, 6), 123456);
	assert_int_equal(read_number(640, 480, PATTERN_BARS, 789, 8, 6), 789);
	assert_int_equal(read_number(160, 120, PATTERN_SCENE, 5042, 2, 6), 5042);
	assert_int_equal(read_number(640, 480, PATTERN_SCENE, UINT32_MAX, 5, 10), UINT32_MAX);
	assert_int_equal(read_number(40, 20, PATTERN_SCENE, 31, 1, 6), 31);
}

static void no_number_where_no_room(void **state)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 6, 50 }, { 50, 8 }, { 2, 300 } };
	uint8_t *a, *b;
	size_t i;

	/* bars do not move: only a number could tell two frames apart */
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		a = make("GREY", sizes[i][0], sizes[i][1], PATTERN_BARS, 1);
		b = make("GREY", sizes[i][0], sizes[i][1], PATTERN_BARS, 2);
		assert_memory_equal(a, b, sizes[i][0] * sizes[i][1]);
		free(a), free(b);
	}
	/* a few digits fit where six do not */
	a = make("GREY", 12, 12, PATTERN_BARS, 1);
	b = make("GREY", 12, 12, PATTERN_BARS, 2);
	assert_memory_not_equal(a, b, 144);
	free(a), free(b);
}

/* ---- looks ---- */

static uint8_t *scene_with(const struct pattern_look *look)
{
	const struct capture_format format = format_of("RGB3", 64, 64);
	uint64_t bytes;

	return make_look(&format, look, 40, SIZE_MAX, &bytes);
}

static void flips(void **state)
{
	struct pattern_look look = look_of(PATTERN_SCENE);
	uint8_t *plain = scene_with(&look), *flipped;
	uint32_t x, y;

	look.hflip = look.vflip = true;
	flipped = scene_with(&look);
	/* the number is not part of the picture: leave the band out where it may be */
	for (y = 16; y < 48; y++)
		for (x = 0; x < 64; x++)
			assert_memory_equal(plain + (y * 64 + x) * 3,
					    flipped + ((63 - y) * 64 + 63 - x) * 3, 3);
	free(plain), free(flipped);
}

static void levels(void **state)
{
	struct pattern_look look = look_of(PATTERN_WHITE);
	uint8_t *frame;

	look.brightness = -55;
	frame = scene_with(&look);
	assert_int_equal(frame[0], 200);
	free(frame);
	look.brightness = 0;
	look.exposure = PATTERN_EXPOSURE / 2;
	frame = scene_with(&look);
	assert_int_equal(frame[0], 127);
	free(frame);
	look.gain = 100;
	frame = scene_with(&look);
	assert_int_equal(frame[0], 255);
	free(frame);
	look = look_of(PATTERN_BLACK);
	look.brightness = PATTERN_BRIGHTNESS_MAX;
	frame = scene_with(&look);
	assert_int_equal(frame[0], 128);
	free(frame);
}

static void moves(void **state)
{
	struct pattern_look look = look_of(PATTERN_SCENE);
	uint8_t *a = make("GREY", 64, 64, PATTERN_SCENE, 3), *b = make("GREY", 64, 64, PATTERN_SCENE, 3);

	assert_memory_equal(a, b, 64 * 64);
	free(b);
	b = make("GREY", 64, 64, PATTERN_SCENE, 4);
	/* below the number too */
	assert_memory_not_equal(a + 32 * 64, b + 32 * 64, 32 * 64);
	free(a), free(b);
	look.speed = 0;
	a = scene_with(&look);
	look.seed++;
	b = scene_with(&look);
	assert_memory_not_equal(a, b, 64 * 64 * 3);
	free(a), free(b);
}

static void largest(void **state)
{
	struct capture_format f = format_of("NV12", 16384, 16384);
	const struct pattern_look look = look_of(PATTERN_SCENE);
	struct pattern *pattern;
	uint8_t piece[4096];
	uint64_t bytes;

	assert_int_equal(f.size, UINT64_C(16384) * 16384 * 3 / 2);
	assert_int_equal(pattern_new(&f, &pattern), 0);
	assert_int_equal(pattern_begin(pattern, &look, 1000000, &bytes), 0);
	pattern_read(pattern, 0, sizeof(piece), piece);
	pattern_read(pattern, bytes / 2 + 77, sizeof(piece), piece);
	pattern_read(pattern, bytes - sizeof(piece), sizeof(piece), piece);
	pattern_free(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_piece_of_any_format),
		cmocka_unit_test(layouts),
		cmocka_unit_test(places),
		cmocka_unit_test(bytes_are_told_one_by_one),
		cmocka_unit_test(bars),
		cmocka_unit_test(checkers_and_ramp),
		cmocka_unit_test(black_and_white),
		cmocka_unit_test(deep_grey),
		cmocka_unit_test(packed_grey),
		cmocka_unit_test(bayer),
		cmocka_unit_test(number_can_be_read),
		cmocka_unit_test(no_number_where_no_room),
		cmocka_unit_test(flips),
		cmocka_unit_test(levels),
		cmocka_unit_test(moves),
		cmocka_unit_test(largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
