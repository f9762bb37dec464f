/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "unit.h"

#include "decode.h"

struct reading {
	const uint8_t *data;
	uint64_t size, at;
};

static void take(png_structp png, png_bytep out, size_t length)
{
	struct reading *r = png_get_io_ptr(png);

	if (length > r->size - r->at)
		png_error(png, "the file ends early");
	memcpy(out, r->data + r->at, length);
	r->at += length;
}

static void allocate(struct decoded *out)
{
	out->sample = calloc((size_t)out->width * out->height * (size_t)out->channels, 2);
	assert_non_null(out->sample);
}

/* From bytes of one row to numbers. */
static void widen(struct decoded *out, uint32_t row, const uint8_t *bytes)
{
	size_t n = (size_t)out->width * (size_t)out->channels, i;
	uint16_t *to = out->sample + row * n;

	for (i = 0; i < n; i++)
		to[i] = out->maxval > 255 ? (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]) :
					    bytes[i];
}

static void png_facts(png_structp png, png_infop info, struct decoded *out)
{
	png_color_8p bits;
	png_timep when;
	png_textp text;
	int count, i, intent;
	size_t used = 0;

	if (png_get_sBIT(png, info, &bits)) {
		out->sbit = out->channels == 1 ? bits->gray : bits->green;
		if (out->channels == 3)
			assert_true(bits->red == bits->green && bits->green == bits->blue);
	}
	out->srgb = png_get_sRGB(png, info, &intent) != 0;
	if (png_get_tIME(png, info, &when)) {
		out->year = when->year;
		out->second = when->second;
	}
	png_get_text(png, info, &text, &count);
	for (i = 0; i < count; i++)
		used += (size_t)snprintf(out->texts + used, sizeof(out->texts) - used, "%s=%s;",
					 text[i].key, text[i].text);
}

void decode_png(const uint8_t *data, uint64_t size, struct decoded *out)
{
	struct reading r = { data, size, 0 };
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	uint8_t *row;
	uint32_t y;

	memset(out, 0, sizeof(*out));
	if (setjmp(png_jmpbuf(png)))
		fail_msg("libpng cannot read the file");
	png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
	png_set_read_fn(png, &r, take);
	png_read_info(png, info);
	out->width = png_get_image_width(png, info);
	out->height = png_get_image_height(png, info);
	out->channels = png_get_channels(png, info);
	out->maxval = png_get_bit_depth(png, info) == 16 ? 65535 : 255;
	assert_int_equal(png_get_interlace_type(png, info), PNG_INTERLACE_NONE);
	allocate(out);
	row = malloc(png_get_rowbytes(png, info));
	assert_non_null(row);
	for (y = 0; y < out->height; y++) {
		png_read_row(png, row, NULL);
		widen(out, y, row);
	}
	png_read_end(png, info);
	png_facts(png, info, out);
	out->length = r.at;
	free(row);
	png_destroy_read_struct(&png, &info, NULL);
}

static uint32_t pnm_number(const uint8_t *data, uint64_t size, uint64_t *at)
{
	uint32_t n = 0;
	int digits = 0;

	for (; *at < size && data[*at] >= '0' && data[*at] <= '9'; (*at)++, digits++)
		n = n * 10 + (data[*at] - '0');
	assert_true(digits > 0);
	assert_true(*at < size && (data[*at] == ' ' || data[*at] == '\n'));
	(*at)++;
	return n;
}

void decode_pnm(const uint8_t *data, uint64_t size, struct decoded *out)
{
	uint64_t at = 3, row;
	uint32_t y;

	memset(out, 0, sizeof(*out));
	assert_true(size > 3);
	assert_int_equal(data[0], 'P');
	assert_true(data[1] == '5' || data[1] == '6');
	assert_int_equal(data[2], '\n');
	out->channels = data[1] == '5' ? 1 : 3;
	out->width = pnm_number(data, size, &at);
	out->height = pnm_number(data, size, &at);
	out->maxval = pnm_number(data, size, &at);
	row = (uint64_t)out->width * (uint64_t)out->channels * (out->maxval > 255 ? 2 : 1);
	assert_true(row * out->height <= size - at);
	allocate(out);
	for (y = 0; y < out->height; y++, at += row)
		widen(out, y, data + at);
	out->length = at;
}

void decode_free(struct decoded *out)
{
	free(out->sample);
}
