/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The emulator and its client in processes of their own, one of which is killed
 * in the middle of a capture: the other one lives, and no memory is written that
 * the device was not given.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bt878_pattern.h"
#include "guard.h"
#include "random.h"
#include "vfio_remote.h"

#define PAGE 4096u
#define MEMORY_BYTES (4u << 20)
#define PROGRAM_AT 0x10000u
#define PROGRAM_BYTES 0x80000u
#define FRAMES 4u
#define FRAME_AT(i) (0x100000u + (i) * 0x40000u)
#define FRAME_BYTES (320u * 240u * 2u)
#define FRAME_SPAN ((FRAME_BYTES + PAGE - 1) / PAGE * PAGE)
#define INPUT 2
#define ROUNDS 8

static const struct grabber_device *const d = &bt8x8_grabber;

/* A client's memory; a file, so that it outlives the client. */
struct arena {
	int file;
	uint8_t *at;
};

/* ---- memory ---- */

/* What the device is not given: from the end of one piece to the beginning of the next. */
static uint32_t gap(const struct arena *arena, unsigned int i, uint8_t **at)
{
	static const uint32_t begin[] = {
		0, PROGRAM_AT + PROGRAM_BYTES, FRAME_AT(0) + FRAME_SPAN, FRAME_AT(1) + FRAME_SPAN,
		FRAME_AT(2) + FRAME_SPAN, FRAME_AT(3) + FRAME_SPAN,
	};
	static const uint32_t end[] = {
		PROGRAM_AT, FRAME_AT(0), FRAME_AT(1), FRAME_AT(2), FRAME_AT(3), MEMORY_BYTES,
	};

	if (i == sizeof(begin) / sizeof(*begin))
		return 0;
	*at = arena->at + begin[i];
	return end[i] - begin[i];
}

static void arena_get(struct arena *arena)
{
	uint32_t i, bytes;
	uint8_t *at;

	arena->file = memfd_create("memory", MFD_CLOEXEC);
	assert_int_equal(ftruncate(arena->file, MEMORY_BYTES), 0);
	arena->at = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, arena->file, 0);
	assert_ptr_not_equal(arena->at, MAP_FAILED);
	for (i = 0; (bytes = gap(arena, i, &at)); i++)
		guard_fill(at, bytes);
}

static void expect_gaps(const struct arena *arena)
{
	uint32_t i, bytes;
	uint8_t *at;

	for (i = 0; (bytes = gap(arena, i, &at)); i++)
		assert_int_equal(guard_damage(at, bytes), -1);
}

static void arena_put(struct arena *arena)
{
	munmap(arena->at, MEMORY_BYTES);
	close(arena->file);
}

static void expect_frame(const struct arena *arena, unsigned int index)
{
	const uint8_t *row = arena->at + FRAME_AT(index);
	struct bt878_place place = { .input = INPUT };
	uint32_t x;

	memcpy(&place.frame, row, sizeof(place.frame));
	for (; place.line < 2 * 240; place.line += 2, row += 2 * 320)
		for (x = 0; x < 2 * 320; x++)
			assert_int_equal(row[x], bt878_byte(&place, x, 0));
}

/* ---- a capture into it ---- */

static void queue(struct remote *r, unsigned int index)
{
	const struct grabber_segment all = {
		.addr = REMOTE_BASE + FRAME_AT(index), .bytes = FRAME_BYTES,
	};
	const int64_t number = d->begin(r->grabber, 1);

	assert_true(number > 0);
	assert_int_equal(d->load(r->grabber, (uint64_t)number, 0, &all, 1), 0);
}

static void begin(struct remote *r, const struct arena *arena)
{
	struct grabber_memory program = {
		.cpu = arena->at + PROGRAM_AT, .bus = REMOTE_BASE + PROGRAM_AT, .bytes = PROGRAM_BYTES,
	};
	struct grabber_mode mode = {
		.fourcc = GRABBER_FOURCC('Y', 'U', 'Y', 'V'), .width = 320, .height = 240,
		.field = GRABBER_FIELD_TOP,
	};
	unsigned int i;

	remote_map(r, arena->file, PROGRAM_AT, PROGRAM_BYTES);
	for (i = 0; i < FRAMES; i++)
		remote_map(r, arena->file, FRAME_AT(i), FRAME_SPAN);
	d->try_mode(r->grabber, &mode);
	assert_int_equal(mode.bytes, FRAME_BYTES);
	d->set_mode(r->grabber, &mode);
	assert_in_range(d->memory_bytes(r->grabber, FRAMES, 1, 1), 1, PROGRAM_BYTES);
	d->prepare(r->grabber, &program, FRAMES, 1, 1);
	for (i = 0; i < FRAMES; i++)
		queue(r, i);
	while (d->ready(r->grabber))
		;
	d->start(r->grabber);
}

/* Frames that are done are looked at and given back; returns all events. */
static uint32_t serve(struct remote *r, const struct arena *arena, unsigned int *frames)
{
	struct grabber_frame told;
	uint32_t flags, all = 0;

	remote_wait(r);
	while (d->event(r->grabber, &flags)) {
		all |= flags;
		while (d->finished(r->grabber, &told)) {
			expect_frame(arena, (told.number - 1) % FRAMES);
			queue(r, (told.number - 1) % FRAMES);
			++*frames;
		}
		if (flags & GRABBER_EVENT_FATAL)
			return all;
	}
	remote_unmask(r);
	return all;
}

static void capture(struct remote *r, const struct arena *arena, unsigned int frames)
{
	unsigned int done = 0;

	while (done < frames)
		assert_false(serve(r, arena, &done) & GRABBER_EVENT_FATAL);
}

/* Time in which the beam goes on, as it waits for nobody who has answered. */
static void pass(struct remote *r, uint32_t registers)
{
	while (registers--)
		grabber_read(r->grabber, 0);
}

/* ---- who dies ---- */

/* All that the client sees of it is a device that is gone. */
static void server_dies(void **state)
{
	unsigned int round, done = 0;

	for (round = 0; round < ROUNDS; round++) {
		struct server server;
		struct remote r;
		struct arena arena;
		int status;

		arena_get(&arena);
		server_start(&server);
		remote_open(&r, &server);
		begin(&r, &arena);
		capture(&r, &arena, 1 + random_number() % 6);
		pass(&r, random_number() % 8);
		status = server_end(&server, SIGKILL);
		assert_true(WIFSIGNALED(status));
		expect_gaps(&arena);
		assert_int_equal(serve(&r, &arena, &done), GRABBER_EVENT_GONE);
		d->halt(r.grabber);
		remote_close(&r);
		expect_gaps(&arena);
		arena_put(&arena);
	}
}

/* Captures until it is killed; says so once when it has begun. */
static _Noreturn void be_client(const struct server *server, const struct arena *arena, int tell)
{
	struct remote r;

	remote_open(&r, server);
	begin(&r, arena);
	capture(&r, arena, 2);
	if (write(tell, "!", 1) == 1)
		capture(&r, arena, UINT32_MAX);
	_exit(1);
}

/* A client of its own process is killed while it captures to @arena. */
static void kill_client(const struct server *server, const struct arena *arena)
{
	int ends[2], status;
	pid_t pid;
	char said;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		be_client(server, arena, ends[1]);
	close(ends[1]);
	assert_int_equal(read(ends[0], &said, 1), 1);
	/* anywhere in a frame */
	usleep(random_number() % 3000);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	close(ends[0]);
}

/* The next one is served, and what the dead one gave is not touched any more. */
static void client_dies(void **state)
{
	static uint8_t then[MEMORY_BYTES];
	unsigned int round, descriptors = 0;
	struct server server;
	int status;

	server_start(&server);
	for (round = 0; round < ROUNDS; round++) {
		struct arena old, new;
		struct remote r;

		arena_get(&old);
		arena_get(&new);
		kill_client(&server, &old);
		remote_open(&r, &server);
		expect_gaps(&old);
		memcpy(then, old.at, MEMORY_BYTES);
		begin(&r, &new);
		capture(&r, &new, 8);
		assert_memory_equal(then, old.at, MEMORY_BYTES);
		expect_gaps(&new);
		if (!descriptors)
			descriptors = server_descriptors(&server);
		assert_int_equal(server_descriptors(&server), descriptors);
		remote_close(&r);
		arena_put(&old);
		arena_put(&new);
	}
	status = server_end(&server, SIGTERM);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server_dies), cmocka_unit_test(client_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
