/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the udma module.
 *
 *	udma_cdev.c     open, ioctl, poll, close        udma_read.c   read(2)
 *	udma_session.c  buffers of a descriptor         udma_user.c   the three functions
 *	udma_stream.c   the window: who pins, who has what, completions
 *	udma_worker.c   the thread that pins ahead and lets go behind
 *	udma_quiesce.c  until the device is silent
 *	udma_memory.c   a range of a process and what happens to its mapping
 *	udma_pin.c      pages     udma_map.c  segments     udma_quota.c  limits
 */
#ifndef UDMA_CORE_H
#define UDMA_CORE_H

#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/user.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "chunk.h"
#include "udma_driver.h"

#define UDMA_CHUNK_MAX		(64u << 20)
#define UDMA_WINDOW_MAX		4096u
#define UDMA_DEPTH		1024u	/* buffers queued at once */

/* ---- udma_quota.c ---- */

struct udma_user;

/* what one descriptor, or one range of a driver, is charged for */
struct udma_account {
	struct udma_user *user;		/* NULL: nothing was ever charged */
	struct user_struct *uid;	/* whose locked_vm counts */
	struct mm_struct *mm;		/* whose pinned_vm counts */
	u64 charged;			/* bytes, whole pages */
	u64 locked;			/* of these: counted in uid->locked_vm */
	u64 quarantined;		/* of these: never to be given back */
	u64 refused_bytes;
	u32 refused;			/* UDMA_LIMIT_* */
};

int udma_account_open(struct udma_account *account);
void udma_account_close(struct udma_account *account);
/* Make @bytes the charge. Less always succeeds; more is -ENOSPC, -EDQUOT, -ENOMEM. */
int udma_charge(struct udma_account *account, u64 bytes);
void udma_quarantine_bytes(struct udma_account *account, u64 bytes);
void udma_limits(struct udma_account *account, struct udma_limits *limits);

/* ---- udma_memory.c ---- */

/* how a device wants its memory; the same for all of a session */
struct udma_shape {
	struct device *dev;
	u32 chunk, window, align, max_segment;
	bool units;
};

/* a range of a process */
struct udma_memory {
	struct udma_shape shape;
	u64 addr, len;
	u32 skew;			/* bytes behind a unit of a device that only takes whole ones */
	u32 flags;			/* UDMA_ATTACH_* */
	struct mm_struct *mm;		/* grabbed */
	struct mmu_interval_notifier notifier;
	spinlock_t lock;		/* notifier's sequence number and stale */
	bool stale;			/* unmapped in part, for ever */
	struct udma_chunk *kept;	/* UDMA_ATTACH_KEEP: all chunks */
	unsigned int kept_count;
	/* udma_user.c */
	struct udma_account account;
	struct udma_chunk *window;
	struct chunk_walk walk;
};

struct udma_memory *udma_memory_new(const struct udma_shape *shape, u64 addr, u64 len, u32 flags);
void udma_memory_free(struct udma_memory *memory);
/* Pin @bytes from its start for UDMA_ATTACH_KEEP; map them; undo both. */
int udma_memory_keep(struct udma_memory *memory, u64 bytes);
int udma_memory_map(struct udma_memory *memory);
void udma_memory_unmap(struct udma_memory *memory);
void udma_memory_let_go(struct udma_memory *memory);
/* Are kept pages still those of the mapping? 0, -ESTALE, -EFAULT. Pins: no locks. */
int udma_memory_verify(struct udma_memory *memory);
bool udma_memory_is_stale(struct udma_memory *memory);
/* Would NO_BOUNCE memory be bounced? */
int udma_memory_try(struct udma_memory *memory);
int udma_shape_check(const struct udma_shape *shape);
/* The chunks of its first @bytes, in addresses that lie skew lower than the memory's. */
struct chunk_walk udma_memory_walk(const struct udma_memory *memory, u64 bytes);

/* A thread of the kernel borrows the process's memory (1), others must have it (0); -EPERM. */
int udma_mm_enter(struct mm_struct *mm);
void udma_mm_leave(struct mm_struct *mm, int borrowed);

/* ---- udma_pin.c, udma_map.c ---- */

/* Pin the chunk @len bytes from @addr. In the memory's mm. No locks. */
int udma_pin(struct udma_chunk *chunk, struct udma_memory *memory, u64 addr, u32 len);
/* Same pages as before? 0, -ESTALE, -EFAULT. In the memory's mm. No locks. */
int udma_pin_verify(struct udma_chunk *chunk);
void udma_unpin(struct udma_chunk *chunk, bool dirty);
void udma_chunk_fini(struct udma_chunk *chunk);
/* Chunk's pages were charged and stay where they are: the device may still write them. */
void udma_chunk_quarantine(struct udma_chunk *chunk, struct udma_account *account);

/* The device's from here on. */
int udma_map(struct udma_chunk *chunk);
/* What is mapped is the device's (again), or the processor's: before anybody looks at it. */
void udma_map_give(struct udma_chunk *chunk);
void udma_map_take(struct udma_chunk *chunk);
/* Brings nothing over: take it first. */
void udma_unmap(struct udma_chunk *chunk);
/* Copy what came through bounce pages, @written bytes of the chunk. In the memory's mm. */
int udma_copy_out(struct udma_chunk *chunk, u32 written);
/* Before udma_map(): bounce pages get what the process has there. In the memory's mm. */
int udma_copy_in(struct udma_chunk *chunk);
int udma_own_pages(struct udma_chunk *chunk, unsigned int count);
/* What a device that takes at most @most bytes (0: any number) can be given in one segment. */
u32 udma_longest_segment(struct device *dev, u32 most);

/* ---- the device ---- */

/* in the order of struct udma_stats */
enum udma_stat {
	UDMA_FRAMES, UDMA_FAILED, UDMA_CANCELLED, UDMA_LOST, UDMA_BYTES, UDMA_BOUNCED,
	UDMA_CHUNKS, UDMA_SEGMENTS, UDMA_PINNED, UDMA_PINNED_PEAK, UDMA_STALLS, UDMA_TIMEOUTS,
	UDMA_INTERRUPTS_LOST, UDMA_INTERRUPTS_SPURIOUS, UDMA_QUIESCES, UDMA_RESETS,
	UDMA_QUARANTINED, UDMA_PIN_NS, UDMA_MAP_NS, UDMA_DMA_NS, UDMA_UNPIN_NS, UDMA_FAULTS,
	UDMA_LAST_FAULT,
	UDMA_STATS,
};

struct udma_stream;

struct udma_device {
	struct device dev;
	struct cdev cdev;
	const struct udma_ops *ops;
	struct udma_caps caps;		/* its strings are in info */
	struct udma_info info;		/* what does not change */
	void *priv;
	struct rw_semaphore gate;	/* read: maps, unmaps; write: the device goes */
	bool gone;			/* changes under gate */
	bool dead;			/* it does not work any more; changes under control */
	bool noisy;			/* ... and may still write */
	struct mutex sessions_lock;
	struct list_head sessions;
	struct mutex control;		/* start and the ladder, one at a time */
	spinlock_t lock;		/* stream, and everything that completions touch */
	struct udma_stream *stream;	/* who has the device */
	wait_queue_head_t settled;	/* the worker may have nothing to do any more */
	atomic64_t stat[UDMA_STATS];
};

static inline void udma_add(struct udma_device *udev, enum udma_stat stat, s64 n)
{
	atomic64_add(n, &udev->stat[stat]);
}

void udma_count_pinned(struct udma_device *udev, s64 bytes);
extern const struct attribute_group *udma_groups[];

/* udma_quiesce.c: 0: silent, pages may go; -EIO: it is not, and dead from now on */
int udma_quiesce(struct udma_device *udev);

/* ---- udma_stream.c ---- */

/* one queued buffer */
struct udma_frame {
	struct list_head list;
	struct udma_memory *memory;
	struct udma_account *account;	/* that is charged for it */
	struct chunk_walk walk;		/* what is not pinned yet */
	u64 bytes, bounced, sequence, starved, time_ns, pinned, pinned_peak;
	u32 chunks, segments;		/* transferred, all passes together */
	u32 pass, passes;		/* the next to be pinned; 0: not asked yet */
	int status;
	bool late;			/* queued when the device had nothing more to do */
	bool corrupt;
	bool ended;			/* no more transfers: the device ended it, or it failed */
	bool done;
};

enum udma_slot_state { UDMA_FREE, UDMA_PINNING, UDMA_READY, UDMA_DMA, UDMA_FILLED };

/* one chunk of the window */
struct udma_slot {
	enum udma_slot_state state;
	struct udma_chunk own;
	struct udma_chunk *chunk;	/* own, or a kept one; NULL: nothing to transfer */
	struct udma_frame *frame;
	struct udma_transfer transfer;
	struct scatterlist *rest;	/* segments that the device was not given yet */
	unsigned int rest_count;
	u32 bytes;			/* written */
	u32 pass;
	bool last;			/* of its frame */
	bool touched;			/* the device had it */
	u64 since_ns;
};

/*
 * The window is a ring; four counters say who has which slot.
 *
 *	released <= completed <= handed <= pinned <= released + window
 *	   worker lets go | the device fills | READY |  FREE
 */
struct udma_stream {
	struct udma_device *udev;
	struct udma_format format;
	struct udma_slot *slot;
	u32 window, chunk;
	u32 pinned, handed, completed, released;
	struct list_head queued;	/* frames with chunks that are not pinned yet */
	struct list_head finished;
	struct list_head started;	/* frames of which all chunks are pinned */
	unsigned int frames;		/* queued, not finished */
	u64 pinned_bytes;
	u64 next_sequence;		/* expected; a higher one tells of lost frames */
	u64 starved;			/* frames: as the device told with the last one */
	bool running, stopping, paused;
	u32 events;			/* completions; wraps */
	u32 fault;			/* what stopped the device, UDMA_FAULT_* */
	const char *fault_words;	/* ... in words */
	u64 progress_ns;
	struct task_struct *worker;
	wait_queue_head_t wake;		/* the worker */
	wait_queue_head_t frames_wait;	/* poll(2), read(2) */
};

void udma_stream_init(struct udma_stream *st, struct udma_device *udev);
void udma_stream_fini(struct udma_stream *st);
int udma_stream_start(struct udma_stream *st, const struct udma_shape *shape);
int udma_stream_start_device(struct udma_stream *st);	/* udev->control held */
void udma_stream_stop(struct udma_stream *st);
void udma_stream_queue(struct udma_stream *st, struct udma_frame *frame,
		       struct udma_memory *memory, struct udma_account *account);
struct udma_frame *udma_stream_dequeue(struct udma_stream *st);
void udma_stream_kick(struct udma_stream *st);	/* udev->lock held */
u32 udma_stream_events(struct udma_stream *st);	/* udev->lock held */

/* udma_worker.c */
int udma_worker(void *stream);
bool udma_worker_is_busy(struct udma_stream *st);
void udma_worker_reap(struct udma_stream *st);
void udma_frame_finish(struct udma_stream *st, struct udma_frame *frame);

/* ---- udma_session.c ---- */

struct udma_buffer {
	u32 handle;
	u64 cookie;
	u64 span;
	bool queued;
	struct udma_memory *memory;
	struct udma_frame frame;
};

struct udma_session {
	struct list_head list;
	struct udma_device *udev;
	struct mutex lock;		/* never held across a pin or a wait for frames */
	struct mutex read_lock;		/* one read(2) at a time */
	bool reading, queueing;		/* which way the descriptor is used */
	struct udma_shape shape;
	struct udma_format format;
	struct mm_struct *mm;		/* grabbed at the first attach */
	struct udma_account account;
	struct xarray buffers;
	unsigned int buffer_count;
	u64 kept_bytes, loose_bytes;	/* spans of attached buffers */
	struct udma_stream stream;
};

int udma_session_open(struct udma_device *udev, struct udma_session **out);
void udma_session_close(struct udma_session *session);
void udma_session_kill(struct udma_session *session);
int udma_session_check(struct udma_session *session);	/* -ENODEV, -EIO */
int udma_session_start(struct udma_session *session);
/* How memory is held for the format in force. */
struct udma_shape udma_session_shape(const struct udma_session *session);
int udma_session_attach(struct udma_session *session, struct udma_attach *attach);
int udma_session_detach(struct udma_session *session, u32 handle);
int udma_session_queue(struct udma_session *session, u32 handle, u64 cookie);
int udma_session_dequeue(struct udma_session *session, struct udma_done *done);
ssize_t udma_read(struct file *file, char __user *to, size_t len, loff_t *pos);

/* udma_cdev.c */
extern const struct file_operations udma_fops;

#endif /* UDMA_CORE_H */
