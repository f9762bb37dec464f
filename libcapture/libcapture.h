/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libcapture: frames from cameras and frame grabbers, straight into the
 * application's own memory.
 *
 * The application allocates, by whatever means; the library makes that memory
 * known to a source (attach), gives it to the device (queue) and hands it back
 * filled (wait).  Where the path to the device allows it no byte is copied, and
 * where it does not the frame says so (CAPTURE_FRAME_COPIED).
 *
 *	capture_open -> capture_set_format -> capture_attach xN -> capture_queue xN
 *	  -> capture_start -> { capture_wait -> use it -> capture_queue } ->
 *	     capture_stop -> capture_detach xN -> capture_close
 *
 * Conventions that hold for every function
 *	Return	0 or a positive number on success, a negative errno on failure.
 *		capture_error() then has the reason and the remedy in words.
 *	Object	comes first, outputs last.  Outputs are written on success only.
 *	Units	bytes, pixels, nanoseconds of CLOCK_MONOTONIC; timeouts in
 *		milliseconds.  A fourcc is a V4L2 pixel format code.
 *	Threads	a session and its buffers belong to one thread at a time: the
 *		caller serialises.  Different sessions are independent and may
 *		be used from different threads at once.  Functions without a
 *		session may be called from any thread at any time.
 *	Growth	structs that the caller fills begin with their size; structs that
 *		the library fills end in reserved space, which is zero.
 *
 * Since: 0.1 unless a function says otherwise.
 */
#ifndef LIBCAPTURE_H
#define LIBCAPTURE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAPTURE_API __attribute__((visibility("default")))

struct capture_session;	/* one opened source */
struct capture_buffer;	/* application memory made known to one session */

/* ---- errors and version ------------------------------------------------- */

/** capture_version - the running library's. Return: a constant "MAJOR.MINOR.PATCH". */
CAPTURE_API const char *capture_version(void);

/**
 * capture_error - this thread's last failure, in words
 *
 * One or two sentences: what was tried on what, why it failed, what to do.
 * Works when capture_open() itself failed.  Never NULL; "" before the first
 * failure.
 * Return: text that belongs to the library and stays valid until this thread's
 * next failing libcapture call.
 */
CAPTURE_API const char *capture_error(void);

#include "libcapture_format.h"

/* ---- sources ------------------------------------------------------------ */

#define CAPTURE_DEVICE_ACCESSIBLE	(1u << 0)	/* this user may open it now */
#define CAPTURE_DEVICE_BUSY		(1u << 1)	/* somebody is streaming from it */
#define CAPTURE_DEVICE_SIMULATED	(1u << 2)	/* not hardware: never chosen unasked */

/* strings may be NULL where the backend has nothing to say */
struct capture_device {
	const char *uri;	/* opens it today: "v4l2:/dev/video0" */
	const char *stable;	/* opens it after a reboot or a replug: "v4l2:serial=..." */
	const char *backend;	/* "v4l2" */
	const char *driver;	/* the kernel driver: "uvcvideo" */
	const char *name;	/* for people: "HD Pro Webcam C920" */
	const char *bus;	/* where it is plugged in: "usb-0000:00:14.0-1" */
	const char *serial;
	const char *ways;	/* how frames can reach memory: "userptr,mmap" */
	const char *hint;	/* what to do if it is not accessible */
	uint32_t flags;		/* CAPTURE_DEVICE_* */
	uint32_t reserved0;
	uint64_t reserved[4];
};

/* The struct and its strings are valid during the call.  Non-zero ends the walk. */
typedef int capture_device_fn(void *arg, const struct capture_device *device);

/**
 * capture_list - every source that the backends can see now
 * @backend:	only this backend's ("v4l2"), or NULL for all
 * @each:	called once a source
 * Return: 0, or what @each returned if that was not 0; -ENOENT: no backend of
 * that name.
 */
CAPTURE_API int capture_list(const char *backend, capture_device_fn *each, void *arg);

struct capture_backend_info {
	const char *name;	/* URI prefix */
	const char *help;	/* one line */
	uint64_t reserved[2];
};

/** capture_backend_at - number 0, 1, 2, ... in the order of trying. Return: 1, or 0 past the last. */
CAPTURE_API int capture_backend_at(unsigned int index, struct capture_backend_info *info);

/* URI options ("key=value") of a backend. Same rules as capture_device_fn. */
typedef int capture_option_fn(void *arg, const char *key, const char *def, const char *help);

/** capture_backend_options - a backend's URI options. Return: as capture_list(). */
CAPTURE_API int capture_backend_options(const char *backend, capture_option_fn *each, void *arg);

/* ---- sessions ----------------------------------------------------------- */

#define CAPTURE_LOG_ERROR	0
#define CAPTURE_LOG_WARNING	1
#define CAPTURE_LOG_INFO	2
#define CAPTURE_LOG_DEBUG	3

/* All zero but for size is a good configuration. */
struct capture_config {
	size_t size;		/* sizeof(struct capture_config) */
	uint64_t chunk;		/* bytes of one transfer, a power of two and at least a page;
				   0: 1 MiB where the backend works in chunks */
	uint64_t budget;	/* most bytes that may be held pinned; 0: no limit of ours */
	uint32_t window;	/* chunks pinned at once: 1 strictly one, 2 overlaps pinning
				   with transfer; 0: the backend's choice */
	uint32_t flags;		/* 0 */
	/* called from the thread that called the library, or from the backend's own */
	void (*log)(void *arg, int level, const char *text);
	void *log_arg;
};
#define CAPTURE_CONFIG_INIT { sizeof(struct capture_config), 0, 0, 0, 0, NULL, NULL }

/**
 * capture_open - open a source
 * @uri:	"BACKEND:ADDRESS,KEY=VALUE,..."; a path or a bare number means
 *		v4l2.  "sim:", "v4l2:/dev/video0", "v4l2:serial=762B1F5F"
 * @config:	NULL for the defaults; copied
 * @out:	the session; ends with capture_close()
 *
 * Nothing is changed on the device and no memory is held yet.
 * Return: 0; -EINVAL: malformed URI or config; -ENOENT: no backend of that
 * name; -ENODEV: no such device; -EACCES, -EPERM: no right to open it; -EBUSY:
 * in use; -EBADMSG: a recording is damaged; -ENOTUNIQ: the address fits several
 * devices; -EOPNOTSUPP: chunk or window asked of a backend that cannot bound
 * them, or pictures that cannot be read; -ENOMEM.
 */
CAPTURE_API int capture_open(const char *uri, const struct capture_config *config,
			     struct capture_session **out);

/**
 * capture_close - end a session
 * @session:	NULL is fine
 *
 * Stops a running session and detaches what is still attached.  Afterwards no
 * device touches the application's memory and every handle of the session is
 * invalid.
 * Return: 0; -EBUSY if the application left the session running, or buffers
 * queued or attached (capture_error() counts them).  The session is closed in
 * any case.
 */
CAPTURE_API int capture_close(struct capture_session *session);

#define CAPTURE_WAY_UNKNOWN	0	/* not decided: nothing is attached yet */
#define CAPTURE_WAY_DIRECT	1	/* the device writes the application's memory */
#define CAPTURE_WAY_COPIED	2	/* the kernel's memory, then one copy */
#define CAPTURE_WAY_SIMULATED	3	/* a thread plays the device */

/* memory with a descriptor may have a better way: capture_attach_fd() */
#define CAPTURE_INFO_FD		(1u << 0)

/* strings belong to the session */
struct capture_info {
	const char *uri;	/* as opened */
	const char *stable;	/* NULL: none */
	const char *backend;
	const char *driver;
	const char *name;
	const char *bus;
	const char *serial;
	const char *way_name;	/* "userptr", "dmabuf", "mmap", ... */
	const char *way_why;	/* why this way and not a better one */
	uint32_t way;		/* CAPTURE_WAY_* */
	uint32_t depth;		/* buffers the device can hold at once; more wait in the library */
	uint64_t chunk;		/* 0: this backend moves frames whole */
	uint32_t window;	/* 0: everything queued is pinned */
	uint32_t flags;		/* CAPTURE_INFO_* */
	uint64_t reserved[4];
};

/** capture_info - what is known of an open session. Return: 0. */
CAPTURE_API int capture_info(const struct capture_session *session, struct capture_info *info);

/* ---- formats, inputs, controls ------------------------------------------ */

/*
 * One pixel format in one size, or in a range of sizes (step not 0).  Rates are
 * pairs numerator, denominator, fastest first.
 */
struct capture_format_info {
	uint32_t fourcc;
	uint32_t flags;			/* CAPTURE_FORMAT_COMPRESSED or 0 */
	const char *help;		/* the device's own words, or NULL */
	uint32_t width, height;		/* the size, or the smallest one */
	uint32_t width_max, height_max;
	uint32_t width_step, height_step;
	const uint32_t (*fps)[2];
	uint32_t fps_count;		/* 0: any rate, or not known */
	uint32_t fps_range;		/* 1: fps[0] is the highest and fps[1] the lowest of a range */
	uint64_t reserved[4];
};

typedef int capture_format_fn(void *arg, const struct capture_format_info *info);

/**
 * capture_formats - what the source offers
 * Return: 0, or what @each returned if that was not 0; -EOPNOTSUPP: the source
 * cannot tell; -ENODEV: it is gone.
 */
CAPTURE_API int capture_formats(struct capture_session *session, capture_format_fn *each, void *arg);

/**
 * capture_set_format - agree on size, pixel format and rate
 * @format:	wish in, truth out
 *
 * The device may adjust every wish: compare.  A session that never calls this
 * has the device's current format, which capture_get_format() tells.
 * Return: 0; -EBUSY: buffers are attached or the session runs; -EINVAL: the
 * device refuses; -ENODEV.
 */
CAPTURE_API int capture_set_format(struct capture_session *session, struct capture_format *format);

/**
 * capture_try_format - what capture_set_format() would answer, changing nothing
 * Return: as capture_set_format(); -EOPNOTSUPP: the source cannot tell.
 */
CAPTURE_API int capture_try_format(struct capture_session *session, struct capture_format *format);

/** capture_get_format - the format in force. Return: 0. */
CAPTURE_API int capture_get_format(struct capture_session *session, struct capture_format *format);

struct capture_input {
	uint32_t index;
	uint32_t flags;		/* CAPTURE_INPUT_* */
	const char *name;
	const char *status;	/* "no signal", ...; NULL: nothing to complain of */
	uint64_t reserved[4];
};
#define CAPTURE_INPUT_CURRENT	(1u << 0)

typedef int capture_input_fn(void *arg, const struct capture_input *input);

/** capture_inputs - the connectors. Return: 0, or what @each returned; -EOPNOTSUPP: no choice. */
CAPTURE_API int capture_inputs(struct capture_session *session, capture_input_fn *each, void *arg);

/**
 * capture_set_input - choose a connector
 * @input:	its number or its name, case ignored
 * Return: 0; -ENOENT: no such input; -EBUSY: attached or running; -EOPNOTSUPP.
 */
CAPTURE_API int capture_set_input(struct capture_session *session, const char *input);

#define CAPTURE_CONTROL_INTEGER		1
#define CAPTURE_CONTROL_BOOLEAN		2
#define CAPTURE_CONTROL_MENU		3	/* value is an index into menu[] */
#define CAPTURE_CONTROL_INTEGER_MENU	4	/* likewise; the texts are numbers */
#define CAPTURE_CONTROL_BUTTON		5	/* setting it does something; it has no value */
#define CAPTURE_CONTROL_BITMASK		6
#define CAPTURE_CONTROL_OTHER		7	/* strings and compounds: listed, not settable here */

#define CAPTURE_CONTROL_READ_ONLY	(1u << 0)
#define CAPTURE_CONTROL_WRITE_ONLY	(1u << 1)
#define CAPTURE_CONTROL_INACTIVE	(1u << 2)	/* no effect at the moment */
#define CAPTURE_CONTROL_DISABLED	(1u << 3)
#define CAPTURE_CONTROL_VOLATILE	(1u << 4)	/* the device changes it by itself */

struct capture_control {
	uint32_t id;			/* the backend's own number */
	uint32_t type;			/* CAPTURE_CONTROL_* */
	uint32_t flags;
	uint32_t menu_count;
	const char *name;		/* lower case, words joined by "_": "exposure_auto" */
	const char *title;		/* the device's own name for it */
	const char *unit;		/* "us", "dB", ... or NULL */
	int64_t min, max, step, def;
	int64_t value;			/* now; 0 where it cannot be read */
	const char *const *menu;	/* menu_count texts, NULL where an index is not there */
	uint64_t reserved[4];
};

typedef int capture_control_fn(void *arg, const struct capture_control *control);

/**
 * capture_controls - the controls of a source, with ranges, menus and values
 * Return: 0, or what @each returned if that was not 0; -EOPNOTSUPP: it has none.
 */
CAPTURE_API int capture_controls(struct capture_session *session, capture_control_fn *each, void *arg);

/**
 * capture_get_control - read one control
 * @name:	as listed, or its title; case ignored, blanks and "-" read as "_"
 * Return: 0; -ENOENT: no such control; -EACCES: write-only; -EOPNOTSUPP.
 */
CAPTURE_API int capture_get_control(struct capture_session *session, const char *name, int64_t *value);

/**
 * capture_set_control - change one control
 *
 * May be called while the session runs.  The device may adjust the value: read
 * it back.
 * Return: 0; -ENOENT: no such control; -ERANGE: outside of min..max, or no such
 * menu index (capture_error() names the range); -EACCES: read-only; -EBUSY: not
 * now; -EOPNOTSUPP.
 */
CAPTURE_API int capture_set_control(struct capture_session *session, const char *name, int64_t value);

/* ---- buffers ------------------------------------------------------------ */

/*
 * A promise by the application: the addresses keep their pages until detach (no
 * munmap, mmap over it, mremap, MADV_DONTNEED, truncate).  Lets the backend pin
 * once and keep the translation.  Without it every queue looks at the memory
 * afresh: after a remap the frame lands in the present mapping, or queue fails
 * with -ESTALE.  Where the promise is broken frames are lost in pages that
 * nobody sees; no other memory is ever written.
 */
#define CAPTURE_ATTACH_STABLE	(1u << 0)

/**
 * capture_attach - make application memory known to a session
 * @addr:	where the frame goes; any address, odd ones too
 * @len:	bytes from there; at least capture_format.size
 * @flags:	CAPTURE_ATTACH_* or 0
 * @out:	the buffer; ends with capture_detach()
 *
 * Any memory that the process may write: malloc, stack, static, mmap, memfd,
 * huge pages.  The memory stays the caller's; it must stay mapped while the
 * buffer is queued.  Every page is made present now, so that no frame waits
 * for a page fault.  How many may be attached is limited by the budget alone.
 * Return: 0; -EFAULT: a part is not mapped or not writable; -EMSGSIZE: shorter
 * than a frame; -EINVAL: NULL, 0 bytes, a range that wraps, unknown flags;
 * -EDQUOT: more than the budget or than a limit of the system (capture_error()
 * tells which, how much is used, and how to raise it); -ENOMEM; -ENODEV.
 */
CAPTURE_API int capture_attach(struct capture_session *session, void *addr, size_t len,
			       unsigned int flags, struct capture_buffer **out);

/**
 * capture_attach_fd - the same for memory that has a file descriptor
 * @fd:		a memfd that backs the range; duplicated
 * @offset:	where @addr is in the file
 *
 * Lets a backend use the descriptor where it is the better way (udmabuf).
 * Return: as capture_attach(); -EBADF.
 */
CAPTURE_API int capture_attach_fd(struct capture_session *session, void *addr, size_t len,
				  unsigned int flags, int fd, uint64_t offset,
				  struct capture_buffer **out);

/**
 * capture_detach - forget application memory
 * @buffer:	NULL is fine; the handle is invalid afterwards
 *
 * After it returns nothing of the session touches the memory.
 * Return: 0; -EBUSY: it is queued (stop the session, or wait for it).
 */
CAPTURE_API int capture_detach(struct capture_buffer *buffer);

/* what was attached: the address, and the length in bytes */
CAPTURE_API void *capture_buffer_data(const struct capture_buffer *buffer);
CAPTURE_API size_t capture_buffer_size(const struct capture_buffer *buffer);
/* a pointer of the application's that stays with a buffer; NULL until it is set */
CAPTURE_API void capture_buffer_set_tag(struct capture_buffer *buffer, void *tag);
CAPTURE_API void *capture_buffer_tag(const struct capture_buffer *buffer);

/* ---- streaming ---------------------------------------------------------- */

/**
 * capture_queue - give a buffer to the device
 *
 * Before or after capture_start().  Returns at once.  The memory is the
 * device's until capture_wait() gives it back; it comes back exactly once.
 * Buffers are filled in the order in which they were queued.
 * Return: 0; on failure the buffer is idle as before.  -EBUSY: it is queued
 * already; -EFAULT: not mapped or not writable any more; -ESTALE: its mapping
 * has changed and this backend cannot follow (detach and attach again); -EIO:
 * the device's queue is dead, stop and start; -ENODEV: unplugged.
 */
CAPTURE_API int capture_queue(struct capture_buffer *buffer);

/**
 * capture_start - let frames flow
 * Return: 0; -EALREADY: it runs; -ENOLINK: no signal at the input; -ENOSPC: no
 * bandwidth on the bus; -EBUSY: another program streams; -EIO; -ENODEV.
 */
CAPTURE_API int capture_start(struct capture_session *session);

#define CAPTURE_FRAME_INCOMPLETE	(1u << 0)	/* fewer bytes than the format says */
#define CAPTURE_FRAME_COPIED		(1u << 1)	/* came through memory of the kernel or the library */
#define CAPTURE_FRAME_BOUNCED		(1u << 2)	/* some pages came through a bounce buffer */
#define CAPTURE_FRAME_REPEATED		(1u << 3)	/* the source repeated its sequence number */
#define CAPTURE_FRAME_CORRUPT		(1u << 4)	/* the device says that the data is damaged */
#define CAPTURE_FRAME_LATE		(1u << 5)	/* delivered out of its time slot */
#define CAPTURE_FRAME_REFUSED		(1u << 6)	/* the device did not take the buffer: status
							   says why, and no frame was lost by it */

#define CAPTURE_TIME_NONE	0	/* no time from below: time_ns is that of the dequeue */
#define CAPTURE_TIME_END	1	/* end of frame */
#define CAPTURE_TIME_START	2	/* start of exposure */
#define CAPTURE_TIME_COPY	3	/* given by the application at the other end */

struct capture_frame {
	struct capture_buffer *buffer;	/* idle again: read it, queue it or detach it */
	uint64_t bytes;			/* written, from the start of the buffer */
	uint64_t sequence;		/* the source's counter, made 64 bits wide */
	uint64_t gap;			/* frames lost between the last one and this one */
	uint64_t time_ns;		/* CLOCK_MONOTONIC, by the device or the kernel */
	uint64_t dequeue_ns;		/* CLOCK_MONOTONIC, when it was taken from the backend */
	uint32_t time_source;		/* CAPTURE_TIME_*: what time_ns is */
	int32_t status;			/* 0, or the negative errno that ended this frame */
	uint32_t flags;			/* CAPTURE_FRAME_* */
	uint32_t chunks;		/* transfers it took */
	uint32_t segments;		/* scatter/gather entries; 0: not known */
	uint32_t reserved0;
	uint64_t pinned_peak;		/* most bytes of this buffer pinned at once; 0: not known */
	uint64_t plane_offset[CAPTURE_PLANES_MAX];	/* where each plane begins in this buffer */
	uint64_t copied;		/* of bytes, those that were copied on the way */
	uint64_t reserved[3];
};

/**
 * capture_wait - take the next buffer back
 * @timeout_ms:	0: do not wait; -1: as long as it takes
 * @frame:	the buffer and the facts about it
 *
 * A failed frame is not a failed session: look at frame->status.  -EIO: the
 * transfer failed, -EFAULT: its memory went away, -ECANCELED: stopped first;
 * all others come with 0.
 * Return: 0: a frame; -ETIMEDOUT: none in time; -EINTR: a signal came;
 * -ENODATA: nothing is queued, so none can come, or a recording is at its end;
 * -EIO: the device's queue is dead; -ENODEV: the device is gone.  After these
 * three queued buffers still come back, cancelled, after capture_stop().
 */
CAPTURE_API int capture_wait(struct capture_session *session, int timeout_ms,
			     struct capture_frame *frame);

/**
 * capture_stop - end streaming
 *
 * When it returns, no device and no thread of the library touches any attached
 * memory.  Buffers that were filled and not yet taken come first out of
 * capture_wait(), then those that were still queued, with status -ECANCELED,
 * then -ENODATA.  A session that does not run gives back what was queued for a
 * start that never came.
 * Return: 0; -EIO: the device did not fall silent: its memory is held back and
 * must not be used again.
 */
CAPTURE_API int capture_stop(struct capture_session *session);

/**
 * capture_fd - for an application with a poll loop of its own
 * Return: a descriptor of the library's that polls readable (or has an error)
 * when capture_wait() would not block.  Ask again after each capture_start().
 */
CAPTURE_API int capture_fd(const struct capture_session *session);

/* counts since capture_open() */
struct capture_stats {
	uint64_t frames;		/* buffers that came back with status 0 */
	uint64_t failed;		/* ... with another status, cancelled ones not counted */
	uint64_t cancelled;
	uint64_t lost;			/* sum of all gaps */
	uint64_t lost_starved;		/* of those: lost while no buffer was queued */
	uint64_t incomplete;		/* frames flagged INCOMPLETE */
	uint64_t corrupt;		/* frames flagged CORRUPT */
	uint64_t repeated;		/* frames flagged REPEATED */
	uint64_t copied;		/* frames flagged COPIED or BOUNCED */
	uint64_t bytes;			/* written into attached memory */
	uint64_t attached, queued;	/* buffers now */
	uint64_t attached_bytes;	/* now */
	uint64_t pinned_peak;		/* most bytes held pinned at once; 0: not known */
	uint64_t attaches, detaches;	/* calls that succeeded; the pairs must balance at close */
	uint64_t queues, reaps;
	uint64_t starts, stops;
	uint64_t chunks, segments;	/* of all frames; segments 0: not known */
	uint64_t copied_bytes;		/* of bytes, those that were copied on the way */
	uint64_t interrupts_lost;	/* did not come; what they would have told was found later */
	uint64_t faults;		/* the device stopped by itself, and said why */
	const char *fault;		/* why it did so last, in words; NULL: never; as long as the session */
	uint64_t reserved[2];
};

/** capture_stats - the counts of a session. Return: 0. */
CAPTURE_API int capture_stats(const struct capture_session *session, struct capture_stats *stats);

/* a limit on pinned memory that is in force for a session */
struct capture_limit {
	const char *name;	/* "max_pinned", "RLIMIT_MEMLOCK" */
	const char *help;	/* whose it is, and where it is raised */
	uint64_t max;		/* bytes; UINT64_MAX: none */
	uint64_t used;		/* bytes, by all that it counts, now */
	uint64_t reserved[4];
};

typedef int capture_limit_fn(void *arg, const struct capture_limit *limit);

/**
 * capture_limits - what the system lets this session pin
 * @each:	called for each limit; what it is given is valid during the call;
 *		anything but 0 ends the listing
 *
 * None where the backend pins nothing, or the kernel counts nothing of it (V4L2).
 * The budget of capture_config is the application's own and not among them.
 * Return: 0; -EIO or -ENODEV: the device did not tell; or what @each returned.
 */
CAPTURE_API int capture_limits(struct capture_session *session, capture_limit_fn *each, void *arg);

/**
 * capture_verify - compare a frame with what the source must have produced
 * @frame:	as capture_wait() gave it; the buffer's memory untouched since;
 *		NULL asks only whether the source can predict
 *
 * For sources that can predict their frames (sim, udma_sim, file).
 * Return: 0: every byte is right; -EBADMSG: capture_error() names the first
 * wrong byte; -EOPNOTSUPP: this source cannot predict.
 */
CAPTURE_API int capture_verify(struct capture_session *session, const struct capture_frame *frame);

/**
 * capture_grab - one frame, everything in one call
 * @uri:	as for capture_open()
 * @format:	wish in, truth out; NULL: as the device is
 * @addr, @len:	where the frame goes
 * @timeout_ms:	as for capture_wait()
 * @frame:	the facts; frame->buffer is NULL; may be NULL
 *
 * Opens, sets the format, attaches, queues, starts, waits, stops and closes.
 * Return: 0: a whole frame is in @addr; otherwise the first error of the steps,
 * or the frame's own status.
 */
CAPTURE_API int capture_grab(const char *uri, struct capture_format *format, void *addr, size_t len,
			     int timeout_ms, struct capture_frame *frame);

#ifdef __cplusplus
}
#endif

#endif /* LIBCAPTURE_H */
