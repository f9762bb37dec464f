/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encoders in general: raw and null, choosing, options, instances, failing sinks. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "encoding.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)

/* ---- raw and null ------------------------------------------------------- */

/* Planes with padding before, between and behind them, in a buffer of their own. */
static void raw_planes(void **unused)
{
	uint8_t buffer[100];
	struct capture_format f = {
		.width = 4, .height = 2, .fourcc = F('N', 'V', '1', '2'), .size = 100, .planes = 2,
		.plane = { { 0, 6, 2 }, { 12, 5, 1 } },
	};
	struct picture p = {
		.format = &f, .data = buffer, .size = sizeof(buffer), .bytes = 3,
		.plane_offset = { 7, 40 },
	};
	struct encode *e;
	int i;

	for (i = 0; i < 100; i++)
		buffer[i] = (uint8_t)i;
	e = encoding_open("raw", &f, NULL);
	assert_int_equal(e->frame_bound, 17);
	encoding_frame(e, &p);
	assert_int_equal(encoded.length, 17);
	for (i = 0; i < 12; i++)
		assert_int_equal(encoded.data[i], 7 + i);
	for (i = 0; i < 5; i++)
		assert_int_equal(encoded.data[12 + i], 40 + i);
	p.plane_offset[1] = 96;
	assert_int_equal(encode_frame(e, &p, &encoded.sink), -EMSGSIZE);
	/* the last row is there, its padding is not */
	p.plane_offset[1] = 95;
	encoding_frame(e, &p);
	p.size = 99;
	assert_int_equal(encode_frame(e, &p, &encoded.sink), -EMSGSIZE);
	assert_non_null(strstr(why(), "padding"));
	encode_close(e);
}

static void raw_unknown_and_compressed(void **unused)
{
	static const uint32_t codes[] = { F('H', '2', '6', '4'), F('M', 'J', 'P', 'G') };
	uint8_t buffer[64] = "0123456789abcdef";
	struct capture_format f = {
		.width = 4, .height = 2, .size = 64, .planes = 1, .flags = CAPTURE_FORMAT_COMPRESSED,
	};
	struct picture p = {
		.format = &f, .data = buffer, .size = sizeof(buffer), .bytes = 16,
		.plane_offset = { 10 },
	};
	struct encode *e;
	int i;

	for (i = 0; i < 2; i++) {
		f.fourcc = codes[i];
		e = encoding_open("raw", &f, NULL);
		p.bytes = 16;
		encoding_frame(e, &p);
		assert_int_equal(encoded.length, 6);
		assert_memory_equal(encoded.data, "abcdef", 6);
		p.bytes = 10;
		assert_int_equal(encode_frame(e, &p, &encoded.sink), -EMSGSIZE);
		p.bytes = 1000;
		encoding_frame(e, &p);
		assert_int_equal(encoded.length, 54);
		encode_close(e);
	}
	/* not known, but with rows: what the device wrote */
	f.flags = 0;
	f.fourcc = F('Q', 'Q', 'Q', 'Q');
	f.plane[0] = (struct capture_plane){ 0, 8, 2 };
	p.bytes = 20;
	e = encoding_open("raw", &f, NULL);
	encoding_frame(e, &p);
	assert_int_equal(encoded.length, 10);
	encode_close(e);
}

static void null(void **unused)
{
	struct reference_picture r;
	struct encode *e;

	reference_make(&r, F('G', 'R', 'E', 'Y'), 4, 4, false, false, 0);
	e = encoding_open("null", &r.format, NULL);
	assert_true(e->encoder->discards);
	assert_int_equal(encode_header(e, NULL), 0);
	assert_int_equal(encode_frame(e, &r.picture, NULL), 0);
	assert_int_equal(encode_trailer(e, NULL), 0);
	assert_int_equal(e->frames, 1);
	encode_close(e);
	encode_close(NULL);
	reference_free(&r);
}

/* ---- choosing ----------------------------------------------------------- */

static void by_name_and_ending(void **unused)
{
	static const struct {
		const char *path, *encoder;
	} cases[] = {
		{ "a.png", "png" }, { "a.PNG", "png" }, { "d.png/a.pgm", "pnm" }, { "a.b.ppm", "pnm" },
		{ "%d.raw", "raw" }, { "x.bin", "raw" }, { "x.y4m", "y4m" }, { ".png", "png" },
		{ "a.jpg", "jpeg" }, { "a.JPEG", "jpeg" }, { "a.tif", "tiff" }, { "a.Tiff", "tiff" },
		{ "a", NULL }, { "a.", NULL }, { "a.pn", NULL }, { "a.pngx", NULL }, { "", NULL },
		{ "a.png/b", NULL }, { "a.pgm ppm", NULL }, { "a. ", NULL },
	};
	const struct encoder *encoder;
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		encoder = encoder_for_path(cases[i].path);
		if (!cases[i].encoder)
			assert_null(encoder);
		else
			assert_string_equal(encoder->name, cases[i].encoder);
	}
	for (i = 0; (encoder = encoder_at(i)); i++)
		assert_ptr_equal(encoder_find(encoder->name), encoder);
	assert_int_equal(i, 7);
	assert_null(encoder_at(1000));
	assert_null(encoder_find("gif"));
	assert_string_equal(encoder_find("RAW")->name, "raw");
}

static void ranks(void **unused)
{
	const struct encoder *png = encoder_find("png"), *y4m = encoder_find("y4m");
	struct encode_options colour = ENCODE_OPTIONS_INIT;
	const uint32_t rgb = F('R', 'G', 'B', '3'), yuyv = F('Y', 'U', 'Y', 'V');
	const uint32_t jpeg = F('M', 'J', 'P', 'G'), bayer = F('R', 'G', 'G', 'B');

	assert_true(encoder_rank(png, rgb, NULL) > encoder_rank(png, yuyv, NULL));
	assert_true(encoder_rank(png, yuyv, NULL) > encoder_rank(png, jpeg, NULL));
	assert_true(encoder_rank(png, jpeg, NULL) > encoder_rank(png, bayer, NULL));
	colour.debayer = true;
	assert_true(encoder_rank(png, bayer, &colour) > encoder_rank(png, yuyv, &colour));
	assert_true(encoder_rank(png, F('Y', '1', '2', ' '), NULL) >
		    encoder_rank(png, F('G', 'R', 'E', 'Y'), NULL));
	assert_true(encoder_rank(y4m, yuyv, NULL) > encoder_rank(y4m, rgb, NULL));
	assert_int_equal(encoder_rank(png, F('H', '2', '6', '4'), NULL), 0);
	assert_true(encoder_rank(encoder_find("raw"), F('H', '2', '6', '4'), NULL) > 0);
}

static void options(void **unused)
{
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct encode *e = NULL;

	assert_int_equal(o.png, ENCODE_PNG_FAST);
	assert_int_equal(encode_parse_png("BEST", &o), 0);
	assert_int_equal(o.png, ENCODE_PNG_BEST);
	assert_int_equal(encode_parse_png("fast", &o), 0);
	assert_int_equal(o.png, ENCODE_PNG_FAST);
	assert_int_equal(encode_parse_png("fast,sub", &o), -EINVAL);
	assert_int_equal(o.png, ENCODE_PNG_FAST);
	assert_int_equal(encode_parse_png("0", &o), 0);
	assert_int_equal(o.png, ENCODE_PNG_LEVEL);
	assert_int_equal(o.png_level, 0);
	assert_int_equal(o.png_filter, ENCODE_FILTER_NONE);
	assert_int_equal(encode_parse_png("9", &o), 0);
	assert_int_equal(o.png_filter, ENCODE_FILTER_SUB);
	assert_int_equal(encode_parse_png("3,Paeth", &o), 0);
	assert_int_equal(o.png_level, 3);
	assert_int_equal(o.png_filter, ENCODE_FILTER_PAETH);
	assert_int_equal(encode_parse_png("", &o), -EINVAL);
	assert_int_equal(encode_parse_png("10", &o), -EINVAL);
	assert_int_equal(encode_parse_png("1,", &o), -EINVAL);
	assert_int_equal(encode_parse_png("1,best", &o), -EINVAL);
	assert_int_equal(encode_parse_png("x", &o), -EINVAL);
	assert_int_equal(encode_parse_png("-1", &o), -EINVAL);
	assert_int_equal(o.png_level, 3);
	assert_int_equal(encode_parse_depth("native", &o), 0);
	assert_int_equal(o.depth, ENCODE_DEPTH_NATIVE);
	assert_int_equal(encode_parse_depth("8", &o), 0);
	assert_int_equal(o.depth, ENCODE_DEPTH_8);
	assert_int_equal(encode_parse_depth("16", &o), -EINVAL);

	reference_make(&r, F('G', 'R', 'E', 'Y'), 4, 4, false, false, 0);
	o.png_level = 10;
	assert_int_equal(encode_open(encoder_find("png"), &r.format, &o, &e), -EINVAL);
	assert_null(e);
	reference_free(&r);
}

static void other_format_than_opened(void **unused)
{
	struct reference_picture r, wider;
	struct encode *e;

	reference_make(&r, F('G', 'R', 'E', 'Y'), 4, 4, false, false, 0);
	reference_make(&wider, F('G', 'R', 'E', 'Y'), 5, 4, false, false, 0);
	e = encoding_open("png", &r.format, NULL);
	assert_int_equal(encode_frame(e, &wider.picture, &encoded.sink), -EINVAL);
	assert_int_equal(e->frames, 0);
	encode_close(e);
	reference_free(&r);
	reference_free(&wider);
}

/* ---- sinks that fail, memory -------------------------------------------- */

struct failing {
	struct sink sink;
	uint64_t room;
};

static int failing_write(struct sink *sink, struct iovec *piece, int count)
{
	struct failing *f = (struct failing *)sink;
	int i;

	for (i = 0; i < count; i++) {
		if (piece[i].iov_len > f->room)
			return say_why(-ENOSPC, "the test's disk is full");
		f->room -= piece[i].iov_len;
	}
	return 0;
}

/* Wherever it fails, the error comes out as it is, and the instance goes on. */
static void full_disk(void **unused)
{
	static const char *const names[] = { "png", "pnm", "jpeg", "tiff", "raw", "y4m" };
	struct reference_picture r;
	struct failing f = { .sink.write = failing_write };
	struct encode *e;
	uint64_t length, room;
	size_t i;

	reference_make(&r, F('Y', 'U', 'Y', 'V'), 301, 200, false, false, 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		e = encoding_open(names[i], &r.format, NULL);
		sink_memory_rewind(&encoded);
		assert_int_equal(encode_header(e, &encoded.sink), 0);
		encoding_frame(e, &r.picture);
		length = encoded.length;
		for (room = 0; room < length; room += length / 7 + 1) {
			f.room = room;
			assert_int_equal(encode_frame(e, &r.picture, &f.sink), -ENOSPC);
			assert_string_equal(why(), "the test's disk is full");
		}
		assert_int_equal(e->frames, 1);
		assert_int_equal(encode_header(e, &encoded.sink), 0);
		encoding_frame(e, &r.picture);
		assert_int_equal(encoded.length, length);
		encode_close(e);
	}
	reference_free(&r);
}

static int counting_write(struct sink *sink, struct iovec *piece, int count)
{
	return 0;
}

/*
 * libjpeg-turbo and libtiff allocate a little for each picture and free it.  malloc()
 * keeps up to seven pieces of each size at hand, and counts them as used: that must
 * have come to its end before.
 */
static int frames_before(const struct encode *e)
{
	return !strcmp(e->encoder->name, "jpeg") || !strcmp(e->encoder->name, "tiff") ? 8 : 0;
}

/* Nothing is allocated while frames are encoded: what the heap holds stays the same. */
static void steady_state(void **unused)
{
	static const char *const names[] = { "png", "pnm", "jpeg", "tiff", "raw", "y4m" };
	struct sink sink = { .write = counting_write };
	struct reference_picture r;
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct mallinfo2 before, after;
	struct encode *e;
	size_t i, f;
	int n;

	o.debayer = true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (f = 0; encoding_formats[f]; f++) {
			reference_make(&r, encoding_formats[f], 640, 48, false, false, 0);
			e = encoding_open(names[i], &r.format, &o);
			assert_int_equal(encode_header(e, &sink), 0);
			for (n = frames_before(e); n; n--)
				assert_int_equal(encode_frame(e, &r.picture, &sink), 0);
			before = mallinfo2();
			for (n = 0; n < 3; n++)
				assert_int_equal(encode_frame(e, &r.picture, &sink), 0);
			after = mallinfo2();
			assert_int_equal(after.uordblks, before.uordblks);
			assert_int_equal(after.hblkhd, before.hblkhd);
			encode_close(e);
			reference_free(&r);
		}
}

/* The same picture gives the same bytes, whatever the instance did before. */
static void repeatable(void **unused)
{
	struct reference_picture a, b;
	struct sink_memory first;
	struct encode *e;

	reference_make(&a, F('N', 'V', '1', '6'), 99, 61, true, false, 0);
	reference_make(&b, F('N', 'V', '1', '6'), 99, 61, true, false, 0);
	e = encoding_open("png", &a.format, NULL);
	sink_memory_init(&first);
	assert_int_equal(encode_frame(e, &a.picture, &first.sink), 0);
	assert_int_equal(encode_frame(e, &b.picture, &encoded.sink), 0);
	encoding_frame(e, &a.picture);
	assert_int_equal(encoded.length, first.length);
	assert_memory_equal(encoded.data, first.data, first.length);
	sink_memory_free(&first);
	encode_close(e);
	reference_free(&a);
	reference_free(&b);
}

/* Instances are independent: in threads they give what one after the other gives. */
#define THREADS 4

struct job {
	struct reference_picture picture;
	struct sink_memory out;
	pthread_t thread;
	int result;
};

static void *run_job(void *arg)
{
	struct job *job = arg;
	struct encode *e;
	int i;

	job->result = encode_open(encoder_find("png"), &job->picture.format, NULL, &e);
	if (job->result)
		return NULL;
	for (i = 0; i < 3 && !job->result; i++) {
		sink_memory_rewind(&job->out);
		job->result = encode_frame(e, &job->picture.picture, &job->out.sink);
	}
	encode_close(e);
	return NULL;
}

static void in_threads(void **unused)
{
	static const uint32_t codes[THREADS] = {
		F('Y', 'U', 'Y', 'V'), F('N', 'V', '1', '2'), F('p', 'R', 'A', 'A'), F('Y', 'U', 'Y', 'V'),
	};
	static struct job jobs[THREADS];
	struct encode *e;
	int i;

	for (i = 0; i < THREADS; i++) {
		reference_make(&jobs[i].picture, codes[i], 150, 90, true, false, 0);
		sink_memory_init(&jobs[i].out);
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(jobs[i].thread, NULL), 0);
		assert_int_equal(jobs[i].result, 0);
		e = encoding_open("png", &jobs[i].picture.format, NULL);
		encoding_frame(e, &jobs[i].picture.picture);
		assert_int_equal(jobs[i].out.length, encoded.length);
		assert_memory_equal(jobs[i].out.data, encoded.data, encoded.length);
		encode_close(e);
		sink_memory_free(&jobs[i].out);
		reference_free(&jobs[i].picture);
	}
}

/* Who asks hears what an instance would say. */
static void asked(void **unused)
{
	const struct encoder *e;
	struct capture_format f = { .fourcc = CAPTURE_FOURCC('R', 'G', 'B', '3'), .width = 640,
				    .height = 480 };
	unsigned int i;

	assert_int_equal(capture_format_layout(&f), 0);

	for (i = 0; (e = encoder_at(i)); i++) {
		struct encode_facts facts;
		struct encode *encode;

		if (encoder_accepts(e, &f, NULL))
			continue;
		assert_int_equal(encode_ask(e, &f, NULL, &facts), 0);
		assert_int_equal(encode_open(e, &f, NULL, &encode), 0);
		assert_int_equal(facts.frame_bound, encode->frame_bound);
		assert_int_equal(facts.frame_fixed, encode->frame_fixed);
		assert_int_equal(facts.parts, encode->parts ? encode->parts : 1);
		encode_close(encode);
	}
	assert_true(i > 5);
}

static void too_large(void **unused)
{
	struct capture_format f = {
		.width = 1u << 28, .height = 1u << 28, .fourcc = F('Y', 'U', 'Y', 'V'), .planes = 1,
		.plane = { { 0, 1u << 29, 1u << 28 } }, .size = 1ull << 57,
	};
	struct encode *e = NULL;

	assert_true(encode_open(encoder_find("png"), &f, NULL, &e) < 0);
	assert_true(encode_open(encoder_find("pnm"), &f, NULL, &e) < 0);
	assert_true(encode_open(encoder_find("y4m"), &f, NULL, &e) < 0);
	assert_string_not_equal(why(), "");
	assert_null(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_planes),
		cmocka_unit_test(raw_unknown_and_compressed),
		cmocka_unit_test(null),
		cmocka_unit_test(by_name_and_ending),
		cmocka_unit_test(ranks),
		cmocka_unit_test(options),
		cmocka_unit_test(other_format_than_opened),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(steady_state),
		cmocka_unit_test(repeatable),
		cmocka_unit_test(in_threads),
		cmocka_unit_test(asked),
		cmocka_unit_test(too_large),
	};

	return cmocka_run_group_tests(tests, encoding_setup, encoding_teardown);
}
