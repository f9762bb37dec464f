/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG and PNM, read back: pixels, and what is said about them. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "decode.h"
#include "encoding.h"
#include "pixels.h"
#include "reference.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)

/* What pixels.c makes of it; test_pixels.c says whether that is right. */
static void same_pixels(const struct picture *picture, const struct encode_options *options,
			const struct decoded *d)
{
	struct pixels_wish wish = { .depth = options->depth, .debayer = options->debayer };
	struct pixels p;
	uint8_t *rows;
	size_t i, n;

	assert_int_equal(pixels_open(&p, picture->format, &wish), 0);
	assert_int_equal(pixels_begin(&p, picture), 0);
	rows = malloc(p.row_bytes * p.height);
	assert_non_null(rows);
	pixels_rows(&p, 0, p.height, rows);
	assert_int_equal(d->width, p.width);
	assert_int_equal(d->height, p.height);
	assert_int_equal(d->channels, p.channels);
	n = (size_t)p.width * p.height * p.channels;
	for (i = 0; i < n; i++)
		assert_int_equal(d->sample[i], p.sample_bytes == 2 ?
				 rows[2 * i] << 8 | rows[2 * i + 1] : rows[i]);
	free(rows);
	pixels_close(&p);
}

static void png_and_pnm_of(uint32_t fourcc, uint32_t width, uint32_t height,
			   const struct encode_options *options)
{
	struct reference_picture r;
	struct decoded d;
	struct encode *e;

	reference_make(&r, fourcc, width, height, true, false, CAPTURE_FORMAT_LIMITED_RANGE);
	e = encoding_open("png", &r.format, options);
	encoding_frame(e, &r.picture);
	decode_png(encoded.data, encoded.length, &d);
	assert_int_equal(d.length, encoded.length);
	same_pixels(&r.picture, options, &d);
	decode_free(&d);
	encode_close(e);

	e = encoding_open("pnm", &r.format, options);
	encoding_frame(e, &r.picture);
	decode_pnm(encoded.data, encoded.length, &d);
	assert_int_equal(d.length, encoded.length);
	same_pixels(&r.picture, options, &d);
	decode_free(&d);
	encode_close(e);
	reference_free(&r);
}

static void png_and_pnm(void **unused)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 2, 1 }, { 3, 5 }, { 70, 9 }, { 5001, 41 } };
	struct encode_options options = ENCODE_OPTIONS_INIT;
	size_t f, s;
	int i;

	for (f = 0; encoding_formats[f]; f++)
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			png_and_pnm_of(encoding_formats[f], sizes[s][0], sizes[s][1], &options);
	for (f = 0; encoding_formats[f]; f++)
		for (i = 0; i < 6; i++) {
			options.depth = (enum encode_depth)(i % 3);
			options.debayer = i / 3;
			png_and_pnm_of(encoding_formats[f], 33, 7, &options);
		}
}

/* Longer sides than libpng takes by itself; libyuv and zlib see them too. */
static void long_sides(void **unused)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;

	png_and_pnm_of(F('G', 'R', 'E', 'Y'), 1200000, 1, &options);
	png_and_pnm_of(F('Y', 'U', 'Y', 'V'), 1200001, 2, &options);
	png_and_pnm_of(F('Y', '1', '2', 'P'), 1, 1200000, &options);
}

static void png_levels_and_filters(void **unused)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	int filter;

	options.png = ENCODE_PNG_LEVEL;
	for (options.png_level = 0; options.png_level <= 9; options.png_level++)
		for (filter = ENCODE_FILTER_NONE; filter <= ENCODE_FILTER_ALL; filter++) {
			options.png_filter = (enum encode_filter)filter;
			png_and_pnm_of(F('R', 'G', 'B', '3'), 211, 130, &options);
			png_and_pnm_of(F('G', 'R', 'E', 'Y'), 1, 1, &options);
		}
}

/* As small as it gets: the same pixels, and no more bytes than by other ways. */
static void png_best(void **unused)
{
	static const uint32_t formats[] = { F('G', 'R', 'E', 'Y'), F('Y', '1', '2', ' '),
					    F('R', 'G', 'B', '3'), F('Y', 'U', 'Y', 'V') };
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	uint64_t length[3];
	struct encode *e;
	size_t f;
	int way;

	options.png = ENCODE_PNG_BEST;
	for (f = 0; f < 4; f++) {
		png_and_pnm_of(formats[f], 1, 1, &options);
		png_and_pnm_of(formats[f], 333, 201, &options);
	}
	reference_make(&r, F('R', 'G', 'B', '3'), 400, 300, false, false, 0);
	for (way = 0; way < 3; way++) {
		options.png = (enum encode_png)way;
		options.png_level = 9;
		options.png_filter = ENCODE_FILTER_ALL;
		e = encoding_open("png", &r.format, &options);
		encoding_frame(e, &r.picture);
		length[way] = encoded.length;
		encode_close(e);
	}
	assert_true(length[ENCODE_PNG_BEST] <= length[ENCODE_PNG_FAST]);
	assert_true(length[ENCODE_PNG_BEST] <= length[ENCODE_PNG_LEVEL]);
	reference_free(&r);
}

/* Several strips, on each path, with as many hands as there are: the same bytes. */
struct hands {
	struct encode_helpers helpers;
	struct encode *owner, *other[2];
	pthread_t thread[2];
	int started;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned int calls;
	bool over;
};

static void call(const struct encode_helpers *helpers)
{
	struct hands *h = (struct hands *)helpers;

	pthread_mutex_lock(&h->lock);
	h->calls++;
	pthread_cond_broadcast(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

static void *assist(void *arg)
{
	struct hands *h = arg;
	unsigned int seen = 0;
	int me;

	pthread_mutex_lock(&h->lock);
	me = h->started++;
	while (!h->over) {
		if (seen == h->calls) {
			pthread_cond_wait(&h->wake, &h->lock);
			continue;
		}
		seen = h->calls;
		pthread_mutex_unlock(&h->lock);
		encode_assist(h->other[me], h->owner);
		pthread_mutex_lock(&h->lock);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void hands_open(struct hands *h, const struct capture_format *format,
		       const struct encode_options *options)
{
	int i;

	*h = (struct hands){ .helpers.call = call };
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake, NULL);
	h->owner = encoding_open("png", format, options);
	encode_set_helpers(h->owner, &h->helpers);
	for (i = 0; i < 2; i++)
		h->other[i] = encoding_open("png", format, options);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&h->thread[i], NULL, assist, h), 0);
}

static void hands_close(struct hands *h)
{
	int i;

	pthread_mutex_lock(&h->lock);
	h->over = true;
	pthread_cond_broadcast(&h->wake);
	pthread_mutex_unlock(&h->lock);
	for (i = 0; i < 2; i++) {
		pthread_join(h->thread[i], NULL);
		encode_close(h->other[i]);
	}
	encode_close(h->owner);
}

static void png_strips_of(uint32_t fourcc, uint32_t width, uint32_t height,
			  const struct encode_options *options)
{
	static const char *const paths[] = { "scalar", "avx2", "avx512" };
	struct reference_picture r;
	uint64_t length = 0;
	uint8_t *first = NULL;
	struct encode *e;
	struct hands h;
	int i;

	reference_make(&r, fourcc, width, height, true, false, 0);
	for (i = 0; i < 3; i++) {
		setenv("GRAB_PNG_PATH", paths[i], 1);
		if (encode_open(encoder_find("png"), &r.format, options, &e))
			continue;	/* not on this processor */
		encoding_frame(e, &r.picture);
		encode_close(e);
		if (!first) {
			length = encoded.length;
			first = malloc(length);
			assert_non_null(first);
			memcpy(first, encoded.data, length);
		}
		assert_int_equal(encoded.length, length);
		assert_memory_equal(encoded.data, first, length);
	}
	unsetenv("GRAB_PNG_PATH");
	hands_open(&h, &r.format, options);
	for (i = 0; i < 20; i++) {
		encoding_frame(h.owner, &r.picture);
		assert_int_equal(encoded.length, length);
		assert_memory_equal(encoded.data, first, length);
	}
	hands_close(&h);
	free(first);
	reference_free(&r);
}

static void png_strips(void **unused)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	size_t f;

	for (f = 0; encoding_formats[f]; f++)
		png_strips_of(encoding_formats[f], 901, 700, NULL);
	png_strips_of(F('R', 'G', 'B', '3'), 30000, 71, NULL);
	options.debayer = true;
	png_strips_of(F('R', 'G', 'G', 'B'), 901, 700, &options);
	png_strips_of(F('R', 'G', '1', '0'), 901, 700, &options);
	options.debayer = false;
	png_and_pnm_of(F('R', 'G', 'B', '3'), 1201, 1300, &options);
	setenv("GRAB_PNG_PATH", "abacus", 1);
	assert_int_equal(encode_open(encoder_find("png"), &(struct capture_format){
		.fourcc = F('G', 'R', 'E', 'Y'), .width = 8, .height = 8, .planes = 1, .size = 64,
		.plane[0] = { .stride = 8, .lines = 8 } }, NULL, &(struct encode *){ NULL }), -EINVAL);
	unsetenv("GRAB_PNG_PATH");
}

/* A sink that refuses after some bytes, while others are at the same picture. */
struct narrow {
	struct sink sink;
	uint64_t left;
};

static int narrow_write(struct sink *sink, struct iovec *piece, int count)
{
	struct narrow *n = (struct narrow *)sink;
	int i;

	for (i = 0; i < count; i++) {
		if (piece[i].iov_len > n->left)
			return -ENOSPC;
		n->left -= piece[i].iov_len;
	}
	return 0;
}

static void png_cut_short(void **unused)
{
	struct reference_picture r;
	struct narrow narrow = { .sink.write = narrow_write };
	struct hands h;
	uint64_t length, at;

	reference_make(&r, F('R', 'G', 'B', '3'), 1000, 900, true, false, 0);
	hands_open(&h, &r.format, NULL);
	encoding_frame(h.owner, &r.picture);
	length = encoded.length;
	for (at = 0; at < length; at += length / 17 + 1) {
		narrow.left = at;
		assert_int_equal(encode_frame(h.owner, &r.picture, &narrow.sink), -ENOSPC);
	}
	encoding_frame(h.owner, &r.picture);
	assert_int_equal(encoded.length, length);
	hands_close(&h);
	reference_free(&r);
}

static void png_meaning(void **unused)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct decoded d;
	struct encode *e;

	options.software = "test \xe9\n1";
	options.source = "sim:size=8x8";
	reference_make(&r, F('Y', '1', '2', ' '), 8, 8, false, false, 0);
	r.picture.sequence = UINT64_MAX;
	r.picture.utc_ns = 1767323045006007008ll;
	e = encoding_open("png", &r.format, &options);
	assert_string_equal(e->about, "16-bit grey, 12 significant, from Y12");
	encoding_frame(e, &r.picture);
	decode_png(encoded.data, encoded.length, &d);
	assert_int_equal(d.sbit, 12);
	assert_int_equal(d.srgb, 0);
	assert_int_equal(d.year, 2026);
	assert_int_equal(d.second, 5);
	assert_string_equal(d.texts, "Software=test ??1;Source=sim:size=8x8;"
			    "Sequence=18446744073709551615;"
			    "Creation Time=2026-01-02T03:04:05.006007008Z;");
	decode_free(&d);
	encode_close(e);

	options.depth = ENCODE_DEPTH_NATIVE;
	options.software = options.source = NULL;
	r.picture.utc_ns = INT64_MIN;
	e = encoding_open("png", &r.format, &options);
	encoding_frame(e, &r.picture);
	decode_png(encoded.data, encoded.length, &d);
	assert_int_equal(d.sbit, 0);
	assert_int_equal(d.year, 0);
	assert_string_equal(d.texts, "Software=grab " PACKAGE_VERSION ";"
			    "Sequence=18446744073709551615;");
	decode_free(&d);
	encode_close(e);
	reference_free(&r);

	reference_make(&r, F('Y', 'U', 'Y', 'V'), 8, 8, false, false, 0);
	e = encoding_open("png", &r.format, NULL);
	encoding_frame(e, &r.picture);
	decode_png(encoded.data, encoded.length, &d);
	assert_int_equal(d.srgb, 1);
	assert_int_equal(d.sbit, 0);
	decode_free(&d);
	encode_close(e);
	reference_free(&r);
}

static void pnm_maxval(void **unused)
{
	static const struct {
		enum encode_depth depth;
		uint32_t maxval;
	} want[] = {
		{ ENCODE_DEPTH_MSB, 65535 }, { ENCODE_DEPTH_NATIVE, 1023 }, { ENCODE_DEPTH_8, 255 },
	};
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct decoded d;
	struct encode *e;
	size_t i;

	reference_make(&r, F('Y', '1', '0', ' '), 9, 3, false, false, 0);
	for (i = 0; i < 3; i++) {
		options.depth = want[i].depth;
		e = encoding_open("pnm", &r.format, &options);
		encoding_frame(e, &r.picture);
		decode_pnm(encoded.data, encoded.length, &d);
		assert_int_equal(d.maxval, want[i].maxval);
		decode_free(&d);
		encode_close(e);
	}
	reference_free(&r);
}

/* Frames of png and pnm that go to one stream follow each other. */
static void one_after_the_other(void **unused)
{
	static const char *const names[] = { "png", "pnm" };
	void (*const decoders[])(const uint8_t *, uint64_t, struct decoded *) = {
		decode_png, decode_pnm,
	};
	struct reference_picture r;
	struct decoded d;
	struct encode *e;
	uint64_t at;
	int i, n;

	reference_make(&r, F('G', 'R', 'E', 'Y'), 31, 7, false, false, 0);
	for (i = 0; i < 2; i++) {
		e = encoding_open(names[i], &r.format, NULL);
		sink_memory_rewind(&encoded);
		assert_int_equal(encode_header(e, &encoded.sink), 0);
		for (n = 0; n < 3; n++)
			assert_int_equal(encode_frame(e, &r.picture, &encoded.sink), 0);
		assert_int_equal(encode_trailer(e, &encoded.sink), 0);
		assert_int_equal(e->frames, 3);
		for (n = 0, at = 0; n < 3; n++, at += d.length) {
			decoders[i](encoded.data + at, encoded.length - at, &d);
			decode_free(&d);
		}
		assert_int_equal(at, encoded.length);
		encode_close(e);
	}
	reference_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_and_pnm),
		cmocka_unit_test(long_sides),
		cmocka_unit_test(png_levels_and_filters),
		cmocka_unit_test(png_best),
		cmocka_unit_test(png_strips),
		cmocka_unit_test(png_cut_short),
		cmocka_unit_test(png_meaning),
		cmocka_unit_test(pnm_maxval),
		cmocka_unit_test(one_after_the_other),
	};

	return cmocka_run_group_tests(tests, encoding_setup, encoding_teardown);
}
