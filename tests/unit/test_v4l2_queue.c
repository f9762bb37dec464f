/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers through a V4L2 driver: ways, pins, remaps, and what goes wrong. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"
#include "v4l2.h"
#include "v4l2_fake.h"

#define BUFFERS_MAX 100
#define MAPPED (1u << 16)

static const char *path;
static struct capture_session *s;
static struct capture_buffer *b[BUFFERS_MAX];
static unsigned char *mem[BUFFERS_MAX];
static unsigned int count, warnings;
static size_t size;

static void listen(void *arg, int level, const char *text)
{
	warnings += level <= CAPTURE_LOG_WARNING;
}

static void open_with(const char *options)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;
	struct capture_format f;
	char uri[128];

	config.log = listen;
	snprintf(uri, sizeof(uri), "v4l2:%s%s", path, options);
	assert_int_equal(capture_open(uri, &config, &s), 0);
	assert_int_equal(capture_get_format(s, &f), 0);
	size = f.size;
}

static int setup(void **state)
{
	path = v4l2_fake_reset();
	memset(b, 0, sizeof(b));
	memset(mem, 0, sizeof(mem));
	s = NULL;
	count = warnings = 0;
	return 0;
}

static void take_leave(void)
{
	struct capture_frame frame;
	unsigned int i;

	if (!s)
		return;
	assert_int_equal(capture_stop(s), 0);
	while (!capture_wait(s, 0, &frame))
		;
	for (i = 0; i < count; i++) {
		assert_int_equal(capture_detach(b[i]), 0);
		assert_int_equal(munmap(mem[i], MAPPED), 0);
	}
	count = 0;
	/* nothing stays pinned, mapped or allocated */
	assert_int_equal(device.count, 0);
	assert_int_equal(device.mapped, 0);
	assert_int_equal(capture_close(s), 0);
	s = NULL;
}

static int teardown(void **state)
{
	take_leave();
	v4l2_fake_end();
	return 0;
}

/* Shared memory, of which the fake can hold the pages as the kernel does. */
static unsigned char *map_at(void *where)
{
	unsigned char *m = mmap(where, MAPPED, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS | (where ? MAP_FIXED : 0), -1, 0);

	assert_ptr_not_equal(m, MAP_FAILED);
	return m;
}

static void attach(unsigned int n, size_t len, unsigned int flags)
{
	while (n--) {
		mem[count] = map_at(NULL);
		assert_int_equal(capture_attach(s, mem[count], len, flags, &b[count]), 0);
		count++;
	}
}

static void queue_all(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		assert_int_equal(capture_queue(b[i]), 0);
}

static void start(void)
{
	assert_int_equal(capture_start(s), 0);
}

static struct capture_frame take(void)
{
	struct capture_frame frame;

	assert_int_equal(capture_wait(s, 1000, &frame), 0);
	return frame;
}

static struct capture_frame next(void)
{
	v4l2_fake_complete();
	return take();
}

static unsigned int number(const struct capture_buffer *buffer)
{
	unsigned int i;

	for (i = 0; b[i] != buffer; i++)
		assert_true(i < count);
	return i;
}

/* The frame is in the memory that is mapped now, all of it. */
static void in_place(const struct capture_frame *frame, unsigned char value)
{
	const unsigned char *m = capture_buffer_data(frame->buffer);
	size_t i;

	for (i = 0; i < size; i++)
		if (m[i] != value)
			fail_msg("byte %zu of frame %llu is %#x", i,
				 (unsigned long long)frame->sequence, m[i]);
	assert_int_equal(m[size], 0);
}

static const char *way(void)
{
	struct capture_info info;

	capture_info(s, &info);
	return info.way_name;
}

static const char *why(void)
{
	struct capture_info info;

	capture_info(s, &info);
	return info.way_why;
}

/* ---- straight into user memory ------------------------------------------ */

static void frames_arrive(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	open_with("");
	attach(4, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	assert_string_equal(way(), "userptr");
	start();
	for (i = 0; i < 20; i++) {
		frame = next();
		assert_int_equal(number(frame.buffer), i % 4);
		assert_int_equal(frame.sequence, i);
		assert_int_equal(frame.flags, 0);
		assert_int_equal(frame.status, 0);
		assert_int_equal(frame.bytes, size);
		assert_int_equal(frame.time_source, CAPTURE_TIME_END);
		assert_int_equal(frame.time_ns, 1000000000);
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
	assert_int_equal(device.pins, 1 + 4);	/* one to decide the way, one each */
}

/* One call to give and one to take: what a frame costs. */
static void calls_per_frame(void **state)
{
	unsigned int before[3], i;

	open_with("");
	attach(4, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	start();
	before[0] = v4l2_fake_calls(VIDIOC_QBUF);
	before[1] = v4l2_fake_calls(VIDIOC_DQBUF);
	for (i = 0; i < 50; i++)
		assert_int_equal(capture_queue(next().buffer), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_QBUF), before[0] + 50);
	assert_int_equal(v4l2_fake_calls(VIDIOC_DQBUF), before[1] + 50);
	assert_int_equal(device.pins, 1 + 4);	/* one to decide the way, one each */
}

static void more_buffers_than_the_driver_has(void **state)
{
	unsigned int i;

	open_with("");
	attach(100, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	assert_int_equal(device.queued, 32);
	start();
	for (i = 0; i < 250; i++) {
		struct capture_frame frame = next();

		assert_int_equal(number(frame.buffer), i % 100);
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void nothing_held_when_idle(void **state)
{
	struct capture_format f = { .width = 320 };

	open_with("");
	attach(2, size, 0);
	queue_all();
	start();
	next();
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(device.count, 0);
	assert_false(device.streaming);
	assert_int_equal(take().status, -ECANCELED);
	while (count) {
		count--;
		assert_int_equal(capture_detach(b[count]), 0);
		munmap(mem[count], MAPPED);
	}
	assert_int_equal(capture_set_format(s, &f), 0);
}

static void again_after_a_stop(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	open_with("");
	attach(3, size, CAPTURE_ATTACH_STABLE);
	for (i = 0; i < 3; i++) {
		queue_all();
		start();
		frame = next();
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_stop(s), 0);
		while (!capture_wait(s, 0, &frame))
			;
	}
}

/* ---- remaps ------------------------------------------------------------- */

/* Between two frames the application maps something else at the same address. */
static void remap(unsigned int which)
{
	mem[which] = map_at(mem[which]);
}

static void run_with_remaps(unsigned int buffers, size_t len, unsigned int frames)
{
	unsigned int i;

	attach(buffers, len, 0);
	queue_all();
	start();
	for (i = 0; i < frames; i++) {
		struct capture_frame frame = next();

		in_place(&frame, (unsigned char)(i + 1));
		assert_true(!(frame.flags & CAPTURE_FRAME_BOUNCED) || len == size);
		remap(number(frame.buffer));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
	assert_true(device.longest <= len);
}

static void one_buffer_with_room(void **state)
{
	open_with("");
	run_with_remaps(1, size + 1, 100);
	/* always the same index: nothing else is held */
	assert_int_equal(device.last_index, 0);
}

static void one_buffer_without_room(void **state)
{
	struct capture_stats stats;

	open_with("");
	run_with_remaps(1, size, 100);
	capture_stats(s, &stats);
	/* 32 indexes, then every second frame goes around */
	assert_in_range(stats.copied, 30, 40);
}

static void several_buffers_without_room(void **state)
{
	struct capture_stats stats;

	open_with("");
	run_with_remaps(3, size, 300);
	capture_stats(s, &stats);
	assert_int_equal(stats.copied, 0);
}

static void two_indexes_only(void **state)
{
	device.buffers_max = 2;
	open_with("");
	run_with_remaps(2, size, 100);
}

static void remaps_multiplanar(void **state)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = V4L2_PIX_FMT_NV12M;
	device.planes = 2;
	open_with("");
	run_with_remaps(2, size, 100);
}

/* Any order of frames, remaps, attaches and detaches: the frame is where it belongs. */
static void remaps_at_random(void **state)
{
	const unsigned int seed = 19980321;
	unsigned int i, idle = BUFFERS_MAX;

	print_message("seed %u\n", seed);
	srand(seed);
	device.buffers_max = 4;
	open_with("");
	for (i = 0; i < 6; i++)
		attach(1, size + (unsigned int)rand() % 3, rand() & 1 ? CAPTURE_ATTACH_STABLE : 0);
	queue_all();
	start();
	for (i = 0; i < 3000; i++) {
		struct capture_frame frame = next();
		bool lasting = frame.buffer->flags & CAPTURE_ATTACH_STABLE;

		in_place(&frame, (unsigned char)(device.sequence & 0xff));
		idle = number(frame.buffer);
		if (!lasting && rand() & 1)
			remap(idle);
		if (!(rand() % 4)) {
			/* the promise ends with the attach, the address stays */
			assert_int_equal(capture_detach(b[idle]), 0);
			remap(idle);
			assert_int_equal(capture_attach(s, mem[idle], size + (unsigned int)rand() % 3,
							rand() & 1 ? CAPTURE_ATTACH_STABLE : 0,
							&b[idle]), 0);
		}
		assert_int_equal(capture_queue(b[idle]), 0);
	}
}

/* The frame went around, and its memory is gone when it should arrive. */
static void gone_on_the_way_around(void **state)
{
	struct capture_frame frame;

	device.buffers_max = 2;
	open_with("");
	attach(1, size, 0);
	queue_all();
	start();
	assert_int_equal(capture_queue(next().buffer), 0);
	assert_int_equal(capture_queue(next().buffer), 0);	/* this turn goes around */
	assert_int_equal(munmap(mem[0], MAPPED), 0);
	frame = next();
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(frame.bytes, 0);
	assert_true(frame.flags & CAPTURE_FRAME_BOUNCED);
	map_at(mem[0]);
}

/* ---- which way ---------------------------------------------------------- */

static void no_user_pointers(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	device.memories = 1 << V4L2_MEMORY_MMAP;
	open_with("");
	attach(5, size, 0);
	queue_all();
	assert_string_equal(way(), "mmap");
	assert_non_null(strstr(why(), "no userptr"));
	assert_non_null(strstr(why(), "no dmabuf"));
	start();
	for (i = 0; i < 40; i++) {
		frame = next();
		assert_int_equal(number(frame.buffer), i % 5);
		assert_int_equal(frame.flags, CAPTURE_FRAME_COPIED);
		in_place(&frame, (unsigned char)(i + 1));
		remap(number(frame.buffer));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void a_named_way_stays(void **state)
{
	device.memories = 1 << V4L2_MEMORY_MMAP;
	open_with(",io=userptr");
	attach(1, size, 0);
	assert_int_equal(capture_queue(b[0]), -EOPNOTSUPP);
	assert_non_null(strstr(capture_error(), "io=userptr"));
	assert_int_equal(capture_start(s), -EOPNOTSUPP);
	take_leave();

	device.memories = 1 << V4L2_MEMORY_USERPTR;
	open_with(",io=mmap");
	attach(1, size, 0);
	assert_int_equal(capture_queue(b[0]), -EOPNOTSUPP);
	take_leave();

	device.refuse_all = true;
	open_with(",io=userptr");
	attach(1, size, 0);
	assert_int_equal(capture_queue(b[0]), -EFAULT);
	assert_non_null(strstr(capture_error(), "io=mmap"));
	device.refuse_all = false;
	assert_int_equal(capture_queue(b[0]), 0);
	assert_string_equal(why(), "asked for");
}

static void a_named_way_is_taken(void **state)
{
	open_with(",io=mmap");
	attach(2, size, 0);
	queue_all();
	assert_string_equal(way(), "mmap");
	start();
	assert_int_equal(next().flags, CAPTURE_FRAME_COPIED);
}

/* The third buffer is refused: the two before it are queued again, in order, the other way. */
static void refused_in_the_middle(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	open_with("");
	attach(3, size, 0);
	device.refuse = mem[2];
	queue_all();
	assert_string_equal(way(), "mmap");
	assert_non_null(strstr(why(), "Bad address"));
	start();
	for (i = 0; i < 6; i++) {
		frame = next();
		assert_int_equal(number(frame.buffer), i % 3);
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

/* ... or it would be the first one that the driver never saw before the start. */
static void refused_beyond_the_depth(void **state)
{
	unsigned int i;

	device.buffers_max = 4;
	open_with("");
	attach(10, size, CAPTURE_ATTACH_STABLE);
	device.refuse = mem[9];
	queue_all();
	assert_string_equal(way(), "userptr");
	start();
	assert_string_equal(way(), "mmap");
	for (i = 0; i < 20; i++) {
		struct capture_frame frame = next();

		assert_int_equal(number(frame.buffer), i % 10);
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

static void all_shown_before_the_start(void **state)
{
	unsigned int i;

	device.buffers_max = 4;
	open_with("");
	attach(10, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	start();
	assert_string_equal(way(), "userptr");
	for (i = 0; i < 20; i++) {
		struct capture_frame frame = next();

		assert_int_equal(number(frame.buffer), i % 10);
		in_place(&frame, (unsigned char)(i + 1));
		assert_int_equal(capture_queue(frame.buffer), 0);
	}
}

/* While frames flow the way cannot change: the one buffer fails, the session lives. */
static void refused_while_running(void **state)
{
	open_with("");
	attach(2, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	start();
	attach(1, size, 0);
	device.refuse = mem[2];
	assert_int_equal(capture_queue(b[2]), -EFAULT);
	assert_int_equal(number(next().buffer), 0);
	device.refuse = NULL;
	assert_int_equal(capture_queue(b[2]), 0);
	assert_int_equal(number(next().buffer), 1);
	assert_int_equal(number(next().buffer), 2);
}

/* A fault that passes decides nothing. */
static void refused_once(void **state)
{
	open_with("");
	attach(2, size, 0);
	v4l2_fake_fail(VIDIOC_QBUF, EINVAL, 1);
	queue_all();
	assert_string_equal(way(), "userptr");
	assert_int_equal(warnings, 1);
	start();
	v4l2_fake_fail(VIDIOC_QBUF, EINVAL, 1);
	assert_int_equal(capture_queue(next().buffer), 0);
	assert_int_equal(warnings, 2);
}

/* What the memory is like decides; other memory, another decision. */
static void decided_at_attach(void **state)
{
	open_with("");
	device.refuse_all = true;
	attach(1, size, 0);
	assert_string_equal(way(), "mmap");
	assert_int_equal(device.count, 0);
	device.refuse_all = false;
	attach(1, size, 0);
	assert_string_equal(way(), "mmap");
	assert_int_equal(capture_detach(b[0]), 0);
	assert_int_equal(capture_detach(b[1]), 0);
	munmap(mem[0], MAPPED);
	munmap(mem[1], MAPPED);
	count = 0;
	attach(1, size, 0);
	assert_string_equal(way(), "userptr");
	assert_string_equal(why(), "the driver writes into the application's memory");
}

/* A fault at attach is told to those who listen, and decides nothing. */
static void undecided_at_attach(void **state)
{
	open_with("");
	v4l2_fake_fail(VIDIOC_REQBUFS, EINVAL, 1);
	attach(1, size, 0);
	assert_int_equal(warnings, 1);
	queue_all();
	assert_string_equal(way(), "userptr");
}

static void request_fails_although_offered(void **state)
{
	open_with("");
	attach(1, size, 0);
	v4l2_fake_fail(VIDIOC_REQBUFS, EINVAL, 1);
	assert_int_equal(capture_queue(b[0]), -EIO);
	assert_non_null(strstr(capture_error(), "VIDIOC_REQBUFS"));
	assert_non_null(strstr(capture_error(), "try again"));
	v4l2_fake_fail(VIDIOC_REQBUFS, EBUSY, 1);
	assert_int_equal(capture_queue(b[0]), -EBUSY);
	assert_int_equal(capture_queue(b[0]), 0);
}

/* ---- copies ------------------------------------------------------------- */

/* The driver never has more than the application waits for. */
static void a_copy_for_each_buffer_only(void **state)
{
	open_with(",io=mmap");
	attach(3, size, 0);
	assert_int_equal(capture_queue(b[0]), 0);
	assert_int_equal(device.queued, 1);
	assert_int_equal(capture_queue(b[1]), 0);
	assert_int_equal(device.queued, 2);
	start();
	next();
	assert_int_equal(device.queued, 1);
	assert_int_equal(capture_queue(b[2]), 0);
	assert_int_equal(device.queued, 2);
}

static void the_copy_has_nowhere_to_go(void **state)
{
	struct capture_frame frame;

	open_with(",io=mmap");
	attach(2, size, 0);
	queue_all();
	start();
	assert_int_equal(munmap(mem[0], MAPPED), 0);
	frame = next();
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(frame.bytes, 0);
	frame = next();
	assert_int_equal(frame.status, 0);
	in_place(&frame, 2);
	map_at(mem[0]);
}

static void copies_of_several_planes(void **state)
{
	struct capture_frame frame;

	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.fourcc = V4L2_PIX_FMT_YUV420M;
	device.planes = 3;
	open_with(",io=mmap");
	attach(2, size, 0);
	queue_all();
	start();
	frame = next();
	assert_int_equal(frame.bytes, size);
	in_place(&frame, 1);
}

/* A QBUF that fails while a frame is taken costs nothing but a later try. */
static void a_refill_that_fails(void **state)
{
	open_with(",io=mmap");
	device.buffers_max = 2;
	attach(4, size, 0);
	queue_all();
	start();
	v4l2_fake_complete();
	v4l2_fake_complete();
	v4l2_fake_fail(VIDIOC_QBUF, ENOMEM, 2);
	take();
	take();
	assert_int_equal(device.queued, 0);
	v4l2_fake_fail(VIDIOC_QBUF, 0, 0);
	assert_int_equal(capture_wait(s, 0, &(struct capture_frame){ 0 }), -ETIMEDOUT);
	assert_int_equal(device.queued, 2);
	assert_int_equal(number(next().buffer), 2);
}

/* ---- what frames say ---------------------------------------------------- */

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

		open_with(i ? ",io=mmap" : "");
		assert_int_equal(size, 64 * 48 * 2 + 128);
		attach(1, size, 0);
		queue_all();
		start();
		frame = next();
		m = capture_buffer_data(frame.buffer);
		assert_int_equal(frame.plane_offset[0], 128);
		assert_int_equal(frame.plane_offset[1], 64 * 48 + 128);
		assert_int_equal(m[127], 0x80);
		assert_int_equal(m[128], device.sequence);
		assert_int_equal(m[size - 1], device.sequence);
		assert_int_equal(frame.bytes, size);
		assert_int_equal(frame.flags & CAPTURE_FRAME_INCOMPLETE, 0);
		take_leave();
	}
}

static void damaged_and_short(void **state)
{
	struct capture_frame frame;

	open_with("");
	attach(4, size, 0);
	queue_all();
	start();
	device.buffer_flags |= V4L2_BUF_FLAG_ERROR;
	frame = next();
	assert_int_equal(frame.flags, CAPTURE_FRAME_CORRUPT);
	assert_int_equal(frame.status, 0);
	device.buffer_flags &= ~(uint32_t)V4L2_BUF_FLAG_ERROR;
	device.short_by = 10;
	frame = next();
	assert_int_equal(frame.flags, CAPTURE_FRAME_INCOMPLETE);
	assert_int_equal(frame.bytes, size - 10);
}

/* What a compressed frame has is what it has. */
static void compressed_is_never_short(void **state)
{
	device.fourcc = V4L2_PIX_FMT_MJPEG;
	open_with("");
	attach(1, size, 0);
	queue_all();
	start();
	device.short_by = 1000;
	assert_int_equal(next().flags, 0);
}

static void more_than_the_buffer_holds(void **state)
{
	struct capture_frame frame;

	open_with("");
	attach(2, size, 0);
	queue_all();
	start();
	device.used_lie = 1;
	frame = next();
	assert_int_equal(frame.status, -EIO);
	assert_int_equal(frame.bytes, 0);
	assert_int_equal(warnings, 1);
	device.used_lie = 0;
	assert_int_equal(next().status, 0);
}

static void an_offset_behind_the_data(void **state)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	device.skip = 128;
	open_with("");
	attach(1, size, 0);
	queue_all();
	start();
	device.short_by = (uint32_t)size - 127;
	assert_int_equal(next().status, -EIO);
}

static void an_index_that_is_not_there(void **state)
{
	struct capture_frame frame;

	open_with("");
	attach(2, size, 0);
	queue_all();
	start();
	device.index_lie = 64;
	v4l2_fake_complete();
	assert_int_equal(capture_wait(s, 1000, &frame), -EIO);
	assert_non_null(strstr(capture_error(), "did not have"));
	device.index_lie = 2;	/* there, but not queued */
	v4l2_fake_complete();
	assert_int_equal(capture_wait(s, 1000, &frame), -EIO);
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

	open_with("");
	attach(4, size, 0);
	queue_all();
	start();
	device.time.tv_sec = 9223372036;	/* 2^63 ns and a bit: wraps nothing */
	device.time.tv_usec = 999999;
	for (i = 0; i < 4; i++) {
		device.buffer_flags = rows[i].flags;
		frame = next();
		assert_int_equal(frame.time_source, rows[i].source);
		assert_true(frame.time_ns == (rows[i].source ? 9223372036999999000u :
							       frame.dequeue_ns));
	}
}

static void sequences_wrap(void **state)
{
	unsigned int i;

	open_with("");
	attach(4, size, 0);
	queue_all();
	start();
	device.sequence = 0xfffffffe;
	for (i = 0; i < 4; i++) {
		struct capture_frame frame = next();

		assert_true(frame.sequence == 0xfffffffeull + i);
		assert_int_equal(frame.gap, 0);
	}
}

/* ---- what goes wrong ---------------------------------------------------- */

static void unplugged(void **state)
{
	struct capture_frame frame;
	struct capture_format f = { 0 };
	unsigned int i;

	open_with("");
	attach(3, size, CAPTURE_ATTACH_STABLE);
	queue_all();
	start();
	assert_int_equal(capture_queue(next().buffer), 0);
	v4l2_fake_complete();
	device.gone = true;
	assert_int_equal(capture_wait(s, 1000, &frame), -ENODEV);
	assert_non_null(strstr(capture_error(), "unplugged"));
	assert_int_equal(capture_stop(s), 0);
	/* it cannot be told to stop: the descriptor's end is what ends all DMA */
	assert_int_equal(device.closes, 1);
	assert_int_equal(device.count, 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(capture_wait(s, 0, &frame), 0);
		assert_int_equal(frame.status, -ECANCELED);
	}
	assert_int_equal(capture_queue(b[0]), -ENODEV);
	assert_int_equal(capture_start(s), -ENODEV);
	for (i = 0; i < 3; i++) {
		assert_int_equal(capture_detach(b[i]), 0);
		munmap(mem[i], MAPPED);
	}
	count = 0;
	assert_int_equal(capture_set_format(s, &f), -ENODEV);
	take_leave();
	assert_int_equal(device.closes, 1);
}

/* A mapping of the driver's memory would keep the descriptor's file alive. */
static void unplugged_while_mapped(void **state)
{
	open_with(",io=mmap");
	attach(2, size, 0);
	queue_all();
	start();
	assert_true(device.mapped);
	device.gone = true;
	take_leave();
	assert_int_equal(device.closes, 1);
	assert_false(device.closed_while_mapped);
}

static void a_dead_queue(void **state)
{
	struct capture_frame frame;

	open_with("");
	attach(3, size, 0);
	queue_all();
	start();
	next();
	v4l2_fake_complete();
	device.dead = true;
	assert_int_equal(capture_wait(s, 1000, &frame), -EIO);
	assert_non_null(strstr(capture_error(), "stop and start"));
	assert_int_equal(capture_queue(b[0]), -EIO);
	/* which helps */
	assert_int_equal(capture_stop(s), 0);
	while (!capture_wait(s, 0, &frame))
		;
	queue_all();
	start();
	in_place(&(struct capture_frame){ .buffer = next().buffer }, 3);
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

	open_with("");
	attach(2, size, 0);
	queue_all();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		v4l2_fake_fail(VIDIOC_STREAMON, rows[i].error, 1);
		assert_int_equal(capture_start(s), rows[i].answer);
		assert_non_null(strstr(capture_error(), "VIDIOC_STREAMON"));
		if (!strstr(capture_error(), rows[i].words))
			fail_msg("%s", capture_error());
	}
	start();
	assert_int_equal(number(next().buffer), 0);
}

/* A failed start keeps nothing from others when nothing is queued. */
static void a_failed_start_lets_go(void **state)
{
	struct capture_format f = { .width = 320 };

	open_with("");
	v4l2_fake_fail(VIDIOC_STREAMON, EIO, 1);
	assert_int_equal(capture_start(s), -EIO);
	assert_int_equal(device.count, 0);
	assert_int_equal(capture_set_format(s, &f), 0);
}

static void a_driver_that_gives_too_many(void **state)
{
	struct capture_frame frame;

	device.buffers_max = 64;
	open_with("");
	attach(1, size, 0);
	queue_all();
	start();
	v4l2_fake_complete();
	assert_int_equal(capture_wait(s, 100, &frame), 0);
}

/* The application closes without a word: nothing stays pinned all the same. */
static void closed_in_mid_stream(void **state)
{
	open_with("");
	attach(3, size, 0);
	queue_all();
	start();
	next();
	assert_int_equal(capture_close(s), -EBUSY);
	assert_int_equal(device.count, 0);
	assert_false(device.streaming);
	s = NULL;
	while (count)
		munmap(mem[--count], MAPPED);
}

static void closed_before_the_start(void **state)
{
	open_with("");
	attach(3, size, 0);
	queue_all();
	assert_int_equal(capture_close(s), -EBUSY);
	assert_int_equal(device.count, 0);
	s = NULL;
	while (count)
		munmap(mem[--count], MAPPED);
}

static void one_call_for_one_frame(void **state)
{
	struct capture_format f = { 0 };
	struct capture_frame frame;
	unsigned char *m = map_at(NULL);
	char uri[64];

	/* frames that are ready as soon as it runs: none, so it times out in good order */
	snprintf(uri, sizeof(uri), "v4l2:%s", path);
	assert_int_equal(capture_grab(uri, &f, m, MAPPED, 20, &frame), -ETIMEDOUT);
	assert_int_equal(device.count, 0);
	assert_int_equal(device.closes, 1);
	munmap(m, MAPPED);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_arrive), T(calls_per_frame), T(more_buffers_than_the_driver_has),
		T(nothing_held_when_idle), T(again_after_a_stop),
		T(one_buffer_with_room), T(one_buffer_without_room),
		T(several_buffers_without_room), T(two_indexes_only), T(remaps_multiplanar),
		T(remaps_at_random), T(gone_on_the_way_around),
		T(no_user_pointers), T(a_named_way_stays), T(a_named_way_is_taken),
		T(refused_in_the_middle), T(refused_beyond_the_depth), T(all_shown_before_the_start),
		T(refused_while_running), T(refused_once),
		T(decided_at_attach), T(undecided_at_attach), T(request_fails_although_offered),
		T(a_copy_for_each_buffer_only), T(the_copy_has_nowhere_to_go),
		T(copies_of_several_planes), T(a_refill_that_fails),
		T(data_offset), T(damaged_and_short), T(compressed_is_never_short),
		T(more_than_the_buffer_holds), T(an_offset_behind_the_data),
		T(an_index_that_is_not_there), T(times), T(sequences_wrap),
		T(unplugged), T(unplugged_while_mapped), T(a_dead_queue), T(start_fails),
		T(a_failed_start_lets_go), T(a_driver_that_gives_too_many), T(closed_in_mid_stream),
		T(closed_before_the_start), T(one_call_for_one_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
