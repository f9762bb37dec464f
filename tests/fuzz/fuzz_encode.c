/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The geometry that a device claims, against memory of a given size: whatever it
 * says about strides, offsets, planes and bytes, encoders refuse it or stay
 * within the memory, and what they write is not longer than they promised.
 *
 *	byte	0	encoder and options
 *		1-2	pixel format: index in the list, else four bytes from 3 on
 *		7-12	width, height, flags (two bytes each)
 *		13-28	plane by plane: stride, lines (two bytes each)
 *		29-36	plane by plane: offset (two bytes each)
 *		37-40	bytes written, bytes of the buffer (two bytes each)
 *		41-	the content, repeated
 */
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "fuzz.h"

/* no NUL in them: 0x01 is the smallest number */
const char *const fuzz_seeds[] = {
	"\x01\x01\x01GREY\x10\x01\x08\x01\x01\x01\x10\x01\x08\x01\x10\x01\x08\x01\x10\x01\x08\x01"
	"\x10\x01\x08\x01\x01\x01\x01\x01\x01\x01\x01\x01\xff\xff\xff\x20 pixels",
	"\x02\xff\xffNV12\x10\x01\x08\x01\x01\x01\x10\x01\x08\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20 pixels",
	"\x0a\xff\xffYUYV\x11\x01\x07\x01\x03\x01\x24\x01\x07\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20 pixels",
	"\x15\xff\xffpgAA\x10\x01\x08\x01\x01\x01\x24\x01\x08\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20\x01\xff\x7f\x80",
	"\x07\xff\xffMJPG\x10\x01\x08\x01\x81\x01\x01\x01\x08\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20\xff\xd8\xff\xdb",
	"\x02\xff\xffMJPG\x10\x01\x08\x01\x81\x01\x01\x01\x08\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20\xff\xd8\xff\xdb",
	"\x08\xff\xffRGB3\x01\x01\x01\x01\x01\x01\x03\x01\x01\x01\x10\x01\x04\x01\x10\x01\x04\x01"
	"\x10\x01\x04\x01\x01\x01\x80\x01\x01\x01\x01\x01\xff\xff\xff\x20\xff\xd8\xff\xdb",
	"\x0c\xff\xffYM12\x21\x01\x09\x01\x13\x01\x40\x01\x09\x01\x20\x01\x05\x01\x20\x01\x05\x01"
	"\x10\x01\x04\x01\x01\x01\xff\x02\x01\x04\x01\x01\xff\xff\xff\x20\xff\xd8\xff\xdb",
	NULL,
};

struct input {
	const uint8_t *data;
	size_t size;
};

static unsigned int byte_at(const struct input *in, size_t i)
{
	return i < in->size ? in->data[i] : 0;
}

/* "\x10\x01" is 16: a second byte of 1 counts as nothing. */
static unsigned int number_at(const struct input *in, size_t i)
{
	unsigned int high = byte_at(in, i + 1);

	return byte_at(in, i) | (high ? high - 1 : 0) << 8;
}

static uint32_t fourcc_of(const struct input *in)
{
	const struct capture_pixel_format *pf = capture_pixel_format_at(number_at(in, 1));

	if (pf)
		return pf->fourcc;
	return CAPTURE_FOURCC(byte_at(in, 3), byte_at(in, 4), byte_at(in, 5), byte_at(in, 6));
}

/* Small sides, so that a run is many pictures; strides and offsets may be anything. */
static void claim(const struct input *in, struct capture_format *f, struct picture *p)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	f->fourcc = fourcc_of(in);
	f->width = number_at(in, 7) % 600;
	f->height = number_at(in, 9) % 300;
	f->flags = number_at(in, 11) & 0x1e;
	if (byte_at(in, 11) & 0x40)
		f->flags |= CAPTURE_FORMAT_COMPRESSED;	/* whether or not it is */
	if (capture_pixel_format_find(f->fourcc) &&
	    capture_pixel_format_find(f->fourcc)->flags & CAPTURE_FORMAT_COMPRESSED)
		f->flags |= CAPTURE_FORMAT_COMPRESSED;
	f->fps_num = number_at(in, 7);
	f->fps_den = number_at(in, 9);
	f->planes = byte_at(in, 0) / 64 + 1;
	if (!(byte_at(in, 0) & 32))
		capture_format_layout(f);	/* most of the time an honest one */
	else
		for (i = 0; i < CAPTURE_PLANES_MAX; i++) {
			f->plane[i].stride = number_at(in, 13 + 4 * i);
			f->plane[i].lines = number_at(in, 15 + 4 * i);
		}
	*p = (struct picture){ .format = f, .utc_ns = number_at(in, 37) * 1000000007ll };
	for (i = 0; i < CAPTURE_PLANES_MAX; i++)
		p->plane_offset[i] = byte_at(in, 0) & 16 ? number_at(in, 29 + 2 * i) :
							     f->plane[i].offset;
}

static void fill(const struct input *in, uint8_t *memory, size_t size)
{
	size_t i, content = in->size > 41 ? in->size - 41 : 0;

	for (i = 0; i < size; i++)
		memory[i] = content ? in->data[41 + i % content] : (uint8_t)i;
}

static void encode(const struct input *in, const struct picture *picture)
{
	static struct sink_memory out;
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct encode *e;
	uint64_t before;
	int i;

	options.depth = (enum encode_depth)(byte_at(in, 0) / 5 % 3);
	options.debayer = byte_at(in, 11) & 0x20;
	options.png_filter = (enum encode_filter)(byte_at(in, 37) % 6);
	options.png = byte_at(in, 37) & 0x40 ? ENCODE_PNG_LEVEL : ENCODE_PNG_FAST;
	options.png_level = byte_at(in, 38) % 4;
	options.jpeg_quality = 1 + byte_at(in, 38) % 100;
	options.jpeg_chroma = (enum encode_chroma)(byte_at(in, 37) / 8 % 4);
	if (encode_open(encoder_at(byte_at(in, 0) % 7), picture->format, &options, &e))
		return;
	if (!out.sink.write)
		sink_memory_init(&out);
	sink_memory_rewind(&out);
	if (encode_header(e, &out.sink))
		abort();
	for (i = 0; i < 2; i++) {
		before = out.length;
		if (encode_frame(e, picture, &out.sink))
			continue;
		if (e->frame_bound && out.length - before > e->frame_bound &&
		    !(picture->format->flags & CAPTURE_FORMAT_COMPRESSED) &&
		    capture_pixel_format_find(picture->format->fourcc))
			abort();
	}
	if (encode_trailer(e, &out.sink))
		abort();
	encode_close(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct capture_format format;
	struct picture picture;
	uint8_t *memory;

	claim(&in, &format, &picture);
	picture.bytes = number_at(&in, 37);
	picture.size = byte_at(&in, 40) & 0x20 ? format.size : number_at(&in, 39);
	if (picture.size > 1 << 20)
		picture.size = 1 << 20;
	format.size = picture.size;
	memory = malloc(picture.size ? picture.size : 1);
	if (!memory)
		return 0;
	fill(&in, memory, picture.size);
	picture.data = memory;
	encode(&in, &picture);
	free(memory);
	return 0;
}
