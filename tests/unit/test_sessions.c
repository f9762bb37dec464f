/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Different sessions in different threads at once: what libcapture.h promises.
 * The thread sanitizer build gives this test its teeth.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcapture.h"
#include "unit.h"

#define THREADS 6
#define BUFFERS 3
#define FRAMES 40

struct job {
	pthread_t thread;
	unsigned int number;
	char why[256];		/* empty: all went well */
};

static int bad(struct job *job, const char *what)
{
	snprintf(job->why, sizeof(job->why), "thread %u: %s: %s", job->number, what, capture_error());
	return -1;
}

static int take_frames(struct job *job, struct capture_session *s)
{
	struct capture_frame frame;
	unsigned int i;

	for (i = 0; i < FRAMES; i++) {
		if (capture_wait(s, 60000, &frame))
			return bad(job, "wait");
		if (frame.status || frame.sequence != i)
			return bad(job, "a failed frame or a wrong sequence");
		if (capture_verify(s, &frame))
			return bad(job, "verify");
		if (capture_queue(frame.buffer))
			return bad(job, "queue");
	}
	return 0;
}

static int attach_and_queue(struct job *job, struct capture_session *s, char *memory, size_t size)
{
	struct capture_buffer *buffer;
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		if (capture_attach(s, memory + i * size, size, i & 1 ? CAPTURE_ATTACH_STABLE : 0, &buffer))
			return bad(job, "attach");
		if (capture_queue(buffer))
			return bad(job, "queue");
	}
	return 0;
}

static int put_away(struct job *job, struct capture_session *s)
{
	struct capture_frame frame;

	if (capture_stop(s))
		return bad(job, "stop");
	while (!capture_wait(s, 0, &frame))
		if (capture_detach(frame.buffer))
			return bad(job, "detach");
	if (capture_close(s))
		return bad(job, "close");
	return 0;
}

static void *run(void *arg)
{
	static const char *const formats[] = { "GREY", "YUYV", "Y12", "RGB3", "NV12", "RGGB" };
	struct capture_format format = { 0 };
	struct job *job = arg;
	struct capture_session *s;
	char uri[100], *memory;

	snprintf(uri, sizeof(uri), "sim:size=97x61,seed=%u,format=%s", job->number,
		 formats[job->number % 6]);
	if (capture_open(uri, NULL, &s))
		return bad(job, "open"), NULL;
	capture_get_format(s, &format);
	memory = malloc(BUFFERS * format.size);
	if (memory && !attach_and_queue(job, s, memory, format.size) &&
	    (capture_start(s) ? bad(job, "start") : !take_frames(job, s)))
		put_away(job, s);
	else
		capture_close(s);
	free(memory);
	return NULL;
}

static int count_device(void *arg, const struct capture_device *device)
{
	++*(unsigned int *)arg;
	return 0;
}

static void sessions_in_threads(void **state)
{
	struct job jobs[THREADS] = { 0 };
	unsigned int i, devices = 0;

	for (i = 0; i < THREADS; i++) {
		jobs[i].number = i;
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, run, &jobs[i]), 0);
	}
	assert_int_equal(capture_list(NULL, count_device, &devices), 0);
	assert_true(devices > 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(jobs[i].thread, NULL), 0);
		assert_string_equal(jobs[i].why, "");
	}
}

/* A session may move from thread to thread, as long as one has it at a time. */
static void *take_one(void *arg)
{
	struct capture_session *s = arg;
	struct capture_frame frame;

	return capture_wait(s, 60000, &frame) || capture_queue(frame.buffer) ? NULL : s;
}

static void session_moves_between_threads(void **state)
{
	struct capture_format format = { .width = 32, .height = 16 };
	struct job job = { 0 };
	struct capture_session *s;
	pthread_t thread;
	void *result;
	char *memory;
	int i;

	assert_int_equal(capture_open("sim:", NULL, &s), 0);
	assert_int_equal(capture_set_format(s, &format), 0);
	memory = malloc(BUFFERS * format.size);
	assert_non_null(memory);
	assert_int_equal(attach_and_queue(&job, s, memory, format.size), 0);
	assert_int_equal(capture_start(s), 0);
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&thread, NULL, take_one, s), 0);
		assert_int_equal(pthread_join(thread, &result), 0);
		assert_ptr_equal(result, s);
	}
	assert_int_equal(put_away(&job, s), 0);
	free(memory);
}

static void one_call(void **state)
{
	struct capture_format format = { .width = 33, .height = 7,
					 .fourcc = CAPTURE_FOURCC('Y', 'U', 'Y', 'V') };
	struct capture_frame frame;
	char memory[34 * 7 * 2];

	assert_int_equal(capture_grab("sim:", &format, memory, sizeof(memory), 60000, &frame), 0);
	assert_int_equal(format.size, sizeof(memory));
	assert_int_equal(frame.bytes, sizeof(memory));
	assert_null(frame.buffer);
	assert_int_equal(capture_grab("sim:", &format, memory, sizeof(memory) - 1, 60000, NULL), -EMSGSIZE);
	assert_int_equal(capture_grab("sim:unplug=0", &format, memory, sizeof(memory), 60000, NULL), -ENODEV);
	assert_int_equal(capture_grab("sim:stall=forever@0", &format, memory, sizeof(memory), 10, NULL),
			 -ETIMEDOUT);
	assert_non_null(strstr(capture_error(), "no frame within 10 ms"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_in_threads),
		cmocka_unit_test(session_moves_between_threads),
		cmocka_unit_test(one_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
