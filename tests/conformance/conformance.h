/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract of libcapture.h, as cases that any source must pass.
 *
 * Cases run in processes of their own (tap.h), so they need not clean up when
 * they fail.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "kinds.h"
#include "libcapture.h"
#include "tap.h"

#define CONTROLS_MAX 16
#define ATTEMPT_MS 60000	/* for one frame: an emulated machine may be slow */

/* what to run on; from the command line, the same for all cases */
struct plan {
	const char *uri;
	const char *second;		/* another source that may run at the same time; NULL: the same */
	struct capture_format wish;
	struct capture_config config;
	const char *controls[CONTROLS_MAX];	/* NAME=VALUE */
	unsigned int control_count;
	const struct expectation *expect;
	unsigned int frames;		/* taken in a case that streams */
};

/* ---- setup.c: a session and buffers ---- */

/* Open @uri as planned: format and controls set. Fails the case if that fails. */
struct capture_session *open_source(const struct plan *plan, const char *uri,
				    struct capture_format *format);

/* A session with buffers in malloc'ed memory. */
struct bench {
	const struct plan *plan;
	struct capture_session *s;
	struct capture_format format;
	unsigned int count;
	struct capture_buffer *buffer[MEMORY_BUFFERS_MAX * 16];
	uint8_t *memory[MEMORY_BUFFERS_MAX * 16];
};

void bench_open(struct bench *bench, const struct plan *plan, unsigned int buffers);
/* Stops, drains, detaches, closes; all must succeed and the counts must balance. */
void bench_close(struct bench *bench);
/* Only the memory: the session is closed. */
void bench_free(struct bench *bench);
void bench_queue_all(struct bench *bench);

void must_start(struct capture_session *s);
void must_queue(struct capture_buffer *buffer);
/* The next buffer within ATTEMPT_MS, whatever its status. */
struct capture_frame must_wait(struct capture_session *s);
/* The next good frame; repeats the wait for at most a few that are damaged by chance. */
struct capture_frame must_get_frame(struct capture_session *s);
/* Stops and takes back all that is queued; returns how many came. */
unsigned int stop_and_drain(struct capture_session *s);

/* ---- content.c: what must be in a frame ---- */

struct expectation {
	const char *name;
	uint32_t fourcc;
	/* the byte at @column of line @y of a picture of @width x @height */
	uint8_t (*byte)(uint32_t width, uint32_t height, uint32_t column, uint32_t y);
};

const struct expectation *expectation_find(const char *name);

/* Spoil a buffer, so that bytes which the device does not write can be seen. */
void spoil(void *memory, size_t len);
/* Are all these bytes as spoil() left them? */
bool is_spoiled(const void *memory, size_t len);

/* The frame in the buffer is the one that the source must have sent; fails the case if not. */
void check_content(const struct plan *plan, struct capture_session *s,
		   const struct capture_format *format, const struct capture_frame *frame);

/* ---- the cases ---- */

void describe_cases(struct plan *plan);		/* info, formats, controls, inputs */
void order_cases(struct plan *plan);		/* queue, wait, start, stop */
void memory_cases(struct plan *plan);		/* kinds of memory, good and bad */
void remap_cases(struct plan *plan);		/* mappings that change between frames */
void silence_cases(struct plan *plan);		/* nothing is written after stop and detach */
void session_cases(struct plan *plan);		/* several at once, fork */

#endif /* CONFORMANCE_H */
