// SPDX-License-Identifier: GPL-2.0
/*
 * The thread of a running stream: pins ahead of the device, lets go behind it,
 * and notices when the device does nothing any more.
 */
#include <linux/kthread.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "udma_core.h"
#include "udma_trace.h"

#define POLL_MS 100	/* between two looks at a device that says nothing */
#define LOOKS_MAX 16u	/* at one that always has news */

static struct udma_slot *slot_at(struct udma_stream *st, u32 number)
{
	return &st->slot[number % st->window];
}

/* ---- frames ---- */

void udma_frame_finish(struct udma_stream *st, struct udma_frame *frame)
{
	struct udma_device *udev = st->udev;

	if (udma_memory_is_stale(frame->memory) && frame->status != -ECANCELED)
		frame->status = -ESTALE;
	if (frame->status == -ECANCELED)
		frame->bytes = 0;
	if (!frame->status)
		udma_add(udev, UDMA_FRAMES, 1);
	else
		udma_add(udev, frame->status == -ECANCELED ? UDMA_CANCELLED : UDMA_FAILED, 1);
	udma_add(udev, UDMA_BYTES, frame->bytes);
	udma_add(udev, UDMA_BOUNCED, frame->bounced);
	trace_udma_frame(udev, frame->sequence, frame->bytes, frame->status);
	spin_lock_irq(&udev->lock);
	list_move_tail(&frame->list, &st->finished);
	frame->done = true;
	st->frames--;
	spin_unlock_irq(&udev->lock);
	wake_up_poll(&st->frames_wait, EPOLLIN | EPOLLRDNORM);
}

/* ---- letting go ---- */

/* Copy and verify need the process's memory; where that is gone the frame has failed. */
static int settle_chunk(struct udma_chunk *chunk, struct udma_slot *slot)
{
	struct mm_struct *mm = chunk->memory->mm;
	int borrowed, err = 0;

	if (slot->frame->status == -ECANCELED)
		return 0;
	borrowed = udma_mm_enter(mm);
	if (borrowed < 0)
		return chunk->bounced ? -EFAULT : 0;
	if (chunk->bounced)
		err = udma_copy_out(chunk, slot->bytes);
	if (!err)
		err = udma_pin_verify(chunk);
	udma_mm_leave(mm, borrowed);
	return err;
}

static int let_go(struct udma_stream *st, struct udma_slot *slot)
{
	struct udma_device *udev = st->udev;
	struct udma_chunk *chunk = slot->chunk;
	const u64 since = ktime_get_ns(), bytes = (u64)chunk->count << PAGE_SHIFT;
	int err;

	if (chunk != &slot->own) {
		down_read(&udev->gate);
		udma_map_take(chunk);
		up_read(&udev->gate);
		return settle_chunk(chunk, slot);
	}
	down_read(&udev->gate);
	udma_map_take(chunk);
	udma_unmap(chunk);
	up_read(&udev->gate);
	err = settle_chunk(chunk, slot);
	udma_unpin(chunk, slot->touched);
	udma_count_pinned(udev, -(s64)bytes);
	slot->frame->pinned -= bytes;
	trace_udma_unpin(udev, chunk->addr, chunk->len);
	udma_add(udev, UDMA_UNPIN_NS, ktime_get_ns() - since);
	return err;
}

/* Before that, bytes that arrived lie among others that did not. */
static bool is_last_pass(const struct udma_slot *slot)
{
	return slot->pass + 1 >= slot->frame->passes;
}

static void reap_slot(struct udma_stream *st, struct udma_slot *slot)
{
	struct udma_frame *frame = slot->frame;
	struct udma_chunk *chunk = slot->chunk;
	int err = 0;

	if (chunk) {
		if (slot->touched) {
			frame->chunks++;
			frame->segments += chunk->sgt.nents;
			if (is_last_pass(slot))
				frame->bounced += min(chunk->bounced, slot->bytes);
			udma_add(st->udev, UDMA_CHUNKS, 1);
			udma_add(st->udev, UDMA_SEGMENTS, chunk->sgt.nents);
		}
		err = let_go(st, slot);
	}
	if (err) {
		spin_lock_irq(&st->udev->lock);
		if (!frame->status)
			frame->status = err;
		frame->ended = true;
		spin_unlock_irq(&st->udev->lock);
	} else if (is_last_pass(slot)) {
		frame->bytes += slot->bytes;
	}
}

void udma_worker_reap(struct udma_stream *st)
{
	struct udma_slot *slot;
	struct udma_frame *frame;
	bool last;

	while (st->released != READ_ONCE(st->completed)) {
		/* what the interrupt wrote before it counted */
		smp_rmb();
		slot = slot_at(st, st->released);
		frame = slot->frame;
		reap_slot(st, slot);
		last = slot->last;
		slot->state = UDMA_FREE;
		WRITE_ONCE(st->released, st->released + 1);
		if (last)
			udma_frame_finish(st, frame);
	}
}

/* ---- pinning ahead ---- */

static int pin_and_map(struct udma_stream *st, struct udma_slot *slot, u64 addr, u32 len)
{
	struct udma_device *udev = st->udev;
	struct udma_memory *memory = slot->frame->memory;
	const u64 since = ktime_get_ns();
	const int borrowed = udma_mm_enter(memory->mm);
	u64 pinned;
	int err;

	if (borrowed < 0)
		return -EFAULT;
	err = udma_pin(&slot->own, memory, addr, len);
	/* what an earlier pass brought must be there when this one is copied out */
	if (!err && slot->pass) {
		err = udma_copy_in(&slot->own);
		if (err)
			udma_unpin(&slot->own, false);
	}
	udma_mm_leave(memory->mm, borrowed);
	if (err)
		return err;
	pinned = ktime_get_ns();
	udma_add(udev, UDMA_PIN_NS, pinned - since);
	down_read(&udev->gate);
	err = udev->gone ? -ENODEV : udma_map(&slot->own);
	up_read(&udev->gate);
	if (err) {
		udma_unpin(&slot->own, false);
		return err;
	}
	udma_add(udev, UDMA_MAP_NS, ktime_get_ns() - pinned);
	udma_count_pinned(udev, (u64)slot->own.count << PAGE_SHIFT);
	trace_udma_pin(udev, addr, len, slot->own.sgt.nents, slot->own.bounced);
	return 0;
}

/* A kept chunk has its translation; the device's side gets the memory back. */
static int take_kept(struct udma_stream *st, struct udma_slot *slot, u64 addr)
{
	struct udma_memory *memory = slot->frame->memory;
	const u32 shift = __builtin_ctz(memory->shape.chunk);
	int err = 0;

	down_read(&st->udev->gate);
	slot->chunk = &memory->kept[((addr - memory->skew) >> shift) -
				    ((memory->addr - memory->skew) >> shift)];
	if (slot->chunk->mapped)
		udma_map_give(slot->chunk);
	else
		err = -ENODEV;
	up_read(&st->udev->gate);
	return err;
}

static void note_pinned(struct udma_frame *frame, const struct udma_chunk *chunk)
{
	frame->pinned += (u64)chunk->count << PAGE_SHIFT;
	frame->pinned_peak = max(frame->pinned_peak, frame->pinned);
}

/* The frame that is next to be pinned, and a place for its next chunk. */
static struct udma_frame *next_frame(struct udma_stream *st)
{
	struct udma_frame *frame = NULL;

	spin_lock_irq(&st->udev->lock);
	if (!st->stopping && !st->paused && st->pinned - st->released < st->window)
		frame = list_first_entry_or_null(&st->queued, struct udma_frame, list);
	spin_unlock_irq(&st->udev->lock);
	return frame;
}

static void prepare(struct udma_stream *st, struct udma_slot *slot, struct udma_frame *frame)
{
	const struct udma_ops *ops = st->udev->ops;

	if (!frame->passes)
		frame->passes = ops->passes ? ops->passes(st->udev, chunk_count(frame->walk.at,
				st->format.size, frame->walk.max)) : 1;
	slot->state = UDMA_PINNING;
	slot->pass = frame->pass;
	slot->chunk = NULL;
	slot->frame = frame;
	slot->bytes = 0;
	slot->rest_count = 0;
	slot->touched = false;
}

/* The next chunk of the frame in this pass; behind the last one the next pass begins. */
static u32 next_chunk(struct udma_stream *st, struct udma_frame *frame, u64 *addr)
{
	const u32 len = chunk_next(&frame->walk, addr);

	*addr += frame->memory->skew;
	if (frame->walk.at == frame->walk.end && frame->pass + 1 < frame->passes) {
		frame->pass++;
		frame->walk = udma_memory_walk(frame->memory, st->format.size);
	}
	return len;
}

/* Pin one chunk, or what takes its place where that fails. Returns false: nothing to do. */
static bool pin_next(struct udma_stream *st)
{
	struct udma_frame *frame = next_frame(st);
	struct udma_slot *slot;
	int err = 0;
	u64 addr;
	u32 len;

	if (!frame)
		return false;
	slot = slot_at(st, st->pinned);
	prepare(st, slot, frame);
	len = next_chunk(st, frame, &addr);
	if (READ_ONCE(frame->ended)) {
		frame->walk.at = frame->walk.end;
	} else if (frame->memory->kept) {
		err = take_kept(st, slot, addr);
		frame->pinned_peak = chunk_span(frame->memory->addr, frame->memory->len, PAGE_SIZE);
	} else {
		err = pin_and_map(st, slot, addr, len);
		if (!err) {
			slot->chunk = &slot->own;
			note_pinned(frame, slot->chunk);
		}
	}
	spin_lock_irq(&st->udev->lock);
	if (err) {
		/* a pin that a stop broke off says nothing about the memory */
		if (!frame->status)
			frame->status = err == -EINTR ? -ECANCELED : err;
		frame->walk.at = frame->walk.end;
		slot->chunk = NULL;
	}
	slot->last = frame->walk.at == frame->walk.end;
	slot->state = UDMA_READY;
	if (slot->last)
		list_move_tail(&frame->list, &st->started);
	st->pinned++;
	udma_stream_kick(st);
	spin_unlock_irq(&st->udev->lock);
	return true;
}

/* ---- devices that say nothing ---- */

/* An interrupt may have got lost: the device itself knows. */
static void ask_device(struct udma_stream *st)
{
	struct udma_device *udev = st->udev;
	u32 before, looks = LOOKS_MAX;

	spin_lock_irq(&udev->lock);
	/* what has ended is let go first, before the device's last word is read */
	if (!st->stopping && !st->paused && !udma_worker_is_busy(st)) {
		before = st->events;
		while (udma_stream_events(st) && looks-- && st->events == before)
			;
		udma_add(udev, UDMA_INTERRUPTS_LOST, st->events - before);
	}
	spin_unlock_irq(&udev->lock);
}

static u64 limit_ns(const struct udma_stream *st)
{
	const struct udma_format *f = &st->format;
	u64 limit = (u64)READ_ONCE(st->udev->caps.timeout_ms) * NSEC_PER_MSEC;

	/* the first transfer of a frame waits until the frame comes */
	if (f->fps_num)
		limit += div_u64((u64)NSEC_PER_SEC * f->fps_den, f->fps_num);
	return limit;
}

/* All that the device has comes back with -EIO. */
static void fail_handed(struct udma_stream *st)
{
	struct udma_slot *slot;

	while (st->completed != st->handed) {
		slot = slot_at(st, st->completed);
		if (!slot->frame->ended)
			slot->frame->status = -EIO;
		slot->frame->ended = true;
		slot->state = UDMA_FILLED;
		st->completed++;
	}
}

static void tell_recovery(struct udma_stream *st)
{
	struct udma_device *udev = st->udev;

	atomic64_set(&udev->stat[UDMA_LAST_FAULT], st->fault ? st->fault : UDMA_FAULT_TIMEOUT);
	if (st->fault) {
		udma_add(udev, UDMA_FAULTS, 1);
		dev_warn(&udev->dev, "%s; the device is started again\n", st->fault_words);
		return;
	}
	udma_add(udev, UDMA_TIMEOUTS, 1);
	dev_warn(&udev->dev, "a transfer did not end within %u ms; the device is reset\n",
		 udev->caps.timeout_ms);
}

/*
 * The device hangs, or has stopped: make it silent, give up what it had, start it again.  Where
 * it cannot be silenced the stop that follows puts its pages into quarantine.
 */
static void recover(struct udma_stream *st)
{
	struct udma_device *udev = st->udev;
	int err;

	tell_recovery(st);
	spin_lock_irq(&udev->lock);
	st->paused = true;
	st->fault = UDMA_FAULT_NONE;
	spin_unlock_irq(&udev->lock);
	if (udma_quiesce(udev)) {
		wake_up_poll(&st->frames_wait, EPOLLERR);
		return;
	}
	spin_lock_irq(&udev->lock);
	fail_handed(st);
	spin_unlock_irq(&udev->lock);
	udma_worker_reap(st);
	mutex_lock(&udev->control);
	err = udev->dead ? -EIO : 0;
	if (!err && !READ_ONCE(st->stopping))
		err = udma_stream_start_device(st);
	if (err)
		udev->dead = true;
	mutex_unlock(&udev->control);
	spin_lock_irq(&udev->lock);
	st->next_sequence = st->starved = 0;
	st->paused = !!err;
	udma_stream_kick(st);
	spin_unlock_irq(&udev->lock);
	if (err)
		wake_up_poll(&st->frames_wait, EPOLLERR);
}

static void watch(struct udma_stream *st)
{
	u64 progress, idle_ns;
	bool busy;

	if (READ_ONCE(st->fault) && !READ_ONCE(st->stopping)) {
		recover(st);
		return;
	}
	spin_lock_irq(&st->udev->lock);
	busy = st->handed != st->completed && !st->stopping && !st->paused;
	progress = st->progress_ns;
	spin_unlock_irq(&st->udev->lock);
	/* after the progress was read, which an interrupt may change at any time */
	idle_ns = ktime_get_ns() - progress;
	if (!busy || idle_ns < POLL_MS * NSEC_PER_MSEC)
		return;
	ask_device(st);
	if (READ_ONCE(st->progress_ns) == progress && idle_ns > limit_ns(st))
		recover(st);
}

/* ---- the thread ---- */

bool udma_worker_is_busy(struct udma_stream *st)
{
	return READ_ONCE(st->released) != READ_ONCE(st->completed) ||
	       (!READ_ONCE(st->paused) && !list_empty_careful(&st->queued) &&
		READ_ONCE(st->pinned) - READ_ONCE(st->released) < st->window);
}

static bool has_work(struct udma_stream *st)
{
	return READ_ONCE(st->stopping) || READ_ONCE(st->fault) || udma_worker_is_busy(st);
}

int udma_worker(void *stream)
{
	struct udma_stream *st = stream;

	/* what ends a pin that would last for ever */
	allow_signal(SIGKILL);
	while (!READ_ONCE(st->stopping) && !kthread_should_stop()) {
		wait_event_interruptible_timeout(st->wake, has_work(st) || kthread_should_stop(),
						 msecs_to_jiffies(POLL_MS));
		udma_worker_reap(st);
		while (pin_next(st))
			udma_worker_reap(st);
		wake_up(&st->udev->settled);
		watch(st);
	}
	return 0;
}
