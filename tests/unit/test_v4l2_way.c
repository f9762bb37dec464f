/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How frames reach the memory: which way is taken, and the copy. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "v4l2_run.h"

static void no_user_pointers(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	device.memories = 1 << V4L2_MEMORY_MMAP;
	run_open("");
	run_attach(5, run.size, 0);
	run_queue_all();
	assert_string_equal(run_way(), "mmap");
	assert_non_null(strstr(run_why(), "no userptr"));
	assert_non_null(strstr(run_why(), "no dmabuf"));
	run_start();
	for (i = 0; i < 40; i++) {
		frame = run_next();
		assert_int_equal(run_number(frame.buffer), i % 5);
		assert_int_equal(frame.flags, CAPTURE_FRAME_COPIED);
		run_in_place(&frame, (unsigned char)(i + 1));
		run_remap(run_number(frame.buffer));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void a_named_way_stays(void **state)
{
	device.memories = 1 << V4L2_MEMORY_MMAP;
	run_open(",io=userptr");
	run_attach(1, run.size, 0);
	assert_int_equal(capture_queue(run.buffer[0]), -EOPNOTSUPP);
	assert_non_null(strstr(capture_error(), "io=userptr"));
	assert_int_equal(capture_start(run.session), -EOPNOTSUPP);
	run_leave();

	device.memories = 1 << V4L2_MEMORY_USERPTR;
	run_open(",io=mmap");
	run_attach(1, run.size, 0);
	assert_int_equal(capture_queue(run.buffer[0]), -EOPNOTSUPP);
	run_leave();

	device.refuse_all = true;
	run_open(",io=userptr");
	run_attach(1, run.size, 0);
	assert_int_equal(capture_queue(run.buffer[0]), -EFAULT);
	assert_non_null(strstr(capture_error(), "io=mmap"));
	device.refuse_all = false;
	assert_int_equal(capture_queue(run.buffer[0]), 0);
	assert_string_equal(run_why(), "asked for");
}

static void a_named_way_is_taken(void **state)
{
	run_open(",io=mmap");
	run_attach(2, run.size, 0);
	run_queue_all();
	assert_string_equal(run_way(), "mmap");
	run_start();
	assert_int_equal(run_next().flags, CAPTURE_FRAME_COPIED);
}

/* The third buffer is refused: the two before it are queued again, in order, the other way. */
static void refused_in_the_middle(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	run_open("");
	run_attach(3, run.size, 0);
	device.refuse = run.memory[2];
	run_queue_all();
	assert_string_equal(run_way(), "mmap");
	assert_non_null(strstr(run_why(), "Bad address"));
	run_start();
	for (i = 0; i < 6; i++) {
		frame = run_next();
		assert_int_equal(run_number(frame.buffer), i % 3);
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

/* ... or it would be the first one that the driver never saw before the start. */
static void refused_beyond_the_depth(void **state)
{
	unsigned int i;

	device.buffers_max = 4;
	run_open("");
	run_attach(10, run.size, CAPTURE_ATTACH_STABLE);
	device.refuse = run.memory[9];
	run_queue_all();
	assert_string_equal(run_way(), "userptr");
	run_start();
	assert_string_equal(run_way(), "mmap");
	for (i = 0; i < 20; i++) {
		struct capture_frame frame = run_next();

		assert_int_equal(run_number(frame.buffer), i % 10);
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void all_shown_before_the_start(void **state)
{
	unsigned int i;

	device.buffers_max = 4;
	run_open("");
	run_attach(10, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	run_start();
	assert_string_equal(run_way(), "userptr");
	for (i = 0; i < 20; i++) {
		struct capture_frame frame = run_next();

		assert_int_equal(run_number(frame.buffer), i % 10);
		run_in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

/* While frames flow the way cannot change: the one buffer fails, the session lives. */
static void refused_while_running(void **state)
{
	run_open("");
	run_attach(2, run.size, CAPTURE_ATTACH_STABLE);
	run_queue_all();
	run_start();
	run_attach(1, run.size, 0);
	device.refuse = run.memory[2];
	assert_int_equal(capture_queue(run.buffer[2]), -EFAULT);
	assert_int_equal(run_number(run_next().buffer), 0);
	device.refuse = NULL;
	assert_int_equal(capture_queue(run.buffer[2]), 0);
	assert_int_equal(run_number(run_next().buffer), 1);
	assert_int_equal(run_number(run_next().buffer), 2);
}

/* A fault that passes decides nothing. */
static void refused_once(void **state)
{
	run_open("");
	run_attach(2, run.size, 0);
	v4l2_fake_fail(VIDIOC_QBUF, EINVAL, 1);
	run_queue_all();
	assert_string_equal(run_way(), "userptr");
	assert_int_equal(run.warnings, 1);
	run_start();
	v4l2_fake_fail(VIDIOC_QBUF, EINVAL, 1);
	assert_int_equal(capture_queue(run_next().buffer), 0);
	assert_int_equal(run.warnings, 2);
}

/* What the memory is like decides; other memory, another decision. */
static void decided_at_attach(void **state)
{
	run_open("");
	device.refuse_all = true;
	run_attach(1, run.size, 0);
	assert_string_equal(run_way(), "mmap");
	assert_int_equal(device.count, 0);
	device.refuse_all = false;
	run_attach(1, run.size, 0);
	assert_string_equal(run_way(), "mmap");
	assert_int_equal(capture_detach(run.buffer[0]), 0);
	assert_int_equal(capture_detach(run.buffer[1]), 0);
	munmap(run.memory[0], MAPPED);
	munmap(run.memory[1], MAPPED);
	run.count = 0;
	run_attach(1, run.size, 0);
	assert_string_equal(run_way(), "userptr");
	assert_string_equal(run_why(), "the driver writes into the application's memory");
}

/* A fault at attach is told to those who listen, and decides nothing. */
static void undecided_at_attach(void **state)
{
	run_open("");
	v4l2_fake_fail(VIDIOC_REQBUFS, EINVAL, 1);
	run_attach(1, run.size, 0);
	assert_int_equal(run.warnings, 1);
	run_queue_all();
	assert_string_equal(run_way(), "userptr");
}

static void request_fails_although_offered(void **state)
{
	run_open("");
	run_attach(1, run.size, 0);
	v4l2_fake_fail(VIDIOC_REQBUFS, EINVAL, 1);
	assert_int_equal(capture_queue(run.buffer[0]), -EIO);
	assert_non_null(strstr(capture_error(), "VIDIOC_REQBUFS"));
	assert_non_null(strstr(capture_error(), "try again"));
	v4l2_fake_fail(VIDIOC_REQBUFS, EBUSY, 1);
	assert_int_equal(capture_queue(run.buffer[0]), -EBUSY);
	assert_int_equal(capture_queue(run.buffer[0]), 0);
}

/* ---- copies ------------------------------------------------------------- */

/* The driver never has more than the application waits for. */
static void a_copy_for_each_buffer_only(void **state)
{
	run_open(",io=mmap");
	run_attach(3, run.size, 0);
	assert_int_equal(capture_queue(run.buffer[0]), 0);
	assert_int_equal(device.queued, 1);
	assert_int_equal(capture_queue(run.buffer[1]), 0);
	assert_int_equal(device.queued, 2);
	run_start();
	run_next();
	assert_int_equal(device.queued, 1);
	assert_int_equal(capture_queue(run.buffer[2]), 0);
	assert_int_equal(device.queued, 2);
}

static void the_copy_has_nowhere_to_go(void **state)
{
	struct capture_frame frame;

	run_open(",io=mmap");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	assert_int_equal(munmap(run.memory[0], MAPPED), 0);
	frame = run_next();
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(frame.bytes, 0);
	frame = run_next();
	assert_int_equal(frame.status, 0);
	run_in_place(&frame, 2);
	run_map(run.memory[0]);
}

static void copies_of_several_planes(void **state)
{
	struct capture_frame frame;

	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = V4L2_PIX_FMT_YUV420M;
	device.planes = 3;
	run_open(",io=mmap");
	run_attach(2, run.size, 0);
	run_queue_all();
	run_start();
	frame = run_next();
	assert_int_equal(frame.bytes, run.size);
	run_in_place(&frame, 1);
}

/* A QBUF that fails while a frame is taken costs nothing but a later try. */
static void a_refill_that_fails(void **state)
{
	run_open(",io=mmap");
	device.buffers_max = 2;
	run_attach(4, run.size, 0);
	run_queue_all();
	run_start();
	v4l2_fake_complete();
	v4l2_fake_complete();
	v4l2_fake_fail(VIDIOC_QBUF, ENOMEM, 2);
	run_take();
	run_take();
	assert_int_equal(device.queued, 0);
	v4l2_fake_fail(VIDIOC_QBUF, 0, 0);
	assert_int_equal(capture_wait(run.session, 0, &(struct capture_frame){ 0 }), -ETIMEDOUT);
	assert_int_equal(device.queued, 2);
	assert_int_equal(run_number(run_next().buffer), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(no_user_pointers), RUN(a_named_way_stays), RUN(a_named_way_is_taken),
		RUN(refused_in_the_middle), RUN(refused_beyond_the_depth),
		RUN(all_shown_before_the_start), RUN(refused_while_running), RUN(refused_once),
		RUN(decided_at_attach), RUN(undecided_at_attach),
		RUN(request_fails_although_offered), RUN(a_copy_for_each_buffer_only),
		RUN(the_copy_has_nowhere_to_go), RUN(copies_of_several_planes),
		RUN(a_refill_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
