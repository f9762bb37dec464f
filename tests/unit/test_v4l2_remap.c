/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other memory at the address of an attached buffer. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "v4l2_run.h"

static void run_with_remaps(unsigned int buffers, size_t len, unsigned int frames)
{
	unsigned int i;

	run_attach(buffers, len, 0);
	run_queue_all();
	run_start();
	for (i = 0; i < frames; i++) {
		struct capture_frame frame = run_next();

		run_in_place(&frame, (unsigned char)(i + 1));
		assert_true(!(frame.flags & CAPTURE_FRAME_BOUNCED) || len == run.size);
		run_remap(run_number(frame.buffer));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
	assert_true(device.longest <= len);
}

static void one_buffer_with_room(void **state)
{
	run_open("");
	run_with_remaps(1, run.size + 1, 100);
	/* always the same index: nothing else is held */
	assert_int_equal(device.last_index, 0);
}

static void one_buffer_without_room(void **state)
{
	struct capture_stats stats;

	run_open("");
	run_with_remaps(1, run.size, 100);
	capture_stats(run.session, &stats);
	/* 32 indexes, then every second frame goes around */
	assert_in_range(stats.copied, 30, 40);
}

static void several_buffers_without_room(void **state)
{
	struct capture_stats stats;

	run_open("");
	run_with_remaps(3, run.size, 300);
	capture_stats(run.session, &stats);
	assert_int_equal(stats.copied, 0);
}

static void two_indexes_only(void **state)
{
	device.buffers_max = 2;
	run_open("");
	run_with_remaps(2, run.size, 100);
}

static void remaps_multiplanar(void **state)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = V4L2_PIX_FMT_NV12M;
	device.planes = 2;
	run_open("");
	run_with_remaps(2, run.size, 100);
}

/* Any order of frames, remaps, attaches and detaches: the frame is where it belongs. */
static void remaps_at_random(void **state)
{
	const unsigned int seed = 19980321;
	unsigned int i, idle = BUFFERS_MAX;

	print_message("seed %u\n", seed);
	srand(seed);
	device.buffers_max = 4;
	run_open("");
	for (i = 0; i < 6; i++)
		run_attach(1, run.size + (unsigned int)rand() % 3, rand() & 1 ? CAPTURE_ATTACH_STABLE : 0);
	run_queue_all();
	run_start();
	for (i = 0; i < 3000; i++) {
		struct capture_frame frame = run_next();
		bool lasting = frame.buffer->flags & CAPTURE_ATTACH_STABLE;

		run_in_place(&frame, (unsigned char)(device.sequence & 0xff));
		idle = run_number(frame.buffer);
		if (!lasting && rand() & 1)
			run_remap(idle);
		if (!(rand() % 4)) {
			/* the promise ends with the attach, the address stays */
			assert_int_equal(capture_detach(run.buffer[idle]), 0);
			run_remap(idle);
			assert_int_equal(capture_attach(run.session, run.memory[idle],
							run.size + (unsigned int)rand() % 3,
							rand() & 1 ? CAPTURE_ATTACH_STABLE : 0,
							&run.buffer[idle]), 0);
		}
		assert_int_equal(capture_queue(run.buffer[idle]), 0);
	}
}

/* The frame went around, and its memory is gone when it should arrive. */
static void gone_on_the_way_around(void **state)
{
	struct capture_frame frame;

	device.buffers_max = 2;
	run_open("");
	run_attach(1, run.size, 0);
	run_queue_all();
	run_start();
	assert_int_equal(capture_queue(run_next().buffer), 0);
	assert_int_equal(capture_queue(run_next().buffer), 0);	/* this turn goes around */
	assert_int_equal(munmap(run.memory[0], MAPPED), 0);
	frame = run_next();
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(frame.bytes, 0);
	assert_true(frame.flags & CAPTURE_FRAME_BOUNCED);
	run_map(run.memory[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(one_buffer_with_room), RUN(one_buffer_without_room),
		RUN(several_buffers_without_room), RUN(two_indexes_only), RUN(remaps_multiplanar),
		RUN(remaps_at_random), RUN(gone_on_the_way_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
