/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /dev/udmaN from the outside: its ioctls, and frames that are checked byte by byte. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tap.h"
#include "udma.h"

#define BUFFERS_MAX 16
#define WAIT_MS 60000	/* for a frame that must come: an emulated machine may be slow */

struct buffer {
	uint8_t *memory;
	size_t len;
	uint32_t handle;
};

/* an open device */
struct device {
	int fd;
	struct udma_info info;
	struct udma_format format;
};

/* The node under test; the first argument of the program. */
extern const char *device_path;

/* Fails the case if that fails. fps 0: as fast as it can. */
void device_open(struct device *d, uint32_t width, uint32_t height, uint32_t fps);
void device_close(struct device *d);
void device_setup(struct device *d, uint64_t chunk, uint32_t window);

/* 0 or a negative errno */
int device_call(const struct device *d, unsigned long request, void *arg);
int device_attach(const struct device *d, void *memory, size_t len, uint32_t flags,
		  uint32_t *handle);
int device_detach(const struct device *d, uint32_t handle);
int device_queue(const struct device *d, uint32_t handle);
int device_start(const struct device *d);
int device_stop(const struct device *d);
/* -EAGAIN: nothing is there */
int device_dequeue(const struct device *d, struct udma_done *done);

/* The next frame within WAIT_MS, whatever its status. */
struct udma_done must_dequeue(const struct device *d);
/* Anonymous memory, @shift bytes behind the start of a page, filled with 0x5a. */
void *new_memory(size_t len, size_t shift);
void free_memory(void *memory, size_t len);
/* A private buffer of one frame, attached. */
struct buffer new_buffer(const struct device *d, size_t shift, uint32_t flags);

/* The offset of the first byte that is wrong in a frame, or -1. */
int64_t frame_damage(const struct device *d, const struct udma_done *done, const uint8_t *memory);
/* The frame is whole and right; fails the case if not. */
void must_be_right(const struct device *d, const struct udma_done *done, const uint8_t *memory);

struct udma_limits limits_of(const struct device *d);
struct udma_stats stats_of(const struct device *d);
/* Write a number to a file below /sys; fails the case if that fails. */
void must_set(const char *path, uint64_t value);

/* the cases */
void abi_cases(void);
void frame_cases(void);
void mapping_cases(void);
void process_cases(void);
void limit_cases(void);
void read_cases(void);

#endif /* DEVICE_H */
