/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The vfio backend from inside: one file, one noun.
 *
 *	vfio.c		operations, open, close
 *	vfio_find.c	which devices there are, and which one is meant
 *	vfio_device.c	registers, configuration space, interrupts, reset
 *	vfio_type1.c	the IOMMU, by group and container; vfio_iommufd.c: by iommufd
 *	vfio_iova.c	addresses for the device	vfio_limit.c	locked memory
 *	vfio_format.c	formats, inputs, controls
 *	vfio_memory.c	buffers in the IOMMU		vfio_window.c	a few chunks of them
 *	vfio_stream.c	queue, reap, start, stop	vfio_thread.c	serving interrupts
 *
 * The device's own part, registers and programs, is in kmod/grabbers.
 *
 *	                 capture_queue             interrupt
 *	                      |                        |
 *	[ lock   begin, map, load ->  grabber  <- event, load, unmap   ]  thread
 *	                                 |
 *	                        done frames, event_fd -> capture_wait
 */
#ifndef CAPTURE_VFIO_H
#define CAPTURE_VFIO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend.h"
#include "grabber.h"
#include "pci.h"
#include "bus.h"

#define VFIO_DEPTH 31		/* frames with the device; one less than a power of two */
#define VFIO_RANGES_MAX 16

/* ---- vfio_iova.c: addresses that the device may use ---- */

struct iova_range {
	uint64_t first, last;	/* last: the last byte */
};

struct iova_space {
	struct iova_range range[VFIO_RANGES_MAX];	/* what the IOMMU can do, ascending */
	unsigned int ranges;
	uint64_t max;		/* the highest address of the device */
	struct iova_range *used;	/* ascending */
	unsigned int count, room;
};

/* Take @bytes (a multiple of a page) somewhere.  -ENOSPC, -ENOMEM without words. */
int iova_take(struct iova_space *space, uint64_t bytes, uint64_t *iova);
void iova_give(struct iova_space *space, uint64_t iova);
void iova_free(struct iova_space *space);

/* ---- the IOMMU ---- */

struct vfio_device;

/* One way to the IOMMU. */
struct vfio_iommu {
	const char *name;	/* as in iommu= */
	/* Open the device at @address behind the IOMMU: device->fd, ranges, maps_left.  With words. */
	int (*open)(struct vfio_device *device, const struct pci_place *place);
	void (*close)(struct vfio_device *device);
	/* Let the device write to (or with @program read from) memory.  A negative errno, no words. */
	int (*map)(struct vfio_device *device, void *addr, uint64_t bytes, uint64_t iova, bool program);
	int (*unmap)(struct vfio_device *device, uint64_t iova, uint64_t bytes);
};

extern const struct vfio_iommu vfio_type1, vfio_iommufd;

/* The device's own file, /dev/vfio/devices/vfioN; false: there is none, or no iommufd. */
bool vfio_cdev(const char *address, char path[64]);
/* ... and may this process use both? */
bool vfio_cdev_usable(const char *address, char path[64]);

/* ---- vfio_device.c ---- */

struct vfio_device {
	const struct vfio_iommu *iommu;
	char address[24];
	int fd;
	int container, group;		/* iommufd: /dev/iommu, and no group */
	uint32_t ioas;			/* iommufd: the address space */
	struct iova_space space;
	uint64_t maps_left;		/* UINT64_MAX: as many as one likes */
	uint64_t bar_offset, config_offset;	/* of registers and configuration space, in fd */
	uint32_t irq_index;		/* VFIO_PCI_*_IRQ_INDEX */
	bool irq_masks;			/* the kernel masks it until it is unmasked */
	int irq_fd, request_fd;		/* eventfds; readable: an interrupt, somebody wants the device */
	bool can_reset;
};

/* After iommu->open: regions, memory space on.  With words. */
int vfio_device_set_up(struct vfio_device *device, const struct grabber_device *kind);
void vfio_device_tear_down(struct vfio_device *device);
extern const struct grabber_io vfio_registers;	/* ctx: the device */
/* @which: "auto", "msi", "msix", "intx".  With words. */
int vfio_irq_enable(struct vfio_device *device, const char *which);
void vfio_irq_disable(struct vfio_device *device);
void vfio_irq_unmask(struct vfio_device *device);
/* May the device write at all? */
void vfio_bus_master(struct vfio_device *device, bool on);
/* Is what it wrote on its way still?  Only PCI Express devices can tell. */
bool vfio_transactions_pending(struct vfio_device *device);
/* 0; -EOPNOTSUPP and others without words */
int vfio_reset(struct vfio_device *device);
bool vfio_is_gone(struct vfio_device *device);

/* ---- vfio_limit.c ---- */

/* May the process lock @bytes more?  -EDQUOT with words and the remedy. */
int vfio_limit_check(const char *address, uint64_t bytes);
int vfio_limits(struct capture_session *s, capture_limit_fn *each, void *arg);

/* ---- a session ---- */

enum vfio_health {
	VFIO_WELL,
	VFIO_DEAD,		/* until it is stopped */
	VFIO_GONE,		/* for ever */
};

/* private part of a buffer */
struct vfio_buffer {
	struct capture_buffer *buffer;
	struct vfio_buffer *next;	/* in a queue */
	uint8_t *target;		/* where the device writes: the application's memory or bounce */
	void *bounce;			/* NULL: none */
	uint64_t iova, span;		/* of the pages of target, reserved while it is attached */
	bool mapped;			/* all of it */
	bool kept;			/* mapped until it is detached */
	/* this turn */
	uint64_t number;		/* of the grabber's frame */
	uint32_t chunks, loaded;	/* loaded: steps */
	uint32_t segments;
	uint64_t held, held_peak;	/* bytes mapped now, at most */
	uint32_t steps_done;		/* when last seen */
	int error;			/* a chunk could not be mapped: the frame's status */
	struct capture_frame frame;	/* when it is done */
};

struct vfio_fifo {
	struct vfio_buffer *head, *tail;
};

/* A chunk that is mapped. */
struct vfio_held {
	struct vfio_buffer *buffer;
	uint32_t chunk;
};

struct vfio_session {
	struct capture_session *session;
	struct vfio_device device;
	struct grabber *grabber;
	struct grabber_mode wish;	/* field of the URI */
	const char *irq;		/* of the URI; static */
	struct capture_format format;
	struct bus bus;			/* for bounced frames */
	/* programs, and behind them a page for chunks that could not be mapped */
	void *program;
	uint64_t program_bytes, program_iova, sink;
	uint32_t chunks_max;

	pthread_t thread;
	bool running;			/* the thread is */
	int stop_fd;			/* eventfd that ends it */
	pthread_mutex_t lock;
	atomic_bool wanted;		/* the application waits for the lock */
	/* under the lock while it runs */
	bool started;			/* the device is */
	struct vfio_fifo queued, done;
	bool raised;			/* session->fd is readable */
	uint64_t told;			/* the last frame that the grabber was done with */
	uint64_t starved;		/* ... and what it had lost by then, because nothing was queued */
	struct vfio_held *held;		/* as many as the window, and as many to look ahead */
	uint32_t held_count;
	enum vfio_health health;
	bool counted;			/* in the session's statistics */
	char words[256];		/* why it is not well */
	uint64_t late;			/* interrupts that did not come */
};

static inline struct vfio_session *vfio_of(const struct capture_session *s)
{
	return s->priv;
}

/* For the application; the thread, which comes often, lets it go first. */
static inline void vfio_lock(struct vfio_session *v)
{
	atomic_store(&v->wanted, true);
	pthread_mutex_lock(&v->lock);
	atomic_store(&v->wanted, false);
}

/* ---- vfio_find.c ---- */

int vfio_list(capture_device_fn *each, void *arg);
/* The device that a URI means, bound to vfio-pci and ours to open.  With words. */
int vfio_find(const struct capture_uri *uri, struct pci_place *place);

/* ---- vfio_format.c ---- */

int vfio_get_format(struct capture_session *s, struct capture_format *format);
int vfio_set_format(struct capture_session *s, struct capture_format *format);
int vfio_try_format(struct capture_session *s, struct capture_format *format);
int vfio_formats(struct capture_session *s, capture_format_fn *each, void *arg);
int vfio_inputs(struct capture_session *s, capture_input_fn *each, void *arg);
int vfio_set_input(struct capture_session *s, const char *text);
int vfio_controls(struct capture_session *s, capture_control_fn *each, void *arg);
int vfio_get_control(struct capture_session *s, uint32_t id, int64_t *value);
int vfio_set_control(struct capture_session *s, uint32_t id, int64_t value);
/* std= and field= of the URI */
int vfio_format_options(struct vfio_session *v, const struct capture_uri *uri);

/* ---- vfio_memory.c ---- */

int vfio_attach(struct capture_buffer *b);
void vfio_detach(struct capture_buffer *b);
/* Map or unmap bytes [@from, @from + @bytes) of a buffer's frame, whole pages.  No words. */
int vfio_map(struct vfio_session *v, struct vfio_buffer *b, uint64_t from, uint64_t bytes);
int vfio_unmap(struct vfio_session *v, struct vfio_buffer *b, uint64_t from, uint64_t bytes);
/* Before a turn: map it all, unless chunk by chunk.  With words. */
int vfio_hold(struct vfio_session *v, struct vfio_buffer *b);
/* After it: nothing stays mapped but what is kept. */
void vfio_let_go(struct vfio_session *v, struct vfio_buffer *b);
/* Programs for what is set now.  With words. */
int vfio_program_open(struct vfio_session *v);
void vfio_program_close(struct vfio_session *v);

/* ---- vfio_window.c: with the lock held ---- */

/* Chunks of a buffer's frame; with words if it can have none. */
int vfio_window_chunks(struct vfio_session *v, struct vfio_buffer *b);
/* Unmap what is done, map what comes, load it. */
void vfio_window_move(struct vfio_session *v);
/* Unmap the chunks of a buffer. */
void vfio_window_drop(struct vfio_session *v, struct vfio_buffer *b);
/* Bytes from the start of a frame that are all there. */
uint64_t vfio_window_whole(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t steps);

static inline bool vfio_windowed(const struct vfio_session *v)
{
	return v->session->config.window != 0;
}

/* ---- vfio_stream.c ---- */

int vfio_start(struct capture_session *s);
int vfio_stop(struct capture_session *s);
int vfio_queue(struct capture_buffer *b);
int vfio_reap(struct capture_session *s, struct capture_frame *frame);
/*
 * With the lock held: what the grabber has to say.  @time_ns: of the interrupt;
 * @late: there was none.  False: nothing.
 */
bool vfio_serve(struct vfio_session *v, uint64_t time_ns, bool late);
/* With the lock held: no frame comes any more. */
__attribute__((format(printf, 3, 4)))
void vfio_give_up(struct vfio_session *v, enum vfio_health health, const char *format, ...);

/* ---- vfio_thread.c ---- */

int vfio_thread_start(struct vfio_session *v);
void vfio_thread_stop(struct vfio_session *v);

/* ---- vfio.c ---- */

extern const struct capture_backend vfio_backend, pci_backend;

#endif /* CAPTURE_VFIO_H */
