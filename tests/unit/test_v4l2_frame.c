/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a V4L2 frame says of itself. */
#include <string.h>

#include "v4l2_run.h"

static void data_offset(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = V4L2_PIX_FMT_NV16M;
	device.planes = 2;
	device.skip = 128;
	for (i = 0; i < 2; i++) {
		const unsigned char *m;

		run_open(i ? ",io=mmap" : "");
		assert_int_equal(run.size, 64 * 48 * 2 + 128);
		run_attach(1, run.size, 0);
		run_queue_all();
		run_start();
		frame = run_next();
		m = capture_buffer_data(frame.buffer);
		assert_int_equal(frame.plane_offset[0], 128);
		assert_int_equal(frame.plane_offset[1], 64 * 48 + 128);
		assert_int_equal(m[127], 0x80);
		assert_int_equal(m[128], device.sequence);
		assert_int_equal(m[run.size - 1], device.sequence);
		assert_int_equal(frame.bytes, run.size);
		assert_int_equal(frame.flags & CAPTURE_FRAME_INCOMPLETE, 0);
		run_leave();
	}
}

static void damaged_and_short(void **state)
{
	struct capture_frame frame;

	run_open("");
	run_attach(4, run.size, 0);
	run_queue_all();
	run_start();
	device.buffer_flags |= V4L2_BUF_FLAG_ERROR;
	frame = run_next();
	assert_int_equal(frame.flags, CAPTURE_FRAME_CORRUPT);
	assert_int_equal(frame.status, 0);
	device.buffer_flags &= ~(uint32_t)V4L2_BUF_FLAG_ERROR;
	device.short_by = 10;
	frame = run_next();
	assert_int_equal(frame.flags, CAPTURE_FRAME_INCOMPLETE);
	assert_int_equal(frame.bytes, run.size - 10);
}

/* What a compressed frame has is what it has. */
static void compressed_is_never_short(void **state)
{
	device.fourcc = V4L2_PIX_FMT_MJPEG;
	run_open("");
	run_attach(1, run.size, 0);
	run_queue_all();
	run_start();
	device.short_by = 1000;
	assert_int_equal(run_next().flags, 0);
}

static void more_than_the_buffer_holds(void **state)
{
	struct capture_frame frame;

	run_open("");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	device.used_lie = 1;
	frame = run_next();
	assert_int_equal(frame.status, -EIO);
	assert_int_equal(frame.bytes, 0);
	assert_int_equal(run.warnings, 1);
	device.used_lie = 0;
	assert_int_equal(run_next().status, 0);
}

static void an_offset_behind_the_data(void **state)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.skip = 128;
	run_open("");
	run_attach(1, run.size, 0);
	run_queue_all();
	run_start();
	device.short_by = (uint32_t)run.size - 127;
	assert_int_equal(run_next().status, -EIO);
}

static void an_index_that_is_not_there(void **state)
{
	struct capture_frame frame;

	run_open("");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	device.index_lie = 64;
	v4l2_fake_complete();
	assert_int_equal(capture_wait(run.session, 1000, &frame), -EIO);
	assert_non_null(strstr(capture_error(), "did not have"));
	device.index_lie = 2;	/* there, but not queued */
	v4l2_fake_complete();
	assert_int_equal(capture_wait(run.session, 1000, &frame), -EIO);
}

static void times(void **state)
{
	static const struct {
		uint32_t flags, source;
	} rows[] = {
		{ V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC, CAPTURE_TIME_END },
		{ V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_TSTAMP_SRC_SOE,
		  CAPTURE_TIME_START },
		{ V4L2_BUF_FLAG_TIMESTAMP_COPY, CAPTURE_TIME_COPY },
		{ V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN, CAPTURE_TIME_NONE },
	};
	struct capture_frame frame;
	unsigned int i;

	run_open("");
	run_attach(4, run.size, 0);
	run_queue_all();
	run_start();
	device.time.tv_sec = 9223372036;	/* 2^63 ns and a bit: wraps nothing */
	device.time.tv_usec = 999999;
	for (i = 0; i < 4; i++) {
		device.buffer_flags = rows[i].flags;
		frame = run_next();
		assert_int_equal(frame.time_source, rows[i].source);
		assert_true(frame.time_ns == (rows[i].source ? 9223372036999999000u :
							       frame.dequeue_ns));
	}
}

static void sequences_wrap(void **state)
{
	unsigned int i;

	run_open("");
	run_attach(4, run.size, 0);
	run_queue_all();
	run_start();
	device.sequence = 0xfffffffe;
	for (i = 0; i < 4; i++) {
		struct capture_frame frame = run_next();

		assert_true(frame.sequence == 0xfffffffeull + i);
		assert_int_equal(frame.gap, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(data_offset), RUN(damaged_and_short), RUN(compressed_is_never_short),
		RUN(more_than_the_buffer_holds), RUN(an_offset_behind_the_data),
		RUN(an_index_that_is_not_there), RUN(times), RUN(sequences_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
