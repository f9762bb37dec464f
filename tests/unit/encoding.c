/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "encoding.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)

struct sink_memory encoded;

const uint32_t encoding_formats[] = {
	F('G', 'R', 'E', 'Y'), F('Y', '1', '0', ' '), F('Y', '1', '2', 'P'), F('Y', '1', '6', ' '),
	F('R', 'G', 'B', '3'), F('X', 'R', '2', '4'), F('R', 'G', 'B', 'P'), F('Y', 'U', 'Y', 'V'),
	F('N', 'V', '1', '2'), F('Y', 'M', '2', '4'), F('R', 'G', 'G', 'B'), F('B', 'G', '1', '2'), 0,
};

struct encode *encoding_open(const char *encoder, const struct capture_format *format,
			     const struct encode_options *options)
{
	struct encode *e = NULL;

	if (encode_open(encoder_find(encoder), format, options, &e))
		fail_msg("%s: %s", encoder, why());
	return e;
}

void encoding_frame(struct encode *e, const struct picture *picture)
{
	sink_memory_rewind(&encoded);
	encoded.sink.bytes = 0;
	if (encode_frame(e, picture, &encoded.sink))
		fail_msg("%s: %s", e->encoder->name, why());
	assert_int_equal(encoded.sink.bytes, encoded.length);
	assert_true(encoded.length <= e->frame_bound);
}

int encoding_setup(void **unused)
{
	reference_seed();
	sink_memory_init(&encoded);
	return 0;
}

int encoding_teardown(void **unused)
{
	sink_memory_free(&encoded);
	return 0;
}
