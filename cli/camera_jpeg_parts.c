/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The markers of a JPEG picture: 0xff and a code.
 *
 *	SOI  segment  segment  SOS segment  pixels  [segment  SOS segment  pixels]  EOI
 *
 * A segment has its length behind the marker.  Among compressed pixels 0xff is
 * followed by 0 or by the code of a restart marker.  Bytes too many in front of a
 * marker are no damage: see camera_jpeg_failed().
 */
#include <string.h>

#include "camera_jpeg.h"
#include "words.h"

enum {
	SOF0 = 0xc0,		/* baseline */
	SOF1 = 0xc1,		/* extended; the other sequential one with Huffman codes */
	SOF15 = 0xcf,		/* the last of them, but three codes between are none */
	DHT = 0xc4, JPG = 0xc8, DAC = 0xcc,
	RST0 = 0xd0, RST7 = 0xd7,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	TEM = 0x01,
};

/* 0xff may be repeated in front of a code. */
static bool is_marker(uint8_t code)
{
	return code && code != 0xff && code != TEM && (code < RST0 || code > RST7);
}

/* Where the next marker is, from @at on; the last byte or behind it: there is none. */
static size_t next_marker(const uint8_t *data, size_t length, size_t at)
{
	const uint8_t *found;

	while (at + 1 < length) {
		found = memchr(data + at, 0xff, length - 1 - at);
		if (!found)
			return length;
		at = (size_t)(found - data);
		if (is_marker(data[at + 1]))
			return at;
		at++;
	}
	return length;
}

/* Bytes of the segment with its marker; 0: it does not lie within. */
static size_t segment_bytes(const uint8_t *data, size_t length, size_t at)
{
	size_t bytes;

	if (length - at < 4)
		return 0;
	bytes = (size_t)data[at + 2] << 8 | data[at + 3];
	return bytes < 2 || bytes > length - at - 2 ? 0 : bytes + 2;
}

static bool is_frame_header(uint8_t code)
{
	return code >= SOF0 && code <= SOF15 && code != DHT && code != JPG && code != DAC;
}

/* Behind the length: bits, rows, columns. */
static void read_size(const uint8_t *segment, size_t bytes, struct camera_jpeg_parts *parts)
{
	if (bytes < 9)
		return;
	parts->height = (uint32_t)segment[5] << 8 | segment[6];
	parts->width = (uint32_t)segment[7] << 8 | segment[8];
}

int camera_jpeg_measure(const struct camera_jpeg *jpeg, struct camera_jpeg_parts *parts)
{
	const uint8_t *data = jpeg->data;
	size_t length = jpeg->length, at = 2, bytes;
	bool huffman = false, tables = false;
	uint8_t code;

	*parts = (struct camera_jpeg_parts){ .scan = 0 };
	while ((at = next_marker(data, length, at)) < length) {
		code = data[at + 1];
		if (code == EOI)
			break;
		bytes = segment_bytes(data, length, at);
		if (code == SOI || !bytes)
			return say_why(-EBADMSG, "the JPEG picture is damaged: no picture goes on with "
				       "marker %02x at byte %zu", code, at);
		if (code == SOS && !parts->scan)
			parts->scan = at;
		if (code == SOF0 || code == SOF1)
			huffman = true;
		if (code == DHT && !parts->scan)
			tables = true;
		if (is_frame_header(code) && !parts->scan)
			read_size(data + at, bytes, parts);
		at += bytes;
	}
	if (at >= length)
		return say_why(-EBADMSG, "the JPEG picture is damaged: its end is missing");
	if (!parts->scan)
		return say_why(-EBADMSG, "the JPEG picture is damaged: it has no pixels");
	parts->end = at + 2;
	parts->lacks_tables = huffman && !tables;
	return 0;
}

int camera_jpeg_check(const struct picture *picture)
{
	struct camera_jpeg_parts parts;
	struct camera_jpeg jpeg;
	uint64_t length;
	int r;

	jpeg.data = picture_compressed(picture, &length);
	jpeg.length = length;
	if (length < 2 || jpeg.data[0] != 0xff || jpeg.data[1] != SOI)
		return say_why(-EBADMSG, "the JPEG picture is damaged: its beginning is missing");
	r = camera_jpeg_measure(&jpeg, &parts);
	return r ? r : camera_jpeg_agrees(picture->format, parts.width, parts.height);
}
