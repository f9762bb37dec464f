/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * png_bytes: what the coder of cli/png makes of many pictures, a line for each, and
 * whether all paths of this processor make the same of it.  Two processors print
 * the same lines.  The paths stand on standard error.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "coder.h"
#include "png_content.h"

/* ---- there is no library for the other processor ---- */

/* RFC 1950, section 8.2 */
uint32_t libdeflate_adler32(uint32_t adler, const void *buffer, size_t length)
{
	const uint8_t *bytes = buffer;
	uint32_t a = adler & 0xffff, b = adler >> 16;
	size_t i;

	for (i = 0; i < length; i++) {
		a = (a + bytes[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

/* RFC 1952, section 8 */
uint32_t libdeflate_crc32(uint32_t crc, const void *buffer, size_t length)
{
	const uint8_t *bytes = buffer;
	size_t i;
	int bit;

	crc = ~crc;
	for (i = 0; i < length; i++)
		for (crc ^= bytes[i], bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	return ~crc;
}

/* ---- what comes out ---- */

struct sum {
	uint64_t hash, length;
};

/* FNV-1a */
static void add(struct sum *sum, const uint8_t *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		sum->hash = (sum->hash ^ bytes[i]) * 0x100000001b3;
	sum->length += length;
}

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* All strips of a picture, as flat as it is said to be. */
static struct sum pack(const struct png_shape *shape, const struct png_path *path, const uint8_t *data,
		       enum png_flatness flatness)
{
	struct sum sum = { .hash = 0xcbf29ce484222325 };
	struct png_coder *coder;
	struct png_strip strip;
	uint32_t first, count;
	uint8_t *out;
	size_t row;

	if (png_coder_open(shape, path, &coder))
		abort();
	row = png_coder_row_bytes(coder);
	out = must(malloc(png_coder_bound(coder, png_coder_strip_rows(coder, flatness))));
	for (first = 0; first < shape->height; first += count) {
		const uint8_t *at = data + row * first;
		struct png_rows rows;

		count = png_coder_strip_rows(coder, flatness);
		if (shape->height - first < count)
			count = shape->height - first;
		rows = (struct png_rows){ at, (ptrdiff_t)row, count, first ? at - row : NULL };
		png_coder_strip(coder, &rows, first + count == shape->height, out, &strip);
		add(&sum, out, strip.length);
		add(&sum, (const uint8_t *)&strip.adler, sizeof(strip.adler));
	}
	free(out);
	png_coder_close(coder);
	return sum;
}

/* 0, or 1 where a path makes other bytes than the first one does */
static int compare_paths(const struct png_shape *shape, const uint8_t *data, unsigned int kind,
			 enum png_flatness flatness)
{
	const struct sum want = pack(shape, png_path_at(0), data, flatness);
	const struct png_path *path;
	struct sum got;
	unsigned int i;
	int differs = 0;

	for (i = 1; (path = png_path_at(i)); i++) {
		if (!png_path_runs(path))
			continue;
		got = pack(shape, path, data, flatness);
		if (got.hash == want.hash && got.length == want.length)
			continue;
		printf("%s differs from %s: ", path->name, png_path_at(0)->name);
		differs = 1;
	}
	printf("%ux%u, %u of %u bytes, content %u, flatness %u: %" PRIu64 " bytes, %016" PRIx64 "\n", shape->width,
	       shape->height, shape->channels, shape->sample_bytes, kind, flatness, want.length,
	       want.hash);
	return differs;
}

static int all_contents(const struct png_shape *shape)
{
	const size_t row = (size_t)shape->width * shape->channels * shape->sample_bytes;
	uint8_t *data = must(malloc(row * shape->height));
	enum png_flatness flatness;
	unsigned int kind;
	int differs = 0;

	for (kind = 0; kind < PNG_CONTENTS; kind++) {
		png_content(kind, kind + shape->width, data, row, shape->height);
		for (flatness = PNG_NOT_FLAT; flatness < PNG_FLATNESSES; flatness++)
			differs |= compare_paths(shape, data, kind, flatness);
	}
	free(data);
	return differs;
}

int main(void)
{
	static const struct png_shape shapes[] = {
		{ 1, 1, 1, 1 },	 { 2, 3, 3, 1 },   { 15, 9, 1, 1 },  { 17, 33, 3, 1 }, { 63, 20, 1, 2 },
		{ 65, 20, 3, 2 }, { 300, 70, 3, 1 }, { 641, 240, 1, 1 }, { 500, 333, 3, 1 }, { 257, 400, 1, 2 },
	};
	unsigned int i;
	int differs = 0;

	for (i = 0; png_path_at(i); i++)
		if (png_path_runs(png_path_at(i)))
			fprintf(stderr, "%s\n", png_path_at(i)->name);
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		differs |= all_contents(&shapes[i]);
	return differs;
}
