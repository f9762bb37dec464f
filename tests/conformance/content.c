/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be in a frame.  A source that can predict its frames is asked
 * (capture_verify).  For others there are the test patterns that sources agree
 * on; vivid's are so in RGB3 with osd_text_mode=2 and no movement.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "conformance.h"

#define SPOILED 0x5a

void spoil(void *memory, size_t len)
{
	memset(memory, SPOILED, len);
}

bool is_spoiled(const void *memory, size_t len)
{
	const uint8_t *p = memory;

	return !len || (p[0] == SPOILED && !memcmp(p, p + 1, len - 1));
}

/* ---- test patterns in RGB3 ---- */

static uint8_t bar_byte(uint32_t bar, uint32_t colour)
{
	/* white, yellow, cyan, green, magenta, red, blue, black: a bit for red, green, blue */
	static const uint8_t bars[8] = { 7, 3, 6, 2, 5, 1, 4, 0 };

	return bars[bar] >> colour & 1 ? 255 : 0;
}

static uint8_t bars(uint32_t width, uint32_t height, uint32_t column, uint32_t y)
{
	return bar_byte(column / 3 * 8 / width, column % 3);
}

static uint8_t checkers(uint32_t width, uint32_t height, uint32_t column, uint32_t y)
{
	return ((column / 3 >> 4 ^ y >> 4) & 1) ? 0 : 255;
}

static uint8_t squares(uint32_t width, uint32_t height, uint32_t column, uint32_t y)
{
	return bar_byte((y * 8 / height + column / 3 * 8 / width) % 8, column % 3);
}

static uint8_t ramp(uint32_t width, uint32_t height, uint32_t column, uint32_t y)
{
	return column / 3 * 256 / width;
}

#define RGB3 CAPTURE_FOURCC('R', 'G', 'B', '3')

static const struct expectation expectations[] = {
	{ "bars", RGB3, bars },
	{ "checkers", RGB3, checkers },
	{ "squares", RGB3, squares },
	{ "ramp", RGB3, ramp },
};

const struct expectation *expectation_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++)
		if (!strcasecmp(name, expectations[i].name))
			return &expectations[i];
	return NULL;
}

static void check_pattern(const struct expectation *expect, const struct capture_format *format,
			  const struct capture_frame *frame)
{
	const uint8_t *row = (uint8_t *)capture_buffer_data(frame->buffer) + frame->plane_offset[0];
	uint32_t x, y;
	uint8_t want;

	for (y = 0; y < format->height; y++, row += format->plane[0].stride)
		for (x = 0; x < 3 * format->width; x++) {
			want = expect->byte(format->width, format->height, x, y);
			EXPECT(row[x] == want, "frame %llu: line %u, byte %u is 0x%02x and should be 0x%02x",
			       (unsigned long long)frame->sequence, y, x, row[x], want);
		}
}

/* Of a source that tells nothing: at least not what was there before. */
static void check_filled(const struct capture_format *format, const struct capture_frame *frame)
{
	const uint8_t *data = capture_buffer_data(frame->buffer);
	uint64_t i, same = 0;

	for (i = 0; i < frame->bytes; i++)
		same += data[i] == SPOILED;
	EXPECT(same < frame->bytes / 2 + 16, "%llu of %llu bytes are as before",
	       (unsigned long long)same, (unsigned long long)frame->bytes);
}

void check_content(const struct plan *plan, struct capture_session *s,
		   const struct capture_format *format, const struct capture_frame *frame)
{
	int err;

	EXPECT(frame->bytes <= capture_buffer_size(frame->buffer), "more bytes than the buffer has");
	EXPECT(format->flags & CAPTURE_FORMAT_COMPRESSED || frame->bytes == format->size,
	       "%llu bytes instead of %llu", (unsigned long long)frame->bytes,
	       (unsigned long long)format->size);
	err = capture_verify(s, frame);
	EXPECT(!err || err == -EOPNOTSUPP, "%s", capture_error());
	if (plan->expect)
		check_pattern(plan->expect, format, frame);
	else if (err)
		check_filled(format, frame);
}
