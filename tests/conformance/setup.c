/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"

#define DAMAGED_MAX 20

static void set_control(struct capture_session *s, const char *text)
{
	const char *equals = strchr(text, '=');
	char name[64];

	EXPECT(equals && (size_t)(equals - text) < sizeof(name), "--control %s is not NAME=VALUE",
	       text);
	memcpy(name, text, equals - text);
	name[equals - text] = '\0';
	EXPECT(!capture_set_control(s, name, strtoll(equals + 1, NULL, 0)), "%s", capture_error());
}

struct capture_session *open_source(const struct plan *plan, const char *uri,
				    struct capture_format *format)
{
	struct capture_session *s;
	unsigned int i;

	EXPECT(!capture_open(uri, &plan->config, &s), "%s", capture_error());
	*format = plan->wish;
	EXPECT(!capture_set_format(s, format), "%s", capture_error());
	EXPECT(!plan->wish.fourcc || plan->wish.fourcc == format->fourcc,
	       "the wanted pixel format was not given");
	EXPECT(!plan->wish.width || (plan->wish.width == format->width &&
				     plan->wish.height == format->height),
	       "wanted %ux%u, given %ux%u", plan->wish.width, plan->wish.height, format->width,
	       format->height);
	EXPECT(format->size && format->width && format->height, "an empty format");
	for (i = 0; i < plan->control_count; i++)
		set_control(s, plan->controls[i]);
	return s;
}

void bench_open(struct bench *bench, const struct plan *plan, unsigned int buffers)
{
	unsigned int i;

	memset(bench, 0, sizeof(*bench));
	bench->plan = plan;
	bench->s = open_source(plan, plan->uri, &bench->format);
	bench->count = buffers;
	for (i = 0; i < buffers; i++) {
		bench->memory[i] = malloc(bench->format.size);
		EXPECT(bench->memory[i], "no memory");
		spoil(bench->memory[i], bench->format.size);
		EXPECT(!capture_attach(bench->s, bench->memory[i], bench->format.size, 0,
				       &bench->buffer[i]), "%s", capture_error());
		capture_buffer_set_tag(bench->buffer[i], &bench->memory[i]);
	}
}

static void expect_balance(const struct capture_stats *stats)
{
	EXPECT(stats->queues == stats->reaps, "%llu queued, but %llu came back",
	       (unsigned long long)stats->queues, (unsigned long long)stats->reaps);
	EXPECT(stats->frames + stats->failed + stats->cancelled == stats->reaps,
	       "%llu done, %llu failed, %llu cancelled, but %llu came back",
	       (unsigned long long)stats->frames, (unsigned long long)stats->failed,
	       (unsigned long long)stats->cancelled, (unsigned long long)stats->reaps);
	EXPECT(stats->attaches == stats->detaches && !stats->attached && !stats->attached_bytes,
	       "attach and detach do not balance");
	EXPECT(stats->starts == stats->stops, "start and stop do not balance");
	EXPECT(!stats->queued, "%llu are still queued", (unsigned long long)stats->queued);
}

void bench_close(struct bench *bench)
{
	struct capture_stats stats;
	unsigned int i;

	stop_and_drain(bench->s);
	for (i = 0; i < bench->count; i++)
		EXPECT(!capture_detach(bench->buffer[i]), "%s", capture_error());
	EXPECT(!capture_stats(bench->s, &stats), "%s", capture_error());
	expect_balance(&stats);
	EXPECT(!capture_close(bench->s), "%s", capture_error());
	bench_free(bench);
}

void bench_free(struct bench *bench)
{
	unsigned int i;

	for (i = 0; i < bench->count; i++)
		free(bench->memory[i]);
}

void bench_queue_all(struct bench *bench)
{
	unsigned int i;

	for (i = 0; i < bench->count; i++)
		must_queue(bench->buffer[i]);
}

void must_start(struct capture_session *s)
{
	EXPECT(!capture_start(s), "%s", capture_error());
}

void must_queue(struct capture_buffer *buffer)
{
	EXPECT(!capture_queue(buffer), "%s", capture_error());
}

struct capture_frame must_wait(struct capture_session *s)
{
	struct capture_frame frame;

	EXPECT(!capture_wait(s, ATTEMPT_MS, &frame), "%s", capture_error());
	return frame;
}

struct capture_frame must_get_frame(struct capture_session *s)
{
	const uint32_t bad = CAPTURE_FRAME_INCOMPLETE | CAPTURE_FRAME_CORRUPT;
	struct capture_frame frame;
	unsigned int i;

	for (i = 0; i < DAMAGED_MAX; i++) {
		frame = must_wait(s);
		EXPECT(!frame.status, "a frame ended with %s", strerror(-frame.status));
		if (!(frame.flags & bad))
			return frame;
		must_queue(frame.buffer);
	}
	tap_fail(__FILE__, __LINE__, "%u frames in a row are damaged", DAMAGED_MAX);
}

unsigned int stop_and_drain(struct capture_session *s)
{
	struct capture_frame frame;
	unsigned int count = 0;
	int err;

	EXPECT(!capture_stop(s), "%s", capture_error());
	while (!(err = capture_wait(s, 0, &frame)))
		count++;
	EXPECT(err == -ENODATA, "after the last buffer came %s, not ENODATA", strerror(-err));
	return count;
}
