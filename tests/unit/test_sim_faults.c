/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults: the counts are those that the URI asked for. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "sim_run.h"
#include "sim_schedule.h"

static void drop(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,drop=7");
	run_stream(&r, 20);
	assert_int_equal(r.stats.lost, 3);
	assert_int_equal(r.stats.lost_starved, 0);
	assert_int_equal(r.frame[6].sequence, 7);
	assert_int_equal(r.frame[6].gap, 1);
	assert_int_equal(r.frame[19].sequence, 22);
	run_end(&r);

	run_begin(&r, "sim:size=8x8,drop=2@0+@5,fps=2000");
	run_stream(&r, 5);
	assert_int_equal(r.frame[0].gap + 1, r.frame[0].sequence + 1);
	assert_true(r.frame[0].sequence >= 2);
	run_end(&r);
}

static void error(void **state)
{
	struct schedule schedule;
	unsigned int i, expected = 0;
	struct run r;

	run_begin(&r, "sim:size=8x8,error=30%,seed=4");
	run_stream(&r, 200);
	assert_int_equal(schedule_parse("error", "30%", &schedule), 0);
	for (i = 0; i < 200; i++) {
		assert_int_equal(!!(r.frame[i].flags & CAPTURE_FRAME_CORRUPT),
				 schedule_hits(&schedule, 4, i));
		expected += schedule_hits(&schedule, 4, i);
	}
	assert_int_equal(r.stats.corrupt, expected);
	assert_int_equal(r.stats.frames, 200);
	run_end(&r);
}

static void incomplete(void **state)
{
	const struct capture_frame *frame;
	struct run r;
	size_t i;

	run_begin(&r, "sim:size=64x64,short=@3");
	run_stream(&r, 4);
	frame = &r.frame[3];
	assert_int_equal(r.stats.incomplete, 1);
	assert_int_equal(frame->flags, CAPTURE_FRAME_INCOMPLETE);
	assert_int_equal(frame->status, 0);
	assert_true(frame->bytes < r.format.size);
	for (i = frame->bytes; i < r.format.size; i++)
		assert_int_equal(r.memory[3][i], 0x5a);
	run_end(&r);
}

/* A compressed one, without a word. */
static void cut(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=64x64,format=MJPG,seed=3,cut=@1");
	run_stream(&r, 3);
	for (i = 0; i < 3; i++) {
		const uint8_t *end = r.memory[i] + r.frame[i].bytes;

		assert_int_equal(r.frame[i].flags, 0);
		assert_int_equal(end[-2] == 0xff && end[-1] == 0xd9, i != 1);
	}
	assert_int_equal(r.stats.incomplete, 0);
	run_end(&r);
	/* of others a device knows the length */
	run_begin(&r, "sim:size=64x64,cut=@1");
	run_stream(&r, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(r.frame[i].bytes, r.format.size);
	run_end(&r);
}

static void repeat(void **state)
{
	static const unsigned int sequence[] = { 0, 1, 2, 2, 3, 4, 5, 5, 6 };
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,repeat=3");
	run_stream(&r, 9);
	for (i = 0; i < 9; i++)
		assert_int_equal(r.frame[i].sequence, sequence[i]);
	assert_int_equal(r.stats.repeated, 2);
	assert_int_equal(r.stats.lost, 0);
	run_end(&r);
}

static void wrap(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,wrap=5,drop=@4+@5");
	run_stream(&r, 10);
	for (i = 0; i < 10; i++)
		assert_int_equal(r.frame[i].sequence, UINT64_C(4294967296) - 5 + i + (i > 3 ? 2 : 0));
	assert_int_equal(r.stats.lost, 2);
	assert_int_equal(r.stats.repeated, 0);
	run_end(&r);
}

static void late(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,late=@2+@5,fps=500");
	run_stream(&r, 6);
	assert_int_equal(run_flagged(&r, CAPTURE_FRAME_LATE), 2);
	run_end(&r);
	run_begin(&r, "sim:size=8x8,late=@1");
	run_stream(&r, 3);
	assert_int_equal(r.frame[1].flags, CAPTURE_FRAME_LATE);
	assert_true(r.frame[1].time_ns >= r.frame[0].time_ns + 10000000);
	run_end(&r);
}

static void jitter(void **state)
{
	struct run r;
	uint64_t slot;
	unsigned int i, off = 0;

	run_begin(&r, "sim:size=8x8,jitter=2ms,fps=200,seed=3");
	run_stream(&r, 30);
	for (i = 1; i < 30; i++) {
		slot = r.frame[0].time_ns + (r.frame[i].sequence - r.frame[0].sequence) * 5000000;
		assert_in_range(r.frame[i].time_ns, slot - 2000001, slot + 2000001);
		off += r.frame[i].time_ns != slot;
	}
	assert_true(off > 20);
	run_end(&r);
}

static void fail_frame(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,fail-frame=@2");
	run_stream(&r, 5);
	assert_int_equal(r.frame[2].status, -EIO);
	assert_int_equal(r.frame[2].bytes, 0);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.frames, 4);
	assert_int_equal(capture_verify(r.s, &r.frame[2]), -EINVAL);
	run_end(&r);
}

static void stray(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=1024x2048,format=RGB3,guard=1,stray=@1");
	run_stream(&r, 4);
	assert_int_equal(r.frame[1].status, -EFAULT);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.frames, 3);
	run_end(&r);
	run_begin(&r, "sim:size=8x8,guard=1,stray=@1");
	assert_int_equal(capture_queue(r.buffer[0]), -EINVAL);
	assert_non_null(strstr(capture_error(), "stray"));
	run_end(&r);
}

static void stall(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,stall=300ms@2,fps=1000");
	run_stream(&r, 4);
	assert_true(r.frame[2].time_ns - r.frame[1].time_ns >= 300000000);
	run_end(&r);
	run_begin(&r, "sim:size=8x8,stall=50ms@1");
	run_stream(&r, 3);
	assert_true(r.frame[1].time_ns - r.frame[0].time_ns >= 50000000);
	run_end(&r);
}

static void stall_for_ever(void **state)
{
	struct capture_frame frame;
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,stall=forever@0");
	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(capture_wait(r.s, 0, &frame), -ETIMEDOUT);
	assert_int_equal(capture_wait(r.s, 30, &frame), -ETIMEDOUT);
	assert_non_null(strstr(capture_error(), "30 ms"));
	run_cancelled(&r, BUFFERS);
	run_end(&r);
}

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts), 0);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

/* All frames lost is silence too, and not a thread that spins. */
static void drop_everything(void **state)
{
	struct capture_frame frame;
	uint64_t used;
	struct run r;

	run_begin(&r, "sim:size=8x8,drop=1");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	used = cpu_ns();
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(capture_wait(r.s, 1000, &frame), -ETIMEDOUT);
	assert_true(cpu_ns() - used < 700000000);
	run_cancelled(&r, 1);
	run_end(&r);
}

static void expect_gone(struct run *r)
{
	struct capture_frame frame;
	int64_t value;

	assert_int_equal(capture_wait(r->s, PATIENCE_MS, &frame), -ENODEV);
	assert_int_equal(capture_wait(r->s, 0, &frame), -ENODEV);
	assert_non_null(strstr(capture_error(), "unplugged"));
	assert_int_equal(capture_get_control(r->s, "gain", &value), -ENODEV);
	assert_int_equal(capture_stop(r->s), 0);
	while (!capture_wait(r->s, 0, &frame))
		assert_int_equal(frame.status, -ECANCELED);
	assert_int_equal(capture_queue(r->buffer[0]), -ENODEV);
	assert_int_equal(capture_start(r->s), -ENODEV);
}

static void unplug(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,unplug=6");
	run_stream(&r, 6);
	/* one more than will come; refused if the device is gone already */
	(void)capture_queue(r.buffer[0]);
	if (capture_stats(r.s, &r.stats) || !r.stats.queued)
		assert_int_equal(capture_queue(r.buffer[1]), -ENODEV);
	else
		expect_gone(&r);
	run_end(&r);
}

static void unplug_with_a_clock(void **state)
{
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,unplug=3,fps=100");
	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(run_take(&r)->sequence, i);
	expect_gone(&r);
	run_end(&r);
}

static void unplug_button(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=8x8,stall=forever@2");
	run_stream(&r, 2);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_set_control(r.s, "disconnect", 1), 0);
	expect_gone(&r);
	run_end(&r);
}

static void dead_queue(void **state)
{
	struct capture_frame frame;
	struct run r;
	unsigned int i;

	run_begin(&r, "sim:size=8x8,fatal=2");
	for (i = 0; i < 3; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	run_take(&r);
	run_take(&r);
	assert_int_equal(capture_wait(r.s, PATIENCE_MS, &frame), -EIO);
	assert_int_equal(capture_queue(r.buffer[3]), -EIO);
	run_cancelled(&r, 1);
	/* stop and start revive it */
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(run_take(&r)->sequence, 0);
	run_end(&r);
}

static void failing_calls(void **state)
{
	struct capture_session *s;
	struct run r;

	assert_int_equal(capture_open("sim:seed=0,fail-open", NULL, &s), -EIO);
	assert_int_equal(capture_open("sim:fail-open=EBUSY", NULL, &s), -EBUSY);
	assert_non_null(strstr(capture_error(), "fail-open"));

	run_begin(&r, "sim:size=8x8,fail-start=ENOSPC");
	assert_int_equal(capture_start(r.s), -ENOSPC);
	run_stream(&r, 3);
	run_end(&r);

	run_begin(&r, "sim:size=8x8,fail-queue=@1");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_queue(r.buffer[1]), -EINVAL);
	assert_int_equal(capture_queue(r.buffer[1]), 0);
	run_end(&r);
}

static void many_faults_at_once(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=32x32,drop=5,error=3,short=4,repeat=@9,late=@2,fail-frame=@7,jitter=1ms,wrap=6,seed=8");
	run_stream(&r, 60);
	/* 60 buffers: frames 0 to 73 without the 14 dropped, and 9 is dropped, so not repeated */
	assert_int_equal(r.frame[59].sequence - r.frame[0].sequence, 73);
	assert_int_equal(r.stats.lost, 14);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.repeated, 0);
	/* of every 60 frames 20 hit by error, 15 by short; dropped ones do not come */
	assert_int_equal(r.stats.corrupt, 20);
	assert_int_equal(r.stats.incomplete, 14);
	run_end(&r);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drop),
		cmocka_unit_test(error),
		cmocka_unit_test(incomplete),
		cmocka_unit_test(cut),
		cmocka_unit_test(repeat),
		cmocka_unit_test(wrap),
		cmocka_unit_test(late),
		cmocka_unit_test(jitter),
		cmocka_unit_test(fail_frame),
		cmocka_unit_test(stray),
		cmocka_unit_test(stall),
		cmocka_unit_test(stall_for_ever),
		cmocka_unit_test(drop_everything),
		cmocka_unit_test(unplug),
		cmocka_unit_test(unplug_with_a_clock),
		cmocka_unit_test(unplug_button),
		cmocka_unit_test(dead_queue),
		cmocka_unit_test(failing_calls),
		cmocka_unit_test(many_faults_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
