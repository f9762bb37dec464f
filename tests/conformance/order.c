/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queue, wait, start, stop: in which order, how often, and what is refused. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "conformance.h"

static const char *name_of(int err)
{
	return err ? strerror(-err) : "success";
}

#define EXPECT_ERROR(call, wanted) \
	do { \
		int error_ = (call); \
		EXPECT(error_ == (wanted), #call " gave %s, not " #wanted, name_of(error_)); \
	} while (0)

static void queue_before_start(void *arg)
{
	struct capture_frame frame;
	struct bench bench;
	unsigned int i;

	bench_open(&bench, arg, 3);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < 3; i++) {
		frame = must_wait(bench.s);
		EXPECT(frame.buffer == bench.buffer[i], "buffers came in another order");
		if (!frame.status)
			check_content(arg, bench.s, &bench.format, &frame);
	}
	bench_close(&bench);
}

static void queue_after_start(void *arg)
{
	struct capture_frame frame;
	struct bench bench;
	unsigned int i;

	bench_open(&bench, arg, 3);
	must_start(bench.s);
	for (i = 0; i < 3; i++) {
		must_queue(bench.buffer[i]);
		frame = must_get_frame(bench.s);
		EXPECT(frame.buffer == bench.buffer[i], "another buffer came");
		check_content(arg, bench.s, &bench.format, &frame);
	}
	bench_close(&bench);
}

/* More buffers than the device holds: the rest follows, in order, each once. */
static void beyond_the_depth(void *arg)
{
	struct capture_frame frame;
	struct capture_info info;
	struct bench bench;
	unsigned int count, i;

	bench_open(&bench, arg, 0);
	capture_info(bench.s, &info);
	bench_close(&bench);
	EXPECT(info.depth >= 1, "the device holds no buffer");
	count = info.depth + 3;
	if (count > sizeof(bench.buffer) / sizeof(bench.buffer[0]))
		tap_skip("the device holds %u buffers", info.depth);
	bench_open(&bench, arg, count);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < 2 * count; i++) {
		frame = must_wait(bench.s);
		EXPECT(frame.buffer == bench.buffer[i % count], "buffers came in another order");
		if (i < count)
			must_queue(frame.buffer);
	}
	EXPECT_ERROR(capture_wait(bench.s, 0, &frame), -ENODATA);
	bench_close(&bench);
}

/* Queue and wait by turns, at random with a fixed seed: exactly once, in order. */
static void exactly_once(void *arg)
{
	struct capture_buffer *expected[4] = { NULL };
	unsigned int queued = 0, taken = 0, random = 12345, frames;
	const struct plan *plan = arg;
	struct capture_frame frame;
	struct bench bench;
	bool idle[4] = { true, true, true, true };
	unsigned int i;

	frames = 5 * plan->frames;
	bench_open(&bench, plan, 4);
	must_start(bench.s);
	while (taken < frames) {
		random = random * 1103515245 + 12345;
		i = random >> 16 & 3;
		if (idle[i]) {
			must_queue(bench.buffer[i]);
			idle[i] = false;
			expected[queued++ % 4] = bench.buffer[i];
			continue;
		}
		frame = must_wait(bench.s);
		EXPECT(frame.buffer == expected[taken++ % 4], "another buffer came than was the oldest");
		for (i = 0; frame.buffer != bench.buffer[i]; i++)
			;
		EXPECT(!idle[i], "a buffer came that was not queued");
		idle[i] = true;
	}
	EXPECT(stop_and_drain(bench.s) == queued - taken, "not every queued buffer came back");
	bench_close(&bench);
}

static void refused_while_queued(void *arg)
{
	struct capture_format format;
	struct bench bench;
	int err;

	bench_open(&bench, arg, 2);
	must_queue(bench.buffer[0]);
	EXPECT_ERROR(capture_queue(bench.buffer[0]), -EBUSY);
	EXPECT_ERROR(capture_detach(bench.buffer[0]), -EBUSY);
	must_start(bench.s);
	EXPECT_ERROR(capture_start(bench.s), -EALREADY);
	format = bench.format;
	EXPECT_ERROR(capture_set_format(bench.s, &format), -EBUSY);
	err = capture_set_input(bench.s, "0");
	EXPECT(err == -EBUSY || err == -EOPNOTSUPP, "set_input gave %s", name_of(err));
	stop_and_drain(bench.s);
	EXPECT_ERROR(capture_set_format(bench.s, &format), -EBUSY);
	bench_close(&bench);
}

static void nothing_to_wait_for(void *arg)
{
	struct capture_frame frame;
	struct bench bench;

	bench_open(&bench, arg, 1);
	EXPECT_ERROR(capture_wait(bench.s, -1, &frame), -ENODATA);
	must_start(bench.s);
	EXPECT_ERROR(capture_wait(bench.s, -1, &frame), -ENODATA);
	must_queue(bench.buffer[0]);
	must_get_frame(bench.s);
	EXPECT_ERROR(capture_wait(bench.s, -1, &frame), -ENODATA);
	bench_close(&bench);
}

static void wait_without_patience(void *arg)
{
	const struct plan *plan = arg;
	struct capture_frame frame;
	struct bench bench;
	struct pollfd p;
	unsigned int taken = 0;
	int err;

	bench_open(&bench, plan, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	p = (struct pollfd){ .fd = capture_fd(bench.s), .events = POLLIN };
	EXPECT(p.fd >= 0, "no descriptor to poll");
	while (taken < plan->frames) {
		err = capture_wait(bench.s, 0, &frame);
		EXPECT(!err || err == -ETIMEDOUT, "a wait of 0 ms gave %s", name_of(err));
		if (!err) {
			taken++;
			must_queue(frame.buffer);
			continue;
		}
		EXPECT(poll(&p, 1, ATTEMPT_MS) == 1, "the descriptor never polls readable");
		EXPECT_ERROR(capture_wait(bench.s, 0, &frame), 0);
		taken++;
		must_queue(frame.buffer);
	}
	bench_close(&bench);
}

static void on_signal(int number)
{
}

/* A signal handler that does not restart ends a wait, and nothing is lost by it. */
static void wait_interrupted(void *arg)
{
	const struct itimerspec often = { { 0, 500000 }, { 0, 500000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct sigaction action = { .sa_handler = on_signal };
	unsigned int interrupted = 0, taken = 0;
	const struct plan *plan = arg;
	struct capture_frame frame;
	struct bench bench;
	timer_t timer;
	int err;

	bench_open(&bench, plan, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	sigaction(SIGUSR1, &action, NULL);
	EXPECT(!timer_create(CLOCK_MONOTONIC, &event, &timer), "no timer");
	timer_settime(timer, 0, &often, NULL);
	while (taken < 5 * plan->frames) {
		err = capture_wait(bench.s, ATTEMPT_MS, &frame);
		EXPECT(!err || err == -EINTR, "an interrupted wait gave %s", name_of(err));
		if (err) {
			interrupted++;
			continue;
		}
		taken++;
		/* interrupted in the middle of queueing is no failure either */
		must_queue(frame.buffer);
	}
	timer_delete(timer);
	bench_close(&bench);
	if (!interrupted)
		tap_skip("frames came too fast for a signal to meet a wait");
}

static void stop_gives_all_back(void *arg)
{
	struct capture_frame frame;
	struct bench bench;
	bool cancelled = false;
	unsigned int i;

	bench_open(&bench, arg, 6);
	bench_queue_all(&bench);
	must_start(bench.s);
	must_wait(bench.s);
	EXPECT_ERROR(capture_stop(bench.s), 0);
	for (i = 1; i < 6; i++) {
		EXPECT_ERROR(capture_wait(bench.s, 0, &frame), 0);
		EXPECT(frame.buffer == bench.buffer[i], "buffers came in another order");
		EXPECT(frame.status == -ECANCELED || !cancelled, "a frame came after cancelled ones");
		cancelled |= frame.status == -ECANCELED;
		EXPECT(cancelled || frame.status || frame.bytes, "a frame without bytes");
	}
	EXPECT_ERROR(capture_wait(bench.s, 0, &frame), -ENODATA);
	EXPECT_ERROR(capture_stop(bench.s), 0);
	bench_close(&bench);
}

static void queued_without_start(void *arg)
{
	struct bench bench;

	bench_open(&bench, arg, 2);
	bench_queue_all(&bench);
	EXPECT(stop_and_drain(bench.s) == 2, "what was queued did not come back");
	bench_queue_all(&bench);
	must_start(bench.s);
	must_get_frame(bench.s);
	bench_close(&bench);
}

static void start_and_stop_again(void *arg)
{
	struct capture_frame frame;
	struct capture_stats stats;
	struct bench bench;
	unsigned int i, back;

	bench_open(&bench, arg, 3);
	for (i = 0; i < 10; i++) {
		bench_queue_all(&bench);
		must_start(bench.s);
		back = 0;
		if (i % 3) {
			frame = must_wait(bench.s);
			back = 1;
			if (!frame.status && !(frame.flags & CAPTURE_FRAME_INCOMPLETE))
				check_content(arg, bench.s, &bench.format, &frame);
		}
		back += stop_and_drain(bench.s);
		EXPECT(back == 3, "%u of 3 buffers came back", back);
	}
	capture_stats(bench.s, &stats);
	EXPECT(stats.starts == 10 && stats.stops == 10, "%llu starts and %llu stops were counted",
	       (unsigned long long)stats.starts, (unsigned long long)stats.stops);
	bench_close(&bench);
}

static void close_complains(void *arg)
{
	struct bench bench;

	bench_open(&bench, arg, 2);
	EXPECT_ERROR(capture_close(bench.s), -EBUSY);
	EXPECT(strstr(capture_error(), "2 buffers"), "the words do not count: %s", capture_error());
	bench_free(&bench);
	bench_open(&bench, arg, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	EXPECT_ERROR(capture_close(bench.s), -EBUSY);
	EXPECT(strstr(capture_error(), "running"), "the words do not say so: %s", capture_error());
	bench_free(&bench);
	EXPECT_ERROR(capture_close(NULL), 0);
	/* it was closed all the same: the source can be had again */
	bench_open(&bench, arg, 1);
	bench_queue_all(&bench);
	must_start(bench.s);
	must_get_frame(bench.s);
	bench_close(&bench);
}

/* Each plane begins in the buffer, and behind the one before it. */
static void planes_apart(const struct capture_format *format, const struct capture_frame *frame)
{
	const struct capture_plane *before;
	unsigned int p;

	for (p = 0; p < format->planes; p++) {
		EXPECT(frame->plane_offset[p] < format->size, "plane %u is outside", p);
		before = &format->plane[p ? p - 1 : 0];
		EXPECT(!p || frame->plane_offset[p] - frame->plane_offset[p - 1] >=
		       (uint64_t)before->stride * before->lines, "plane %u lies in the one before", p);
	}
}

/* What a frame says of itself. */
static void facts(void *arg)
{
	const struct plan *plan = arg;
	struct capture_frame frame, last = { .sequence = 0 };
	struct capture_info info;
	struct bench bench;
	unsigned int i;

	bench_open(&bench, plan, 3);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < 3 * plan->frames; i++) {
		frame = must_wait(bench.s);
		capture_info(bench.s, &info);
		EXPECT(info.way != CAPTURE_WAY_UNKNOWN && info.way_name, "the way is not known");
		EXPECT(!i || frame.sequence > last.sequence || frame.flags & CAPTURE_FRAME_REPEATED,
		       "the sequence went from %llu to %llu", (unsigned long long)last.sequence,
		       (unsigned long long)frame.sequence);
		EXPECT(!i || frame.flags & CAPTURE_FRAME_REPEATED ||
		       frame.gap == frame.sequence - last.sequence - 1, "the gap is wrong");
		EXPECT(frame.time_ns && frame.dequeue_ns >= last.dequeue_ns, "time goes back");
		EXPECT(frame.dequeue_ns - last.dequeue_ns < UINT64_C(1) << 62, "no time");
		EXPECT(!info.chunk || frame.status || (frame.chunks && frame.pinned_peak &&
		       frame.pinned_peak <= info.chunk * info.window),
		       "%u chunks, %llu bytes pinned with a window of %u chunks of %llu", frame.chunks,
		       (unsigned long long)frame.pinned_peak, info.window,
		       (unsigned long long)info.chunk);
		EXPECT((info.way == CAPTURE_WAY_COPIED) == !!(frame.flags & CAPTURE_FRAME_COPIED) ||
		       frame.status, "the way says copied or not, the frame the opposite");
		planes_apart(&bench.format, &frame);
		EXPECT(capture_buffer_tag(frame.buffer) ==
		       &bench.memory[frame.buffer == bench.buffer[0] ? 0 :
				     frame.buffer == bench.buffer[1] ? 1 : 2], "the tag is lost");
		last = frame;
		must_queue(frame.buffer);
	}
	bench_close(&bench);
}

void order_cases(struct plan *plan)
{
	tap_run(queue_before_start, plan, "order: queued before start");
	tap_run(queue_after_start, plan, "order: queued after start");
	tap_run(beyond_the_depth, plan, "order: more buffers than the device holds");
	tap_run(exactly_once, plan, "order: every buffer comes back exactly once");
	tap_run(refused_while_queued, plan, "order: what is refused while a buffer is queued");
	tap_run(nothing_to_wait_for, plan, "order: nothing to wait for");
	tap_run(wait_without_patience, plan, "order: wait of 0 ms, and the descriptor");
	tap_run(wait_interrupted, plan, "order: a signal ends a wait");
	tap_run(stop_gives_all_back, plan, "order: stop gives filled, then cancelled buffers");
	tap_run(queued_without_start, plan, "order: stop gives back what never started");
	tap_run(start_and_stop_again, plan, "order: start and stop, again and again");
	tap_run(close_complains, plan, "order: close complains of what was left");
	tap_run(facts, plan, "order: what a frame says of itself");
}
