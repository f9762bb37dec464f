/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's own duties: state, order, exactly once, counting. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_backend.h"
#include "unit.h"

#define BUFFERS 10

static struct capture_session *s;
static struct capture_buffer *b[BUFFERS];
static char memory[BUFFERS][128];

static int open_it(void **state)
{
	fake_reset();
	assert_int_equal(capture_open("fake:", NULL, &s), 0);
	return 0;
}

static void attach_all(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		assert_int_equal(capture_attach(s, memory[i], sizeof(memory[i]), 0, &b[i]), 0);
}

static void queue_all(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		assert_int_equal(capture_queue(b[i]), 0);
}

static int close_it(void **state)
{
	unsigned int i;

	assert_int_equal(capture_stop(s), 0);
	for (i = 0; i < BUFFERS; i++) {
		struct capture_frame frame;

		while (capture_wait(s, 0, &frame) == 0)
			;
		if (b[i])
			assert_int_equal(capture_detach(b[i]), 0);
		b[i] = NULL;
	}
	assert_int_equal(capture_close(s), 0);
	assert_int_equal(fake.attaches, fake.detaches);
	assert_int_equal(fake.opens, fake.closes);
	return 0;
}

static bool readable(void)
{
	struct pollfd p = { .fd = capture_fd(s), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static struct capture_frame take(void)
{
	struct capture_frame frame;

	assert_int_equal(capture_wait(s, 0, &frame), 0);
	return frame;
}

static void in_order_beyond_the_depth(void **state)
{
	unsigned int i;

	attach_all(BUFFERS);
	queue_all(BUFFERS);
	assert_int_equal(fake.held, 4);
	assert_int_equal(capture_start(s), 0);
	for (i = 0; i < BUFFERS; i++) {
		assert_false(readable());
		fake_complete(i, 0, 0);
		assert_true(readable());
		assert_ptr_equal(take().buffer, b[i]);
		assert_int_equal(fake.held, BUFFERS - 1 - i < 4 ? BUFFERS - 1 - i : 4);
	}
	assert_int_equal(fake.queues, BUFFERS);
}

static void states_are_checked(void **state)
{
	struct capture_format format = { 0 };
	struct capture_frame frame;

	assert_int_equal(capture_wait(s, -1, &frame), -ENODATA);
	attach_all(1);
	assert_int_equal(capture_set_format(s, &format), -EBUSY);
	queue_all(1);
	assert_int_equal(capture_queue(b[0]), -EBUSY);
	assert_int_equal(capture_detach(b[0]), -EBUSY);
	assert_int_equal(capture_wait(s, -1, &frame), -ENODATA);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_start(s), -EALREADY);
	assert_int_equal(capture_wait(s, 0, &frame), -ETIMEDOUT);
	assert_int_equal(capture_wait(s, 1, &frame), -ETIMEDOUT);
	fake_complete(0, 0, 0);
	take();
	assert_int_equal(capture_wait(s, -1, &frame), -ENODATA);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(fake.stops, 1);
}

static void stop_gives_filled_then_cancelled(void **state)
{
	unsigned int i;

	attach_all(7);
	queue_all(7);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, 0, 0);
	fake_complete(1, 0, 0);
	assert_int_equal(capture_stop(s), 0);
	for (i = 0; i < 7; i++) {
		struct capture_frame frame;

		assert_true(readable());
		frame = take();
		assert_ptr_equal(frame.buffer, b[i]);
		assert_int_equal(frame.status, i < 2 ? 0 : -ECANCELED);
	}
	assert_false(readable());
	assert_int_equal(s->stats.frames, 2);
	assert_int_equal(s->stats.cancelled, 5);
	assert_int_equal(s->stats.queues, s->stats.reaps);
}

static void a_refused_buffer_comes_back(void **state)
{
	struct capture_frame frame;

	attach_all(6);
	fake.queue_error = -EIO;
	assert_int_equal(capture_queue(b[5]), -EIO);
	queue_all(6);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, 0, 0);
	fake.queue_error = -EFAULT;		/* the waiting one, when its turn comes */
	assert_ptr_equal(take().buffer, b[0]);
	assert_true(readable());
	frame = take();
	assert_ptr_equal(frame.buffer, b[4]);
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(fake.held, 4);		/* the one behind it took the place */
}

static void a_dead_device(void **state)
{
	struct capture_frame frame;
	unsigned int i;

	attach_all(3);
	queue_all(3);
	assert_int_equal(capture_start(s), 0);
	fake_die(-ENODEV);
	assert_int_equal(capture_wait(s, -1, &frame), -ENODEV);
	assert_int_equal(capture_stop(s), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(take().status, -ECANCELED);
}

static void sequences(void **state)
{
	static const struct {
		uint32_t raw;
		uint64_t sequence, gap;
		uint32_t flags;
	} rows[] = {
		{ 0xfffffffd, 0xfffffffd, 0, 0 },
		{ 0xfffffffe, 0xfffffffe, 0, 0 },
		{ 0, 0x100000000, 1, 0 },
		{ 0, 0x100000000, 0, CAPTURE_FRAME_REPEATED },
		{ 5, 0x100000005, 4, 0 },
		{ 3, 0x100000003, 0, CAPTURE_FRAME_REPEATED },
		{ 4, 0x100000004, 0, 0 },
	};
	uint64_t lost = 0;
	size_t i;

	attach_all(1);
	assert_int_equal(capture_start(s), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_frame frame;

		assert_int_equal(capture_queue(b[0]), 0);
		fake_complete(rows[i].raw, 0, 0);
		frame = take();
		assert_true(frame.sequence == rows[i].sequence);
		assert_int_equal(frame.gap, rows[i].gap);
		assert_int_equal(frame.flags, rows[i].flags);
		lost += rows[i].gap;
	}
	assert_int_equal(s->stats.lost, lost);
	assert_int_equal(s->stats.repeated, 2);
}

static void loss_before_the_first_frame(void **state)
{
	assert_int_equal(capture_close(s), 0);
	fake_reset();
	fake.sequence_from_start = true;
	assert_int_equal(capture_open("fake:", NULL, &s), 0);
	attach_all(1);
	queue_all(1);
	assert_int_equal(capture_start(s), 0);
	fake_complete(3, 0, 0);
	assert_int_equal(take().gap, 3);
}

/* Frames lost so far, and how many of them because no buffer was queued. */
static void expect_lost(uint64_t lost, uint64_t starved)
{
	assert_int_equal(s->stats.lost, lost);
	assert_int_equal(s->stats.lost_starved, starved);
}

static void starvation_is_told_apart(void **state)
{
	attach_all(2);
	queue_all(2);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, 0, 0);
	fake_complete(5, 0, 0);			/* lost although a buffer was there */
	take();
	take();					/* now it has none */
	expect_lost(4, 0);
	queue_all(2);
	fake_complete(9, 0, 0);
	take();
	expect_lost(7, 3);
	fake_complete(11, 0, 0);
	take();
	expect_lost(8, 3);
}

/*
 * A buffer is filled and waits to be taken while the next one is queued, 2.5
 * frame times later: of what was lost two frames had no buffer.
 */
static void starvation_behind_a_filled_buffer(void **state)
{
	attach_all(2);
	queue_all(1);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, 0, 0);
	assert_int_equal(capture_queue(b[1]), 0);
	fake.end_ns = b[1]->queued_ns - 2500000;
	take();					/* it looks as if another one was there all the time */
	fake_complete(5, 0, 0);
	take();
	expect_lost(4, 2);
}

/* A backend that knows is believed, whatever times and buffers make of it. */
static void starvation_as_the_backend_tells(void **state)
{
	assert_int_equal(capture_close(s), 0);
	fake_reset();
	fake.depth = 1;
	fake.tells_starved = true;
	assert_int_equal(capture_open("fake:", NULL, &s), 0);
	attach_all(2);
	queue_all(1);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, 0, 0);
	take();					/* now it has none */
	queue_all(1);
	fake.starved = 2;
	fake_complete(5, 0, 0);
	take();
	expect_lost(4, 2);
	/* one buffer waits in the core while the other is filled: one was queued all the time */
	queue_all(2);
	fake.starved = 0;
	fake_complete(6, 0, 0);
	take();
	fake.starved = 3;
	fake_complete(10, 0, 0);
	take();
	expect_lost(7, 2);
	/* never more than were lost */
	queue_all(1);
	fake_complete(12, 0, 0);
	take();
	expect_lost(8, 3);
}

/* One that wakes for its oldest buffer is watched anew with each, and not at all without. */
static void woken_for_the_oldest(void **state)
{
	unsigned int i;

	fake.wakes_for_oldest = true;
	close_it(state);
	assert_int_equal(capture_open("fake:", NULL, &s), 0);
	attach_all(3);
	assert_int_equal(capture_start(s), 0);
	fake_make_noise();
	assert_false(readable());
	assert_int_equal(capture_stop(s), 0);
	queue_all(3);
	assert_int_equal(capture_start(s), 0);
	for (i = 0; i < 3; i++) {
		assert_false(readable());
		fake_complete(i, 0, 0);
		assert_true(readable());
		assert_ptr_equal(take().buffer, b[i]);
	}
	fake_make_noise();
	assert_false(readable());
}

static void flags_are_counted(void **state)
{
	attach_all(4);
	queue_all(4);
	assert_int_equal(capture_start(s), 0);
	fake_complete(0, CAPTURE_FRAME_CORRUPT, 0);
	fake_complete(1, CAPTURE_FRAME_INCOMPLETE | CAPTURE_FRAME_COPIED, 0);
	fake_complete(2, CAPTURE_FRAME_BOUNCED, 0);
	fake_complete(3, 0, -EIO);
	take();
	take();
	take();
	assert_int_equal(take().status, -EIO);
	assert_int_equal(s->stats.frames, 3);
	assert_int_equal(s->stats.failed, 1);
	assert_int_equal(s->stats.corrupt, 1);
	assert_int_equal(s->stats.incomplete, 1);
	assert_int_equal(s->stats.copied, 2);
}

/* Queued for a start that never came, as after a start that failed. */
static void stop_without_start(void **state)
{
	unsigned int i;

	attach_all(6);
	queue_all(6);
	assert_int_equal(capture_detach(b[0]), -EBUSY);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(fake.stops, 1);
	assert_int_equal(s->stats.stops, 0);
	for (i = 0; i < 6; i++) {
		struct capture_frame frame = take();

		assert_ptr_equal(frame.buffer, b[i]);
		assert_int_equal(frame.status, -ECANCELED);
	}
	assert_int_equal(s->stats.cancelled, 6);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(fake.stops, 1);
}

static void close_complains(void **state)
{
	attach_all(2);
	queue_all(1);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_close(s), -EBUSY);
	assert_non_null(strstr(capture_error(), "running, with 2 buffers attached and 1 of them queued"));
	assert_int_equal(fake.detaches, 2);
	assert_int_equal(fake.stops, 1);
	memset(b, 0, sizeof(b));
	open_it(NULL);
}

static void memory_is_checked(void **state)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct capture_buffer *buffer;

	assert_true(page != MAP_FAILED);
	assert_int_equal(capture_attach(s, NULL, 100, 0, &buffer), -EINVAL);
	assert_int_equal(capture_attach(s, page, 0, 0, &buffer), -EINVAL);
	assert_int_equal(capture_attach(s, page, SIZE_MAX, 0, &buffer), -EINVAL);
	assert_int_equal(capture_attach(s, page, 100, 8, &buffer), -EINVAL);
	assert_int_equal(capture_attach(s, page, 99, 0, &buffer), -EMSGSIZE);
	assert_int_equal(capture_attach_fd(s, page, 100, 0, -1, 0, &buffer), -EBADF);
	assert_int_equal(mprotect(page + 4096, 4096, PROT_READ), 0);
	assert_int_equal(capture_attach(s, page + 4090, 100, 0, &buffer), -EFAULT);
	assert_int_equal(mprotect(page + 4096, 4096, PROT_NONE), 0);
	assert_int_equal(capture_attach(s, page + 4090, 100, 0, &buffer), -EFAULT);
	assert_int_equal(munmap(page + 4096, 4096), 0);
	assert_int_equal(capture_attach(s, page + 4090, 100, 0, &buffer), -EFAULT);

	assert_int_equal(capture_attach(s, page + 11, 100, 0, &buffer), 0);
	assert_int_equal(munmap(page, 4096), 0);
	assert_int_equal(capture_queue(buffer), -EFAULT);
	assert_int_equal(capture_detach(buffer), 0);
	assert_int_equal(fake.attaches, 1);
}

static void configs(void **state)
{
	struct {
		struct capture_config known;
		uint64_t newer;
	} config = { CAPTURE_CONFIG_INIT, 0 };
	struct capture_config *c = &config.known;
	struct capture_session *other;
	struct capture_buffer *buffer;
	struct capture_info info;

	c->size = sizeof(config);
	assert_int_equal(capture_open("fake:", c, &other), 0);
	assert_int_equal(capture_close(other), 0);
	config.newer = 1;
	assert_int_equal(capture_open("fake:", c, &other), -EINVAL);
	c->size = 3;
	assert_int_equal(capture_open("fake:", c, &other), -EINVAL);
	c->size = sizeof(*c);
	c->chunk = 1 << 20;
	assert_int_equal(capture_open("fake:", c, &other), -EOPNOTSUPP);
	c->chunk = 4095;
	assert_int_equal(capture_open("chunky:", c, &other), -EINVAL);
	c->chunk = 2048;
	assert_int_equal(capture_open("chunky:", c, &other), -EINVAL);
	c->chunk = 4096;
	c->budget = 2 * 4096 + 50;
	assert_int_equal(capture_open("chunky:", c, &other), 0);
	capture_info(other, &info);
	assert_int_equal(info.chunk, 4096);
	assert_int_equal(info.window, 2);
	assert_int_equal(capture_close(other), 0);

	c->chunk = 0;
	c->budget = 150;
	assert_int_equal(capture_open("fake:", c, &other), 0);
	assert_int_equal(capture_attach(other, memory[0], 100, 0, &buffer), 0);
	assert_int_equal(capture_attach(other, memory[1], 100, 0, &b[0]), -EDQUOT);
	assert_int_equal(capture_detach(buffer), 0);
	assert_int_equal(capture_close(other), 0);
	b[0] = NULL;

	assert_int_equal(capture_open("nope:", NULL, &other), -ENOENT);
	assert_int_equal(capture_open("fake:fail=1", NULL, &other), -ENODEV);
	assert_string_equal(capture_error(), "fake: told to fail");
	assert_int_equal(capture_open("fake:wrong=1", NULL, &other), -EINVAL);
}

static void controls(void **state)
{
	int64_t value = 0;

	assert_int_equal(capture_set_control(s, "gain", 5), 0);
	assert_int_equal(capture_get_control(s, "Gain", &value), 0);
	assert_int_equal(value, 5);
	assert_int_equal(capture_set_control(s, "gain", 6), -ERANGE);
	assert_non_null(strstr(capture_error(), "-5 to 5"));
	assert_int_equal(capture_set_control(s, "exposure-auto", 2), 0);
	assert_int_equal(capture_set_control(s, "Exposure Auto", 1), -ERANGE);
	assert_int_equal(capture_set_control(s, "exposure_auto", 3), -ERANGE);
	assert_int_equal(capture_set_control(s, "temperature", 3), -EACCES);
	assert_int_equal(capture_get_control(s, "temperature", &value), 0);
	assert_int_equal(capture_set_control(s, "reset", 0), 0);
	assert_int_equal(capture_get_control(s, "reset", &value), -EACCES);
	assert_int_equal(capture_set_control(s, "lines", 0x10), -ERANGE);
	assert_int_equal(capture_set_control(s, "lines", 0x0c), 0);
	assert_int_equal(capture_set_control(s, "label", 1), -EOPNOTSUPP);
	assert_int_equal(capture_set_control(s, "nothing", 1), -ENOENT);
}

static void what_a_backend_lacks(void **state)
{
	struct capture_format format = { 0 };
	struct capture_frame frame = { 0 };

	assert_int_equal(capture_formats(s, NULL, NULL), -EOPNOTSUPP);
	assert_int_equal(capture_try_format(s, &format), -EOPNOTSUPP);
	assert_int_equal(capture_inputs(s, NULL, NULL), -EOPNOTSUPP);
	assert_int_equal(capture_set_input(s, "0"), -EOPNOTSUPP);
	assert_int_equal(capture_verify(s, &frame), -EOPNOTSUPP);
	assert_int_equal(capture_verify(s, NULL), -EOPNOTSUPP);
	format.fps_num = 30;
	assert_int_equal(capture_set_format(s, &format), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

/* Counted as often as they were; the words of the last one stay, whatever became of what was given. */
static void faults_are_counted(void **state)
{
	char words[600] = "one";
	struct capture_stats stats;

	capture_stats(s, &stats);
	assert_int_equal(stats.faults, 0);
	assert_null(stats.fault);
	capture_count_faults(s, 1, words);
	memset(words, 'x', sizeof(words) - 1);
	capture_stats(s, &stats);
	assert_string_equal(stats.fault, "one");
	capture_count_faults(s, 2, words);
	capture_stats(s, &stats);
	assert_int_equal(stats.faults, 3);
	assert_int_equal(strspn(stats.fault, "x"), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_order_beyond_the_depth),
		TEST(states_are_checked),
		TEST(stop_gives_filled_then_cancelled),
		TEST(a_refused_buffer_comes_back),
		TEST(a_dead_device),
		TEST(sequences),
		TEST(loss_before_the_first_frame),
		TEST(starvation_is_told_apart),
		TEST(starvation_behind_a_filled_buffer),
		TEST(starvation_as_the_backend_tells),
		TEST(woken_for_the_oldest),
		TEST(flags_are_counted),
		TEST(faults_are_counted),
		TEST(stop_without_start),
		TEST(close_complains),
		TEST(memory_is_checked),
		TEST(configs),
		TEST(controls),
		TEST(what_a_backend_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
