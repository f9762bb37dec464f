/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings as sources: what is read of a file, and how it is played. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"
#include "sim_run.h"

#define FRAME 12u	/* bytes of 4x3 GREY */

/* @count frames of 4x3 GREY; byte i of frame n is 16 * n + i */
static void put_raw(const char *path, unsigned int count)
{
	uint8_t data[16 * FRAME];
	unsigned int i;

	for (i = 0; i < count * FRAME; i++)
		data[i] = (uint8_t)(i / FRAME * 16 + i % FRAME);
	folder_put_bytes(path, data, (size_t)count * FRAME);
}

static void expect_frame(const struct capture_frame *frame, unsigned int number)
{
	const uint8_t *data = capture_buffer_data(frame->buffer);
	unsigned int i;

	assert_int_equal(frame->status, 0);
	assert_int_equal(frame->bytes, FRAME);
	for (i = 0; i < FRAME; i++)
		assert_int_equal(data[i], 16 * number + i);
}

/* ---- playing ---- */

static void plays_to_the_end(void **state)
{
	struct capture_frame frame;
	struct capture_info info;
	struct pollfd p;
	struct run r;
	unsigned int i, turn;

	put_raw("run.raw", 3);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY");
	for (turn = 0; turn < 2; turn++) {		/* each start begins with the first frame */
		for (i = 0; i < BUFFERS; i++)
			assert_int_equal(capture_queue(r.buffer[i]), 0);
		assert_int_equal(capture_start(r.s), 0);
		for (i = 0; i < 3; i++) {
			assert_int_equal(capture_wait(r.s, PATIENCE_MS, &frame), 0);
			assert_int_equal(frame.sequence, i);
			assert_int_equal(frame.gap, 0);
			assert_int_equal(frame.flags, CAPTURE_FRAME_COPIED);
			expect_frame(&frame, i);
			assert_int_equal(capture_verify(r.s, &frame), 0);
		}
		assert_int_equal(capture_wait(r.s, -1, &frame), -ENODATA);
		assert_non_null(strstr(capture_error(), "over after 3 frames"));
		p = (struct pollfd){ .fd = capture_fd(r.s), .events = POLLIN };
		assert_int_equal(poll(&p, 1, 0), 1);	/* who polls learns of the end, too */
		assert_int_equal(capture_wait(r.s, 0, &frame), -ENODATA);
		run_cancelled(&r, BUFFERS - 3);
	}
	capture_info(r.s, &info);
	assert_int_equal(info.way, CAPTURE_WAY_COPIED);
	assert_string_equal(info.name, "run.raw");
	run_end(&r);
}

static void loops(void **state)
{
	struct run r;
	unsigned int i;

	put_raw("run.raw", 3);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY,loop=1");
	run_stream(&r, 10);
	for (i = 0; i < 10; i++)
		assert_int_equal(r.frame[i].sequence, i);
	expect_frame(&r.frame[9], 9 % 3);
	run_end(&r);
}

static void verify_finds_a_byte(void **state)
{
	struct run r;

	put_raw("run.raw", 2);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY");
	run_stream(&r, 2);
	r.memory[1][7] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), 0);
	assert_int_equal(capture_verify(r.s, &r.frame[1]), -EBADMSG);
	assert_non_null(strstr(capture_error(), "byte 7 "));
	run_end(&r);
}

static void padded_rows(void **state)
{
	struct run r;

	put_raw("run.raw", 2);
	run_begin(&r, "file:run.raw,size=3x2,format=GREY,stride=6");
	assert_int_equal(r.format.plane[0].stride, 6);
	run_stream(&r, 2);
	expect_frame(&r.frame[1], 1);
	run_end(&r);
}

static void sleep_until(uint64_t ns)
{
	const struct timespec ts = { .tv_sec = (time_t)(ns / 1000000000),
				     .tv_nsec = (long)(ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* Frames come at their times, and those that nobody waited for are lost and counted. */
static void keeps_time(void **state)
{
	struct capture_frame *frame;
	struct run r;
	unsigned int i;

	put_raw("run.raw", 16);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY,fps=1000");
	assert_int_equal(r.format.fps_num, 1000);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	frame = run_take(&r);
	assert_int_equal(frame->time_source, CAPTURE_TIME_END);
	sleep_until(frame->time_ns + 40000000);	/* longer than all of them take */
	assert_int_equal(capture_queue(frame->buffer), 0);
	frame = run_take(&r);
	/* the last one waited, so that the loss before it is told */
	assert_int_equal(frame->sequence, 15);
	expect_frame(frame, 15);
	assert_int_equal(frame->time_ns - r.frame[0].time_ns,
			 (15 - r.frame[0].sequence) * 1000000);
	capture_stats(r.s, &r.stats);
	assert_int_equal(r.stats.lost, 14);
	assert_int_equal(r.stats.lost_starved, 14);
	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_wait(r.s, -1, frame), -ENODATA);
	run_end(&r);
}

static void stops_while_it_waits(void **state)
{
	struct run r;

	put_raw("run.raw", 2);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY,fps=1/1000000");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	run_cancelled(&r, 1);
	run_end(&r);
}

static void rate_by_wish(void **state)
{
	struct capture_format format = { .fps_num = 25, .fps_den = 1 };
	struct run r;

	put_raw("run.raw", 2);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY");
	assert_int_equal(r.format.fps_num, 0);
	assert_true(r.format.flags & CAPTURE_FORMAT_ON_DEMAND);
	run_end(&r);
	r.s = open_uri("file:run.raw,size=4x3,format=GREY");
	assert_int_equal(capture_try_format(r.s, &format), 0);
	assert_false(format.flags & CAPTURE_FORMAT_ON_DEMAND);
	assert_int_equal(capture_get_format(r.s, &format), 0);
	assert_true(format.flags & CAPTURE_FORMAT_ON_DEMAND);	/* that was a question only */
	format.fps_num = 25;
	format.fps_den = 1;
	assert_int_equal(capture_set_format(r.s, &format), 0);
	assert_int_equal(format.fps_num, 25);
	assert_int_equal(format.width, 4);
	assert_false(format.flags & CAPTURE_FORMAT_ON_DEMAND);
	assert_int_equal(capture_close(r.s), 0);
}

static void cut_while_it_plays(void **state)
{
	struct capture_frame *frame;
	struct run r;

	put_raw("run.raw", 4);
	run_begin(&r, "file:run.raw,size=4x3,format=GREY");
	assert_int_equal(truncate("run.raw", FRAME + 3), 0);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_queue(r.buffer[1]), 0);
	assert_int_equal(capture_start(r.s), 0);
	expect_frame(run_take(&r), 0);
	frame = run_take(&r);
	assert_int_equal(frame->status, -EIO);
	assert_int_equal(frame->bytes, 3);
	assert_int_equal(capture_queue(r.buffer[0]), -EIO);
	assert_non_null(strstr(capture_error(), "shorter"));
	run_end(&r);
}

/* ---- YUV4MPEG2 ---- */

static void expect_y4m(const char *header, const char *fourcc, uint32_t flags, uint64_t size)
{
	char text[512];
	uint32_t code;
	struct run r;
	int length, i;

	assert_int_equal(capture_fourcc_parse(fourcc, &code), 0);
	length = snprintf(text, sizeof(text), "YUV4MPEG2 %s\nFRAME\n%0*dFRAME Ix Xa\n%0*d", header,
			  (int)size, 1, (int)size, 2);
	folder_put_bytes("run.y4m", text, (size_t)length);
	run_begin(&r, "file:run.y4m");
	assert_int_equal(r.format.fourcc, code);
	assert_int_equal(r.format.flags, flags | CAPTURE_FORMAT_ON_DEMAND);
	assert_int_equal(r.format.size, size);
	run_stream(&r, 2);
	for (i = 0; i < 2; i++) {
		assert_int_equal(r.memory[i][size - 1], '1' + i);
		assert_int_equal(r.memory[i][0], size > 1 ? '0' : '1' + i);
	}
	run_end(&r);
}

static void y4m_formats(void **state)
{
	const uint32_t limited = CAPTURE_FORMAT_LIMITED_RANGE, woven = CAPTURE_FORMAT_INTERLACED;

	expect_y4m("W4 H2 F30:1 Ip A1:1 C420jpeg", "YU12", limited, 12);
	expect_y4m("W4 H2", "YU12", limited, 12);
	expect_y4m("W5 H3 C420mpeg2 It", "YU12", limited | woven, 15 + 6 + 6);
	expect_y4m("W1 H1 F0:0 C420paldv XCOLORRANGE=FULL", "YU12", 0, 3);
	expect_y4m("H3 W5 C422 XYSCSS=422", "422P", limited, 15 + 9 + 9);
	expect_y4m("W5 H3 C444", "YM24", limited, 45);
	expect_y4m("W5 H3 Cmono", "GREY", 0, 15);
	expect_y4m("W5 H3 Cmono XCOLORRANGE=LIMITED", "GREY", limited, 15);
	expect_y4m("W5 H3 Cmono10", "Y10", 0, 30);
	expect_y4m("W5 H3 Cmono12", "Y12", 0, 30);
	expect_y4m("W1 H1 Cmono16", "Y16", 0, 2);
}

/* Without padding also where a width is odd. */
static void y4m_planes(void **state)
{
	struct run r;

	folder_put("run.y4m", "YUV4MPEG2 W3 H3 F25:2 C420\nFRAME\nyyyyyyyyyuuuuvvvv");
	run_begin(&r, "file:run.y4m,fps=file");
	assert_int_equal(r.format.plane[0].stride, 3);
	assert_int_equal(r.format.plane[1].stride, 2);
	assert_int_equal(r.format.plane[1].offset, 9);
	assert_int_equal(r.format.plane[2].offset, 13);
	assert_int_equal(r.format.plane[2].lines, 2);
	assert_int_equal(r.format.fps_num, 25);
	assert_int_equal(r.format.fps_den, 2);
	run_end(&r);
}

/* ---- what is refused ---- */

static void bad_uris(void **state)
{
	put_raw("run.raw", 2);
	folder_put("empty", "");
	run_refused("file:", -EINVAL, "file:NAME");
	run_refused("file:none.raw", -ENODEV, "no file none.raw");
	run_refused("file:run.raw/x", -ENODEV, "no file");
	run_refused("file:.", -ENODEV, "regular");
	run_refused("file:empty,size=4x3,format=GREY", -EBADMSG, "empty");
	run_refused("file:run.raw", -EINVAL, "size=WxH");
	run_refused("file:run.raw,size=4x3", -EINVAL, "format=");
	run_refused("file:run.raw,size=4x3,format=what?", -EINVAL, "format: ");
	run_refused("file:run.raw,size=4x3,format=MJPG", -EOPNOTSUPP, "MJPG");
	run_refused("file:run.raw,size=4x3,format=GREY,stride=3", -EINVAL, "stride of 3");
	run_refused("file:run.raw,size=5x5,format=GREY", -EINVAL, "one frame would have 25");
	run_refused("file:run.raw,size=4x4,format=GREY", -EINVAL, "truncate -s -8");
	run_refused("file:run.raw,size=4x3,format=GREY,fps=file", -EINVAL, "does not tell its rate");
	run_refused("file:run.raw,size=4x3,format=GREY,fps=1000000", -EINVAL, "too fast");
	run_refused("file:run.raw,size=4x3,format=GREY,fps=0", -EINVAL, "fps=0");
	run_refused("file:run.raw,size=4x3,format=GREY,loop=2", -EINVAL, "loop=2");
	run_refused("file:run.raw,size=4x3,format=GREY,speed=2", -EINVAL, "speed");
}

static void refuse_y4m(const char *text, int error, const char *words)
{
	folder_put("run.y4m", text);
	run_refused("file:run.y4m", error, words);
}

static void bad_y4m(void **state)
{
	char endless[2000];

	memset(endless, 'x', sizeof(endless));
	memcpy(endless, "YUV4MPEG2 ", 10);
	endless[sizeof(endless) - 1] = '\0';
	refuse_y4m(endless, -EBADMSG, "does not end");
	refuse_y4m("YUV4MPEG2 W4\nFRAME\n", -EBADMSG, "no size");
	refuse_y4m("YUV4MPEG2 W4 H-1\n", -EBADMSG, "cannot be read");
	refuse_y4m("YUV4MPEG2 W4 H999999999\n", -EBADMSG, "cannot be read");
	refuse_y4m("YUV4MPEG2 W0 H4\n", -EBADMSG, "cannot be read");
	refuse_y4m("YUV4MPEG2 W4 H4 F30\n", -EBADMSG, "cannot be read");
	refuse_y4m("YUV4MPEG2 W4 H4 C420p10\n", -EOPNOTSUPP, "C420p10");
	refuse_y4m("YUV4MPEG2 W4 H4 C411\n", -EOPNOTSUPP, "C411");
	refuse_y4m("YUV4MPEG2 W1 H1 Cmono\n", -EBADMSG, "without a frame");
	refuse_y4m("YUV4MPEG2 W16000000 H16000000 C444\nFRAME\nx", -EBADMSG, "cut short in frame 0");
	refuse_y4m("YUV4MPEG2 W2 H1 Cmono\nFRAME\nxxFRAME\nx", -EBADMSG, "truncate -s 30");
	refuse_y4m("YUV4MPEG2 W2 H1 Cmono\nFRAME\nxxFRA", -EBADMSG, "cut short in frame 1");
	refuse_y4m("YUV4MPEG2 W2 H1 Cmono\nFRAME\nxxxFRAME\nxx", -EBADMSG, "byte 30 should begin frame 1");
	refuse_y4m("YUV4MPEG2 W2 H1 Cmono\nFRAMES\nxx", -EBADMSG, "should begin frame 0");
	folder_put("run.y4m", "YUV4MPEG2 W1 H1 Cmono\nFRAME\nx");
	run_refused("file:run.y4m,size=1x1", -EINVAL, "leave size out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plays_to_the_end, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(loops, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(verify_finds_a_byte, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(padded_rows, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(keeps_time, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(stops_while_it_waits, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(rate_by_wish, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(cut_while_it_plays, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(y4m_formats, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(y4m_planes, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(bad_uris, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(bad_y4m, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
