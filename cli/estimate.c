/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "estimate.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define TRY_NS 100000000u

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

double estimate_fps(const struct encoder *encoder, const struct capture_format *format,
		    const struct encode_options *options, uint64_t *bytes)
{
	struct capture_frame frame = { .bytes = format->size, .time_ns = clock_now() };
	struct picture picture = { .format = format, .size = format->size, .bytes = format->size };
	struct encode *encode;
	uint8_t *data;
	double fps;

	*bytes = 0;
	if (format->flags & CAPTURE_FORMAT_COMPRESSED)
		return 0;
	data = malloc(format->size);
	if (!data || encode_open(encoder, format, options, &encode)) {
		free(data);
		return 0;
	}
	draw(data, format->size);
	picture.data = data;
	for (uint32_t i = 0; i < format->planes; i++)
		picture.plane_offset[i] = format->plane[i].offset;
	picture.time_ns = frame.time_ns;
	fps = try_it(encode, &picture, bytes);
	encode_close(encode);
	free(data);
	return fps;
}
