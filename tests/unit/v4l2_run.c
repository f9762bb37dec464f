/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "v4l2_run.h"

struct v4l2_run run;

static void listen(void *arg, int level, const char *text)
{
	run.warnings += level <= CAPTURE_LOG_WARNING;
}

void run_open(const char *options)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;
	struct capture_format f;
	char uri[128];

	config.log = listen;
	snprintf(uri, sizeof(uri), "v4l2:%s%s", run.path, options);
	assert_int_equal(capture_open(uri, &config, &run.session), 0);
	assert_int_equal(capture_get_format(run.session, &f), 0);
	run.size = f.size;
}

int run_setup(void **state)
{
	run.path = v4l2_fake_reset();
	memset(run.buffer, 0, sizeof(run.buffer));
	memset(run.memory, 0, sizeof(run.memory));
	run.session = NULL;
	run.count = run.warnings = 0;
	return 0;
}

void run_leave(void)
{
	struct capture_frame frame;
	unsigned int i;

	if (!run.session)
		return;
	assert_int_equal(capture_stop(run.session), 0);
	while (!capture_wait(run.session, 0, &frame))
		;
	for (i = 0; i < run.count; i++) {
		assert_int_equal(capture_detach(run.buffer[i]), 0);
		assert_int_equal(munmap(run.memory[i], MAPPED), 0);
	}
	run.count = 0;
	/* nothing stays pinned, mapped or allocated */
	assert_int_equal(device.count, 0);
	assert_int_equal(device.mapped, 0);
	assert_int_equal(capture_close(run.session), 0);
	run.session = NULL;
}

int run_teardown(void **state)
{
	run_leave();
	v4l2_fake_end();
	return 0;
}

unsigned char *run_map(void *where)
{
	unsigned char *m = mmap(where, MAPPED, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS | (where ? MAP_FIXED : 0), -1, 0);

	assert_ptr_not_equal(m, MAP_FAILED);
	return m;
}

void run_remap(unsigned int which)
{
	run.memory[which] = run_map(run.memory[which]);
}

void run_attach(unsigned int n, size_t len, unsigned int flags)
{
	while (n--) {
		run.memory[run.count] = run_map(NULL);
		assert_int_equal(capture_attach(run.session, run.memory[run.count], len, flags,
						&run.buffer[run.count]), 0);
		run.count++;
	}
}

void run_queue_all(void)
{
	unsigned int i;

	for (i = 0; i < run.count; i++)
		assert_int_equal(capture_queue(run.buffer[i]), 0);
}

void run_start(void)
{
	assert_int_equal(capture_start(run.session), 0);
}

struct capture_frame run_take(void)
{
	struct capture_frame frame;

	assert_int_equal(capture_wait(run.session, 1000, &frame), 0);
	return frame;
}

struct capture_frame run_next(void)
{
	v4l2_fake_complete();
	return run_take();
}

unsigned int run_number(const struct capture_buffer *buffer)
{
	unsigned int i;

	for (i = 0; run.buffer[i] != buffer; i++)
		assert_true(i < run.count);
	return i;
}

void run_in_place(const struct capture_frame *frame, unsigned char value)
{
	const unsigned char *m = capture_buffer_data(frame->buffer);
	size_t i;

	for (i = 0; i < run.size; i++)
		if (m[i] != value)
			fail_msg("byte %zu of frame %llu is %#x", i,
				 (unsigned long long)frame->sequence, m[i]);
	assert_int_equal(m[run.size], 0);
}

const char *run_way(void)
{
	struct capture_info info;

	capture_info(run.session, &info);
	return info.way_name;
}

const char *run_why(void)
{
	struct capture_info info;

	capture_info(run.session, &info);
	return info.way_why;
}
