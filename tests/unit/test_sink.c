/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sinks into descriptors and memory; how failures get words. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "unit.h"

#include "sink.h"
#include "words.h"

/* ---- words -------------------------------------------------------------- */

static void *other_thread(void *arg)
{
	assert_string_equal(why(), "");
	say_why(-EIO, "other");
	return NULL;
}

static void words(void **unused)
{
	char longer[5000];
	pthread_t thread;

	assert_int_equal(say_why(-ENOENT, "%s: %m; try %d", "a", 7), -ENOENT);
	assert_string_equal(why(), "a: No such file or directory; try 7");
	assert_int_equal(say_why_in(-EIO, "b: "), -EIO);
	assert_string_equal(why(), "b: a: No such file or directory; try 7");
	say_why(-EIO, "again %s", why());
	assert_string_equal(why(), "again b: a: No such file or directory; try 7");
	assert_int_equal(pthread_create(&thread, NULL, other_thread, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_string_equal(why(), "again b: a: No such file or directory; try 7");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	say_why(-EIO, "%s", longer);
	assert_true(strlen(why()) > 500 && strlen(why()) < sizeof(longer));
	say_why_in(-EIO, "%s", longer);
	assert_true(strlen(why()) < sizeof(longer));
}

/* ---- a descriptor ------------------------------------------------------- */

#define BYTES (1 << 20)

static uint8_t data[BYTES];

/* Reads slowly, and looks at every byte. */
static void *reader(void *arg)
{
	static uint8_t got[BYTES];
	int fd = *(int *)arg;
	size_t at = 0;
	ssize_t n;

	while ((n = read(fd, got + at, 1 + at % 5000)) > 0)
		at += (size_t)n;
	return at == BYTES && !memcmp(got, data, BYTES) ? got : NULL;
}

/* A pipe takes a part at a time; one that does not block says so. */
static void through_a_pipe(int flags, bool lend)
{
	struct iovec pieces[2000];
	struct sink_fd out;
	pthread_t thread;
	size_t i, at = 0;
	void *same;
	int ends[2];

	for (i = 0; i < BYTES; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	/* more pieces than the kernel takes at once, empty ones among them */
	assert_true(sizeof(pieces) / sizeof(pieces[0]) > IOV_MAX);
	for (i = 0; i < 2000; i++) {
		pieces[i] = (struct iovec){ data + at, i % 3 ? 500 : 0 };
		at += pieces[i].iov_len;
	}
	pieces[1999].iov_len += BYTES - at;
	assert_int_equal(pipe2(ends, 0), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
	assert_int_equal(pthread_create(&thread, NULL, reader, &ends[0]), 0);
	sink_fd_init(&out, ends[1], "pipe");
	if (lend && sink_fd_widen(&out))
		sink_fd_lend(&out, data, BYTES);
	assert_int_equal(sink_write_pieces(&out.sink, pieces, 2000), 0);
	assert_int_equal(out.spliced > 0, lend);
	assert_int_equal(out.sink.bytes, BYTES);
	close(ends[1]);
	assert_int_equal(pthread_join(thread, &same), 0);
	assert_non_null(same);
	close(ends[0]);
}

static void pipes(void **unused)
{
	through_a_pipe(0, false);
	through_a_pipe(O_NONBLOCK, false);
	through_a_pipe(0, true);
	through_a_pipe(O_NONBLOCK, true);
}

/* The reader gets bytes as they are when it comes to them: so pages of one's own show what is done to them. */
static void lent(void **unused)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), length = 4 * page + 100;
	uint8_t *memory = aligned_alloc(page, 8 * page), *got = malloc(length);
	struct sink_fd out;
	int ends[2];

	assert_non_null(memory);
	assert_non_null(got);
	memset(memory, 1, 8 * page);
	assert_int_equal(pipe(ends), 0);
	sink_fd_init(&out, ends[1], "pipe");
	assert_true(sink_fd_widen(&out));
	assert_in_range(fcntl(ends[1], F_GETPIPE_SZ), 65536, 1 << 20);
	/* few bytes, other memory, and more than is lent are copied */
	sink_fd_lend(&out, memory + page, length);
	assert_int_equal(sink_write(&out.sink, memory + page, 100), 0);
	assert_int_equal(sink_write(&out.sink, memory, length), 0);
	assert_int_equal(sink_write(&out.sink, memory + page + 1, length), 0);
	assert_int_equal(out.spliced, 0);
	assert_int_equal(sink_write(&out.sink, memory + page, length), 0);
	assert_int_equal(out.spliced, length);
	sink_fd_lend(&out, NULL, 0);
	assert_int_equal(sink_write(&out.sink, memory + page, length), 0);
	assert_int_equal(out.spliced, length);
	memset(memory, 2, 8 * page);
	assert_int_equal(read(ends[0], got, 100), 100);
	for (int i = 0; i < 4; i++) {
		for (size_t n = 0, more; n < length; n += more) {
			more = (size_t)read(ends[0], got + n, length - n);
			assert_in_range(more, 1, length);
		}
		assert_int_equal(got[0], i == 2 ? 2 : 1);
		assert_int_equal(got[length - 1], i == 2 ? 2 : 1);
	}
	close(ends[1]);
	close(ends[0]);
	free(memory);
	free(got);
}

/* What is no pipe is written to, whatever is lent. */
static void lent_to_none(void **unused)
{
	static uint8_t memory[65536];
	struct sink_fd out;

	sink_fd_init(&out, open("/dev/null", O_WRONLY), "null");
	assert_false(sink_fd_widen(&out));
	sink_fd_lend(&out, memory, sizeof(memory));
	assert_int_equal(sink_write(&out.sink, memory, sizeof(memory)), 0);
	assert_int_equal(out.spliced, 0);
	close(out.fd);
}

static void reader_gone(void **unused)
{
	struct sink_fd out;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	sink_fd_init(&out, ends[1], "standard output");
	assert_int_equal(sink_write(&out.sink, "x", 1), -EPIPE);
	assert_non_null(strstr(why(), "standard output"));
	assert_non_null(strstr(why(), "has gone"));
	assert_int_equal(out.sink.bytes, 0);
	assert_true(sink_fd_widen(&out));
	sink_fd_lend(&out, data, BYTES);
	assert_int_equal(sink_write(&out.sink, data, BYTES), -EPIPE);
	assert_int_equal(out.spliced, 0);
	close(ends[1]);
}

static void full_device(void **unused)
{
	struct sink_fd out;
	int fd = open("/dev/full", O_WRONLY);

	assert_true(fd >= 0);
	sink_fd_init(&out, fd, "out.raw");
	assert_int_equal(sink_write(&out.sink, "x", 1), -ENOSPC);
	assert_non_null(strstr(why(), "free some space"));
	assert_int_equal(sink_write(&out.sink, "", 0), 0);
	close(fd);
	assert_int_equal(sink_write(&out.sink, "x", 1), -EBADF);
}

static void handler(int signal)
{
}

/* A signal in the middle of a write is no failure. */
static void signals(void **unused)
{
	struct sigaction action = { .sa_handler = handler }, was;
	struct itimerval every = { { 0, 10000 }, { 0, 10000 } }, off = { { 0, 0 }, { 0, 0 } };

	sigaction(SIGALRM, &action, &was);
	setitimer(ITIMER_REAL, &every, NULL);
	through_a_pipe(0, false);
	through_a_pipe(O_NONBLOCK, false);
	through_a_pipe(0, true);
	through_a_pipe(O_NONBLOCK, true);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &was, NULL);
}

/* ---- memory ------------------------------------------------------------- */

static void memory(void **unused)
{
	struct iovec pieces[] = { { data, 0 }, { data, 5000 }, { NULL, 0 }, { data, 3 } };
	struct iovec absurd = { data, SIZE_MAX / 2 };
	struct sink_memory out;
	uint8_t *kept;

	sink_memory_init(&out);
	assert_int_equal(sink_write_pieces(&out.sink, pieces, 4), 0);
	assert_int_equal(out.length, 5003);
	assert_int_equal(out.sink.bytes, 5003);
	assert_memory_equal(out.data, data, 5000);
	assert_memory_equal(out.data + 5000, data, 3);
	kept = out.data;
	sink_memory_rewind(&out);
	assert_int_equal(out.length, 0);
	assert_int_equal(sink_write(&out.sink, data, 5003), 0);
	assert_ptr_equal(out.data, kept);
	assert_int_equal(sink_write_pieces(&out.sink, &absurd, 1), -EOVERFLOW);
	sink_memory_free(&out);
	assert_null(out.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(pipes),
		cmocka_unit_test(lent),
		cmocka_unit_test(lent_to_none),
		cmocka_unit_test(reader_gone),
		cmocka_unit_test(full_device),
		cmocka_unit_test(signals),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
