/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After stop, detach and close nothing touches the memory.  That something did
 * not happen is seen by filling the memory and letting other frames go by: the
 * same device works, and has every chance to write where it should not.
 */
#include <errno.h>
#include <string.h>

#include "conformance.h"
#include "guard.h"

#define BUFFERS 4

static void fill(const struct bench *bench, unsigned int from)
{
	unsigned int i;

	for (i = from; i < bench->count; i++)
		guard_fill(bench->memory[i], bench->format.size);
}

static void expect_untouched(const struct bench *bench, unsigned int from)
{
	unsigned int i;

	for (i = from; i < bench->count; i++)
		EXPECT(guard_damage(bench->memory[i], bench->format.size) < 0,
		       "buffer %u was written after it was given back", i);
}

/* Let frames go by through buffer 0 alone. */
static void other_frames(struct bench *bench)
{
	unsigned int i;

	must_queue(bench->buffer[0]);
	must_start(bench->s);
	for (i = 0; i < bench->plan->frames; i++)
		must_queue(must_wait(bench->s).buffer);
	stop_and_drain(bench->s);
}

static void after_stop(void *arg)
{
	struct bench bench;
	unsigned int i;

	bench_open(&bench, arg, BUFFERS);
	for (i = 0; i < 5; i++) {
		bench_queue_all(&bench);
		must_start(bench.s);
		if (i & 1)
			must_wait(bench.s);
		EXPECT(!capture_stop(bench.s), "%s", capture_error());
		fill(&bench, 0);
		expect_untouched(&bench, 0);
		stop_and_drain(bench.s);
		other_frames(&bench);
		expect_untouched(&bench, 1);
	}
	bench_close(&bench);
}

static void while_idle(void *arg)
{
	struct capture_frame frame;
	struct bench bench;
	unsigned int i;

	bench_open(&bench, arg, BUFFERS);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < BUFFERS; i++)
		must_wait(bench.s);
	fill(&bench, 1);
	for (i = 0; i < bench.plan->frames; i++) {
		must_queue(bench.buffer[0]);
		frame = must_wait(bench.s);
		EXPECT(frame.buffer == bench.buffer[0], "an idle buffer came");
	}
	expect_untouched(&bench, 1);
	bench_close(&bench);
}

static void after_detach(void *arg)
{
	struct bench bench;
	unsigned int i;

	bench_open(&bench, arg, BUFFERS);
	bench_queue_all(&bench);
	must_start(bench.s);
	must_wait(bench.s);
	stop_and_drain(bench.s);
	for (i = 1; i < BUFFERS; i++)
		EXPECT(!capture_detach(bench.buffer[i]), "%s", capture_error());
	fill(&bench, 1);
	other_frames(&bench);
	expect_untouched(&bench, 1);
	for (i = 1; i < BUFFERS; i++)
		bench.buffer[i] = NULL;
	bench_close(&bench);
}

/* Closed in the middle of streaming, with everything queued. */
static void after_close(void *arg)
{
	struct bench bench, other;
	unsigned int i;

	bench_open(&bench, arg, BUFFERS);
	bench_queue_all(&bench);
	must_start(bench.s);
	EXPECT(capture_close(bench.s) == -EBUSY, "close did not complain");
	fill(&bench, 0);
	bench_open(&other, arg, 2);
	bench_queue_all(&other);
	must_start(other.s);
	for (i = 0; i < other.plan->frames; i++)
		must_queue(must_wait(other.s).buffer);
	bench_close(&other);
	expect_untouched(&bench, 0);
	bench_free(&bench);
}

/* What a failed or cancelled buffer is said to hold is what it holds. */
static void cancelled_have_no_frame(void *arg)
{
	struct capture_frame frame;
	struct bench bench;

	bench_open(&bench, arg, BUFFERS);
	bench_queue_all(&bench);
	must_start(bench.s);
	EXPECT(!capture_stop(bench.s), "%s", capture_error());
	while (!capture_wait(bench.s, 0, &frame)) {
		if (frame.status == -ECANCELED)
			EXPECT(!frame.bytes, "a cancelled buffer with %llu bytes",
			       (unsigned long long)frame.bytes);
		else if (!frame.status && !(frame.flags & CAPTURE_FRAME_INCOMPLETE))
			check_content(arg, bench.s, &bench.format, &frame);
	}
	bench_close(&bench);
}

void silence_cases(struct plan *plan)
{
	tap_run(after_stop, plan, "silence: after stop");
	tap_run(while_idle, plan, "silence: in idle buffers while others are filled");
	tap_run(after_detach, plan, "silence: after detach");
	tap_run(after_close, plan, "silence: after close in the middle of streaming");
	tap_run(cancelled_have_no_frame, plan, "silence: cancelled buffers hold no frame");
}
