/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sink past the page cache, on the file system of the build tree.  In most
 * tests the writes are done here, in an order that the kernel might choose, and
 * some of them fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "direct.h"
#include "direct_ring.h"
#include "random.h"
#include "words.h"

#define NAME "test_direct.file"
#define BUFFERS 6
#define FRAME_MOST (3u << 20)

/* ---- a kernel ------------------------------------------------------------ */

enum { REAL, GOOD, REFUSING, SHORT };

static struct {
	int kind;
	unsigned int fails_at;	/* that write, from 0 on */
	unsigned int begun, pending;
	int fd;
	struct {
		const void *data;
		size_t length;
		uint64_t at;
		unsigned int tag;
		bool fails;
	} list[16];
} kernel;

int __real_direct_ring_write(struct direct_ring *ring, const void *data, size_t length,
			     uint64_t at, unsigned int tag);
unsigned int __real_direct_ring_wait(struct direct_ring *ring, int64_t *result);
int __wrap_direct_ring_write(struct direct_ring *ring, const void *data, size_t length,
			     uint64_t at, unsigned int tag);
unsigned int __wrap_direct_ring_wait(struct direct_ring *ring, int64_t *result);

int __wrap_direct_ring_write(struct direct_ring *ring, const void *data, size_t length,
			     uint64_t at, unsigned int tag)
{
	if (kernel.kind == REAL)
		return __real_direct_ring_write(ring, data, length, at, tag);
	assert_true(kernel.pending < 16);
	kernel.list[kernel.pending].data = data;
	kernel.list[kernel.pending].length = length;
	kernel.list[kernel.pending].at = at;
	kernel.list[kernel.pending].tag = tag;
	kernel.list[kernel.pending++].fails = kernel.begun++ == kernel.fails_at;
	return 0;
}

/* One of those under way, any; its memory is looked at only now. */
unsigned int __wrap_direct_ring_wait(struct direct_ring *ring, int64_t *result)
{
	unsigned int i, tag;
	size_t length;

	if (kernel.kind == REAL)
		return __real_direct_ring_wait(ring, result);
	assert_true(kernel.pending > 0);
	i = random_number() % kernel.pending;
	tag = kernel.list[i].tag;
	length = kernel.list[i].length;
	if (kernel.list[i].fails && kernel.kind == REFUSING) {
		*result = -EINVAL;
	} else {
		if (kernel.list[i].fails && kernel.kind == SHORT)
			length = length / 2 / 4096 * 4096;
		*result = pwrite(kernel.fd, kernel.list[i].data, length, (off_t)kernel.list[i].at);
		assert_true(*result == (int64_t)length);
	}
	kernel.list[i] = kernel.list[--kernel.pending];
	return tag;
}

/* ---- frames -------------------------------------------------------------- */

/* memory that is used again as soon as it may be */
static struct {
	uint8_t *data;
	uint64_t end;		/* where in the file what it has ends; 0: nothing */
} buffers[BUFFERS];

/* What the file has: this again and again, with a period that is no multiple of anything. */
#define PERIOD 1048573u

static uint8_t content[PERIOD + FRAME_MOST];

static void draw(void)
{
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (uint8_t)(i % PERIOD * 2654435761u >> 24);
}

static void fill(uint8_t *data, size_t length, uint64_t position)
{
	memcpy(data, content + position % PERIOD, length);
}

static void expect_content(uint64_t length)
{
	uint8_t *got = malloc(length + 1);
	int fd = open(NAME, O_RDONLY);

	assert_true(fd >= 0 && got);
	assert_int_equal(pread(fd, got, length + 1, 0), length);
	for (uint64_t at = 0; at < length; at += PERIOD)
		assert_memory_equal(got + at, content, length - at < PERIOD ? length - at : PERIOD);
	close(fd);
	free(got);
}

/* What is out may be used for something else, and is. */
static void reuse(const struct sink *sink)
{
	for (unsigned int i = 0; i < BUFFERS; i++)
		if (buffers[i].end && buffers[i].end <= sink->done) {
			memset(buffers[i].data, 0xee, FRAME_MOST + 4096);
			buffers[i].end = 0;
		}
}

static unsigned int free_buffer(struct sink *sink)
{
	while (1) {
		reuse(sink);
		for (unsigned int i = 0; i < BUFFERS; i++)
			if (!buffers[i].end)
				return i;
		assert_int_equal(sink->settle(sink), 0);
	}
}

static int put(struct sink *sink, size_t length, size_t offset)
{
	unsigned int i = free_buffer(sink);
	int err;

	fill(buffers[i].data + offset, length, sink->bytes);
	buffers[i].end = sink->bytes + length;
	err = sink_write(sink, buffers[i].data + offset, length);
	assert_true(sink->done <= sink->bytes);
	return err;
}

static int file;

static struct direct *begin(int kind, unsigned int fails_at, uint64_t expected)
{
	struct direct *d;

	kernel.kind = kind;
	kernel.fails_at = fails_at;
	kernel.begun = kernel.pending = 0;
	for (unsigned int i = 0; i < BUFFERS; i++)
		buffers[i].end = 0;
	file = open(NAME, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	assert_true(file >= 0);
	kernel.fd = file;
	assert_int_equal(direct_open(file, NAME, expected, &d), 0);
	return d;
}

static void end(struct direct *d, uint64_t length)
{
	struct stat st;

	direct_close(d);
	close(file);
	assert_int_equal(kernel.pending, 0);
	assert_int_equal(stat(NAME, &st), 0);
	assert_int_equal(st.st_size, length);
	expect_content(length);
}

/* ---- cases --------------------------------------------------------------- */

/* Frames of any length from anywhere, with pauses in which all gets out. */
static void frames(int kind, unsigned int fails_at, uint64_t expected)
{
	struct direct *d = begin(kind, fails_at, expected);
	struct sink *sink = direct_sink(d);
	static const size_t sizes[] = { 1, 511, 4096, 65536, 614400, 2073600, FRAME_MOST };
	unsigned int regular = random_number() % 2, i;
	size_t size = sizes[random_number() % 7];
	const char *why_not;

	for (i = 0; i < 10; i++) {
		if (!regular)
			size = 1 + random_number() % FRAME_MOST;
		assert_int_equal(put(sink, size, regular ? 0 : random_number() % 4096), 0);
		if (random_number() % 3)
			continue;
		while (sink->done < sink->bytes)
			assert_int_equal(sink->settle(sink), 0);
		reuse(sink);
	}
	assert_int_equal(direct_finish(d), 0);
	assert_true(sink->done == sink->bytes);
	if (kernel.begun > fails_at && kind != REAL && kind != GOOD)
		assert_int_equal(direct_way(d, &why_not), DIRECT_NO);
	else
		assert_int_not_equal(direct_way(d, &why_not), DIRECT_NO);
	end(d, sink->bytes);
}

static void any_order(void **state)
{
	for (unsigned int i = 0; i < 6; i++)
		frames(GOOD, 0, i % 2 ? 0 : random_number() % (64u << 20));
}

static void refused(void **state)
{
	for (unsigned int i = 0; i < 6; i++)
		frames(REFUSING, i, 0);
}

static void cut_short(void **state)
{
	for (unsigned int i = 0; i < 6; i++)
		frames(SHORT, i, 0);
}

static void by_the_real_kernel(void **state)
{
	for (unsigned int i = 0; i < 4; i++)
		frames(REAL, 0, 0);
}

static void ways(void **state)
{
	struct direct *d = begin(REAL, 0, 3 * 8192);
	const char *why_not;

	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(put(direct_sink(d), 8192, 0), 0);
	assert_int_equal(direct_finish(d), 0);
	assert_int_equal(direct_way(d, &why_not), DIRECT_YES);
	assert_string_equal(why_not, "");
	end(d, 3 * 8192);
	d = begin(REAL, 0, 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(put(direct_sink(d), 8191, 0), 0);
	assert_int_equal(direct_finish(d), 0);
	assert_int_equal(direct_way(d, &why_not), DIRECT_COPIED);
	end(d, 3 * 8191);
	assert_string_equal(direct_way_name(DIRECT_NO), "buffered");
}

/* Nothing at all, and a file that is thrown away while it is written. */
static void ends_early(void **state)
{
	struct direct *d = begin(GOOD, 0, 1 << 20);

	assert_int_equal(direct_finish(d), 0);
	end(d, 0);
	d = begin(GOOD, 0, 0);
	assert_int_equal(put(direct_sink(d), 4096 * 300, 0), 0);
	direct_close(d);
	assert_int_equal(kernel.pending, 0);
	close(file);
	direct_close(NULL);
}

/* The room ends at any byte: what is out is known, and whole frames can be kept. */
static void full(int kind, rlim_t room, size_t frame)
{
	struct rlimit before, limit;
	struct direct *d = begin(kind, UINT32_MAX, 0);
	struct sink *sink = direct_sink(d);
	uint64_t whole;
	int err = 0;

	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = room;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (unsigned int i = 0; !err && i < BUFFERS; i++)
		err = put(sink, frame, 0);
	while (!err && sink->done < sink->bytes)
		err = sink->settle(sink);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(err, -EFBIG);
	assert_non_null(strstr(why(), "ulimit -f"));
	assert_true(sink->done <= room);
	whole = sink->done / frame * frame;
	assert_int_equal(whole, room / frame * frame);
	assert_int_equal(direct_cut(d, whole), 0);
	assert_int_equal(direct_finish(d), 0);
	end(d, whole);
}

static void room_ends(void **state)
{
	static const rlim_t rooms[] = { 1, 4095, 4096, 100000, 614400, 614401, 700001, 1228799 };

	signal(SIGXFSZ, SIG_IGN);
	for (unsigned int i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		full(REAL, rooms[i], 614400);
		full(REAL, rooms[i], 300001);
	}
}

static void no_direct_writes(void **state)
{
	struct direct *d;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(direct_open(-1, "x", 0, &d), -EOPNOTSUPP);
	assert_non_null(strstr(why(), "direct"));
	close(fds[0]);
	close(fds[1]);
}

static int remove_file(void **state)
{
	unlink(NAME);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order),	cmocka_unit_test(refused),
		cmocka_unit_test(cut_short),	cmocka_unit_test(by_the_real_kernel),
		cmocka_unit_test(ways),		cmocka_unit_test(ends_early),
		cmocka_unit_test(room_ends),	cmocka_unit_test(no_direct_writes),
	};
	struct direct *d;
	int err;

	draw();
	file = open(NAME, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	err = direct_open(file, NAME, 0, &d);
	if (err) {
		printf("skipped: %s\n", why());
		unlink(NAME);
		return 77;
	}
	direct_close(d);
	close(file);
	for (unsigned int i = 0; i < BUFFERS; i++)
		if (posix_memalign((void **)&buffers[i].data, 4096, FRAME_MOST + 4096))
			return 1;
	err = cmocka_run_group_tests(tests, NULL, remove_file);
	for (unsigned int i = 0; i < BUFFERS; i++)
		free(buffers[i].data);
	return err;
}
