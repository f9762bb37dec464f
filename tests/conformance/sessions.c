/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several sessions, several threads, several processes. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance.h"

struct worker {
	struct plan plan;
	struct bench bench;
};

/* What a second session on a source that is in use may be told. */
static bool is_taken(int err)
{
	return err == -EBUSY || err == -EACCES || err == -EPERM;
}

static void stream(struct bench *bench)
{
	struct capture_frame frame;
	unsigned int i;

	for (i = 0; i < bench->plan->frames; i++) {
		frame = must_get_frame(bench->s);
		check_content(bench->plan, bench->s, &bench->format, &frame);
		spoil(bench->memory[frame.buffer == bench->buffer[0] ? 0 : 1], bench->format.size);
		must_queue(frame.buffer);
	}
}

static void open_second(struct worker *second, const struct plan *plan)
{
	struct capture_session *probe;
	int err;

	second->plan = *plan;
	if (plan->second)
		second->plan.uri = plan->second;
	err = capture_open(second->plan.uri, &plan->config, &probe);
	if (is_taken(err))
		tap_skip("the source takes one session: %s", capture_error());
	EXPECT(!err, "%s", capture_error());
	capture_close(probe);
	bench_open(&second->bench, &second->plan, 2);
	bench_queue_all(&second->bench);
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	stream(&worker->bench);
	bench_close(&worker->bench);
	return NULL;
}

static void two_at_once(void *arg)
{
	struct worker first = { .plan = *(struct plan *)arg }, second = { .plan = first.plan };
	pthread_t thread;
	int err;

	bench_open(&first.bench, &first.plan, 2);
	bench_queue_all(&first.bench);
	must_start(first.bench.s);
	if (!first.plan.second) {
		struct capture_format format = first.plan.wish;
		struct capture_session *probe;

		/* a source in use may refuse even its format */
		err = capture_open(first.plan.uri, &first.plan.config, &probe);
		if (!err) {
			err = capture_set_format(probe, &format);
			capture_close(probe);
		}
		if (is_taken(err))
			tap_skip("the source takes one session: %s", capture_error());
	}
	open_second(&second, &first.plan);
	err = capture_start(second.bench.s);
	if (is_taken(err))
		tap_skip("the source streams to one session: %s", capture_error());
	EXPECT(!err, "%s", capture_error());
	EXPECT(!pthread_create(&thread, NULL, work, &second), "no thread");
	work(&first);
	EXPECT(!pthread_join(thread, NULL), "no end");
}

/* A session is handed from thread to thread. */
static void *take_frames(void *arg)
{
	struct bench *bench = arg;

	stream(bench);
	return NULL;
}

static void handed_over(void *arg)
{
	struct bench bench;
	pthread_t thread;
	unsigned int i;

	bench_open(&bench, arg, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < 3; i++) {
		EXPECT(!pthread_create(&thread, NULL, take_frames, &bench), "no thread");
		EXPECT(!pthread_join(thread, NULL), "no end");
		stream(&bench);
	}
	bench_close(&bench);
}

/* Errors belong to the thread that met them. */
static void *fail_elsewhere(void *arg)
{
	struct capture_session *s;

	EXPECT(!*capture_error(), "a new thread has words already: %s", capture_error());
	EXPECT(capture_open("nonsense:", NULL, &s) == -ENOENT, "a backend named nonsense");
	EXPECT(strstr(capture_error(), "nonsense"), "the words are others: %s", capture_error());
	return NULL;
}

static void words_of_a_thread(void *arg)
{
	struct capture_session *s;
	pthread_t thread;

	EXPECT(capture_open("rubbish:", NULL, &s) == -ENOENT, "a backend named rubbish");
	EXPECT(!pthread_create(&thread, NULL, fail_elsewhere, NULL), "no thread");
	EXPECT(!pthread_join(thread, NULL), "no end");
	EXPECT(strstr(capture_error(), "rubbish"), "the words are others: %s", capture_error());
}

static void wait_for_child(pid_t pid)
{
	int status;

	EXPECT(pid > 0 && waitpid(pid, &status, 0) == pid, "no child");
	EXPECT(WIFEXITED(status) && !WEXITSTATUS(status), "the child failed: it saw a frame that is not its own");
}

/*
 * A fork while buffers are queued shares every page for copy on write.  The
 * frames are the parent's; the child's copy stays as it was at the fork.
 */
static void fork_while_queued(void *arg)
{
	const struct plan *plan = arg;
	struct bench bench;
	int go[2];
	char byte;
	pid_t pid;

	bench_open(&bench, plan, 2);
	EXPECT(!pipe(go), "no pipe");
	bench_queue_all(&bench);
	pid = fork();
	if (!pid) {
		close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			_exit(2);
		_exit(!is_spoiled(bench.memory[0], bench.format.size) ||
		      !is_spoiled(bench.memory[1], bench.format.size));
	}
	must_start(bench.s);
	stream(&bench);
	EXPECT(write(go[1], "x", 1) == 1, "no pipe");
	wait_for_child(pid);
	stream(&bench);
	bench_close(&bench);
}

/*
 * The same while frames flow, again and again; the child writes to its copy.  By
 * the kernel, because a simulator with guards may have taken the access from
 * pages that it is filling at the moment of the fork.
 */
static void fork_while_running(void *arg)
{
	const struct plan *plan = arg;
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct bench bench;
	unsigned int i;
	pid_t pid;

	EXPECT(zero >= 0, "no /dev/zero");

	bench_open(&bench, plan, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < 5; i++) {
		pid = fork();
		if (!pid) {
			for (i = 0; i < 2; i++)
				if (read(zero, bench.memory[i], bench.format.size) < 0 && errno != EFAULT)
					_exit(2);
			_exit(0);
		}
		stream(&bench);
		wait_for_child(pid);
	}
	close(zero);
	bench_close(&bench);
}

static void one_call(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_frame frame;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	uint8_t *memory = malloc(format.size);

	EXPECT(!capture_close(s), "%s", capture_error());
	spoil(memory, format.size);
	EXPECT(!capture_grab(plan->uri, &format, memory, format.size, ATTEMPT_MS, &frame), "%s",
	       capture_error());
	EXPECT(!frame.buffer && !frame.status && frame.bytes, "the facts of the frame are wrong");
	EXPECT(!is_spoiled(memory, frame.bytes), "no byte was written");
	EXPECT(capture_grab(plan->uri, &format, memory, format.size - 1, ATTEMPT_MS, &frame) ==
	       -EMSGSIZE, "a buffer one byte too short was taken");
	free(memory);
}

void session_cases(struct plan *plan)
{
	tap_run(two_at_once, plan, "sessions: two at once, in two threads");
	tap_run(handed_over, plan, "sessions: handed from thread to thread");
	tap_run(words_of_a_thread, plan, "sessions: every thread has its own words");
	tap_run(fork_while_queued, plan, "sessions: fork while buffers are queued");
	tap_run(fork_while_running, plan, "sessions: fork while frames flow");
	tap_run(one_call, plan, "sessions: one frame by one call");
}
