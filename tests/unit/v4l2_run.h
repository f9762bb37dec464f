/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run on the fake V4L2 device, taken apart into the steps that its tests share. */
#ifndef V4L2_RUN_H
#define V4L2_RUN_H

#include "unit.h"
#include "v4l2.h"
#include "v4l2_fake.h"

#define BUFFERS_MAX 100
#define MAPPED (1u << 16)	/* bytes of each mapping; a frame is smaller */

extern struct v4l2_run {
	const char *path;
	struct capture_session *session;
	struct capture_buffer *buffer[BUFFERS_MAX];
	unsigned char *memory[BUFFERS_MAX];
	unsigned int count;	/* buffers */
	unsigned int warnings;
	size_t size;		/* of a frame */
} run;

int run_setup(void **state);
int run_teardown(void **state);
#define RUN(name) cmocka_unit_test_setup_teardown(name, run_setup, run_teardown)

/* @options follow the device's path in the URI. */
void run_open(const char *options);
/* Stop, detach, close: nothing stays pinned, mapped or allocated. */
void run_leave(void);

/* Shared memory, of which the fake can hold the pages as the kernel does. */
unsigned char *run_map(void *where);
/* Between two frames the application maps something else at the same address. */
void run_remap(unsigned int which);
void run_attach(unsigned int n, size_t len, unsigned int flags);
void run_queue_all(void);
void run_start(void);

/* The next frame: one that is there, or one that the device completes now. */
struct capture_frame run_take(void);
struct capture_frame run_next(void);

/* Which of run.buffer it is. */
unsigned int run_number(const struct capture_buffer *buffer);
/* The frame is in the memory that is mapped now, all of it. */
void run_in_place(const struct capture_frame *frame, unsigned char value);
const char *run_way(void);
const char *run_why(void);

#endif /* V4L2_RUN_H */
