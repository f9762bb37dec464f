// SPDX-License-Identifier: GPL-2.0
/*
 * The window of a session: chunks on their way to the device and back.
 *
 *	          worker                 interrupt              worker
 *	FREE ──> PINNING ──> READY ──────> DMA ──────> FILLED ──────> FREE
 *	         pin, map     in order, at most        unmap, copy,
 *	                      depth at once            verify, unpin
 *
 * A completion hands the next READY chunk to the device at once; the worker pins
 * chunk n+1 while n is in flight.  The spinlock is held for counters and lists
 * only, never while something is pinned, mapped or let go.
 */
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "udma_core.h"
#include "udma_trace.h"

#define LOOKS_MAX 64u	/* at a device that always has news: it must not take a processor */
#define SETTLE_MS 10000	/* a pin may take long; meanwhile only the device's last word waits */

static struct udma_slot *slot_at(struct udma_stream *st, u32 number)
{
	return &st->slot[number % st->window];
}

void udma_stream_init(struct udma_stream *st, struct udma_device *udev)
{
	st->udev = udev;
	INIT_LIST_HEAD(&st->queued);
	INIT_LIST_HEAD(&st->started);
	INIT_LIST_HEAD(&st->finished);
	init_waitqueue_head(&st->wake);
	init_waitqueue_head(&st->frames_wait);
}

static void free_slots(struct udma_stream *st)
{
	u32 i;

	for (i = 0; st->slot && i < st->window; i++)
		udma_chunk_fini(&st->slot[i].own);
	kvfree(st->slot);
	st->slot = NULL;
	st->pinned = st->handed = st->completed = st->released = 0;
}

void udma_stream_fini(struct udma_stream *st)
{
	udma_stream_stop(st);
	free_slots(st);
}

/* ---- to the device ---- */

/* As much of a chunk as the device takes at once. */
static void hand(struct udma_stream *st, struct udma_slot *slot)
{
	struct udma_device *udev = st->udev;
	struct udma_transfer *t = &slot->transfer;
	unsigned int most = udev->caps.max_segments, i;
	struct scatterlist *sg = slot->rest;

	t->offset += t->bytes;
	t->sg = slot->rest;
	t->nents = most ? min(most, slot->rest_count) : slot->rest_count;
	t->bytes = 0;
	for (i = 0; i < t->nents; i++, sg = sg_next(sg))
		t->bytes += sg_dma_len(sg);
	slot->rest = sg;
	slot->rest_count -= t->nents;
	slot->touched = true;
	trace_udma_transfer(udev, t->offset, t->bytes, t->nents);
	udev->ops->transfer(udev, t);
}

static void hand_first(struct udma_stream *st, struct udma_slot *slot)
{
	struct udma_transfer *t = &slot->transfer;

	t->offset = slot->chunk->offset;
	t->bytes = 0;
	t->frame_bytes = st->format.size;
	t->chunks = chunk_count(slot->frame->memory->addr - slot->frame->memory->skew,
				st->format.size, slot->frame->memory->shape.chunk);
	t->pass = slot->pass;
	t->passes = slot->frame->passes;
	slot->rest = slot->chunk->sgt.sgl;
	slot->rest_count = slot->chunk->sgt.nents;
	slot->state = UDMA_DMA;
	slot->since_ns = ktime_get_ns();
	if (st->handed == st->completed)
		st->progress_ns = slot->since_ns;
	hand(st, slot);
}

/* A chunk goes only when the device has got all of the one before it. */
static bool device_has_room(struct udma_stream *st)
{
	const u32 with_device = st->handed - st->completed;

	if (!with_device)
		return true;
	return with_device < st->udev->caps.depth && !slot_at(st, st->handed - 1)->rest_count;
}

void udma_stream_kick(struct udma_stream *st)
{
	struct udma_slot *slot;

	while (st->handed != st->pinned && !st->stopping && !st->paused && device_has_room(st)) {
		slot = slot_at(st, st->handed);
		if (slot->chunk && !slot->frame->ended) {
			hand_first(st, slot);
			st->handed++;
			continue;
		}
		/* nothing to transfer: it waits for its turn and passes */
		if (st->handed != st->completed) {
			if (st->udev->ops->drop && !slot->frame->ended)
				st->udev->ops->drop(st->udev);
			break;
		}
		slot->state = UDMA_FILLED;
		st->handed++;
		st->completed++;
	}
}

/* ---- from the device ---- */

static void count_lost(struct udma_stream *st, struct udma_frame *frame, u64 starved)
{
	if (frame->sequence > st->next_sequence)
		udma_add(st->udev, UDMA_LOST, frame->sequence - st->next_sequence);
	st->next_sequence = frame->sequence + 1;
	/* what was queued in time, and pinned too late, did not want for a buffer */
	if (frame->late && starved > st->starved)
		frame->starved = starved - st->starved;
	st->starved = starved;
}

static void complete_slot(struct udma_stream *st, struct udma_slot *slot)
{
	const u64 now = ktime_get_ns();

	udma_add(st->udev, UDMA_DMA_NS, now - slot->since_ns);
	slot->state = UDMA_FILLED;
	slot->frame->time_ns = now;
	st->completed++;
	st->progress_ns = now;
	udma_stream_kick(st);
	if (st->handed == st->completed && !slot->last && !slot->frame->ended && !st->stopping)
		udma_add(st->udev, UDMA_STALLS, 1);
	wake_up(&st->wake);
}

/**
 * udma_done - the device has filled a transfer
 * @udev:	the grabber
 * @transfer:	the oldest that it has
 * @bytes:	written, from the transfer's start
 * @status:	0, or the negative errno of a transfer that failed
 * @events:	UDMA_EVENT_*
 * @sequence:	the device's counter of frames; what counts is the frame's last transfer
 * @starved:	how many of those before it found that the device had no transfer, since the start;
 *		of use where the driver says UDMA_FEATURE_STARVED
 *
 * The next chunk that is ready goes to the device at once, by udma_ops.transfer.
 * What fits no transfer is counted as a spurious interrupt.
 *
 * Context: within udma_ops.events only.
 */
void udma_done(struct udma_device *udev, struct udma_transfer *transfer, u32 bytes, int status,
	       u32 events, u64 sequence, u64 starved)
{
	struct udma_stream *st = udev->stream;
	struct udma_slot *slot;
	struct udma_frame *frame;

	lockdep_assert_held(&udev->lock);
	slot = st && st->handed != st->completed ? slot_at(st, st->completed) : NULL;
	if (!slot || st->stopping || st->paused || transfer != &slot->transfer) {
		udma_add(udev, UDMA_INTERRUPTS_SPURIOUS, 1);
		return;
	}
	st->events++;
	frame = slot->frame;
	bytes = min(bytes, transfer->bytes);
	trace_udma_done(udev, transfer->offset, bytes, status, sequence);
	if (!frame->ended) {
		slot->bytes += bytes;
		frame->sequence = sequence;
		frame->corrupt |= events & UDMA_EVENT_CORRUPT;
		if (status)
			frame->status = status;
		frame->ended = status || events & UDMA_EVENT_END || bytes < transfer->bytes;
		if (frame->ended || (slot->last && !slot->rest_count))
			count_lost(st, frame, starved);
	}
	if (!frame->ended && slot->rest_count) {
		st->progress_ns = ktime_get_ns();
		hand(st, slot);
		return;
	}
	complete_slot(st, slot);
}
EXPORT_SYMBOL_NS_GPL(udma_done, UDMA_NAMESPACE);

u32 udma_stream_events(struct udma_stream *st)
{
	const u32 news = st->udev->ops->events(st->udev);

	lockdep_assert_held(&st->udev->lock);
	if (news & UDMA_MOVED)
		st->progress_ns = ktime_get_ns();
	return news;
}

/**
 * udma_fault - the device has stopped and does not go on by itself
 * @udev:	the grabber
 * @fault:	UDMA_FAULT_*
 * @words:	what it said, for people; constant
 *
 * What it has of frames fails, it is made silent and started again.
 *
 * Context: within udma_ops.events or udma_ops.transfer only.
 */
void udma_fault(struct udma_device *udev, u32 fault, const char *words)
{
	struct udma_stream *st = udev->stream;

	lockdep_assert_held(&udev->lock);
	if (!st || st->stopping || st->paused || st->fault)
		return;
	st->fault_words = words;
	WRITE_ONCE(st->fault, fault);
	wake_up(&st->wake);
}
EXPORT_SYMBOL_NS_GPL(udma_fault, UDMA_NAMESPACE);

/**
 * udma_interrupt - the device says that something has happened
 * @udev:	the grabber
 *
 * Calls udma_ops.events.  To be called from the interrupt's handler.
 *
 * Context: any, also hard interrupts.
 * Return: true: it was the device's; false: spurious, and counted so.
 */
bool udma_interrupt(struct udma_device *udev)
{
	struct udma_stream *st;
	unsigned long flags;
	u32 before;
	bool ours = false;

	spin_lock_irqsave(&udev->lock, flags);
	st = udev->stream;
	if (st) {
		before = st->events;
		ours = udma_stream_events(st) || st->events != before;
	}
	if (!ours)
		udma_add(udev, UDMA_INTERRUPTS_SPURIOUS, 1);
	spin_unlock_irqrestore(&udev->lock, flags);
	return ours;
}
EXPORT_SYMBOL_NS_GPL(udma_interrupt, UDMA_NAMESPACE);

/* Nothing is left to be let go or pinned, or will be. With udev->lock held. */
static bool is_settled_locked(const struct udma_device *udev)
{
	struct udma_stream *st = udev->stream;

	return !st || st->stopping || st->paused || !udma_worker_is_busy(st);
}

static bool is_settled(struct udma_device *udev)
{
	bool settled;

	spin_lock_irq(&udev->lock);
	settled = is_settled_locked(udev);
	spin_unlock_irq(&udev->lock);
	return settled;
}

/* What an interrupt has found since the last one settled is let go and pinned first: news, too. */
static u32 look(struct udma_device *udev)
{
	u32 news = UDMA_NEWS;

	spin_lock_irq(&udev->lock);
	if (is_settled_locked(udev))
		news = udev->stream ? udma_stream_events(udev->stream) : 0;
	spin_unlock_irq(&udev->lock);
	return news;
}

/**
 * udma_interrupt_thread - the second half of an interrupt
 * @udev:	the grabber
 *
 * Waits until what the device has filled is let go and what fits in the window is
 * pinned and handed over, and looks again, until there is no news.  For drivers
 * whose handler leaves the device's last word for afterwards: it is read when the
 * device has its next memory.
 *
 * Context: a thread.
 */
void udma_interrupt_thread(struct udma_device *udev)
{
	unsigned int rounds = LOOKS_MAX;

	do
		wait_event_timeout(udev->settled, is_settled(udev), msecs_to_jiffies(SETTLE_MS));
	while (--rounds && look(udev));
}
EXPORT_SYMBOL_NS_GPL(udma_interrupt_thread, UDMA_NAMESPACE);

/* ---- frames ---- */

/* A frame of the format in force, from the start of the memory. */
void udma_stream_queue(struct udma_stream *st, struct udma_frame *frame,
		       struct udma_memory *memory, struct udma_account *account)
{
	*frame = (struct udma_frame){
		.memory = memory,
		.account = account,
		.walk = udma_memory_walk(memory, st->format.size),
	};
	spin_lock_irq(&st->udev->lock);
	frame->late = list_empty(&st->queued) && st->pinned == st->completed;
	list_add_tail(&frame->list, &st->queued);
	st->frames++;
	spin_unlock_irq(&st->udev->lock);
	wake_up(&st->wake);
}

struct udma_frame *udma_stream_dequeue(struct udma_stream *st)
{
	struct udma_frame *frame;

	spin_lock_irq(&st->udev->lock);
	frame = list_first_entry_or_null(&st->finished, struct udma_frame, list);
	if (frame)
		list_del_init(&frame->list);
	spin_unlock_irq(&st->udev->lock);
	return frame;
}

/* ---- start and stop ---- */

static int take_device(struct udma_stream *st)
{
	struct udma_device *udev = st->udev;
	int err = 0;

	spin_lock_irq(&udev->lock);
	if (udev->stream)
		err = -EBUSY;
	else
		udev->stream = st;
	spin_unlock_irq(&udev->lock);
	return err;
}

static void leave_device(struct udma_stream *st)
{
	spin_lock_irq(&st->udev->lock);
	st->udev->stream = NULL;
	spin_unlock_irq(&st->udev->lock);
}

static int start_worker(struct udma_stream *st)
{
	struct task_struct *worker;

	worker = kthread_create(udma_worker, st, "%s", dev_name(&st->udev->dev));
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	/* it may end by itself before it is told to: keep what kthread_stop() asks */
	get_task_struct(worker);
	st->worker = worker;
	wake_up_process(worker);
	return 0;
}

int udma_stream_start_device(struct udma_stream *st)
{
	const struct udma_run run = {
		.format = &st->format, .chunk = st->chunk, .window = st->window,
	};

	st->fault = UDMA_FAULT_NONE;
	return st->udev->ops->start(st->udev, &run);
}

int udma_stream_start(struct udma_stream *st, const struct udma_shape *shape)
{
	struct udma_device *udev = st->udev;
	int err = take_device(st);

	if (err)
		return err;
	err = -ENOMEM;
	if (shape->window != st->window)
		free_slots(st);
	st->window = shape->window;
	st->chunk = shape->chunk;
	if (!st->slot)
		st->slot = kvcalloc(st->window, sizeof(*st->slot), GFP_KERNEL_ACCOUNT);
	if (!st->slot)
		goto leave;
	st->pinned = st->handed = st->completed = st->released = 0;
	st->next_sequence = st->starved = 0;
	st->stopping = st->paused = false;
	mutex_lock(&udev->control);
	err = udma_stream_start_device(st);
	mutex_unlock(&udev->control);
	if (err)
		goto leave;
	err = start_worker(st);
	if (err)
		goto halt;
	st->running = true;
	return 0;

halt:
	udma_quiesce(udev);
leave:
	leave_device(st);
	return err;
}

/* What the device had keeps its pages for ever: it may still write them. */
static void quarantine_slots(struct udma_stream *st)
{
	struct udma_slot *slot;
	u32 i;
	u64 bytes;

	for (i = st->completed; i != st->handed; i++) {
		slot = slot_at(st, i);
		if (!slot->chunk || !slot->chunk->mapped)
			continue;
		bytes = (u64)slot->chunk->count << PAGE_SHIFT;
		udma_count_pinned(st->udev, -(s64)bytes);
		udma_add(st->udev, UDMA_QUARANTINED, bytes);
		udma_chunk_quarantine(slot->chunk, slot->frame->account);
		slot->chunk = NULL;
	}
}

/* The device is silent or dead; nobody else looks at the slots any more. */
static void give_back_all(struct udma_stream *st)
{
	struct udma_frame *frame;

	while (st->completed != st->pinned) {
		frame = slot_at(st, st->completed)->frame;
		if (!frame->status)
			frame->status = -ECANCELED;
		frame->ended = true;
		slot_at(st, st->completed++)->state = UDMA_FILLED;
	}
	st->handed = st->completed;
	udma_worker_reap(st);
	for (;;) {
		spin_lock_irq(&st->udev->lock);
		frame = list_first_entry_or_null(&st->started, struct udma_frame, list);
		if (!frame)
			frame = list_first_entry_or_null(&st->queued, struct udma_frame, list);
		spin_unlock_irq(&st->udev->lock);
		if (!frame)
			break;
		if (!frame->status)
			frame->status = -ECANCELED;
		udma_frame_finish(st, frame);
	}
}

/*
 * Until the device is silent, and then until nothing of this session is pinned
 * for it.  Frames that were not complete come back cancelled.
 */
void udma_stream_stop(struct udma_stream *st)
{
	struct udma_device *udev = st->udev;
	int err;

	if (!st->running) {
		give_back_all(st);
		return;
	}
	spin_lock_irq(&udev->lock);
	st->stopping = true;
	spin_unlock_irq(&udev->lock);
	wake_up(&udev->settled);
	err = udma_quiesce(udev);
	/* it may be in the middle of a pin that takes for ever */
	send_sig(SIGKILL, st->worker, 1);
	kthread_stop(st->worker);
	put_task_struct(st->worker);
	st->worker = NULL;
	if (err)
		quarantine_slots(st);
	give_back_all(st);
	st->running = false;
	leave_device(st);
}
