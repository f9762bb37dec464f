/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Camera JPEG as it comes: without Huffman tables, damaged, of another size, with bytes behind. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include <turbojpeg.h>

#include "camera_jpeg.h"
#include "encode.h"
#include "pixels.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define WIDTH 75
#define HEIGHT 43

static uint8_t rgb[WIDTH * HEIGHT * 3];

/* Something that compresses well: slopes and a few edges. */
static void draw(void)
{
	int x, y;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++) {
			uint8_t *p = rgb + 3 * (y * WIDTH + x);

			p[0] = (uint8_t)(x * 3);
			p[1] = (uint8_t)(y * 5);
			p[2] = x / 16 % 2 ? 200 : 40;
		}
}

struct jpeg_picture {
	struct capture_format format;
	struct picture picture;
	unsigned char *data;
	unsigned long size;
};

static void compress(struct jpeg_picture *j, int subsampling)
{
	tjhandle tj = tjInitCompress();

	memset(j, 0, sizeof(*j));
	assert_non_null(tj);
	draw();
	assert_int_equal(tjCompress2(tj, rgb, WIDTH, 0, HEIGHT, TJPF_RGB, &j->data, &j->size,
				     subsampling, 90, 0), 0);
	tjDestroy(tj);
	j->format = (struct capture_format){
		.width = WIDTH, .height = HEIGHT, .fourcc = F('M', 'J', 'P', 'G'), .planes = 1,
		.flags = CAPTURE_FORMAT_COMPRESSED, .size = 1 << 20,
	};
	j->picture = (struct picture){
		.format = &j->format, .data = j->data, .size = j->size, .bytes = j->size,
		.utc_ns = INT64_MIN,
	};
}

static void forget(struct jpeg_picture *j)
{
	tjFree(j->data);
}

/* Take the segments with @marker out. Returns how many there were. */
static int strip_segments(struct jpeg_picture *j, uint8_t marker)
{
	unsigned long at = 2, length;
	int found = 0;

	while (at + 4 <= j->size && j->data[at] == 0xff && j->data[at + 1] != 0xda) {
		length = 2 + (j->data[at + 2] << 8 | j->data[at + 3]);
		if (j->data[at + 1] != marker) {
			at += length;
			continue;
		}
		memmove(j->data + at, j->data + at + length, j->size - at - length);
		j->size -= length;
		found++;
	}
	j->picture.bytes = j->picture.size = j->size;
	return found;
}

static int decode(struct jpeg_picture *j, uint8_t *out)
{
	static const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	struct picture_rows rows;
	struct pixels p;
	int r;

	assert_int_equal(pixels_open(&p, &j->format, &wish), 0);
	assert_int_equal(p.channels, 3);
	assert_int_equal(p.sample_bytes, 1);
	r = pixels_begin(&p, &j->picture);
	if (!r) {
		rows = pixels_strip(&p, 0, p.height);
		assert_int_equal(rows.stride, 3 * WIDTH);
		memcpy(out, rows.first, sizeof(rgb));
	}
	pixels_close(&p);
	return r;
}

static void decodes(void **unused)
{
	static const int ways[] = { TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411 };
	static uint8_t got[sizeof(rgb)];
	struct jpeg_picture j;
	size_t w, i;

	for (w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
		compress(&j, ways[w]);
		assert_int_equal(decode(&j, got), 0);
		/* away from the colour edges, which subsampling blurs */
		for (i = 0; i < sizeof(rgb); i++)
			if (i / 3 % WIDTH % 16 > 4 && i / 3 % WIDTH % 16 < 11 && i / 3 % WIDTH < 64)
				assert_in_range(abs(got[i] - rgb[i]), 0, 16);
		forget(&j);
	}
	compress(&j, TJSAMP_GRAY);
	assert_int_equal(decode(&j, got), 0);
	for (i = 0; i < sizeof(rgb); i += 3)
		assert_true(got[i] == got[i + 1] && got[i] == got[i + 2]);
	forget(&j);
}

/* Told by markers: whole, with bytes behind, and every beginning of it. */
static void is_whole(void **unused)
{
	unsigned char *compressed;
	struct jpeg_picture j;
	unsigned long length;

	compress(&j, TJSAMP_422);
	assert_int_equal(camera_jpeg_check(&j.picture), 0);
	for (length = 0; length < j.size; length++) {
		j.picture.bytes = length;
		assert_int_equal(camera_jpeg_check(&j.picture), -EBADMSG);
	}
	compressed = j.data;
	j.data = calloc(1, j.size + 100);
	assert_non_null(j.data);
	memcpy(j.data, compressed, j.size);
	tjFree(compressed);
	j.picture.data = j.data;
	j.picture.bytes = j.picture.size = j.size + 100;
	assert_int_equal(camera_jpeg_check(&j.picture), 0);
	assert_true(strip_segments(&j, 0xc4) > 0);
	assert_int_equal(camera_jpeg_check(&j.picture), 0);
	j.format.width++;
	assert_int_equal(camera_jpeg_check(&j.picture), -EBADMSG);
	assert_non_null(strstr(why(), "agreed"));
	j.format.width--;
	assert_true(strip_segments(&j, 0xc0) > 0);
	assert_int_equal(camera_jpeg_check(&j.picture), -EBADMSG);
	j.data[1] = 0xd9;
	assert_int_equal(camera_jpeg_check(&j.picture), -EBADMSG);
	assert_non_null(strstr(why(), "beginning"));
	free(j.data);
}

/* Motion JPEG of most webcams: the standard's Huffman tables are meant. */
static void without_huffman_tables(void **unused)
{
	static uint8_t whole[sizeof(rgb)], stripped[sizeof(rgb)];
	struct jpeg_picture j;

	compress(&j, TJSAMP_422);
	assert_int_equal(decode(&j, whole), 0);
	assert_true(strip_segments(&j, 0xc4) > 0);
	assert_int_equal(decode(&j, stripped), 0);
	assert_memory_equal(whole, stripped, sizeof(whole));
	/* the quantisation tables are not left out by anybody */
	assert_true(strip_segments(&j, 0xdb) > 0);
	assert_int_equal(decode(&j, stripped), -EBADMSG);
	forget(&j);
}

static void bytes_behind(void **unused)
{
	static uint8_t whole[sizeof(rgb)], got[sizeof(rgb)];
	struct jpeg_picture j;
	uint8_t *more;

	compress(&j, TJSAMP_422);
	assert_int_equal(decode(&j, whole), 0);
	/* a buffer that was not filled to its end, and some bytes before the picture */
	more = malloc(j.size + 1000);
	assert_non_null(more);
	memset(more, 0xa5, j.size + 1000);
	memcpy(more + 128, j.data, j.size);
	j.picture.data = more;
	j.picture.size = j.size + 1000;
	j.picture.plane_offset[0] = 128;
	j.picture.bytes = 128 + j.size + 300;
	assert_int_equal(decode(&j, got), 0);
	assert_memory_equal(whole, got, sizeof(got));
	free(more);
	forget(&j);
}

/* Bytes too many before the end marker: some cameras do that, the picture is whole. */
static void bytes_too_many(void **unused)
{
	static uint8_t whole[sizeof(rgb)], got[sizeof(rgb)];
	struct jpeg_picture j;
	uint8_t *more;

	compress(&j, TJSAMP_422);
	assert_int_equal(decode(&j, whole), 0);
	more = calloc(1, j.size + 40);
	assert_non_null(more);
	memcpy(more, j.data, j.size - 2);
	memcpy(more + j.size + 38, "\xff\xd9", 2);
	j.picture.data = more;
	j.picture.size = j.picture.bytes = j.size + 40;
	assert_int_equal(decode(&j, got), 0);
	assert_memory_equal(whole, got, sizeof(got));
	free(more);
	forget(&j);
}

static void cut_short(void **unused)
{
	static uint8_t got[sizeof(rgb)];
	struct jpeg_picture j;
	uint64_t length;

	compress(&j, TJSAMP_422);
	for (length = 1; length < j.size - 2; length += length < 800 ? 7 : 61) {
		/* memory of just this length, so that a sanitizer sees its end */
		uint8_t *part = malloc(length);

		assert_non_null(part);
		memcpy(part, j.data, length);
		j.picture.data = part;
		j.picture.size = j.picture.bytes = length;
		assert_int_equal(decode(&j, got), -EBADMSG);
		if (!strstr(why(), "damaged"))
			fail_msg("%d of %lu bytes: %s", (int)length, j.size, why());
		free(part);
	}
	j.picture.bytes = 0;
	assert_int_equal(decode(&j, got), -EMSGSIZE);
	forget(&j);
}

static void damaged(void **unused)
{
	static uint8_t got[sizeof(rgb)];
	struct jpeg_picture j;
	int round, i, r;

	for (round = 0; round < 300; round++) {
		compress(&j, TJSAMP_420);
		for (i = 0; i < 5; i++)
			j.data[reference_random((uint32_t)j.size)] = (uint8_t)reference_random(256);
		r = decode(&j, got);
		assert_true(!r || r == -EBADMSG);
		forget(&j);
	}
}

static void another_size(void **unused)
{
	static uint8_t got[sizeof(rgb)];
	struct jpeg_picture j;

	compress(&j, TJSAMP_420);
	j.format.width = WIDTH + 1;
	assert_int_equal(decode(&j, got), -EBADMSG);
	assert_non_null(strstr(why(), "75x43"));
	forget(&j);
}

static void sizes_that_jpeg_lacks(void **unused)
{
	static const struct pixels_wish wish = { .depth = ENCODE_DEPTH_MSB };
	struct capture_format f = {
		.width = 70000, .height = 10, .fourcc = F('J', 'P', 'E', 'G'), .planes = 1,
		.flags = CAPTURE_FORMAT_COMPRESSED,
	};

	assert_int_equal(pixels_accepts(&f, &wish), -EOPNOTSUPP);
	f.width = 65500;
	assert_int_equal(pixels_accepts(&f, &wish), 0);
}

/* A damaged picture leaves no byte in the file. */
static void nothing_written(void **unused)
{
	static const char *const names[] = { "png", "pnm", "y4m" };
	struct sink_memory out;
	struct jpeg_picture j;
	struct encode *e;
	size_t i;

	sink_memory_init(&out);
	compress(&j, TJSAMP_420);
	j.picture.bytes /= 2;
	for (i = 0; i < 3; i++) {
		assert_int_equal(encode_open(encoder_find(names[i]), &j.format, NULL, &e), 0);
		assert_int_equal(encode_header(e, &out.sink), 0);
		assert_int_equal(encode_frame(e, &j.picture, &out.sink), -EBADMSG);
		assert_int_equal(encode_trailer(e, &out.sink), 0);
		assert_int_equal(out.length, 0);
		encode_close(e);
	}
	sink_memory_free(&out);
	forget(&j);
}

/* The planes inside a JPEG picture are those of the y4m file, to the byte. */
static void planes_for_y4m(void **unused)
{
	static const struct {
		int subsampling;
		const char *tag;
		int chroma_width, chroma_height;
	} ways[] = {
		{ TJSAMP_444, "C444", 75, 43 }, { TJSAMP_422, "C422", 38, 43 },
		{ TJSAMP_420, "C420jpeg", 38, 22 }, { TJSAMP_411, "C411", 19, 43 },
		{ TJSAMP_GRAY, "Cmono", 0, 0 },
	};
	static uint8_t plane[3][128 * 64];
	unsigned char *planes[3] = { plane[0], plane[1], plane[2] };
	int strides[3] = { 128, 128, 128 }, y, c;
	tjhandle tj = tjInitDecompress();
	struct sink_memory out;
	struct jpeg_picture j;
	struct encode *e;
	uint64_t at;
	size_t i;

	sink_memory_init(&out);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		compress(&j, ways[i].subsampling);
		assert_int_equal(encode_open(encoder_find("y4m"), &j.format, NULL, &e), 0);
		sink_memory_rewind(&out);
		assert_int_equal(encode_header(e, &out.sink), 0);
		assert_int_equal(out.length, 0);
		assert_int_equal(encode_frame(e, &j.picture, &out.sink), 0);
		assert_int_equal(encode_frame(e, &j.picture, &out.sink), 0);
		assert_int_equal(encode_trailer(e, &out.sink), 0);
		at = (uint64_t)((uint8_t *)memchr(out.data, '\n', out.length) - out.data) + 1;
		assert_non_null(memmem(out.data, at, ways[i].tag, strlen(ways[i].tag)));
		assert_non_null(memmem(out.data, at, "XCOLORRANGE=FULL", 16));
		assert_int_equal(tjDecompressToYUVPlanes(tj, j.data, j.size, planes, WIDTH, strides,
							 HEIGHT, 0), 0);
		assert_memory_equal(out.data + at, "FRAME\n", 6);
		at += 6;
		for (y = 0; y < HEIGHT; y++, at += WIDTH)
			assert_memory_equal(out.data + at, plane[0] + 128 * y, WIDTH);
		for (c = 1; c < 3; c++)
			for (y = 0; y < ways[i].chroma_height; y++, at += ways[i].chroma_width)
				assert_memory_equal(out.data + at, plane[c] + 128 * y,
						    ways[i].chroma_width);
		assert_memory_equal(out.data + at, "FRAME\n", 6);
		encode_close(e);
		forget(&j);
	}
	sink_memory_free(&out);
	tjDestroy(tj);
}

static void sampling_changes(void **unused)
{
	struct jpeg_picture first, second;
	struct sink_memory out;
	struct encode *e;

	sink_memory_init(&out);
	compress(&first, TJSAMP_420);
	compress(&second, TJSAMP_422);
	assert_int_equal(encode_open(encoder_find("y4m"), &first.format, NULL, &e), 0);
	assert_int_equal(encode_header(e, &out.sink), 0);
	assert_int_equal(encode_frame(e, &first.picture, &out.sink), 0);
	assert_int_equal(encode_frame(e, &second.picture, &out.sink), -EBADMSG);
	assert_int_equal(encode_frame(e, &first.picture, &out.sink), 0);
	encode_close(e);
	forget(&first);
	compress(&first, TJSAMP_440);
	assert_int_equal(encode_open(encoder_find("y4m"), &first.format, NULL, &e), 0);
	assert_int_equal(encode_frame(e, &first.picture, &out.sink), -EBADMSG);
	encode_close(e);
	sink_memory_free(&out);
	forget(&first);
	forget(&second);
}

static int setup(void **unused)
{
	reference_seed();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(is_whole),
		cmocka_unit_test(without_huffman_tables),
		cmocka_unit_test(bytes_behind),
		cmocka_unit_test(bytes_too_many),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(damaged),
		cmocka_unit_test(another_size),
		cmocka_unit_test(sizes_that_jpeg_lacks),
		cmocka_unit_test(nothing_written),
		cmocka_unit_test(planes_for_y4m),
		cmocka_unit_test(sampling_changes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
