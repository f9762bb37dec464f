/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings as sources: what is in a file, and the thread that plays it. */
#ifndef FILE_H
#define FILE_H

#include <pthread.h>

#include "backend.h"
#include "bus.h"

extern const struct capture_backend file_backend;

/*
 * ---- a recording: frames of one format, at known places in a file or each a
 * picture of its own ----
 */

struct recording {
	int fd;				/* -1 of pictures */
	uint64_t length;		/* of the file, bytes */
	struct capture_format format;	/* the rate is the recording's own; 0/0: not told */
	uint64_t count;			/* frames, at least 1 */
	char *pattern;			/* of the pictures' names; NULL: no pictures */
	/*
	 * Of each frame its offset in the file, or the number in its picture's name, ascending.
	 * NULL: they follow each other from 0 on, or the pattern is the only name.
	 */
	uint64_t *places;
};

/* Bytes of a frame from @at on.  Not 0: an error with words, and no more of it are wanted. */
typedef int recording_piece_fn(void *arg, uint64_t at, const void *bytes, size_t len);

/**
 * recording_open - find out what a file holds
 * @uri:	the file's name, and for raw frames their size, format and stride
 *
 * All of a file's structure is checked here, so that nothing but an I/O error
 * can go wrong later; of pictures only that they are alike.
 *
 * Return: 0; -ENODEV: no such file; -EACCES; -EINVAL: what the URI says does not
 * fit the file; -EBADMSG: the file is damaged; -EOPNOTSUPP: pictures that are not
 * read.  With words.
 */
int recording_open(struct recording *r, const struct capture_uri *uri);
void recording_close(struct recording *r);

/* A regular file, and how long it is.  0, -ENODEV, -EACCES, -EBADMSG (empty), with words. */
int recording_open_file(const char *name, int *fd, uint64_t *length);

/* The file's name without its folder. */
const char *recording_base_name(const char *name);

/* One more frame.  0; -ENOMEM, with words. */
int recording_add(struct recording *r, uint64_t place);

/* Where frame @number of a file begins; numbers past the last begin anew. */
uint64_t recording_offset(const struct recording *r, uint64_t number);

/* Frame @number, piece by piece.  0; what a piece's function returned; -EIO, -EBADMSG, with words. */
int recording_read(const struct recording *r, uint64_t number, recording_piece_fn *each, void *arg);

/* Does the file begin as YUV4MPEG2 does? Then file_y4m.c has all there is to know. */
bool y4m_recognise(const struct recording *r);
int y4m_read(struct recording *r, const char *name);

/* Is it a name for several files, none of which is called so? */
bool pictures_match(const char *name);
bool png_recognise(const struct recording *r);
/* As recording_open(), of the picture @pattern or all that have a name like it. */
int pictures_open(struct recording *r, const char *pattern);
/* The name of frame @number; to be freed; NULL: no memory, with words */
char *pictures_name(const struct recording *r, uint64_t number);
int pictures_read(const struct recording *r, uint64_t number, recording_piece_fn *each, void *arg);

/* ---- one picture ---- */

/* 0; -EBADMSG: damaged; -EOPNOTSUPP: pixels that are not read; with words */
int picture_format(const char *name, struct capture_format *f);
/* Its pixels, row by row, as @f has them.  -EBADMSG also where it is of another format. */
int picture_read(const char *name, const struct capture_format *f, recording_piece_fn *each, void *arg);

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
	struct bus bus;			/* the way of pictures into memory */
	int event_fd;			/* readable: a frame, or the end */
	pthread_mutex_t lock;		/* over all that follows */
	pthread_cond_t wake;
	pthread_t thread;
	bool running, stopping;
	bool ended;			/* the last frame has been given */
	int error;			/* the file could not be read: the session is dead until stopped */
	char why[256];			/* the error in words */
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
