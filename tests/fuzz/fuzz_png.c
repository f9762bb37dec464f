/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the PNG encoder writes, libpng reads back: any size, content, path of the
 * coder, way of compressing.
 *
 *	byte	0	path of the coder, way, pixel format
 *		1-4	width, height (two bytes each)
 *		5	how bytes become content
 *		6-	the bytes
 */
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "encode.h"
#include "fuzz.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define AREA_MOST 6000		/* bytes of most pictures */
#define AREA_LARGE 1500000	/* of one in so many: several strips */
#define LARGE_ONE_IN 512

/* no NUL in them: 0x01 stands for nothing */
const char *const fuzz_seeds[] = {
	"\x01\x10\x01\x10\x01\x01" "abc",
	"\x02\x41\x01\x05\x01\x02" "aaaaaaaaaaaaaaaaab",
	"\x13\x05\x01\x41\x01\x03" "\x01\xff\x02\xfe\x03\xfd\x80\x7f",
	"\x24\xff\x01\x02\x01\x04" "\x10\x20\x30\x40 stripes",
	"\x35\x81\x01\x31\x01\x05" "a picture that comes again and again",
	"\x46\x01\x02\x21\x01\x06" "\x01\x01\x01\xff\xff\x80\x80",
	"\x5f\x33\x01\x33\x01\x07" "noise",
	"\x81\x10\x03\x10\x02\x02" "large and flat",
	"\xa2\x10\x04\x10\x05\x03" "large and not",
	NULL,
};

struct input {
	const uint8_t *data;
	size_t size;
	uint64_t state;
};

static unsigned int byte_at(const struct input *in, size_t i)
{
	return i < in->size ? in->data[i] : 0;
}

static uint32_t random_32(struct input *in)
{
	in->state ^= in->state >> 12;
	in->state ^= in->state << 25;
	in->state ^= in->state >> 27;
	return (uint32_t)((in->state * 0x2545F4914F6CDD1Du) >> 32);
}

static void fill(struct input *in, uint8_t *out, size_t length, size_t row)
{
	const unsigned int mode = byte_at(in, 5) % 8, n = in->size > 6 ? (unsigned int)in->size - 6 : 1;
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned int b = byte_at(in, 6 + i % n), before = i ? out[i - 1] : 0;

		switch (mode) {
		case 0:
			out[i] = (uint8_t)b;
			break;
		case 1:
			out[i] = (uint8_t)(before + b);
			break;
		case 2:		/* runs as long as the bytes say */
			out[i] = random_32(in) % (b + 1) ? (uint8_t)before : (uint8_t)random_32(in);
			break;
		case 3:		/* noise with some bits */
			out[i] = (uint8_t)(random_32(in) & b);
			break;
		case 4:		/* the row above, with a mistake now and then */
			out[i] = i >= row && random_32(in) % (b + 2) ? out[i - row] : (uint8_t)random_32(in);
			break;
		case 5:		/* each number half as often as the one before */
			out[i] = (uint8_t)(before + (unsigned int)__builtin_ctz(random_32(in) | 1u << 31));
			break;
		case 6:		/* by turns */
			out[i] = i / (16 * (b + 1)) % 2 ? 0 : (uint8_t)random_32(in);
			break;
		default:
			out[i] = (uint8_t)(i / (b + 1) + random_32(in) % 4);
		}
	}
}

struct reading {
	const uint8_t *data;
	size_t left;
};

static void take(png_structp png, png_bytep out, size_t length)
{
	struct reading *r = png_get_io_ptr(png);

	if (length > r->left)
		abort();
	memcpy(out, r->data, length);
	r->data += length;
	r->left -= length;
}

static void wrong(png_structp png, png_const_charp text)
{
	abort();
}

/* All rows, or the program ends. */
static void compare(const struct sink_memory *file, const uint8_t *pixels, size_t row,
		    uint32_t width, uint32_t height)
{
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, wrong, wrong);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	struct reading r = { file->data, file->length };
	uint8_t *got = malloc(row);
	uint32_t y;

	if (!info || !got)
		exit(1);
	png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
	png_set_read_fn(png, &r, take);
	png_read_info(png, info);
	if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
	    png_get_rowbytes(png, info) != row)
		abort();
	for (y = 0; y < height; y++) {
		png_read_row(png, got, NULL);
		if (memcmp(got, pixels + row * y, row))
			abort();
	}
	png_read_end(png, info);
	if (r.left)
		abort();
	png_destroy_read_struct(&png, &info, NULL);
	free(got);
}

static const struct {
	uint32_t fourcc;
	unsigned int pixel_bytes;
} formats[] = {
	{ F('G', 'R', 'E', 'Y'), 1 }, { F('R', 'G', 'B', '3'), 3 },
	{ F('Y', '1', '6', ' ') | 1u << 31, 2 },
};

static void encode(struct input *in, const struct picture *picture, size_t row)
{
	static const char *const paths[] = { "scalar", "avx2", "avx512", "" };
	struct encode_options options = ENCODE_OPTIONS_INIT;
	static struct sink_memory out;
	struct encode *e;

	if (!out.sink.write)
		sink_memory_init(&out);
	sink_memory_rewind(&out);
	if (byte_at(in, 0) % 64 == 63)
		options.png = ENCODE_PNG_BEST;
	setenv("GRAB_PNG_PATH", paths[byte_at(in, 0) & 3], 1);
	if (encode_open(encoder_find("png"), picture->format, &options, &e))
		return;		/* no such path on this processor */
	if (encode_frame(e, picture, &out.sink) || out.length > e->frame_bound)
		abort();
	encode_close(e);
	compare(&out, picture->data, row, picture->format->width, picture->format->height);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size, 1 };
	struct capture_format f = { 0 };
	struct picture picture = { .format = &f };
	size_t most = AREA_MOST, i, n = byte_at(&in, 0) / 4 % 3;
	uint8_t *pixels;

	for (i = 0; i < size; i++)
		in.state = in.state * 0x100000001b3u ^ (data[i] + 1u);
	if (!in.state)
		in.state = 1;
	if (byte_at(&in, 0) & 0x80 && random_32(&in) % LARGE_ONE_IN == 0)
		most = AREA_LARGE;
	f.fourcc = formats[n].fourcc;
	f.width = (byte_at(&in, 1) | byte_at(&in, 2) << 8) % (uint32_t)(most / formats[n].pixel_bytes) + 1;
	f.height = (byte_at(&in, 3) | byte_at(&in, 4) << 8) %
		   (uint32_t)(most / (f.width * formats[n].pixel_bytes)) + 1;
	if (capture_format_layout(&f))
		return 0;
	pixels = malloc(f.size);
	if (!pixels)
		return 0;
	fill(&in, pixels, f.size, f.plane[0].stride);
	picture.data = pixels;
	picture.size = picture.bytes = f.size;
	encode(&in, &picture, (size_t)f.width * formats[n].pixel_bytes);
	free(pixels);
	return 0;
}
