/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs on the simulator, taken apart into the steps that its tests share. */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include "libcapture.h"
#include "unit.h"

#define BUFFERS 4
#define FRAMES_MAX 256
#define PATIENCE_MS 60000	/* nothing here takes that long unless something is broken */

struct run {
	struct capture_session *s;
	struct capture_format format;
	struct capture_buffer *buffer[BUFFERS];
	uint8_t *memory[BUFFERS];	/* 0x5a where no frame was written */
	unsigned int queued;
	unsigned int count;
	struct capture_frame frame[FRAMES_MAX];	/* those taken */
	struct capture_stats stats;		/* after run_stream() */
};

struct capture_session *open_uri(const char *uri);

/* It is refused, with such words in the reason. */
void run_refused(const char *uri, int error, const char *words);

/* Open, and attach all buffers. */
void run_begin(struct run *r, const char *uri);
/* Stop, take back, detach, close. */
void run_end(struct run *r);

/* The next buffer, whatever its status. */
struct capture_frame *run_take(struct run *r);

/* Take @count buffers back, never more queued than that, so that the counts are exact. */
void run_stream(struct run *r, unsigned int count);

/* How many of the frames taken have this flag. */
unsigned int run_flagged(const struct run *r, uint32_t flag);

/* Stop: exactly @count buffers come back, all cancelled. */
void run_cancelled(struct run *r, unsigned int count);

/* One frame into exactly as many bytes as the format says, with canaries around. */
void one_frame(struct capture_session *s);

#endif /* SIM_RUN_H */
