/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers straight through a V4L2 driver, and what goes wrong. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "v4l2_run.h"

/* ---- straight into user memory ------------------------------------------ */

static void frames_arrive(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	run_open("");
	run_attach(4, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	assert_string_equal(run_way(), "userptr");
	run_start();
	for (i = 0; i < 20; i++) {
		frame = run_next();
		assert_int_equal(run_number(frame.buffer), i % 4);
		assert_int_equal(frame.sequence, i);
		assert_int_equal(frame.flags, 0);
		assert_int_equal(frame.status, 0);
		assert_int_equal(frame.bytes, run.size);
		assert_int_equal(frame.time_source, CAPTURE_TIME_END);
		assert_int_equal(frame.time_ns, 1000000000);
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
	assert_int_equal(device.pins, 1 + 4);	/* one to decide the way, one each */
}

/* One call to give and one to take: what a frame costs. */
static void calls_per_frame(void **state)
{
	unsigned int before[3], i;

	run_open("");
	run_attach(4, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	run_start();
	before[0] = v4l2_fake_calls(VIDIOC_QBUF);
	before[1] = v4l2_fake_calls(VIDIOC_DQBUF);
	for (i = 0; i < 50; i++)
		assert_int_equal(capture_queue(run_next().buffer), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_QBUF), before[0] + 50);
	assert_int_equal(v4l2_fake_calls(VIDIOC_DQBUF), before[1] + 50);
	assert_int_equal(device.pins, 1 + 4);	/* one to decide the way, one each */
}

static void more_buffers_than_the_driver_has(void **state)
{
	unsigned int i;

	run_open("");
	run_attach(100, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	assert_int_equal(device.queued, 32);
	run_start();
	for (i = 0; i < 250; i++) {
		struct capture_frame frame = run_next();

		assert_int_equal(run_number(frame.buffer), i % 100);
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void nothing_held_when_idle(void **state)
{
	struct capture_format f = { .width = 320 };

	run_open("");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	run_next();
	assert_int_equal(capture_stop(run.session), 0);
	assert_int_equal(device.count, 0);
	assert_false(device.streaming);
	assert_int_equal(run_take().status, -ECANCELED);
	while (run.count) {
		run.count--;
		assert_int_equal(capture_detach(run.buffer[run.count]), 0);
		munmap(run.memory[run.count], MAPPED);
	}
	assert_int_equal(capture_set_format(run.session, &f), 0);
}

static void again_after_a_stop(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	run_open("");
	run_attach(3, run.size, CAPTURE_ATTACH_STABLE);
	for (i = 0; i < 3; i++) {
		run_queue_all();
		run_start();
		frame = run_next();
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_stop(run.session), 0);
		while (!capture_wait(run.session, 0, &frame))
			;
	}
}

/* A driver that does not let go of queued buffers but at the end of a stream. */
static void before_videobuf2(void **state)
{
	struct capture_frame frame;
	unsigned int round, i;

	device.videobuf1 = true;
	run_open("");
	run_attach(2, run.size, 0);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < FAKE_BUFFERS_MAX; i++)
			assert_null(device.slot[i].pages[0]);
		assert_false(device.streaming);
		run_queue_all();
		run_start();
		frame = run_next();
		assert_int_equal(frame.status, 0);
		run_in_place(&frame, (unsigned char)(round + 1));
		assert_int_equal(capture_stop(run.session), 0);
		while (!capture_wait(run.session, 0, &frame))
			;
	}
	assert_int_equal(device.closes, 0);
}

/* Buffers that are attached for later are shown to such a driver before the stream, too. */
static void before_videobuf2_untried(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	device.videobuf1 = true;
	run_open("");
	run_attach(4, run.size, 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(capture_queue(run.buffer[i]), 0);
	run_start();
	assert_string_equal(run_way(), "userptr");
	for (i = 0; i < 4; i++) {
		frame = run_next();
		assert_int_equal(frame.status, 0);
		assert_int_equal(run_number(frame.buffer), i % 4);
		run_in_place(&frame, (unsigned char)(i + 1));
		if (i < 2)
			assert_int_equal(capture_queue(run.buffer[i + 2]), 0);
	}
}

/* It maps its buffers for those alone who could write to them. */
static void before_videobuf2_mapped(void **state)
{
	struct capture_frame frame;

	device.videobuf1 = true;
	run_open(",io=mmap");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	assert_string_equal(run_way(), "mmap");
	frame = run_next();
	assert_int_equal(frame.status, 0);
	run_in_place(&frame, 1);
}

/* ---- what goes wrong ---------------------------------------------------- */

static void unplugged(void **state)
{
	struct capture_frame frame;
	struct capture_format f = { 0 };
	unsigned int i;

	run_open("");
	run_attach(3, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	run_start();
	assert_int_equal(capture_queue(run_next().buffer), 0);
	v4l2_fake_complete();
	device.gone = true;
	assert_int_equal(capture_wait(run.session, 1000, &frame), -ENODEV);
	assert_non_null(strstr(capture_error(), "unplugged"));
	assert_int_equal(capture_stop(run.session), 0);
	/* it cannot be told to stop: the descriptor's end is what ends all DMA */
	assert_int_equal(device.closes, 1);
	assert_int_equal(device.count, 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(capture_wait(run.session, 0, &frame), 0);
		assert_int_equal(frame.status, -ECANCELED);
	}
	assert_int_equal(capture_queue(run.buffer[0]), -ENODEV);
	assert_int_equal(capture_start(run.session), -ENODEV);
	for (i = 0; i < 3; i++) {
		assert_int_equal(capture_detach(run.buffer[i]), 0);
		munmap(run.memory[i], MAPPED);
	}
	run.count = 0;
	assert_int_equal(capture_set_format(run.session, &f), -ENODEV);
	run_leave();
	assert_int_equal(device.closes, 1);
}

/* A mapping of the driver's memory would keep the descriptor's file alive. */
static void unplugged_while_mapped(void **state)
{
	run_open(",io=mmap");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	assert_true(device.mapped);
	device.gone = true;
	run_leave();
	assert_int_equal(device.closes, 1);
	assert_false(device.closed_while_mapped);
}

static void a_dead_queue(void **state)
{
	struct capture_frame frame;

	run_open("");
	run_attach(3, run.size, 0);
	run_queue_all();
	run_start();
	run_next();
	v4l2_fake_complete();
	device.dead = true;
	assert_int_equal(capture_wait(run.session, 1000, &frame), -EIO);
	assert_non_null(strstr(capture_error(), "stop and start"));
	assert_int_equal(capture_queue(run.buffer[0]), -EIO);
	/* which helps */
	assert_int_equal(capture_stop(run.session), 0);
	while (!capture_wait(run.session, 0, &frame))
		;
	run_queue_all();
	run_start();
	run_in_place(&(struct capture_frame){ .buffer = run_next().buffer }, 3);
}

static void start_fails(void **state)
{
	static const struct {
		int error, answer;
		const char *words;
	} rows[] = {
		{ EINVAL, -EIO, "try again" },	  { ENOSPC, -ENOSPC, "bandwidth" },
		{ EBUSY, -EBUSY, "another" },	  { EPIPE, -EIO, "media-ctl" },
		{ ENOLINK, -ENOLINK, "link" },	  { EIO, -EIO, "replug" },
		{ ENODEV, -ENODEV, "unplugged" },
	};
	size_t i;

	run_open("");
	run_attach(2, run.size, 0);
	run_queue_all();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		v4l2_fake_fail(VIDIOC_STREAMON, rows[i].error, 1);
		assert_int_equal(capture_start(run.session), rows[i].answer);
		assert_non_null(strstr(capture_error(), "VIDIOC_STREAMON"));
		if (!strstr(capture_error(), rows[i].words))
			fail_msg("%s", capture_error());
	}
	run_start();
	assert_int_equal(run_number(run_next().buffer), 0);
}

/* A failed start keeps nothing from others when nothing is queued. */
static void a_failed_start_lets_go(void **state)
{
	struct capture_format f = { .width = 320 };

	run_open("");
	v4l2_fake_fail(VIDIOC_STREAMON, EIO, 1);
	assert_int_equal(capture_start(run.session), -EIO);
	assert_int_equal(device.count, 0);
	assert_int_equal(capture_set_format(run.session, &f), 0);
}

static void a_driver_that_gives_too_many(void **state)
{
	struct capture_frame frame;

	device.buffers_max = 64;
	run_open("");
	run_attach(1, run.size, 0);
	run_queue_all();
	run_start();
	v4l2_fake_complete();
	assert_int_equal(capture_wait(run.session, 100, &frame), 0);
}

/* The application closes without a word: nothing stays pinned all the same. */
static void closed_in_mid_stream(void **state)
{
	run_open("");
	run_attach(3, run.size, 0);
	run_queue_all();
	run_start();
	run_next();
	assert_int_equal(capture_close(run.session), -EBUSY);
	assert_int_equal(device.count, 0);
	assert_false(device.streaming);
	run.session = NULL;
	while (run.count)
		munmap(run.memory[--run.count], MAPPED);
}

static void closed_before_the_start(void **state)
{
	run_open("");
	run_attach(3, run.size, 0);
	run_queue_all();
	assert_int_equal(capture_close(run.session), -EBUSY);
	assert_int_equal(device.count, 0);
	run.session = NULL;
	while (run.count)
		munmap(run.memory[--run.count], MAPPED);
}

static void one_call_for_one_frame(void **state)
{
	struct capture_format f = { 0 };
	struct capture_frame frame;
	unsigned char *m = run_map(NULL);
	char uri[64];

	/* frames that are ready as soon as it runs: none, so it times out in good order */
	snprintf(uri, sizeof(uri), "v4l2:%s", run.path);
	assert_int_equal(capture_grab(uri, &f, m, MAPPED, 20, &frame), -ETIMEDOUT);
	assert_int_equal(device.count, 0);
	assert_int_equal(device.closes, 1);
	munmap(m, MAPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(frames_arrive), RUN(calls_per_frame), RUN(more_buffers_than_the_driver_has),
		RUN(nothing_held_when_idle), RUN(again_after_a_stop), RUN(before_videobuf2),
		RUN(before_videobuf2_untried), RUN(before_videobuf2_mapped),
		RUN(unplugged), RUN(unplugged_while_mapped), RUN(a_dead_queue), RUN(start_fails),
		RUN(a_failed_start_lets_go), RUN(a_driver_that_gives_too_many),
		RUN(closed_in_mid_stream), RUN(closed_before_the_start),
		RUN(one_call_for_one_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
