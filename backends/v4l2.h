/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The v4l2 backend from inside: one file, one noun.
 *
 *	v4l2.c		operations, open, close
 *	v4l2_list.c	the nodes there are		v4l2_address.c	which one is meant
 *	v4l2_format.c	agreeing on a format		v4l2_layout.c	where its bytes lie
 *	v4l2_formats.c	what is offered			v4l2_rate.c	frames per second
 *	v4l2_input.c	connectors			v4l2_signal.c	what comes in there
 *	v4l2_control.c	controls			v4l2_error.c	failures in words
 *	v4l2_queue.c	to the driver and back		v4l2_frame.c	facts about a frame
 *	v4l2_userptr.c, v4l2_dmabuf.c, v4l2_mmap.c	the three ways into memory
 *	v4l2_slot.c	which index of the driver's a buffer takes
 *
 * libv4l2 owns the names v4l2_*, so ours begin with v4l_.
 */
#ifndef CAPTURE_V4L2_H
#define CAPTURE_V4L2_H

#include <linux/limits.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend.h"

#define V4L_SLOTS_MAX 64	/* buffers asked for with REQBUFS; many kernels stop at 32 */

/* A format as the driver told it, single- and multi-planar alike. */
struct v4l_picture {
	uint32_t width, height, fourcc;
	uint32_t field, colorspace, ycbcr_enc, quantization;
	unsigned int planes;		/* memory planes */
	struct {
		uint32_t size, stride;	/* sizeimage, bytesperline */
	} plane[VIDEO_MAX_PLANES];
};

/* Where a frame's bytes lie in a buffer: memory planes one after another. */
struct v4l_layout {
	unsigned int planes;		/* memory planes */
	struct {
		uint64_t offset;	/* from the start of the buffer */
		uint32_t size;		/* what the driver asks for */
		uint32_t need;		/* bytes that hold the whole picture; 0: not known */
	} plane[VIDEO_MAX_PLANES];
	uint8_t memory_plane[CAPTURE_PLANES_MAX];	/* of each colour plane */
	uint64_t colour_offset[CAPTURE_PLANES_MAX];	/* as in capture_format.plane[] */
	unsigned int colours;
};

/* One index of the driver's queue. */
struct v4l_slot {
	bool queued;			/* the driver has it */
	struct capture_buffer *buffer;	/* whose turn it is; NULL in the mmap way */
	/*
	 * What the driver holds pinned for this index since its last turn: it looks at
	 * the memory again only when one of the two differs (videobuf2-core.c,
	 * __prepare_userptr).
	 */
	uintptr_t addr;			/* 0: nothing */
	uint64_t length;		/* of the first plane */
	bool unknown;			/* a QBUF failed: what is pinned is not known */
	uint64_t owner;			/* attach number of the buffer that promised to stay; 0: none */
	void *bounce;			/* our own memory for a frame that must not go direct */
	bool bounced;			/* this turn uses it */
	void *map[VIDEO_MAX_PLANES];	/* the mmap way: the driver's memory */
	uint32_t map_length[VIDEO_MAX_PLANES];
};

/* What DQBUF said, single- and multi-planar alike. */
struct v4l_filled {
	unsigned int index;
	uint32_t flags;			/* V4L2_BUF_FLAG_* */
	uint32_t sequence;
	uint64_t time_ns;
	struct {
		uint32_t used, skip;	/* bytesused (with the skipped ones), data_offset */
	} plane[VIDEO_MAX_PLANES];
};

struct v4l_session;

/* One way of frames into memory. */
struct v4l_way {
	const char *name;		/* as in io= */
	const char *why;		/* said when it is the first choice */
	uint32_t memory;		/* V4L2_MEMORY_* */
	uint32_t kind;			/* CAPTURE_WAY_* */
	/* how many buffers to ask of the driver */
	unsigned int (*count)(const struct v4l_session *v);
	/* after REQBUFS; optional */
	int (*prepare)(struct v4l_session *v);
	/* before REQBUFS(0), which needs the driver's memory unmapped; optional */
	void (*release)(struct v4l_session *v);
	/* after it, when the driver holds nothing any more; optional */
	void (*released)(struct v4l_session *v);
	/* give a buffer to the driver: -EFAULT, -EINVAL, -ENOMEM, -EOPNOTSUPP mean "not this way" */
	int (*queue)(struct capture_buffer *b);
	/* DQBUF gave @slot: whose frame is it, and make it visible in that memory */
	void (*finish)(struct v4l_session *v, struct v4l_slot *slot,
		       const struct v4l_filled *filled, struct capture_frame *frame);
	/* optional */
	void (*detach)(struct capture_buffer *b);
};

struct v4l_session {
	struct capture_session *session;
	int fd;				/* -1: unplugged, and closed to end all DMA */
	bool registered;		/* libv4l2 knows the descriptor */
	char path[PATH_MAX];
	uint32_t caps;			/* V4L2_CAP_* of this node */
	uint32_t type;			/* V4L2_BUF_TYPE_VIDEO_CAPTURE or ..._MPLANE */
	bool ignore_signal;		/* signal=ignore */
	char standard[24];		/* std=; empty: leave it as it is */
	struct v4l_layout layout;
	const struct v4l_way *wanted;	/* io=; NULL: the best that works */
	const struct v4l_way *way;	/* NULL: not decided */
	char why[512];			/* why not a better way */
	struct v4l_slot slot[V4L_SLOTS_MAX];
	unsigned int slots;		/* that the driver gave; 0: none allocated */
	unsigned int queued;		/* of them with the driver */
	bool streaming;
	uint64_t attaches;		/* numbers the attached buffers */
};

/* private part of a capture_buffer */
struct v4l_buffer {
	uint64_t number;		/* of the attach */
	unsigned int slot;		/* of the last turn */
	const struct v4l_way *accepted;	/* the driver took this memory that way */
	bool dmabuf_open, dmabuf_synced;
	int dmabuf[VIDEO_MAX_PLANES];
};

static inline struct v4l_session *v4l_of(const struct capture_session *s)
{
	return s->priv;
}

static inline bool v4l_multiplanar(const struct v4l_session *v)
{
	return V4L2_TYPE_IS_MULTIPLANAR(v->type);
}

/* ---- v4l2_error.c ---- */

/* v4l2_ioctl(3), restarted after signals. 0 or a negative errno, no words. */
int v4l_ioctl(struct v4l_session *v, unsigned long request, void *arg);

/* Words for a failed call: device, call, reason, remedy. Returns @error. */
int v4l_fail(struct v4l_session *v, const char *call, int error);
#ifdef __clang_analyzer__
#define v4l_fail(v, call, error) (error)	/* as in error.h */
#endif

/* Who has @path open, but us: "ffmpeg (pid 4711)". False if nobody is seen. */
bool v4l_holder(const char *path, char *text, size_t size);

/* ---- v4l2_list.c ---- */

struct v4l_node {
	char *path;			/* /dev/video0 */
	char *driver, *name, *bus;	/* as the driver says; NULL where it cannot be asked */
	char *serial;			/* of the USB device, or NULL */
	char *unit;			/* sysfs path of the device: the same for all its nodes */
	char *ways;			/* "userptr,dmabuf,mmap", or NULL */
	char *hint;			/* why it cannot be opened and what to do, or NULL */
	unsigned int index;		/* among the nodes of its unit */
	uint32_t flags;			/* CAPTURE_DEVICE_* */
};

struct v4l_nodes {
	struct v4l_node *node;
	size_t count;
};

/* All nodes that capture video, in the order of their numbers. */
int v4l_nodes_read(struct v4l_nodes *nodes);
void v4l_nodes_free(struct v4l_nodes *nodes);
int v4l_list(capture_device_fn *each, void *arg);

/* serial, unit and index of an opened device; NULL where sysfs does not tell. */
void v4l_node_identify(int fd, struct v4l_node *node);
void v4l_node_free(struct v4l_node *node);

/* Does the serial number belong to more than one unit? */
bool v4l_serial_is_shared(const char *serial);

/* ---- v4l2_address.c ---- */

/* The URI that finds the node again after a replug; NULL: none. To be freed. */
char *v4l_stable_uri(const struct v4l_node *node, bool serial_is_shared);

/* Which of @nodes a URI's serial=, bus= and index= mean. */
int v4l_nodes_find(const struct v4l_nodes *nodes, const struct capture_uri *uri,
		   const struct v4l_node **found);

/* The device file that a URI means. */
int v4l_address(const struct capture_uri *uri, char path[PATH_MAX]);

/* ---- v4l2_layout.c ---- */

/*
 * The library's format of what the driver told.  Answers that cannot be true
 * (rows shorter than their pixels, planes smaller than their rows) are -EIO.
 */
int v4l_layout(const struct v4l_picture *picture, bool compressed, struct capture_format *format,
	       struct v4l_layout *layout);

/* ---- v4l2_format.c ---- */

int v4l_get_format(struct capture_session *s, struct capture_format *format);
int v4l_set_format(struct capture_session *s, struct capture_format *format);
int v4l_try_format(struct capture_session *s, struct capture_format *format);

/* VIDIOC_TRY_FMT on a size. 0, or a negative errno without words. */
int v4l_try_size(struct v4l_session *v, uint32_t fourcc, uint32_t *width, uint32_t *height);

/* Does the driver call the format compressed? */
bool v4l_is_compressed(struct v4l_session *v, uint32_t fourcc);

/* ---- v4l2_formats.c ---- */

#define V4L_RATES_MAX 64

int v4l_formats(struct capture_session *s, capture_format_fn *each, void *arg);

/*
 * The rates of one format in one size, fastest first, as numerator and
 * denominator of frames per second. @range: fps[0] and fps[1] are the ends.
 * Returns how many.
 */
unsigned int v4l_rates(struct v4l_session *v, uint32_t fourcc, uint32_t width, uint32_t height,
		       uint32_t fps[V4L_RATES_MAX][2], bool *range);

/* ---- v4l2_rate.c ---- */

/* What is in force, 0/0 if the driver does not say. */
void v4l_get_rate(struct v4l_session *v, struct capture_format *format);
int v4l_set_rate(struct v4l_session *v, struct capture_format *format);
/* The rate that v4l_set_rate() would most likely get. */
void v4l_try_rate(struct v4l_session *v, struct capture_format *format);

/* ---- v4l2_input.c ---- */

int v4l_inputs(struct capture_session *s, capture_input_fn *each, void *arg);
int v4l_set_input(struct capture_session *s, const char *wanted);

/* The input in use. -ENOTTY: the device has no inputs to choose from. No words. */
int v4l_current_input(struct v4l_session *v, struct v4l2_input *input);

/* What is wrong with an input's status, in words; NULL: nothing. */
const char *v4l_input_trouble(uint32_t status);

/* ---- v4l2_signal.c ---- */

/* std= and signal= of the URI; nothing is set yet. */
int v4l_signal_open(struct v4l_session *v, const struct capture_uri *uri);

/* Set the device to what comes in, or to what std= names: DV timings or a TV standard. */
int v4l_signal_follow(struct v4l_session *v);

/* -ENOLINK: nothing usable comes in, or something else than the device is set to. */
int v4l_signal_check(struct v4l_session *v);

/* The rate of the signal; false if not known. */
bool v4l_signal_rate(struct v4l_session *v, uint32_t *num, uint32_t *den);

/* ---- v4l2_control.c ---- */

int v4l_controls(struct capture_session *s, capture_control_fn *each, void *arg);
int v4l_get_control(struct capture_session *s, uint32_t id, int64_t *value);
int v4l_set_control(struct capture_session *s, uint32_t id, int64_t value);

/* "Exposure, Auto" to "exposure_auto", as v4l2-ctl spells it. */
void v4l_control_name(const char *title, char *name, size_t size);

/* ---- v4l2_queue.c ---- */

int v4l_attach(struct capture_buffer *b);
void v4l_detach(struct capture_buffer *b);
int v4l_queue(struct capture_buffer *b);
int v4l_reap(struct capture_session *s, struct capture_frame *frame);
int v4l_start(struct capture_session *s);
int v4l_stop(struct capture_session *s);

/* Let go of all that the driver holds. -ENODEV: it is gone. */
int v4l_release(struct v4l_session *v);

/* A buffer message with its planes. */
struct v4l_message {
	struct v4l2_buffer buffer;
	struct v4l2_plane plane[VIDEO_MAX_PLANES];
};

void v4l_message(struct v4l_session *v, unsigned int index, struct v4l_message *message);

/* QBUF, and on success the books of @slot. 0 or a negative errno, no words. */
int v4l_qbuf(struct v4l_session *v, struct v4l_slot *slot, struct v4l_message *message);

/* The io= names: NULL if there is none such. */
const struct v4l_way *v4l_way_named(const char *name);

/* ---- v4l2_frame.c ---- */

/* What a dequeued buffer says. -EIO with words: it cannot be true. */
int v4l_filled(struct v4l_session *v, const struct v4l_message *message, struct v4l_filled *filled);

/* Times, sequence, flags and bytes. */
void v4l_frame_facts(struct v4l_session *v, const struct v4l_filled *filled,
		     struct capture_frame *frame);

/* Is what the driver says of the bytes possible at all? */
bool v4l_filled_fits(const struct v4l_layout *layout, const struct v4l_filled *filled);

/*
 * Copy into a buffer's present mapping.  -EFAULT where it is not there any more:
 * never a signal.
 */
int v4l_copy(struct capture_buffer *b, uint64_t offset, const void *from, size_t len);

/* ---- v4l2_slot.c ---- */

struct v4l_choice {
	unsigned int slot;
	uint64_t length;		/* to queue for the first plane */
	bool bounce;			/* the driver would not look at the memory again: go around */
};

/*
 * Which free slot a buffer takes, so that the driver writes into the memory that
 * is mapped now.  @length to @length_max may be queued as the first plane's
 * length.  There is a free slot.
 */
struct v4l_choice v4l_choose(const struct v4l_session *v, const struct capture_buffer *b,
			     uint64_t length, uint64_t length_max);

/* Any free slot, the one of its last turn first. */
struct v4l_slot *v4l_free_slot(struct v4l_session *v, const struct capture_buffer *b);

/* ---- the ways ---- */

extern const struct v4l_way v4l_userptr, v4l_dmabuf, v4l_mmap;

/* Does @maps (in the form of /proc/PID/maps) show the range as that part of that file, shared? */
struct v4l_file_range {
	uintptr_t addr;
	size_t len;
	uint64_t offset;		/* of addr in the file */
	unsigned int dev_major, dev_minor;
	uint64_t inode;
};
bool v4l_maps_show(const char *maps_path, const struct v4l_file_range *range);

/* ---- v4l2.c ---- */

extern const struct capture_backend v4l2_backend;

#endif /* CAPTURE_V4L2_H */
