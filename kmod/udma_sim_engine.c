// SPDX-License-Identifier: GPL-2.0
/*
 * The hardware.  It gets segments as bus addresses and writes there, whatever
 * the memory behind them is used for meanwhile: a driver that lets go too early
 * is found out.
 */
#include <linux/delay.h>
#include <linux/dma-direct.h>
#include <linux/highmem.h>
#include <linux/kthread.h>

#include "udma_sim.h"

#define LATE_BYTE 0xee	/* what a late engine writes */

static bool every(u32 n, u64 number)
{
	return n && number % n == n - 1;
}

/* ---- what the engine may do ---- */

/* With the lock held: is the engine to stop here? */
static bool must_stop_locked(const struct sim *sim)
{
	const struct sim_faults *f = &sim->faults;

	if (!sim->halting && sim->running)
		return false;
	if (sim->reset && f->silence <= SIM_BY_RESET)
		return true;
	if (!sim->master && f->silence <= SIM_BY_MASTER_OFF && f->lies < SIM_IGNORES_MASTER)
		return true;
	return f->silence == SIM_BY_HALT &&
	       ktime_get_ns() - sim->halt_ns >= (u64)f->late_ms * NSEC_PER_MSEC;
}

static bool must_stop(struct sim *sim)
{
	bool stop;

	spin_lock_irq(&sim->lock);
	stop = must_stop_locked(sim);
	spin_unlock_irq(&sim->lock);
	return stop || kthread_should_stop();
}

static bool is_halting(struct sim *sim)
{
	return READ_ONCE(sim->halting) || !READ_ONCE(sim->running) || kthread_should_stop();
}

/* ---- DMA ---- */

/* At most a page at bus address @to: bytes of the frame, or what a late engine writes. */
static void write_memory(struct sim *sim, dma_addr_t to, u32 len, u64 offset, bool late)
{
	const phys_addr_t at = dma_to_phys(&sim->pdev->dev, to);
	u8 *page = kmap_local_page(pfn_to_page(at >> PAGE_SHIFT));

	if (late)
		memset(page + offset_in_page(at), LATE_BYTE, len);
	else
		sim_fill(&sim->format, sim->seed, sim->number, offset, len,
			 page + offset_in_page(at));
	kunmap_local(page);
}

/* One write on the bus, unless the engine has to stop before it. */
static bool write_page(struct sim *sim, dma_addr_t to, u32 len, u64 offset)
{
	bool stop;

	mutex_lock(&sim->bus);
	stop = must_stop(sim);
	if (!stop)
		write_memory(sim, to, len, offset, is_halting(sim));
	mutex_unlock(&sim->bus);
	return !stop;
}

/*
 * The answer to a configuration cycle cannot pass writes of the device that are on
 * their way: who got it knows that they have arrived.
 */
static void flush_bus(struct sim *sim)
{
	mutex_lock(&sim->bus);
	mutex_unlock(&sim->bus);
}

/* The bus is as fast as it is. */
static void pace(struct sim *sim, u64 since_ns, u64 bytes)
{
	const u32 rate = READ_ONCE(sim->faults.rate);
	u64 due_ns;

	if (!rate)
		return;
	due_ns = since_ns + div_u64(bytes * NSEC_PER_SEC, rate) / (1 << 20);
	while (ktime_get_ns() + 50 * NSEC_PER_USEC < due_ns && !is_halting(sim))
		usleep_range(50, 200);
}

/* Write @bytes of a job. Returns how many it were before the engine had to stop. */
static u32 run(struct sim *sim, const struct sim_job *job, u32 bytes)
{
	const u64 since_ns = ktime_get_ns();
	const struct sim_segment *segment = job->segment;
	unsigned int i;
	u32 done = 0, at, part;
	dma_addr_t to;

	for (i = 0; i < job->count; i++, segment++) {
		for (at = 0; at < segment->len && done < bytes; at += part) {
			to = segment->addr + at;
			part = min3(segment->len - at, bytes - done,
				    (u32)(PAGE_SIZE - offset_in_page(to)));
			if (!write_page(sim, to, part, job->offset + done))
				return done;
			done += part;
			pace(sim, since_ns, done);
		}
		cond_resched();
	}
	return done;
}

/* Told to halt, it writes on to all that it was given, until it really stops. */
static void run_late(struct sim *sim)
{
	struct sim_job job;
	u32 i;

	while (is_halting(sim) && !must_stop(sim)) {
		for (i = sim->job_tail; i != sim->job_head; i++) {
			job = sim->job[i % SIM_JOBS];
			run(sim, &job, job.bytes);
		}
		usleep_range(100, 300);
	}
}

/* ---- interrupts ---- */

/* As it would come from hardware: on kernels for real time in a thread. */
static void interrupt(struct sim *sim)
{
	unsigned long flags;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		udma_interrupt(sim->udev);
		return;
	}
	local_irq_save(flags);
	udma_interrupt(sim->udev);
	local_irq_restore(flags);
}

static void report(struct sim *sim, const struct sim_job *job, u32 bytes, int status, u32 events)
{
	struct sim_result result = {
		.transfer = job->transfer, .bytes = bytes, .status = status, .events = events,
		.sequence = sim->number,
	};

	spin_lock_irq(&sim->lock);
	sim->job_tail++;
	sim->result[sim->result_head++ % SIM_JOBS] = result;
	spin_unlock_irq(&sim->lock);
	if (!every(sim->faults.lose_every, sim->transfers++))
		interrupt(sim);
}

void sim_engine_events(struct sim *sim)
{
	struct sim_result result;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&sim->lock, flags);
		if (sim->result_tail == sim->result_head || sim->faults.all_ones) {
			spin_unlock_irqrestore(&sim->lock, flags);
			return;
		}
		result = sim->result[sim->result_tail++ % SIM_JOBS];
		spin_unlock_irqrestore(&sim->lock, flags);
		udma_done(sim->udev, result.transfer, result.bytes, result.status, result.events,
			  result.sequence, 0);
	}
}

/* ---- frames ---- */

/* Which frame begins now, and wait until it does. */
static void begin_frame(struct sim *sim, const struct sim_job *job)
{
	const struct sim_faults *f = &sim->faults;
	u64 due_ns, elapsed;

	sim->number = sim->next_number;
	if (sim->interval_ns) {
		elapsed = div64_u64(ktime_get_ns() - sim->start_ns, sim->interval_ns);
		sim->number = max(sim->number, elapsed);
	}
	while (f->drop_every > 1 && every(f->drop_every, sim->number))
		sim->number++;
	sim->next_number = sim->number + 1;
	sim->frame_limit = job->frame_bytes;
	if (every(f->short_every, sim->number))
		sim->frame_limit /= 2;
	due_ns = sim->start_ns + sim->number * sim->interval_ns;
	while (ktime_get_ns() < due_ns && !is_halting(sim))
		wait_event_interruptible_hrtimeout(sim->wake, is_halting(sim),
						   ns_to_ktime(due_ns - ktime_get_ns()));
}

static void run_job(struct sim *sim, const struct sim_job *job)
{
	const struct sim_faults *f = &sim->faults;
	u64 left;
	u32 bytes, done;

	if (!job->offset)
		begin_frame(sim, job);
	left = sim->frame_limit > job->offset ? sim->frame_limit - job->offset : 0;
	bytes = min_t(u64, job->bytes, left);
	if (every(f->spurious_every, sim->transfers))
		interrupt(sim);
	if (every(f->hang_every, sim->number)) {
		run(sim, job, bytes / 2);
		wait_event_interruptible(sim->wake, is_halting(sim));
		return;
	}
	done = run(sim, job, bytes);
	if (is_halting(sim))
		return;
	if (every(f->error_every, sim->number))
		report(sim, job, done, -EIO, 0);
	else
		report(sim, job, done, 0,
		       job->offset + done >= sim->frame_limit ? UDMA_EVENT_END : 0);
}

/* ---- the thread ---- */

static bool has_job(struct sim *sim)
{
	return READ_ONCE(sim->job_tail) != READ_ONCE(sim->job_head);
}

/* Stopped: what it had is forgotten. */
static void come_to_rest(struct sim *sim)
{
	run_late(sim);
	spin_lock_irq(&sim->lock);
	sim->job_tail = sim->job_head;
	sim->result_tail = sim->result_head;
	sim->busy = false;
	spin_unlock_irq(&sim->lock);
}

static int engine(void *arg)
{
	struct sim *sim = arg;
	struct sim_job job;

	while (!kthread_should_stop()) {
		wait_event_interruptible(sim->wake, kthread_should_stop() ||
					 (READ_ONCE(sim->busy) && (has_job(sim) || is_halting(sim))));
		if (is_halting(sim)) {
			if (READ_ONCE(sim->busy))
				come_to_rest(sim);
			continue;
		}
		job = sim->job[sim->job_tail % SIM_JOBS];
		run_job(sim, &job);
	}
	return 0;
}

int sim_engine_open(struct sim *sim)
{
	struct sim_segment *segments;
	unsigned int i;

	segments = devm_kcalloc(&sim->pdev->dev, SIM_JOBS * SIM_SEGMENTS, sizeof(*segments),
				GFP_KERNEL);
	if (!segments)
		return -ENOMEM;
	for (i = 0; i < SIM_JOBS; i++)
		sim->job[i].segment = segments + i * SIM_SEGMENTS;
	init_waitqueue_head(&sim->wake);
	spin_lock_init(&sim->lock);
	mutex_init(&sim->bus);
	sim->thread = kthread_run(engine, sim, "%s", dev_name(&sim->pdev->dev));
	return PTR_ERR_OR_ZERO(sim->thread);
}

void sim_engine_close(struct sim *sim)
{
	kthread_stop(sim->thread);
}

/* ---- registers ---- */

void sim_engine_start(struct sim *sim, const struct udma_format *format)
{
	sim->format = *format;
	sim->interval_ns = format->fps_num ?
		div_u64((u64)NSEC_PER_SEC * format->fps_den, format->fps_num) : 0;
	sim->start_ns = ktime_get_ns();
	sim->next_number = 0;
	sim->transfers = 0;
	spin_lock_irq(&sim->lock);
	sim->halting = sim->reset = false;
	sim->master = sim->running = sim->busy = true;
	spin_unlock_irq(&sim->lock);
	wake_up(&sim->wake);
}

void sim_engine_transfer(struct sim *sim, struct udma_transfer *t)
{
	struct scatterlist *sg;
	struct sim_job *job;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&sim->lock, flags);
	job = &sim->job[sim->job_head % SIM_JOBS];
	for_each_sg(t->sg, sg, t->nents, i)
		job->segment[i] = (struct sim_segment){ sg_dma_address(sg), sg_dma_len(sg) };
	job->transfer = t;
	job->count = t->nents;
	job->bytes = t->bytes;
	job->offset = t->offset;
	job->frame_bytes = t->frame_bytes;
	WRITE_ONCE(sim->job_head, sim->job_head + 1);
	spin_unlock_irqrestore(&sim->lock, flags);
	wake_up(&sim->wake);
}

void sim_engine_halt(struct sim *sim)
{
	spin_lock_irq(&sim->lock);
	sim->halting = true;
	sim->halt_ns = ktime_get_ns();
	spin_unlock_irq(&sim->lock);
	wake_up(&sim->wake);
}

int sim_engine_idle(struct sim *sim)
{
	if (READ_ONCE(sim->faults.all_ones) && !READ_ONCE(sim->busy))
		return -ENODEV;
	return !READ_ONCE(sim->busy) || READ_ONCE(sim->faults.lies);
}

void sim_engine_master_off(struct sim *sim)
{
	spin_lock_irq(&sim->lock);
	sim->master = false;
	spin_unlock_irq(&sim->lock);
	wake_up(&sim->wake);
	flush_bus(sim);
}

int sim_engine_reset(struct sim *sim)
{
	spin_lock_irq(&sim->lock);
	sim->reset = true;
	sim->running = false;
	spin_unlock_irq(&sim->lock);
	wake_up(&sim->wake);
	return 0;
}
