/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a backend provides, and what it may rely on.  Internal: free to change.
 *
 * A backend is one const struct of operations and one row in
 * backends/table.c.  The core (session.c, queue.c) checks state and order, so
 * operations do not; they are never called with a NULL or out of turn.
 *
 * The core guarantees
 *   - open comes first and close last; close is called only after a successful
 *     open, stopped, with nothing attached.
 *   - set_format, try_format, set_input are called only while nothing is attached.
 *   - attach before queue; detach only of idle buffers, running or not.
 *   - never more than session->depth buffers are with the backend at once; the
 *     rest waits in the core and follows in order.
 *   - queue may come before start.  stop after start, or without one to get back
 *     what was queued.
 *   - a session's operations are called by one thread at a time.
 *
 * The backend guarantees
 *   - queue returns at once; on failure the buffer is as idle as before.
 *   - reap never blocks: 0 and one frame, or -EAGAIN; -ENODATA: there is no more.
 *     session->fd polls readable (or POLLERR/POLLHUP, then reap says why) whenever
 *     reap would not say -EAGAIN.
 *   - every queued buffer comes out of reap exactly once, or is dropped by stop:
 *     after stop the core cancels whatever was queued and not reaped.
 *   - after stop returns 0, no DMA and no thread touches any attached memory.
 *   - it never prints, never exits, never allocates frame memory, never polls.
 *   - failures go through fail() (error.h) at the place that knows.
 *   - what it cannot do is refused with -EOPNOTSUPP, never pretended: an
 *     operation that is NULL is answered so by the core.
 */
#ifndef CAPTURE_BACKEND_H
#define CAPTURE_BACKEND_H

#include <stdbool.h>

#include "error.h"
#include "libcapture.h"
#include "uri.h"

struct capture_option {
	const char *key;	/* NULL ends the table */
	const char *def;	/* default as the user would write it; NULL: none */
	const char *help;	/* a few words */
};

struct capture_backend {
	const char *name;			/* URI prefix, "sim" */
	const char *help;			/* one line */
	const struct capture_option *options;	/* what may follow the address in a URI */
	size_t session_size;			/* zeroed private part of a session */
	size_t buffer_size;			/* zeroed private part of a buffer */
	bool chunks;				/* honours chunk and window */
	bool whole;				/* ... but moves frames whole if neither is asked for */
	bool uses_fd;				/* of memory that has a descriptor (capture_attach_fd()) */

	int (*list)(capture_device_fn *each, void *arg);		/* optional */

	int (*open)(struct capture_session *s, const struct capture_uri *uri);
	void (*close)(struct capture_session *s);

	int (*get_format)(struct capture_session *s, struct capture_format *format);
	int (*set_format)(struct capture_session *s, struct capture_format *format);
	int (*try_format)(struct capture_session *s, struct capture_format *format);	/* optional */
	int (*formats)(struct capture_session *s, capture_format_fn *each, void *arg);	/* optional */
	int (*inputs)(struct capture_session *s, capture_input_fn *each, void *arg);	/* optional */
	int (*set_input)(struct capture_session *s, const char *input);			/* optional */
	int (*controls)(struct capture_session *s, capture_control_fn *each, void *arg);/* optional */
	/* the three need controls; id is capture_control.id, found by the core */
	int (*get_control)(struct capture_session *s, uint32_t id, int64_t *value);
	int (*set_control)(struct capture_session *s, uint32_t id, int64_t value);

	int (*attach)(struct capture_buffer *b);	/* optional */
	void (*detach)(struct capture_buffer *b);	/* optional */
	int (*start)(struct capture_session *s);
	int (*queue)(struct capture_buffer *b);
	/*
	 * fills the frame but for gap, dequeue_ns and the sequence's upper half (queue.c);
	 * and buffer->starved, where session->tells_starved
	 */
	int (*reap)(struct capture_session *s, struct capture_frame *frame);
	int (*stop)(struct capture_session *s);

	int (*limits)(struct capture_session *s, capture_limit_fn *each, void *arg);	/* optional */
	/* optional; no frame: 0 where they can be predicted, else -EOPNOTSUPP */
	int (*verify)(struct capture_session *s, const struct capture_frame *frame);
};

/* NULL ends; in the order in which they are tried and listed */
extern const struct capture_backend *const capture_backends[];
/* the backend that a bare path or number means */
extern const char *const capture_path_backend;

enum capture_buffer_state {
	BUFFER_IDLE,		/* the application's */
	BUFFER_WAITING,		/* queued, still in the core */
	BUFFER_QUEUED,		/* with the backend */
	BUFFER_FINISHED,	/* done, failed or cancelled; waits for capture_wait() */
};

struct capture_buffer {
	struct capture_session *session;
	struct capture_buffer *prev, *next;	/* all buffers of the session */
	struct capture_buffer *queue_next;	/* the next one in a queue (queue.c) */
	void *addr;
	size_t len;
	unsigned int flags;			/* CAPTURE_ATTACH_* */
	enum capture_buffer_state state;
	int fd;					/* backing file, or -1 */
	uint64_t fd_offset;
	void *tag;
	uint64_t queued_ns;			/* by the application, CLOCK_MONOTONIC */
	bool waited;				/* ... before the backend had room for it */
	uint64_t starved;			/* frames since the one before that found no buffer queued */
	struct capture_frame frame;		/* while BUFFER_FINISHED: what capture_wait() will say */
	void *priv;				/* backend->buffer_size bytes */
};

struct buffer_list {
	struct capture_buffer *head, *tail;
	unsigned int count;
};

struct capture_session {
	const struct capture_backend *backend;
	struct capture_config config;
	/* set by the backend's open; strings are freed by the core */
	struct {
		char *stable, *driver, *name, *bus, *serial;
		const char *way_name, *way_why;	/* static, or kept in priv */
		uint32_t way;			/* CAPTURE_WAY_*; may change at the first queue */
	} info;
	char *uri;
	int fd;				/* the backend's, polls POLLIN; may change at start */
	unsigned int depth;		/* buffers the backend takes at once, at least 1; may change
					   at start and at the first queue, but only grow while running */
	unsigned int sequence_bits;	/* width of the source's counter: 32 (default) or 64 */
	bool sequence_from_start;	/* the counter surely starts at first_sequence: a first frame
					   with another number tells of a loss */
	uint64_t first_sequence;
	bool tells_starved;		/* the backend knows which frames found no buffer; else they
					   are estimated from times */
	bool wakes_for_oldest;		/* fd wakes only those who began to wait after its oldest buffer
					   became that one: the core begins anew with each */
	/* from here on the core's own */
	int poll_fd, event_fd;		/* epoll over fd and event_fd; finished frames raise the latter */
	struct capture_format format;	/* in force */
	bool running;
	bool starved;			/* since the last frame the backend was once without a buffer */
	uint64_t filled_ns;		/* when the last frame was complete; UINT64_MAX: none yet */
	bool have_sequence;
	uint64_t sequence;		/* last one given out */
	struct capture_buffer *buffers;	/* all attached */
	struct buffer_list waiting;	/* queued, not with the backend yet */
	struct buffer_list with_backend;/* in the order of queueing */
	struct buffer_list finished;
	struct capture_stats stats;
	char fault[256];		/* stats.fault */
	void *priv;			/* backend->session_size bytes */
};

/* CLOCK_MONOTONIC, in which frames' times are. */
uint64_t capture_now_ns(void);

/* Say something to the application's log callback. */
__attribute__((format(printf, 3, 4)))
void capture_log(struct capture_session *s, int level, const char *format, ...);

/* The device has stopped by itself so many times; from operations only. */
void capture_count_faults(struct capture_session *s, uint64_t count, const char *words);

#endif /* CAPTURE_BACKEND_H */
