/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulated device: a thread with a clock that takes buffers from one queue,
 * fills them over the bus and puts them into another.
 *
 *	sim_queue -> [ queued ] -> thread -> [ done ] -> sim_reap
 *
 * The thread lives from start to stop.  All that it shares is under one lock,
 * but for the memory of the buffer that it fills.
 */
#ifndef SIM_DEVICE_H
#define SIM_DEVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "bus.h"
#include "sim_options.h"

/* private part of a buffer */
struct sim_buffer {
	struct capture_buffer *buffer;
	struct sim_buffer *next;		/* in one of the device's queues */
	uint64_t queued_ns;
	/* the frame in it, for reap and verify */
	struct capture_frame frame;
	struct pattern_look look;
	uint64_t number;			/* from the start of streaming */
	uint64_t damage_at, damage_len;
};

struct sim_fifo {
	struct sim_buffer *head, *tail;
};

enum sim_health {
	SIM_WELL,
	SIM_DEAD,	/* the queue is: -EIO until it is stopped */
	SIM_GONE,	/* unplugged: -ENODEV for ever */
};

struct sim_device {
	/* set before start and constant while the thread runs */
	struct sim_options options;
	struct capture_format format;
	uint64_t chunk;
	uint32_t window;
	int event_fd;			/* readable while something can be reaped */
	struct bus bus;
	struct pattern *pattern;	/* the thread's */
	uint8_t *scratch;		/* the thread's */

	pthread_t thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t wake;		/* of the thread; CLOCK_MONOTONIC */
	/* under the lock */
	atomic_bool stopping;		/* also read without the lock, in the middle of a transfer */
	bool unplug;			/* by the button: now */
	enum sim_health health;
	bool raised;			/* event_fd is readable */
	struct sim_fifo queued, done;
	struct pattern_look look;	/* what the controls make of the next frame */
	bool damage_next;		/* by the button */
	uint64_t queue_calls;
	uint64_t delivered;		/* frames since open */
	unsigned int starts;
};

/* @device: options, chunk and window are set, everything else zero. */
int device_init(struct sim_device *device);
void device_fini(struct sim_device *device);

int device_start(struct sim_device *device);
void device_stop(struct sim_device *device);
int device_queue(struct sim_device *device, struct sim_buffer *buffer);
/* 0; -EAGAIN; -EIO, -ENODEV with words. */
int device_reap(struct sim_device *device, struct capture_frame *frame);

/* 0, or -ENODEV with words. */
int device_check(struct sim_device *device);
void device_set_look(struct sim_device *device, const struct pattern_look *look);
void device_unplug(struct sim_device *device);
void device_damage_next(struct sim_device *device);
uint64_t device_delivered(struct sim_device *device);

/* The counter's value of the first frame after a start. */
uint32_t device_first_sequence(const struct sim_device *device);

/* sim_engine.c: the thread */
void *sim_engine(void *arg);

/* for the engine, with the lock held */
void fifo_push(struct sim_fifo *fifo, struct sim_buffer *buffer);
struct sim_buffer *fifo_pop(struct sim_fifo *fifo);
void device_deliver(struct sim_device *device, struct sim_buffer *buffer);
void device_fail(struct sim_device *device, enum sim_health health);

/* What a frame is meant to be: for the engine that makes it and the judge who checks it. */
uint64_t sim_frame_bytes(const struct sim_device *device, uint64_t number, uint64_t whole);
void sim_frame_damage(const struct sim_options *options, uint64_t number, uint64_t bytes,
		      uint64_t *at, uint64_t *len);

#endif /* SIM_DEVICE_H */
