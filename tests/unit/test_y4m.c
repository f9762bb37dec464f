/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YUV4MPEG2 files, read back sample by sample. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "encode.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)

static struct sink_memory out;

/* What a reader finds. */
struct parsed {
	unsigned int width, height, num, den;
	char interlace, tag[20], range[20];
	const uint8_t *frame;		/* behind the first "FRAME\n" */
	int planes, sample_bytes;
	unsigned int chroma_width, chroma_height;
	uint64_t frame_bytes;
};

static void parse(struct parsed *p)
{
	const char *text = (const char *)out.data, *end = memchr(text, '\n', out.length);
	char line[200];

	assert_non_null(end);
	assert_true(end - text < (int)sizeof(line));
	memcpy(line, text, (size_t)(end - text));
	line[end - text] = '\0';
	memset(p, 0, sizeof(*p));
	if (sscanf(line, "YUV4MPEG2 W%u H%u F%u:%u I%c A0:0 C%19s XCOLORRANGE=%19s", &p->width,
		   &p->height, &p->num, &p->den, &p->interlace, p->tag, p->range) != 7)
		fail_msg("header \"%s\"", line);
	p->planes = strncmp(p->tag, "mono", 4) ? 3 : 1;
	p->sample_bytes = p->planes == 1 && p->tag[4] ? 2 : 1;
	p->chroma_width = strcmp(p->tag, "444") ? (p->width + 1) / 2 : p->width;
	p->chroma_height = strcmp(p->tag, "420jpeg") ? p->height : (p->height + 1) / 2;
	p->frame = (const uint8_t *)end + 1 + 6;
	p->frame_bytes = (uint64_t)p->width * p->height * (uint64_t)p->sample_bytes;
	if (p->planes == 3)
		p->frame_bytes += 2ull * p->chroma_width * p->chroma_height;
}

/* Two frames, so that what follows the first is looked at too. */
static void encode(struct reference_picture *r, const struct encode_options *options,
		   struct parsed *p)
{
	struct encode *e;

	r->format.fps_num = 30000;
	r->format.fps_den = 1001;
	if (encode_open(encoder_find("y4m"), &r->format, options, &e))
		fail_msg("%s", why());
	sink_memory_rewind(&out);
	assert_int_equal(encode_header(e, &out.sink), 0);
	assert_true(out.length > 0);
	assert_int_equal(encode_frame(e, &r->picture, &out.sink), 0);
	assert_int_equal(encode_frame(e, &r->picture, &out.sink), 0);
	assert_int_equal(encode_trailer(e, &out.sink), 0);
	parse(p);
	assert_int_equal(p->width, r->format.width);
	assert_int_equal(p->height, r->format.height);
	assert_int_equal(p->num, 30000);
	assert_int_equal(p->den, 1001);
	assert_int_equal(out.data + out.length - p->frame, 2 * p->frame_bytes + 6);
	assert_memory_equal(p->frame - 6, "FRAME\n", 6);
	assert_memory_equal(p->frame + p->frame_bytes, "FRAME\n", 6);
	assert_memory_equal(p->frame, p->frame + p->frame_bytes + 6, p->frame_bytes);
	assert_true(p->frame_bytes + 6 <= e->frame_bound);
	encode_close(e);
}

static void check_ycbcr(uint32_t fourcc, uint32_t width, uint32_t height, bool padding,
			uint32_t flags)
{
	struct reference_picture r;
	uint8_t want[3];
	struct parsed p;
	uint32_t x, y;

	reference_make(&r, fourcc, width, height, padding, !padding, flags);
	encode(&r, NULL, &p);
	assert_int_equal(p.planes, 3);
	assert_string_equal(p.range, flags & CAPTURE_FORMAT_LIMITED_RANGE ? "LIMITED" : "FULL");
	assert_int_equal(p.interlace, flags & CAPTURE_FORMAT_INTERLACED ? '?' : 'p');
	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++) {
			uint32_t cx = p.chroma_width == width ? x : x / 2;
			uint32_t cy = p.chroma_height == height ? y : y / 2;
			const uint8_t *cb = p.frame + width * height + cy * p.chroma_width + cx;

			assert_true(reference_ycbcr(&r.picture, x, y, want));
			assert_int_equal(p.frame[y * width + x], want[0]);
			assert_int_equal(cb[0], want[1]);
			assert_int_equal(cb[p.chroma_width * p.chroma_height], want[2]);
		}
	reference_free(&r);
}

static void ycbcr(void **unused)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 2, 2 }, { 3, 5 }, { 64, 6 }, { 67, 9 } };
	const struct capture_pixel_format *pf;
	struct capture_format probe = { .width = 4, .height = 4 };
	uint8_t memory[256] = { 0 }, samples[3];
	struct picture picture = { .format = &probe, .data = memory };
	unsigned int i, checked = 0;
	size_t s;

	for (i = 0; (pf = capture_pixel_format_at(i)); i++) {
		probe.fourcc = pf->fourcc;
		if (!reference_knows(pf->fourcc) || !reference_ycbcr(&picture, 0, 0, samples))
			continue;
		checked++;
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			check_ycbcr(pf->fourcc, sizes[s][0], sizes[s][1], false, 0);
			check_ycbcr(pf->fourcc, sizes[s][0], sizes[s][1], true,
				    CAPTURE_FORMAT_LIMITED_RANGE | CAPTURE_FORMAT_INTERLACED);
		}
		check_ycbcr(pf->fourcc, 6, 4, true, CAPTURE_FORMAT_BOTTOM_UP);
	}
	assert_true(checked >= 20);
}

static void check_grey(uint32_t fourcc, enum encode_depth depth, const char *tag)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_pixel pixel;
	struct reference_picture r;
	struct parsed p;
	uint32_t x, y, got, want;

	options.depth = depth;
	reference_make(&r, fourcc, 37, 5, true, false, 0);
	encode(&r, &options, &p);
	assert_string_equal(p.tag, tag);
	assert_string_equal(p.range, "FULL");
	for (y = 0; y < 5; y++)
		for (x = 0; x < 37; x++) {
			const uint8_t *at = p.frame + (y * 37 + x) * (unsigned int)p.sample_bytes;

			reference_pixel(&r.picture, x, y, false, &pixel);
			want = (uint32_t)pixel.value[0];
			if (depth == ENCODE_DEPTH_MSB && pixel.bits > 8)
				want <<= 16 - pixel.bits;
			if (depth == ENCODE_DEPTH_8)
				want >>= pixel.bits - 8;
			got = p.sample_bytes == 2 ? at[0] + 256u * at[1] : at[0];
			assert_int_equal(got, want);
		}
	reference_free(&r);
}

static void grey(void **unused)
{
	check_grey(F('G', 'R', 'E', 'Y'), ENCODE_DEPTH_MSB, "mono");
	check_grey(F('R', 'G', 'G', 'B'), ENCODE_DEPTH_NATIVE, "mono");
	check_grey(F('Y', '1', '0', ' '), ENCODE_DEPTH_MSB, "mono16");
	check_grey(F('Y', '1', '0', 'P'), ENCODE_DEPTH_NATIVE, "mono10");
	check_grey(F('p', 'R', 'C', 'C'), ENCODE_DEPTH_NATIVE, "mono12");
	check_grey(F('Y', '1', '2', ' '), ENCODE_DEPTH_8, "mono");
	check_grey(F('Y', '1', '4', ' '), ENCODE_DEPTH_MSB, "mono16");
	check_grey(F('Y', '1', '6', ' '), ENCODE_DEPTH_MSB, "mono16");
	check_grey(F('Y', '1', '6', ' '), ENCODE_DEPTH_NATIVE, "mono16");
	check_grey(F('Y', '1', '6', ' ') | 1u << 31, ENCODE_DEPTH_NATIVE, "mono16");
}

static void fourteen_bits_have_no_tag(void **unused)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct encode *e = NULL;

	options.depth = ENCODE_DEPTH_NATIVE;
	reference_make(&r, F('Y', '1', '4', ' '), 4, 4, false, false, 0);
	assert_int_equal(encode_open(encoder_find("y4m"), &r.format, &options, &e), -EOPNOTSUPP);
	assert_non_null(strstr(why(), "--depth msb"));
	reference_free(&r);
}

static void check_rgb(uint32_t fourcc, bool debayer)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct reference_pixel pixel;
	struct parsed p;
	uint32_t x, y, i;
	double rgb[3], luma, want[3];

	options.debayer = debayer;
	reference_make(&r, fourcc, 41, 7, true, false, 0);
	encode(&r, &options, &p);
	assert_string_equal(p.tag, "444");
	assert_string_equal(p.range, "LIMITED");
	for (y = 0; y < 7; y++)
		for (x = 0; x < 41; x++) {
			reference_pixel(&r.picture, x, y, debayer, &pixel);
			for (i = 0; i < 3; i++)
				rgb[i] = floor(pixel.value[i] / (1 << (pixel.bits - 8)));
			luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
			want[0] = 16 + luma * 219 / 255;
			want[1] = 128 + (rgb[2] - luma) / 1.772 * 224 / 255;
			want[2] = 128 + (rgb[0] - luma) / 1.402 * 224 / 255;
			/* libyuv rounds its factors to 7 and 8 bits */
			for (i = 0; i < 3; i++)
				assert_true(fabs(p.frame[i * 41 * 7 + y * 41 + x] - want[i]) < 2.5);
		}
	reference_free(&r);
}

static void rgb(void **unused)
{
	check_rgb(F('R', 'G', 'B', '3'), false);
	check_rgb(F('B', 'X', '2', '4'), false);
	check_rgb(F('R', 'G', 'B', 'P'), false);
	check_rgb(F('G', 'R', 'B', 'G'), true);
	check_rgb(F('p', 'g', 'A', 'A'), true);
}

/* A run without frames still makes a file that readers take. */
static void no_frames(void **unused)
{
	struct reference_picture r;
	struct encode *e;
	struct parsed p;
	uint64_t length;

	reference_make(&r, F('N', 'V', '1', '2'), 4, 4, false, false, 0);
	assert_int_equal(encode_open(encoder_find("y4m"), &r.format, NULL, &e), 0);
	sink_memory_rewind(&out);
	assert_int_equal(encode_header(e, &out.sink), 0);
	length = out.length;
	assert_int_equal(encode_trailer(e, &out.sink), 0);
	assert_int_equal(out.length, length);
	parse(&p);
	/* no rate known */
	assert_int_equal(p.num, 0);
	assert_int_equal(p.den, 0);
	/* one file a frame: each has its header */
	assert_int_equal(encode_header(e, &out.sink), 0);
	assert_int_equal(out.length, 2 * length);
	encode_close(e);
	reference_free(&r);
}

static int setup(void **unused)
{
	reference_seed();
	sink_memory_init(&out);
	return 0;
}

static int teardown(void **unused)
{
	sink_memory_free(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ycbcr),
		cmocka_unit_test(grey),
		cmocka_unit_test(fourteen_bits_have_no_tag),
		cmocka_unit_test(rgb),
		cmocka_unit_test(no_frames),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
