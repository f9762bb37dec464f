/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings as sources: what is in a file, and the thread that plays it. */
#ifndef FILE_H
#define FILE_H

#include <pthread.h>

#include "backend.h"

extern const struct capture_backend file_backend;

/* ---- a recording: frames of one format at known places in a file ---- */

struct recording {
	int fd;
	uint64_t length;		/* of the file, bytes */
	struct capture_format format;	/* the rate is the recording's own; 0/0: not told */
	uint64_t count;			/* frames, at least 1 */
	uint64_t *offsets;		/* of each frame; NULL: they follow each other from 0 on */
};

/**
 * recording_open - find out what a file holds
 * @uri:	the file's name, and for raw frames their size, format and stride
 *
 * All of the file's structure is checked here, so that nothing but an I/O error
 * can go wrong later.
 *
 * Return: 0; -ENODEV: no such file; -EACCES; -EINVAL: what the URI says does not
 * fit the file; -EBADMSG: the file is damaged; -EOPNOTSUPP: pictures that are not
 * read.  With words.
 */
int recording_open(struct recording *r, const struct capture_uri *uri);
void recording_close(struct recording *r);

/* Where frame @number begins; numbers past the last begin anew. */
uint64_t recording_offset(const struct recording *r, uint64_t number);

/* Does the file begin as YUV4MPEG2 does? Then file_y4m.c has all there is to know. */
bool y4m_recognise(const struct recording *r);
int y4m_read(struct recording *r, const char *name);

/* ---- the player ---- */

struct file_buffer {
	struct capture_buffer *buffer;
	struct file_buffer *next;
	uint64_t queued_ns;
	struct capture_frame frame;
};

struct file_queue {
	struct file_buffer *head, **tail;
};

struct player {
	const struct recording *recording;
	uint32_t fps_num, fps_den;	/* 0: as fast as buffers come */
	bool loop;
	int event_fd;			/* readable: a frame, or the end */
	pthread_mutex_t lock;		/* over all that follows */
	pthread_cond_t wake;
	pthread_t thread;
	bool running, stopping;
	bool ended;			/* the last frame has been given */
	int error;			/* the file could not be read: the session is dead until stopped */
	struct file_queue queued, done;
};

int player_init(struct player *p, const struct recording *recording);
void player_fini(struct player *p);
int player_start(struct player *p);
void player_stop(struct player *p);
int player_queue(struct player *p, struct file_buffer *buffer);
/* 0 and a frame; -EAGAIN; -ENODATA: that was the last one; -EIO */
int player_reap(struct player *p, struct capture_frame *frame);

#endif /* FILE_H */
