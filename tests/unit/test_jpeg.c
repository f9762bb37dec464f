/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JPEG files: a camera's own bytes, and what becomes of pictures that are compressed here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include <turbojpeg.h>

#include "camera_jpeg.h"
#include "encoding.h"
#include "planar.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)

/* ---- a camera's own ----------------------------------------------------- */

#define WIDTH 75
#define HEIGHT 43

struct camera {
	struct capture_format format;
	struct picture picture;
	uint8_t data[1 << 16];
	size_t size;
};

static void set_size(struct camera *c, size_t size)
{
	c->size = size;
	c->format = (struct capture_format){
		.width = WIDTH, .height = HEIGHT, .fourcc = F('M', 'J', 'P', 'G'), .planes = 1,
		.flags = CAPTURE_FORMAT_COMPRESSED, .size = sizeof(c->data),
	};
	c->picture = (struct picture){
		.format = &c->format, .data = c->data, .size = sizeof(c->data), .bytes = size,
		.utc_ns = INT64_MIN,
	};
}

static void make(struct camera *c, int flags)
{
	uint8_t pixels[WIDTH * HEIGHT * 3];
	unsigned char *data = c->data;
	unsigned long size = sizeof(c->data);
	tjhandle tj = tjInitCompress();
	size_t i;

	for (i = 0; i < sizeof(pixels); i++)
		pixels[i] = (uint8_t)(i / 3 % WIDTH * 3 + i % 3 * 20 + reference_random(8));
	assert_int_equal(tjCompress2(tj, pixels, WIDTH, 0, HEIGHT, TJPF_RGB, &data, &size,
				     TJSAMP_422, 85, TJFLAG_NOREALLOC | flags), 0);
	tjDestroy(tj);
	set_size(c, size);
}

/* Put @length bytes before @at. */
static void insert(struct camera *c, size_t at, const void *bytes, size_t length)
{
	memmove(c->data + at + length, c->data + at, c->size - at);
	memcpy(c->data + at, bytes, length);
	set_size(c, c->size + length);
}

/* Take the segments with @marker out, and put their contents one after the other into @contents. */
static size_t take_out(struct camera *c, uint8_t marker, uint8_t *contents)
{
	size_t at = 2, length, sum = 0;

	while (c->data[at + 1] != 0xda) {
		length = 2 + ((size_t)c->data[at + 2] << 8 | c->data[at + 3]);
		if (c->data[at + 1] != marker) {
			at += length;
			continue;
		}
		memcpy(contents + sum, c->data + at + 4, length - 4);
		sum += length - 4;
		memmove(c->data + at, c->data + at + length, c->size - at - length);
		set_size(c, c->size - length);
	}
	return sum;
}

static void expect_kept(const struct camera *c, const uint8_t *bytes, size_t length)
{
	struct encode *e = encoding_open("jpeg", &c->format, NULL);

	assert_string_equal(e->about, "MJPG as the camera made it");
	encoding_frame(e, &c->picture);
	assert_int_equal(encoded.length, length);
	assert_memory_equal(encoded.data, bytes, length);
	encode_close(e);
}

static void kept_as_it_is(void **unused)
{
	static const uint8_t comment[] = { 0xff, 0xfe, 0, 8, 0xff, 0xd9, 0xff, 0xda, 0, 3 };
	static struct camera c;

	make(&c, 0);
	expect_kept(&c, c.data, c.size);
	make(&c, TJFLAG_PROGRESSIVE);
	expect_kept(&c, c.data, c.size);
	/* a segment that holds markers: a thumbnail has them all */
	make(&c, 0);
	insert(&c, 2, comment, sizeof(comment));
	expect_kept(&c, c.data, c.size);
	/* bytes too many in front of a marker, and one written twice, are the camera's business */
	insert(&c, c.size - 2, "\0\0\0\0\xff", 5);
	expect_kept(&c, c.data, c.size);
}

static void cut_to_its_length(void **unused)
{
	static const uint8_t rest[] = { 0, 0xa5, 0xff, 0xd9, 0xff, 0xd8, 0xff };
	static struct camera c;
	size_t length;

	make(&c, 0);
	length = c.size;
	insert(&c, c.size, rest, sizeof(rest));
	expect_kept(&c, c.data, length);
	/* a picture that does not begin with the memory */
	make(&c, 0);
	length = c.size;
	insert(&c, 0, "before", 6);
	c.picture.plane_offset[0] = 6;
	expect_kept(&c, c.data + 6, length);
}

static void decode(const uint8_t *data, size_t length, uint8_t *out)
{
	tjhandle tj = tjInitDecompress();

	assert_int_equal(tjDecompress2(tj, data, length, out, WIDTH, 0, HEIGHT, TJPF_RGB, 0), 0);
	tjDestroy(tj);
}

/* Motion JPEG: the tables come back, and everything else stays. */
static void tables_put_in(void **unused)
{
	static uint8_t whole[WIDTH * HEIGHT * 3], got[WIDTH * HEIGHT * 3], tables[1000];
	static struct camera c;
	struct encode *e;
	size_t scan;

	make(&c, 0);
	decode(c.data, c.size, whole);
	assert_int_equal(take_out(&c, 0xc4, tables), CAMERA_JPEG_TABLES_BYTES - 4);
	for (scan = 2; c.data[scan] != 0xff || c.data[scan + 1] != 0xda; scan++)
		;
	e = encoding_open("jpeg", &c.format, NULL);
	encoding_frame(e, &c.picture);
	encode_close(e);
	assert_int_equal(encoded.length, c.size + CAMERA_JPEG_TABLES_BYTES);
	assert_memory_equal(encoded.data, c.data, scan);
	assert_memory_equal(encoded.data + scan, "\xff\xc4\x01\xa2", 4);
	assert_memory_equal(encoded.data + scan + CAMERA_JPEG_TABLES_BYTES, c.data + scan, c.size - scan);
	decode(encoded.data, encoded.length, got);
	assert_memory_equal(got, whole, sizeof(got));
}

/* libjpeg writes them in another order: each stands somewhere, to the byte. */
static void tables_are_the_standard(void **unused)
{
	static uint8_t tables[1000];
	static struct camera c;
	size_t at, length, i;

	make(&c, 0);
	take_out(&c, 0xc4, tables);
	for (at = 0; at < CAMERA_JPEG_TABLES_BYTES - 4; at += length) {
		for (length = 17, i = 1; i <= 16; i++)
			length += tables[at + i];
		assert_non_null(memmem(camera_jpeg_tables + 4, CAMERA_JPEG_TABLES_BYTES - 4,
				       tables + at, length));
	}
	assert_int_equal(at, CAMERA_JPEG_TABLES_BYTES - 4);
}

/* A part of a picture, in memory of just its length: no byte of it gets into a file. */
static void expect_refused(const struct camera *c, size_t length, int error)
{
	struct picture part = c->picture;
	uint8_t *memory = malloc(length + 1);
	struct encode *e;

	assert_non_null(memory);
	memcpy(memory, c->data, length);
	part.data = memory;
	part.size = part.bytes = length;
	e = encoding_open("jpeg", &c->format, NULL);
	sink_memory_rewind(&encoded);
	assert_int_equal(encode_frame(e, &part, &encoded.sink), error);
	assert_int_equal(encoded.length, 0);
	assert_int_equal(e->frames, 0);
	encode_close(e);
	free(memory);
}

static void cut_short(void **unused)
{
	static struct camera c;
	size_t length;

	make(&c, 0);
	expect_refused(&c, 0, -EMSGSIZE);
	for (length = 1; length < c.size; length++)
		expect_refused(&c, length, -EBADMSG);
}

static void damaged(void **unused)
{
	static const uint8_t tables_only[] = { 0xff, 0xd8, 0xff, 0xd9 };
	static struct camera c;
	struct encode *e;
	int round, i, r;

	make(&c, 0);
	memcpy(c.data, tables_only, sizeof(tables_only));
	expect_refused(&c, sizeof(tables_only), -EBADMSG);
	make(&c, 0);
	insert(&c, c.size - 2, "\xff\xd8", 2);
	expect_refused(&c, c.size, -EBADMSG);
	assert_non_null(strstr(why(), "marker d8"));
	make(&c, 0);
	c.format.width++;
	e = encoding_open("jpeg", &c.format, NULL);
	assert_int_equal(encode_frame(e, &c.picture, &encoded.sink), -EBADMSG);
	assert_non_null(strstr(why(), "75x43"));
	encode_close(e);
	for (round = 0; round < 2000; round++) {
		make(&c, 0);
		for (i = 0; i < 5; i++)
			c.data[reference_random((uint32_t)c.size)] = (uint8_t)(reference_random(2) ?
				0xff : reference_random(256));
		e = encoding_open("jpeg", &c.format, NULL);
		sink_memory_rewind(&encoded);
		r = encode_frame(e, &c.picture, &encoded.sink);
		assert_true(!r || (r == -EBADMSG && !encoded.length));
		if (!r)
			assert_memory_equal(encoded.data + encoded.length - 2, "\xff\xd9", 2);
		encode_close(e);
	}
}

/* ---- planes ------------------------------------------------------------- */

/* What a file's samples are, undone to the planes of a JPEG picture. */
struct planes {
	int width[3], height[3];
	uint8_t sample[3][128 * 128];
	int subsampling;
};

static void read_planes(uint32_t width, uint32_t height, struct planes *p)
{
	unsigned char *planes[3] = { p->sample[0], p->sample[1], p->sample[2] };
	int strides[3] = { 128, 128, 128 }, w, h, colours;
	tjhandle tj = tjInitDecompress();

	assert_int_equal(tjDecompressHeader3(tj, encoded.data, encoded.length, &w, &h, &p->subsampling,
					     &colours), 0);
	assert_int_equal(w, width);
	assert_int_equal(h, height);
	assert_int_equal(tjDecompressToYUVPlanes(tj, encoded.data, encoded.length, planes, 0, strides, 0,
						 TJFLAG_ACCURATEDCT), 0);
	tjDestroy(tj);
}

static double widened(uint8_t sample, bool limited, bool chroma)
{
	double v = sample;

	if (limited)
		v = chroma ? 128 + (sample - 128) * 255.0 / 224 : (sample - 16) * 255.0 / 219;
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* At quality 100 a sample comes back within 2: half a step of rounding in 64 coefficients. */
static void expect_samples(const struct reference_picture *r, const struct planes *p, bool limited)
{
	const struct planar *planar = planar_find(r->format.fourcc);
	uint8_t sample[3];
	uint32_t x, y;
	int i;

	for (y = 0; y < r->format.height; y++)
		for (x = 0; x < r->format.width; x++) {
			assert_true(reference_ycbcr(&r->picture, x, y, sample));
			for (i = 0; i < 3; i++) {
				uint32_t px = i ? x >> planar->xsub : x, py = i ? y >> planar->ysub : y;
				double want = widened(sample[i], limited, i);

				if (want - p->sample[i][128 * py + px] > 2.5 ||
				    want - p->sample[i][128 * py + px] < -2.5)
					fail_msg("%c%c%c%c %ux%u: plane %d at %u,%u: %d instead of %f",
						 (char)r->format.fourcc, (char)(r->format.fourcc >> 8),
						 (char)(r->format.fourcc >> 16),
						 (char)(r->format.fourcc >> 24), r->format.width,
						 r->format.height, i, px, py,
						 p->sample[i][128 * py + px], want);
			}
		}
}

static void planes_as_captured(void **unused)
{
	static const struct {
		uint32_t fourcc;
		int subsampling;
	} cases[] = {
		{ F('Y', 'U', 'Y', 'V'), TJSAMP_422 }, { F('V', 'Y', 'U', 'Y'), TJSAMP_422 },
		{ F('N', 'V', '1', '2'), TJSAMP_420 }, { F('N', 'V', '6', '1'), TJSAMP_422 },
		{ F('Y', 'U', '1', '2'), TJSAMP_420 }, { F('4', '2', '2', 'P'), TJSAMP_422 },
		{ F('Y', 'M', '2', '4'), TJSAMP_444 }, { F('Y', 'U', 'V', '3'), TJSAMP_444 },
	};
	static const uint32_t sizes[][2] = { { 64, 48 }, { 33, 31 }, { 1, 1 }, { 2, 3 }, { 127, 5 } };
	struct encode_options o = ENCODE_OPTIONS_INIT;
	static struct planes planes;
	struct reference_picture r;
	struct encode *e;
	size_t c, s;
	int variant;

	o.jpeg_quality = 100;
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			for (variant = 0; variant < 4; variant++) {
				uint32_t flags = (variant & 1 ? CAPTURE_FORMAT_LIMITED_RANGE : 0) |
						 (variant & 2 ? CAPTURE_FORMAT_BOTTOM_UP : 0);

				reference_make(&r, cases[c].fourcc, sizes[s][0], sizes[s][1],
					       variant & 2, variant & 1, flags);
				e = encoding_open("jpeg", &r.format, &o);
				encoding_frame(e, &r.picture);
				read_planes(r.format.width, r.format.height, &planes);
				assert_int_equal(planes.subsampling, cases[c].subsampling);
				expect_samples(&r, &planes, variant & 1);
				encode_close(e);
				reference_free(&r);
			}
}

/* ---- grey and RGB ------------------------------------------------------- */

static void expect_pixels(const struct reference_picture *r, bool debayer, int tolerance)
{
	static uint8_t out[3 * 128 * 128];
	tjhandle tj = tjInitDecompress();
	struct reference_pixel pixel;
	uint32_t x, y;
	int i;

	assert_int_equal(tjDecompress2(tj, encoded.data, encoded.length, out, 0, 3 * 128, 0, TJPF_RGB,
				       TJFLAG_ACCURATEDCT), 0);
	tjDestroy(tj);
	for (y = 0; y < r->format.height; y++)
		for (x = 0; x < r->format.width; x++) {
			reference_pixel(&r->picture, x, y, debayer, &pixel);
			for (i = 0; i < 3; i++) {
				double want = pixel.value[pixel.channels == 3 ? i : 0];

				want = pixel.bits > 8 ? (double)((uint32_t)want >> (pixel.bits - 8)) : want;
				assert_in_range(out[3 * (128 * y + x) + (uint32_t)i] - want + 100,
						100 - tolerance, 100 + tolerance);
			}
		}
}

/* Noise, the worst there is for JPEG: at quality 100 and with all colours it comes back. */
static void pixels_come_back(void **unused)
{
	static const struct {
		uint32_t fourcc, flags;
		int tolerance;
	} cases[] = {
		{ F('G', 'R', 'E', 'Y'), 0, 2 }, { F('Y', '1', '2', ' '), 0, 2 },
		{ F('Y', '1', '0', 'P'), 0, 2 }, { F('Y', '1', '6', ' '), 0, 2 },
		{ F('B', 'G', '1', '2'), 0, 2 }, { F('R', 'G', 'B', '3'), 0, 5 },
		{ F('X', 'R', '2', '4'), 0, 5 }, { F('R', 'G', 'B', 'P'), 0, 5 },
		{ F('Y', 'U', 'V', '3'), CAPTURE_FORMAT_BT709, 6 },
		{ F('Y', 'M', '2', '4'), CAPTURE_FORMAT_BT709 | CAPTURE_FORMAT_LIMITED_RANGE, 6 },
		{ F('Y', 'U', 'Y', 'V'), CAPTURE_FORMAT_BT709, 6 },
	};
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct encode *e;
	size_t c;
	int variant;

	o.jpeg_quality = 100;
	o.jpeg_chroma = ENCODE_CHROMA_444;
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
		for (variant = 0; variant < 2; variant++) {
			reference_make(&r, cases[c].fourcc, 61, 47, variant, !variant,
				       cases[c].flags | (variant ? CAPTURE_FORMAT_BOTTOM_UP : 0));
			e = encoding_open("jpeg", &r.format, &o);
			encoding_frame(e, &r.picture);
			expect_pixels(&r, false, cases[c].tolerance);
			encode_close(e);
			reference_free(&r);
		}
}

static int subsampling_with(const struct reference_picture *r, enum encode_chroma chroma)
{
	struct encode_options o = ENCODE_OPTIONS_INIT;
	static struct planes planes;
	struct encode *e;

	o.jpeg_chroma = chroma;
	e = encoding_open("jpeg", &r->format, &o);
	encoding_frame(e, &r->picture);
	encode_close(e);
	read_planes(r->format.width, r->format.height, &planes);
	return planes.subsampling;
}

static void sampling_as_asked(void **unused)
{
	static const uint32_t codes[] = { F('Y', 'U', 'Y', 'V'), F('R', 'G', 'B', '3'),
					  F('N', 'V', '1', '2'), F('G', 'R', 'E', 'Y') };
	static const int same[] = { TJSAMP_422, TJSAMP_444, TJSAMP_420, TJSAMP_GRAY };
	struct reference_picture r;
	int i;

	for (i = 0; i < 4; i++) {
		bool grey = same[i] == TJSAMP_GRAY;

		reference_make(&r, codes[i], 50, 40, false, false, 0);
		assert_int_equal(subsampling_with(&r, ENCODE_CHROMA_SAME), same[i]);
		assert_int_equal(subsampling_with(&r, ENCODE_CHROMA_444), grey ? same[i] : TJSAMP_444);
		assert_int_equal(subsampling_with(&r, ENCODE_CHROMA_422), grey ? same[i] : TJSAMP_422);
		assert_int_equal(subsampling_with(&r, ENCODE_CHROMA_420), grey ? same[i] : TJSAMP_420);
		reference_free(&r);
	}
	/* colours that JPEG does not have go through RGB, with the sampling they came with */
	reference_make(&r, F('N', 'V', '1', '2'), 50, 40, false, false, CAPTURE_FORMAT_BT709);
	assert_int_equal(subsampling_with(&r, ENCODE_CHROMA_SAME), TJSAMP_420);
	reference_free(&r);
}

static void better_is_larger(void **unused)
{
	static const uint32_t codes[] = { F('Y', 'U', 'Y', 'V'), F('R', 'G', 'B', '3'),
					  F('G', 'R', 'E', 'Y') };
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct encode *e;
	size_t last, i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		reference_make(&r, codes[i], 200, 100, false, false, 0);
		for (last = 0, o.jpeg_quality = 10; o.jpeg_quality <= 100; o.jpeg_quality += 10) {
			e = encoding_open("jpeg", &r.format, &o);
			encoding_frame(e, &r.picture);
			assert_true(encoded.length > last);
			last = encoded.length;
			encode_close(e);
		}
		reference_free(&r);
	}
}

static void options(void **unused)
{
	static const char *const wrong[] = {
		"", "0", "101", "1000000000000", "-1", "+5", "high", "90,", "90,411", "90 420", ",420", "9.5",
	};
	struct encode_options o = ENCODE_OPTIONS_INIT;
	size_t i;

	assert_int_equal(o.jpeg_quality, 90);
	assert_int_equal(encode_parse_jpeg("75", &o), 0);
	assert_int_equal(o.jpeg_quality, 75);
	assert_int_equal(o.jpeg_chroma, ENCODE_CHROMA_SAME);
	assert_int_equal(encode_parse_jpeg("100,420", &o), 0);
	assert_int_equal(o.jpeg_quality, 100);
	assert_int_equal(o.jpeg_chroma, ENCODE_CHROMA_420);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(encode_parse_jpeg(wrong[i], &o), -EINVAL);
		assert_int_equal(o.jpeg_quality, 100);
		assert_int_equal(o.jpeg_chroma, ENCODE_CHROMA_420);
	}
	assert_int_equal(encode_parse_jpeg("1,SAME", &o), 0);
	assert_int_equal(o.jpeg_chroma, ENCODE_CHROMA_SAME);
}

static void ranks(void **unused)
{
	const struct encoder *jpeg = encoder_find("jpeg");
	const uint32_t rgb = F('R', 'G', 'B', '3'), yuyv = F('Y', 'U', 'Y', 'V');
	struct encode_options o = ENCODE_OPTIONS_INIT;

	assert_true(encoder_rank(jpeg, F('M', 'J', 'P', 'G'), NULL) > encoder_rank(jpeg, yuyv, NULL));
	assert_int_equal(encoder_rank(jpeg, F('M', 'J', 'P', 'G'), NULL),
			 encoder_rank(jpeg, F('J', 'P', 'E', 'G'), NULL));
	assert_true(encoder_rank(jpeg, yuyv, NULL) > encoder_rank(jpeg, rgb, NULL));
	assert_true(encoder_rank(jpeg, rgb, NULL) > encoder_rank(jpeg, F('R', 'G', 'G', 'B'), NULL));
	o.jpeg_chroma = ENCODE_CHROMA_444;
	assert_true(encoder_rank(jpeg, yuyv, &o) < encoder_rank(jpeg, rgb, &o));
	assert_int_equal(encoder_rank(jpeg, F('H', '2', '6', '4'), NULL), 0);
}

static void sizes_that_jpeg_lacks(void **unused)
{
	struct capture_format f = { .width = 70000, .height = 2, .fourcc = F('G', 'R', 'E', 'Y') };

	assert_int_equal(capture_format_layout(&f), 0);
	assert_int_equal(encoder_accepts(encoder_find("jpeg"), &f, NULL), -EOPNOTSUPP);
	assert_non_null(strstr(why(), "65500"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_as_it_is),
		cmocka_unit_test(cut_to_its_length),
		cmocka_unit_test(tables_put_in),
		cmocka_unit_test(tables_are_the_standard),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(damaged),
		cmocka_unit_test(planes_as_captured),
		cmocka_unit_test(pixels_come_back),
		cmocka_unit_test(sampling_as_asked),
		cmocka_unit_test(better_is_larger),
		cmocka_unit_test(options),
		cmocka_unit_test(ranks),
		cmocka_unit_test(sizes_that_jpeg_lacks),
	};

	return cmocka_run_group_tests(tests, encoding_setup, encoding_teardown);
}
