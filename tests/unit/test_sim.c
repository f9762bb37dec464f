/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The simulator as applications meet it: its clock, its controls, its threads. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim_run.h"

/* ---- frames ---- */

static void plain(void **state)
{
	struct capture_info info;
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=64x48");
	assert_true(r.format.flags & CAPTURE_FORMAT_ON_DEMAND);
	run_stream(&r, 40);
	for (i = 0; i < 40; i++) {
		assert_int_equal(r.frame[i].sequence, i);
		assert_int_equal(r.frame[i].bytes, 64 * 48 * 2);
		assert_int_equal(r.frame[i].status, 0);
		assert_int_equal(r.frame[i].flags, 0);
		assert_int_equal(r.frame[i].time_source, CAPTURE_TIME_END);
		assert_true(r.frame[i].dequeue_ns >= r.frame[i].time_ns);
		assert_ptr_equal(r.frame[i].buffer, r.buffer[i % BUFFERS]);
	}
	assert_int_equal(r.stats.frames, 40);
	assert_int_equal(r.stats.lost, 0);
	capture_info(r.s, &info);
	assert_int_equal(info.way, CAPTURE_WAY_SIMULATED);
	assert_string_equal(info.way_name, "simulated");
	run_end(&r);
}

/* Frame n comes n+1 periods after the start, not when this machine has time. */
static void clock_is_exact(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=16x16,fps=300");
	assert_false(r.format.flags & CAPTURE_FORMAT_ON_DEMAND);
	run_stream(&r, 20);
	for (i = 1; i < 20; i++)
		assert_in_range(r.frame[i].time_ns - r.frame[i - 1].time_ns,
				1000000000 / 300 * (r.frame[i].gap + 1),
				1000000000 / 300 * (r.frame[i].gap + 1) + 2 * (r.frame[i].gap + 1));
	run_end(&r);
}

static void sleep_until(uint64_t ns)
{
	const struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static void starved_is_lost(void **state)
{
	struct capture_frame *frame;
	struct run r;
	uint64_t first;

	run_begin(&r, "sim:size=16x16,fps=1000");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	frame = run_take(&r);
	first = frame->sequence;
	sleep_until(frame->time_ns + 20500000);
	assert_int_equal(capture_queue(frame->buffer), 0);
	frame = run_take(&r);
	assert_true(frame->gap >= 20);
	assert_int_equal(frame->sequence, first + 1 + frame->gap);
	assert_int_equal(capture_verify(r.s, NULL), 0);
	assert_int_equal(capture_verify(r.s, frame), 0);
	capture_stats(r.s, &r.stats);
	assert_true(r.stats.lost >= 20);
	assert_int_equal(r.stats.lost_starved, r.stats.lost);
	run_end(&r);
}

/* Told as the device's own, though no buffer is queued when a frame is dropped. */
static void dropped_is_not_starved(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=16x16,drop=2");
	assert_int_equal(capture_start(r.s), 0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(capture_queue(r.buffer[0]), 0);
		assert_int_equal(run_take(&r)->sequence, 2 * i);
	}
	capture_stats(r.s, &r.stats);
	assert_int_equal(r.stats.lost, 4);
	assert_int_equal(r.stats.lost_starved, 0);
	run_end(&r);
}

/* ---- controls and inputs ---- */

static int count_controls(void *arg, const struct capture_control *control)
{
	assert_true(control->name && control->title);
	assert_true(control->value >= control->min && control->value <= control->max);
	++*(int *)arg;
	return 0;
}

static void controls(void **state)
{
	struct run r;
	int64_t value;
	int count = 0;

	run_begin(&r, "sim:size=64x48,pattern=ramp");
	assert_int_equal(capture_controls(r.s, count_controls, &count), 0);
	assert_int_equal(count, 10);
	assert_int_equal(capture_get_control(r.s, "test_pattern", &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(capture_set_control(r.s, "brightness", -20), 0);
	assert_int_equal(capture_set_control(r.s, "gain", 50), 0);
	assert_int_equal(capture_set_control(r.s, "Exposure Time, Absolute", 200), 0);
	assert_int_equal(capture_set_control(r.s, "horizontal-flip", 1), 0);
	assert_int_equal(capture_set_control(r.s, "vertical_flip", 1), 0);
	assert_int_equal(capture_set_control(r.s, "speed", 4), 0);
	assert_int_equal(capture_get_control(r.s, "speed", &value), 0);
	assert_int_equal(value, 4);
	assert_int_equal(capture_set_control(r.s, "speed", 0), 0);
	assert_int_equal(capture_get_control(r.s, "speed", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(capture_set_control(r.s, "brightness", 129), -ERANGE);
	assert_int_equal(capture_set_control(r.s, "sensor_temperature", 1), -EACCES);
	assert_int_equal(capture_get_control(r.s, "disconnect", &value), -EACCES);
	assert_int_equal(capture_set_control(r.s, "colour", 1), -ENOENT);
	run_stream(&r, 5);
	assert_int_equal(capture_get_control(r.s, "sensor_temperature", &value), 0);
	assert_int_equal(value, 25005);
	run_end(&r);
}

/* Every frame is checked with the controls that it was made with. */
static void controls_in_the_middle(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=64x48,format=RGB3");
	run_stream(&r, 4);
	for (i = 0; i < 40; i++) {
		assert_int_equal(capture_queue(r.buffer[i % BUFFERS]), 0);
		assert_int_equal(capture_set_control(r.s, "brightness", i), 0);
		assert_int_equal(capture_set_control(r.s, "test_pattern", i % 8), 0);
		assert_int_equal(capture_verify(r.s, run_take(&r)), 0);
	}
	run_end(&r);
}

static void injected_error(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=64x48");
	assert_int_equal(capture_set_control(r.s, "inject_error", 1), 0);
	run_stream(&r, 5);
	assert_int_equal(r.frame[0].flags, CAPTURE_FRAME_CORRUPT);
	assert_int_equal(r.stats.corrupt, 1);
	run_end(&r);
}

static int see_input(void *arg, const struct capture_input *input)
{
	unsigned int *seen = arg;

	assert_int_equal(input->index, *seen & 0xff);
	if (input->flags & CAPTURE_INPUT_CURRENT)
		*seen |= 0x100 << input->index;
	if (input->status)
		assert_string_equal(input->status, "no signal");
	++*seen;
	return 0;
}

static void inputs(void **state)
{
	struct capture_session *s = open_uri("sim:size=64x48");
	unsigned int seen = 0;
	int64_t value;

	assert_int_equal(capture_inputs(s, see_input, &seen), 0);
	assert_int_equal(seen, 0x103);
	assert_int_equal(capture_set_input(s, "colour BARS"), 0);
	assert_int_equal(capture_get_control(s, "test_pattern", &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(capture_set_input(s, "2"), 0);
	assert_int_equal(capture_start(s), -ENOLINK);
	assert_non_null(strstr(capture_error(), "choose another input"));
	assert_int_equal(capture_set_input(s, "3"), -ENOENT);
	assert_int_equal(capture_set_input(s, "0"), 0);
	assert_int_equal(capture_get_control(s, "test_pattern", &value), 0);
	assert_int_equal(value, 0);
	one_frame(s);
	assert_int_equal(capture_close(s), 0);
}

static int see_device(void *arg, const struct capture_device *device)
{
	assert_true(device->flags & CAPTURE_DEVICE_SIMULATED);
	assert_string_equal(device->uri, "sim:");
	++*(int *)arg;
	return 0;
}

static void listed_as_what_it_is(void **state)
{
	int count = 0;

	assert_int_equal(capture_list("sim", see_device, &count), 0);
	assert_int_equal(count, 1);
}
/* ---- threads and descriptors ---- */

static void *whole_run(void *uri)
{
	struct run *r = malloc(sizeof(*r));

	run_begin(r, uri);
	run_stream(r, 100);
	run_end(r);
	free(r);
	return NULL;
}

static void sessions_in_threads(void **state)
{
	static const char *const uris[3] = {
		"sim:size=64x64,drop=3,error=2", "sim:size=48x48,format=MJPG,guard=1",
		"sim:size=500x300,fps=2000,jitter=1ms",
	};
	pthread_t thread[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, whole_run, (void *)uris[i]), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

/* Signals belong to the application's threads: the device's thread takes none. */
static void signals_are_left_alone(void **state)
{
	sigset_t set, pending;
	struct run r;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	run_begin(&r, "sim:size=8x8");
	run_stream(&r, 20);
	kill(getpid(), SIGUSR1);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	run_take(&r);
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGUSR1));
	assert_int_equal(sigwait(&set, &got), 0);
	run_end(&r);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void descriptor_tells(void **state)
{
	struct capture_frame frame;
	struct pollfd p;
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,fps=500,stall=forever@100000");
	assert_int_equal(capture_start(r.s), 0);
	p = (struct pollfd){ .fd = capture_fd(r.s), .events = POLLIN };
	for (i = 0; i < 10; i++) {
		assert_int_equal(poll(&p, 1, 0), 0);
		assert_int_equal(capture_queue(r.buffer[0]), 0);
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		if (capture_wait(r.s, 0, &frame) != 0)
			fail_msg("readable, but: %s", capture_error());
	}
	run_end(&r);
}

static void start_and_stop_often(void **state)
{
	struct capture_frame frame;
	unsigned int i, back, n;
	struct run r;

	run_begin(&r, "sim:size=160x120,guard=1");
	for (n = 0; n < 50; n++) {
		for (i = 0; i < BUFFERS; i++)
			assert_int_equal(capture_queue(r.buffer[i]), 0);
		assert_int_equal(capture_start(r.s), 0);
		if (n & 1)
			assert_int_equal(run_take(&r)->sequence, 0);
		assert_int_equal(capture_stop(r.s), 0);
		for (back = n & 1; !capture_wait(r.s, 0, &frame); back++)
			if (!frame.status)
				assert_int_equal(capture_verify(r.s, &frame), 0);
		assert_int_equal(back, BUFFERS);
	}
	run_end(&r);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(clock_is_exact),
		cmocka_unit_test(starved_is_lost),
		cmocka_unit_test(dropped_is_not_starved),
		cmocka_unit_test(controls),
		cmocka_unit_test(controls_in_the_middle),
		cmocka_unit_test(injected_error),
		cmocka_unit_test(inputs),
		cmocka_unit_test(listed_as_what_it_is),
		cmocka_unit_test(sessions_in_threads),
		cmocka_unit_test(signals_are_left_alone),
		cmocka_unit_test(descriptor_tells),
		cmocka_unit_test(start_and_stop_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
