/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file as memory for frames.  A memfd is such a file; the device and the writer
 * are played here, and each is ahead of the other by as much as chance will have it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "inplace.h"
#include "random.h"
#include "words.h"

#define SLOTS 5
#define FRAME_MOST 20000
#define FRAMES 200

static int fd;
static struct inplace *place;
static uint64_t frame;		/* bytes */

static void begin(uint64_t bytes, uint64_t frames)
{
	const struct inplace_setup setup = { .frame_bytes = bytes, .frames = frames, .slots = SLOTS };

	frame = bytes;
	fd = memfd_create("test", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(inplace_open(fd, "a file", &setup, &place), 0);
}

static void end(void)
{
	inplace_close(place);
	close(fd);
}

static uint8_t content(uint64_t index, uint64_t at)
{
	return (uint8_t)((index * 1000003 + at * 7 + 1) * 2654435761u >> 24);
}

static void fill(uint8_t *data, uint64_t index)
{
	for (uint64_t i = 0; i < frame; i++)
		data[i] = content(index, i);
}

static void expect_file(uint64_t frames)
{
	uint8_t *got = malloc(frame);
	struct stat st;

	assert_non_null(got);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, frames * frame);
	for (uint64_t i = 0; i < frames; i++) {
		assert_int_equal(pread(fd, got, frame, (off_t)(i * frame)), frame);
		for (uint64_t j = 0; j < frame; j++)
			if (got[j] != content(i, j))
				fail_msg("frame %llu, byte %llu", (unsigned long long)i,
					 (unsigned long long)j);
	}
	free(got);
}

static uint64_t copied(void)
{
	char why[160];

	return inplace_copied(place, why);
}

/* ---- a run ---------------------------------------------------------------- */

struct turn {
	unsigned int slot;
	uint8_t *data;
};

/* With the device, then with the writer, each oldest first. */
struct line {
	struct turn turn[SLOTS];
	unsigned int count;
};

static void put(struct line *line, struct turn turn)
{
	line->turn[line->count++] = turn;
}

static struct turn take(struct line *line)
{
	struct turn first = line->turn[0];

	memmove(line->turn, line->turn + 1, --line->count * sizeof(first));
	return first;
}

static uint8_t own[SLOTS][FRAME_MOST];

static void queue(struct line *device, unsigned int slot, uint64_t captured)
{
	uint8_t *data = inplace_claim(place, slot, captured + device->count);

	put(device, (struct turn){ slot, data ? data : own[slot] });
}

static void write_one(struct turn turn)
{
	assert_int_equal(sink_write(inplace_sink(place), turn.data, frame), 0);
	inplace_release(place, turn.slot);
}

/* One frame in @bad is not kept; 0: all are. */
static void run(uint64_t frames, unsigned int bad)
{
	struct line device = { .count = 0 }, writer = { .count = 0 };
	uint64_t captured = 0;
	struct turn turn;

	for (unsigned int i = 0; i < SLOTS; i++)
		queue(&device, i, captured);
	while (captured < frames) {
		if (writer.count && (!device.count || random_number() % 2)) {
			turn = take(&writer);
			write_one(turn);
			queue(&device, turn.slot, captured);
			continue;
		}
		turn = take(&device);
		if (bad && !(random_number() % bad)) {
			memset(turn.data, 0xee, frame);
			inplace_release(place, turn.slot);
			queue(&device, turn.slot, captured);
			continue;
		}
		fill(turn.data, captured++);
		put(&writer, turn);
	}
	while (writer.count)
		write_one(take(&writer));
	while (device.count)
		inplace_release(place, take(&device).slot);
	assert_int_equal(inplace_cut(place, frames * frame), 0);
}

static const uint64_t sizes[] = { 1, 1000, 4096, 4097, 8192, 12345, FRAME_MOST };

static void all_kept(void **state)
{
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		begin(sizes[i], i % 2 ? FRAMES : 0);
		run(FRAMES, 0);
		expect_file(FRAMES);
		assert_int_equal(copied(), 0);
		end();
	}
}

static void some_left_out(void **state)
{
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		begin(sizes[i], i % 2 ? FRAMES : 0);
		run(FRAMES, 2 + random_number() % 8);
		expect_file(FRAMES);
		assert_true(copied() > 0 && copied() <= FRAMES * frame);
		end();
	}
}

/* After one frame was left out those on their way are copied, and no more. */
static void comes_back(void **state)
{
	begin(4096, 0);
	for (uint64_t i = 0; i < 4; i++)
		assert_non_null(inplace_claim(place, (unsigned int)i, i));
	inplace_release(place, 0);	/* frame 0 is left out; three are with the device */
	assert_null(inplace_claim(place, 0, 3));
	inplace_release(place, 1);	/* frame 1 is kept */
	assert_non_null(inplace_claim(place, 1, 4));
	end();
}

/* ---- limits --------------------------------------------------------------- */

/* Never more room than for the frames that are wanted. */
static void no_more_than_wanted(void **state)
{
	struct stat st;

	begin(10000, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_non_null(inplace_claim(place, i, i));
	assert_null(inplace_claim(place, 3, 3));
	assert_null(inplace_claim(place, 3, UINT64_MAX));
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 30000);
	end();
}

static void set_limit(rlim_t bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The room ends: other memory for the frame, and the sink says why it is not kept. */
static void no_room(void **state)
{
	uint8_t *data;
	int err;

	begin(10000, 0);
	data = inplace_claim(place, 0, 0);
	assert_non_null(data);
	fill(data, 0);
	signal(SIGXFSZ, SIG_IGN);
	set_limit(15000);
	assert_null(inplace_claim(place, 1, 1));
	assert_int_equal(sink_write(inplace_sink(place), data, frame), 0);
	err = sink_write(inplace_sink(place), own[1], frame);
	set_limit(RLIM_INFINITY);
	assert_int_equal(err, -EFBIG);
	assert_non_null(strstr(why(), "a file: "));
	inplace_release(place, 0);
	assert_int_equal(inplace_cut(place, frame), 0);
	expect_file(1);
	end();
}

static void no_file_in_memory(void **state)
{
	const struct inplace_setup setup = { .frame_bytes = 4096, .slots = 1 };
	struct inplace *none;
	int proc = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	assert_true(proc >= 0);
	assert_int_equal(inplace_open(proc, "a file", &setup, &none), -EOPNOTSUPP);
	close(proc);
	assert_false(inplace_may("/proc/x"));
}

/* A device that breaks its promise cannot break a file. */
static void another_order(void **state)
{
	uint8_t *second;

	begin(10000, 0);
	assert_non_null(inplace_claim(place, 0, 0));
	second = inplace_claim(place, 1, 1);
	assert_int_equal(sink_write(inplace_sink(place), second, frame), -EPROTO);
	assert_non_null(strstr(why(), "--direct off"));
	end();
}

static void refused(void **state)
{
	char words[160];

	begin(4096, 0);
	assert_non_null(inplace_claim(place, 0, 0));
	inplace_refuse(place, "because");
	assert_null(inplace_claim(place, 1, 1));
	inplace_copied(place, words);
	assert_string_equal(words, "because");
	end();
}

/* ---- planes --------------------------------------------------------------- */

/* Planes that lie the other way round, in the file's memory and elsewhere. */
static void planes_swapped(void **state)
{
	const uint64_t half = 3000;
	uint8_t swap[3000], *data;

	begin(2 * half, 0);
	for (uint64_t i = 0; i < 3; i++) {
		data = i == 1 ? own[0] : inplace_claim(place, (unsigned int)i, i);
		fill(data, i);
		memcpy(swap, data, half);
		memcpy(data, data + half, half);
		memcpy(data + half, swap, half);
		struct iovec piece[] = { { data + half, half }, { data, half } };

		assert_int_equal(sink_write_pieces(inplace_sink(place), piece, 2), 0);
		inplace_release(place, (unsigned int)i);
	}
	assert_int_equal(inplace_cut(place, 3 * frame), 0);
	expect_file(3);
	assert_int_equal(copied(), 3 * frame);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kept),
		cmocka_unit_test(some_left_out),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(no_more_than_wanted),
		cmocka_unit_test(no_room),
		cmocka_unit_test(no_file_in_memory),
		cmocka_unit_test(another_order),
		cmocka_unit_test(refused),
		cmocka_unit_test(planes_swapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
