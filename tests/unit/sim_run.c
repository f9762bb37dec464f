/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim_run.h"

struct capture_session *open_uri(const char *uri)
{
	struct capture_session *s;

	if (capture_open(uri, NULL, &s))
		fail_msg("%s: %s", uri, capture_error());
	return s;
}

void run_refused(const char *uri, int error, const char *words)
{
	struct capture_session *s;

	assert_int_equal(capture_open(uri, NULL, &s), error);
	if (!strstr(capture_error(), words))
		fail_msg("%s: \"%s\" lacks \"%s\"", uri, capture_error(), words);
}

void run_begin(struct run *r, const char *uri)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->s = open_uri(uri);
	assert_int_equal(capture_get_format(r->s, &r->format), 0);
	for (i = 0; i < BUFFERS; i++) {
		r->memory[i] = malloc(r->format.size);
		assert_non_null(r->memory[i]);
		memset(r->memory[i], 0x5a, r->format.size);
		assert_int_equal(capture_attach(r->s, r->memory[i], r->format.size, 0,
						&r->buffer[i]), 0);
	}
}

void run_end(struct run *r)
{
	struct capture_frame frame;
	unsigned int i;

	assert_int_equal(capture_stop(r->s), 0);
	while (!capture_wait(r->s, 0, &frame))
		;
	for (i = 0; i < BUFFERS; i++) {
		assert_int_equal(capture_detach(r->buffer[i]), 0);
		free(r->memory[i]);
	}
	assert_int_equal(capture_close(r->s), 0);
}

struct capture_frame *run_take(struct run *r)
{
	struct capture_frame *frame = &r->frame[r->count++];

	assert_true(r->count <= FRAMES_MAX);
	if (capture_wait(r->s, PATIENCE_MS, frame))
		fail_msg("frame %u: %s", r->count - 1, capture_error());
	return frame;
}

void run_stream(struct run *r, unsigned int count)
{
	struct capture_frame *frame;

	while (r->queued < BUFFERS && r->queued < count)
		assert_int_equal(capture_queue(r->buffer[r->queued++]), 0);
	assert_int_equal(capture_start(r->s), 0);
	while (r->count < count) {
		frame = run_take(r);
		if (!frame->status && capture_verify(r->s, frame))
			fail_msg("frame %u: %s", r->count - 1, capture_error());
		if (r->queued < count) {
			assert_int_equal(capture_queue(frame->buffer), 0);
			r->queued++;
		}
	}
	assert_int_equal(capture_stats(r->s, &r->stats), 0);
}

unsigned int run_flagged(const struct run *r, uint32_t flag)
{
	unsigned int i, n = 0;

	for (i = 0; i < r->count; i++)
		n += !!(r->frame[i].flags & flag);
	return n;
}

void run_cancelled(struct run *r, unsigned int count)
{
	struct capture_frame frame;

	assert_int_equal(capture_stop(r->s), 0);
	for (; count; count--) {
		assert_int_equal(capture_wait(r->s, 0, &frame), 0);
		assert_int_equal(frame.status, -ECANCELED);
	}
	assert_int_equal(capture_wait(r->s, 0, &frame), -ENODATA);
}

void one_frame(struct capture_session *s)
{
	struct capture_format format;
	struct capture_buffer *b;
	struct capture_frame frame;
	uint8_t *memory;
	size_t i;

	capture_get_format(s, &format);
	memory = malloc(format.size + 128);
	assert_non_null(memory);
	memset(memory, 0xc3, 64);
	memset(memory + 64 + format.size, 0xc3, 64);
	assert_int_equal(capture_attach(s, memory + 64, format.size, 0, &b), 0);
	assert_int_equal(capture_queue(b), 0);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	if (capture_verify(s, &frame))
		fail_msg("%ux%u: %s", format.width, format.height, capture_error());
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_detach(b), 0);
	for (i = 0; i < 64; i++) {
		assert_int_equal(memory[i], 0xc3);
		assert_int_equal(memory[64 + format.size + i], 0xc3);
	}
	free(memory);
}
