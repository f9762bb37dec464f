/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "estimate.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define TRY_NS 100000000u
#define TRY_BYTES (4u << 20)
#define MIN_ROWS 16

/* Slowly changing along a row, with two bits of noise: what a camera's bytes look like. */
static void draw(uint8_t *data, uint64_t bytes)
{
	uint32_t state = 1;

	for (uint64_t i = 0; i < bytes; i++) {
		state = state * 1664525u + 1013904223u;
		data[i] = (uint8_t)((i >> 4) + (state >> 30));
	}
}

static double try_it(struct encode *encode, const struct picture *picture, uint64_t *bytes)
{
	struct sink_memory sink;
	uint64_t since = clock_now(), spent = 0, frames = 0;

	sink_memory_init(&sink);
	while (spent < TRY_NS) {
		sink_memory_rewind(&sink);
		if (encode_header(encode, &sink.sink) || encode_frame(encode, picture, &sink.sink) ||
		    encode_trailer(encode, &sink.sink))
			break;
		frames++;
		spent = clock_now() - since;
	}
	*bytes = sink.length;
	sink_memory_free(&sink);
	return spent ? (double)frames * 1e9 / (double)spent : 0;
}

/* A strip of the picture is enough to know: a frame may have gigabytes. */
static int crop(const struct capture_format *format, struct capture_format *strip)
{
	uint64_t row = format->size / format->height + 1;
	uint64_t rows = TRY_BYTES / row > MIN_ROWS ? TRY_BYTES / row : MIN_ROWS;

	*strip = *format;
	if (rows < format->height)
		strip->height = (uint32_t)rows;
	return capture_format_layout(strip);
}

static double try_strip(const struct encoder *encoder, const struct capture_format *strip,
			const struct encode_options *options, uint64_t *bytes)
{
	struct picture picture = { .format = strip, .size = strip->size, .bytes = strip->size,
				   .time_ns = clock_now() };
	uint8_t *data = malloc(strip->size);
	struct encode *encode;
	double fps;

	if (!data || encode_open(encoder, strip, options, &encode)) {
		free(data);
		return 0;
	}
	draw(data, strip->size);
	picture.data = data;
	for (uint32_t i = 0; i < strip->planes; i++)
		picture.plane_offset[i] = strip->plane[i].offset;
	fps = try_it(encode, &picture, bytes);
	encode_close(encode);
	free(data);
	return fps;
}

double estimate_fps(const struct encoder *encoder, const struct capture_format *format,
		    const struct encode_options *options, uint64_t *bytes)
{
	struct capture_format strip;
	double fps;

	*bytes = 0;
	if (format->flags & CAPTURE_FORMAT_COMPRESSED || crop(format, &strip))
		return 0;
	fps = try_strip(encoder, &strip, options, bytes);
	*bytes = *bytes * format->height / strip.height;
	return fps * strip.height / format->height;
}
