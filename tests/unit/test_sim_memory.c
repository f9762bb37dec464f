/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the simulator's frames go: chunks, sizes, strides, and memory that is lost. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim_run.h"

/* A buffer that waits behind another one in the library loses its memory. */
static void memory_lost_while_queued(void **state)
{
	const size_t len = 64 * 64 * 2;
	struct capture_session *s = open_uri("sim:size=64x64,depth=1");
	struct capture_buffer *a, *b;
	struct capture_frame frame;
	char *keep = malloc(len);
	char *lose = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_int_equal(capture_attach(s, keep, len, 0, &a), 0);
	assert_int_equal(capture_attach(s, lose, len, 0, &b), 0);
	assert_int_equal(capture_queue(a), 0);
	assert_int_equal(capture_queue(b), 0);
	/* unmapped, but so that nothing else can come to lie there */
	assert_ptr_equal(mmap(lose, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
			 lose);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_ptr_equal(frame.buffer, b);
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(capture_stop(s), 0);
	capture_detach(a);
	capture_detach(b);
	assert_int_equal(capture_close(s), 0);
	munmap(lose, len);
	free(keep);
}

static uint64_t pages_between(uintptr_t from, uintptr_t to)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);

	return ((to + page - 1) & -page) - (from & -page);
}

/* What a frame says of chunks and pins is what arithmetic says. */
static void chunks(uint64_t chunk, uint32_t window, const char *uri)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;
	uintptr_t at, edge[300], end;
	unsigned int n = 0, i, j;
	struct capture_frame frame;
	struct capture_buffer *b;
	struct capture_session *s;
	uint64_t peak = 0, held;
	uint8_t *memory = malloc(500 * 700 + 3);

	config.chunk = chunk;
	config.window = window;
	assert_int_equal(capture_open(uri, &config, &s), 0);
	assert_int_equal(capture_attach(s, memory + 3, 500 * 700, 0, &b), 0);
	assert_int_equal(capture_queue(b), 0);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	assert_int_equal(capture_verify(s, &frame), 0);

	at = (uintptr_t)memory + 3;
	end = at + 500 * 700;
	for (edge[n++] = at; at < end; edge[n++] = at) {
		at = (at / chunk + 1) * chunk;
		if (at > end)
			at = end;
	}
	assert_int_equal(frame.chunks, n - 1);
	for (i = 0; i + 1 < n; i++) {
		for (held = 0, j = i; j < i + window && j + 1 < n; j++)
			held += pages_between(edge[j], edge[j + 1]);
		if (held > peak)
			peak = held;
	}
	assert_int_equal(frame.pinned_peak, peak);
	assert_true(peak <= chunk * window);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_detach(b), 0);
	assert_int_equal(capture_close(s), 0);
	free(memory);
}

static void chunks_are_honoured(void **state)
{
	static const char *const uris[] = { "sim:size=500x700,format=GREY",
					    "sim:size=500x700,format=GREY,guard=1" };
	size_t i;

	for (i = 0; i < 2; i++) {
		chunks(4096, 1, uris[i]);
		chunks(4096, 2, uris[i]);
		chunks(65536, 1, uris[i]);
		chunks(65536, 3, uris[i]);
		chunks(1 << 20, 1, uris[i]);
		chunks(UINT64_C(1) << 40, 2, uris[i]);
	}
}

static void verify_finds_one_wrong_byte(void **state)
{
	struct run r;

	run_begin(&r, "sim:size=64x48,format=NV12");
	run_stream(&r, 1);
	r.memory[0][64 * 48 + 64 * 5 + 9] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	assert_non_null(strstr(capture_error(), "plane 1, line 5, byte 9"));
	r.memory[0][64 * 48 + 64 * 5 + 9] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), 0);
	r.frame[0].bytes--;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	r.frame[0].bytes++;
	r.frame[0].sequence++;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	run_end(&r);
}

/* ---- geometry ---- */

static int each_format(void *arg, const struct capture_format_info *info)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 2 }, { 2, 3 }, { 33, 31 } };
	struct capture_session *s = arg;
	struct capture_format format;
	size_t i;

	assert_true(info->width == 1 && info->width_step == 1 && info->width_max >= 16384);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		format = (struct capture_format){ .width = sizes[i][0], .height = sizes[i][1],
						  .fourcc = info->fourcc };
		assert_int_equal(capture_set_format(s, &format), 0);
		assert_int_equal(format.width, sizes[i][0]);
		assert_int_equal(format.height, sizes[i][1]);
		assert_int_equal(format.fourcc, info->fourcc);
		one_frame(s);
	}
	return 0;
}

static void odd_sizes_in_every_format(void **state)
{
	static const char *const uris[] = { "sim:", "sim:align=32", "sim:align=7,pattern=bytes" };
	struct capture_session *s;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		s = open_uri(uris[i]);
		assert_int_equal(capture_formats(s, each_format, s), 0);
		assert_int_equal(capture_close(s), 0);
	}
}

static void largest_sizes(void **state)
{
	static const char *const uris[] = {
		"sim:size=32768x1,format=RGB3", "sim:size=1x32768,format=NV12",
		"sim:size=16384x16384,format=GREY,pattern=bytes",
		"sim:size=4096x8192,format=YUYV,guard=1",
	};
	struct capture_session *s;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		s = open_uri(uris[i]);
		one_frame(s);
		assert_int_equal(capture_close(s), 0);
	}
}

static void strides(void **state)
{
	struct capture_session *s = open_uri("sim:size=33x7,format=YU12,align=64");
	struct capture_format format;
	unsigned int i;

	capture_get_format(s, &format);
	for (i = 0; i < 3; i++)
		assert_int_equal(format.plane[i].stride % 64, 0);
	assert_int_equal(format.plane[0].stride, 128);
	assert_int_equal(capture_close(s), 0);
}

static void wishes(void **state)
{
	struct capture_session *s = open_uri("sim:size=320x240,format=Y12,fps=25");
	struct capture_format f = { .width = 1000000, .fourcc = CAPTURE_FOURCC('H', '2', '6', '4'),
				    .fps_num = 4000000000u, .fps_den = 1 };

	assert_int_equal(capture_try_format(s, &f), 0);
	assert_int_equal(f.width, 32768);
	assert_int_equal(f.height, 240);
	assert_int_equal(f.fourcc, CAPTURE_FOURCC('Y', '1', '2', ' '));
	assert_int_equal(f.fps_num, 1000000);
	assert_int_equal(capture_get_format(s, &f), 0);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.fps_num, 25);
	f = (struct capture_format){ .fps_num = 50, .fps_den = 1 };
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.fps_num, 50);
	assert_int_equal(capture_close(s), 0);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_lost_while_queued),
		cmocka_unit_test(chunks_are_honoured),
		cmocka_unit_test(verify_finds_one_wrong_byte),
		cmocka_unit_test(odd_sizes_in_every_format),
		cmocka_unit_test(largest_sizes),
		cmocka_unit_test(strides),
		cmocka_unit_test(wishes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
