/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every pixel format against the slow reference: odd sizes, odd strides, all depths. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "pixels.h"
#include "reference.h"
#include "words.h"

/* as ycbcr.h promises; the reference does not round at all */
#define YCBCR_TOLERANCE 0.65

static const struct {
	uint32_t width, height;
} sizes[] = {
	{ 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 }, { 3, 3 }, { 5, 7 }, { 17, 9 }, { 1, 23 }, { 31, 1 },
	{ 64, 4 }, { 65, 5 }, { 127, 3 }, { 130, 34 },
};

static unsigned int sample(const struct pixels *p, const uint8_t *row, uint32_t i)
{
	if (p->sample_bytes == 1)
		return row[i];
	if (p->wish.little_endian)
		return row[2 * i] + 256u * row[2 * i + 1];
	return row[2 * i + 1] + 256u * row[2 * i];
}

/* What a number of the device becomes in the file. */
static double expected(const struct pixels *p, const struct reference_pixel *pixel, int channel)
{
	double v = pixel->value[channel];

	if (pixel->bits == 8)
		return v;
	switch (p->wish.depth) {
	case ENCODE_DEPTH_8:
		return floor(v / (1 << (pixel->bits - 8)));
	case ENCODE_DEPTH_MSB:
		return v * (1 << (16 - pixel->bits));
	default:
		return v;
	}
}

static void check_pixel(const struct pixels *p, const struct picture *picture, const uint8_t *row,
			uint32_t x, uint32_t y)
{
	struct reference_pixel pixel;
	char name[20];
	int c;

	reference_pixel(picture, x, y, p->wish.debayer, &pixel);
	assert_int_equal(pixel.channels, p->channels);
	for (c = 0; c < pixel.channels; c++) {
		double want = expected(p, &pixel, c);
		unsigned int got = sample(p, row, x * p->channels + (uint32_t)c);

		if (fabs(want - got) <= (pixel.exact ? 0 : YCBCR_TOLERANCE))
			continue;
		fail_msg("%s %ux%u flags %x depth %d: pixel %u,%u channel %d is %u, not %.2f",
			 capture_fourcc_name(picture->format->fourcc, name), p->width, p->height,
			 picture->format->flags, (int)p->wish.depth, x, y, c, got, want);
	}
}

static void check_picture(struct pixels *p, const struct picture *picture)
{
	uint32_t first, rows, x, y;
	struct picture_rows strip;

	assert_int_equal(pixels_begin(p, picture), 0);
	for (first = 0; first < p->height; first += rows) {
		rows = p->height - first < p->strip ? p->height - first : p->strip;
		strip = pixels_strip(p, first, rows);
		for (y = 0; y < rows; y++)
			for (x = 0; x < p->width; x++)
				check_pixel(p, picture, strip.first + strip.stride * (ptrdiff_t)y,
					    x, first + y);
	}
}

static void check_format(uint32_t fourcc, uint32_t width, uint32_t height,
			 const struct pixels_wish *wish, uint32_t flags)
{
	struct reference_picture r;
	struct pixels p;
	int variant;

	for (variant = 0; variant < 4; variant++) {
		reference_make(&r, fourcc, width, height, variant & 1, variant & 2, flags);
		if (pixels_open(&p, &r.format, wish))
			fail_msg("%s", why());
		check_picture(&p, &r.picture);
		pixels_close(&p);
		reference_free(&r);
	}
}

static void each_format(void (*check)(uint32_t fourcc))
{
	const struct capture_pixel_format *pf;
	unsigned int i;

	for (i = 0; (pf = capture_pixel_format_at(i)); i++)
		if (!(pf->flags & CAPTURE_FORMAT_COMPRESSED))
			check(pf->fourcc);
	for (i = 0; reference_more_formats[i]; i++)
		check(reference_more_formats[i]);
}

static void check_sizes(uint32_t fourcc)
{
	static const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	size_t i;

	assert_true(reference_knows(fourcc));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		check_format(fourcc, sizes[i].width, sizes[i].height, &wish,
			     CAPTURE_FORMAT_LIMITED_RANGE);
}

static void every_format_in_every_size(void **unused)
{
	each_format(check_sizes);
}

static void check_flags(uint32_t fourcc)
{
	static const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	uint32_t flags;

	for (flags = 0; flags < 4; flags++)
		check_format(fourcc, 35, 6, &wish,
			     (flags & 1 ? CAPTURE_FORMAT_LIMITED_RANGE : 0) |
			     (flags & 2 ? CAPTURE_FORMAT_BT709 : 0));
	check_format(fourcc, 35, 6, &wish, CAPTURE_FORMAT_BOTTOM_UP);
}

static void ranges_matrices_and_bottom_up(void **unused)
{
	each_format(check_flags);
}

static void check_wishes(uint32_t fourcc)
{
	struct pixels_wish wish;
	int i;

	for (i = 0; i < 12; i++) {
		wish = (struct pixels_wish){
			.depth = (enum encode_depth)(i % 3),
			.debayer = i / 3 & 1,
			.little_endian = i / 6,
		};
		check_format(fourcc, 19, 7, &wish, CAPTURE_FORMAT_LIMITED_RANGE);
		check_format(fourcc, 1, 1, &wish, CAPTURE_FORMAT_LIMITED_RANGE);
		check_format(fourcc, 1, 4, &wish, CAPTURE_FORMAT_LIMITED_RANGE);
		check_format(fourcc, 6, 1, &wish, CAPTURE_FORMAT_LIMITED_RANGE);
	}
}

static void depths_and_debayering(void **unused)
{
	each_format(check_wishes);
}

static void check_strips(uint32_t fourcc)
{
	const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB, .debayer = true };

	/* a few strips, the last one of an odd height */
	check_format(fourcc, 5003, 57, &wish, 0);
}

static void pictures_of_several_strips(void **unused)
{
	check_strips(CAPTURE_FOURCC('N', 'V', '1', '2'));
	check_strips(CAPTURE_FOURCC('Y', 'U', '1', '2'));
	check_strips(CAPTURE_FOURCC('Y', 'V', 'Y', 'U'));
	check_strips(CAPTURE_FOURCC('N', 'V', '6', '1'));
	check_strips(CAPTURE_FOURCC('p', 'g', 'A', 'A'));
	check_strips(CAPTURE_FOURCC('R', 'X', '2', '4'));
}

/* pixels_rows() may be asked in any order */
static void rows_in_any_order(void **unused)
{
	const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB, .debayer = true };
	struct reference_picture r;
	struct pixels p;
	uint8_t *whole, *part;
	uint32_t first;

	reference_make(&r, CAPTURE_FOURCC('R', 'G', '1', '0'), 33, 20, true, false, 0);
	assert_int_equal(pixels_open(&p, &r.format, &wish), 0);
	assert_int_equal(pixels_begin(&p, &r.picture), 0);
	whole = malloc(p.row_bytes * 20);
	part = malloc(p.row_bytes * 2);
	assert_non_null(whole);
	assert_non_null(part);
	pixels_rows(&p, 0, 20, whole);
	for (first = 18; first < 20; first -= 2) {
		pixels_rows(&p, first, 2, part);
		assert_memory_equal(part, whole + first * p.row_bytes, p.row_bytes * 2);
	}
	free(whole);
	free(part);
	pixels_close(&p);
	reference_free(&r);
}

/* All rows by one path. */
static uint8_t *rows_by(const struct pixel_path *path, const struct reference_picture *r,
			const struct pixels_wish *wish, size_t *length)
{
	struct pixels p;
	uint8_t *out;

	setenv("GRAB_PIXELS_PATH", path->name, 1);
	assert_int_equal(pixels_open(&p, &r->format, wish), 0);
	assert_ptr_equal(p.path, path);
	assert_int_equal(pixels_begin(&p, &r->picture), 0);
	*length = p.row_bytes * p.height;
	out = malloc(*length);
	assert_non_null(out);
	pixels_rows(&p, 0, p.height, out);
	pixels_close(&p);
	unsetenv("GRAB_PIXELS_PATH");
	return out;
}

static void check_paths(uint32_t fourcc)
{
	static const uint32_t widths[] = { 1, 31, 64, 129 };
	const struct pixel_path *path;
	struct reference_picture r;
	struct pixels_wish wish;
	size_t length, n, w;
	uint8_t *first, *out;
	unsigned int i, k;

	for (w = 0; w < 4; w++)
		for (k = 0; k < 6; k++) {
			wish = (struct pixels_wish){ .depth = (enum encode_depth)(k % 3),
						     .debayer = k < 3 };
			reference_make(&r, fourcc, widths[w], 5, true, false,
				       CAPTURE_FORMAT_LIMITED_RANGE);
			first = rows_by(pixel_path_at(0), &r, &wish, &length);
			for (i = 1; (path = pixel_path_at(i)); i++) {
				if (!pixel_path_runs(path))
					continue;
				out = rows_by(path, &r, &wish, &n);
				assert_int_equal(n, length);
				assert_memory_equal(out, first, length);
				free(out);
			}
			free(first);
			reference_free(&r);
		}
}

static void every_path(void **unused)
{
	const struct pixels_wish wish = { 0 };
	struct reference_picture r;
	struct pixels p;

	each_format(check_paths);
	reference_make(&r, CAPTURE_FOURCC('N', 'V', '1', '2'), 8, 8, false, false, 0);
	setenv("GRAB_PIXELS_PATH", "abacus", 1);
	assert_int_equal(pixels_open(&p, &r.format, &wish), -EINVAL);
	assert_non_null(strstr(why(), "abacus"));
	unsetenv("GRAB_PIXELS_PATH");
	reference_free(&r);
}

/* Rows that do not hold their pixels, planes outside of the buffer: refused, not read. */
static void lies_about_the_layout(void **unused)
{
	const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	struct reference_picture r;
	struct capture_format short_rows;
	struct pixels p;

	reference_make(&r, CAPTURE_FOURCC('N', 'V', '1', '2'), 32, 8, false, false, 0);
	assert_int_equal(pixels_open(&p, &r.format, &wish), 0);
	r.picture.plane_offset[1]++;
	assert_int_equal(pixels_begin(&p, &r.picture), -EMSGSIZE);
	assert_string_not_equal(why(), "");
	r.picture.plane_offset[1] = UINT64_MAX - 3;
	assert_int_equal(pixels_begin(&p, &r.picture), -EMSGSIZE);
	r.picture.plane_offset[1] = r.format.plane[1].offset;
	assert_int_equal(pixels_begin(&p, &r.picture), 0);

	short_rows = r.format;
	short_rows.plane[0].stride = 31;
	r.picture.format = &short_rows;
	assert_int_equal(pixels_begin(&p, &r.picture), -EMSGSIZE);
	short_rows.plane[0].stride = 32;
	short_rows.plane[1].lines = 0;
	assert_int_equal(pixels_begin(&p, &r.picture), -EMSGSIZE);
	short_rows.plane[1].lines = UINT32_MAX;
	short_rows.plane[1].stride = UINT32_MAX;
	assert_int_equal(pixels_begin(&p, &r.picture), -EMSGSIZE);
	pixels_close(&p);

	short_rows = r.format;
	short_rows.plane[0].stride = 31;
	assert_int_equal(pixels_open(&p, &short_rows, &wish), -EOPNOTSUPP);
	short_rows = r.format;
	short_rows.planes = 1;
	assert_int_equal(pixels_open(&p, &short_rows, &wish), -EOPNOTSUPP);
	short_rows = r.format;
	short_rows.width = 0;
	assert_int_equal(pixels_open(&p, &short_rows, &wish), -EOPNOTSUPP);
	reference_free(&r);
}

static void formats_that_nobody_reads(void **unused)
{
	const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	struct capture_format f = {
		.width = 16, .height = 16, .fourcc = CAPTURE_FOURCC('H', '2', '6', '4'), .planes = 1,
		.flags = CAPTURE_FORMAT_COMPRESSED, .size = 4096,
	};

	assert_int_equal(pixels_accepts(&f, &wish), -EOPNOTSUPP);
	assert_non_null(strstr(why(), "H264"));
	assert_non_null(strstr(why(), "-f raw"));
	assert_int_equal(pixels_rank(&f, &wish), 0);
}

/* The largest pictures that memory holds here, and sizes beyond all memory. */
static void largest(void **unused)
{
	const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	struct capture_format f = {
		.width = 1u << 27, .height = 1, .fourcc = CAPTURE_FOURCC('G', 'R', 'E', 'Y'),
	};
	struct reference_picture r;
	struct pixels p;

	reference_make(&r, CAPTURE_FOURCC('Y', 'U', 'Y', 'V'), 1u << 22, 2, true, false, 0);
	assert_int_equal(pixels_open(&p, &r.format, &wish), 0);
	assert_int_equal(pixels_begin(&p, &r.picture), 0);
	check_pixel(&p, &r.picture, pixels_strip(&p, 0, 2).first + p.row_bytes, (1u << 22) - 1, 1);
	pixels_close(&p);
	reference_free(&r);

	reference_make(&r, CAPTURE_FOURCC('R', 'G', 'B', 'R'), 1, 1u << 20, true, false, 0);
	assert_int_equal(pixels_open(&p, &r.format, &wish), 0);
	check_picture(&p, &r.picture);
	pixels_close(&p);
	reference_free(&r);

	assert_int_equal(capture_format_layout(&f), 0);
	assert_int_equal(pixels_accepts(&f, &wish), 0);
	f.width = UINT32_MAX;
	f.height = UINT32_MAX;
	f.plane[0].stride = UINT32_MAX;
	assert_int_equal(pixels_accepts(&f, &wish), -EOPNOTSUPP);
}

static int setup(void **unused)
{
	reference_seed();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_in_every_size),
		cmocka_unit_test(ranges_matrices_and_bottom_up),
		cmocka_unit_test(depths_and_debayering),
		cmocka_unit_test(pictures_of_several_strips),
		cmocka_unit_test(rows_in_any_order),
		cmocka_unit_test(every_path),
		cmocka_unit_test(lies_about_the_layout),
		cmocka_unit_test(formats_that_nobody_reads),
		cmocka_unit_test(largest),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
