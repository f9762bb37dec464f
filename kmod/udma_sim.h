/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A frame grabber of software: a thread plays the hardware, and the memory that
 * it writes is that of the segments it was given.
 *
 *	udma_sim_driver.c the driver: what a driver of hardware would be, too
 *	udma_sim_engine.c the hardware: registers, DMA engine, faults
 *	udma_sim_format.c how frames lie in memory
 */
#ifndef UDMA_SIM_H
#define UDMA_SIM_H

#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "udma_driver.h"

#define SIM_JOBS 4		/* transfers that the hardware takes at once */
#define SIM_SEGMENTS 1024	/* descriptors of one */

/* which rung of the ladder silences the engine */
enum sim_silence { SIM_BY_HALT, SIM_BY_MASTER_OFF, SIM_BY_RESET, SIM_NEVER };

/* what the engine says and does as soon as it is told to halt, while it writes late */
enum sim_lies { SIM_HONEST, SIM_SAYS_IDLE, SIM_IGNORES_MASTER };

/* "every" is N: every Nth frame, or transfer; 0: never */
struct sim_faults {
	u32 drop_every;		/* frames that the device loses */
	u32 short_every;	/* frames that end in the middle */
	u32 error_every;	/* frames that fail */
	u32 hang_every;		/* frames in the middle of which the engine hangs */
	u32 lose_every;		/* transfers without an interrupt */
	u32 spurious_every;	/* transfers with an interrupt before they are done */
	u32 late_ms;		/* the engine writes on for so long after it was told to halt */
	u32 silence;		/* enum sim_silence */
	u32 lies;		/* enum sim_lies */
	u32 all_ones;		/* registers read as if the device were unplugged */
	u32 rate;		/* MiB/s of the bus; 0: as fast as possible */
};

struct sim_segment {
	dma_addr_t addr;
	u32 len;
};

/* The hardware has descriptors of its own: it reads nothing of the driver's later. */
struct sim_job {
	struct udma_transfer *transfer;
	struct sim_segment *segment;	/* SIM_SEGMENTS of them */
	unsigned int count;
	u32 bytes;
	u64 offset, frame_bytes;
};

struct sim_result {
	struct udma_transfer *transfer;
	u32 bytes;
	int status;
	u32 events;
	u64 sequence;
};

struct sim {
	struct platform_device *pdev;
	struct udma_device *udev;
	struct sim_faults faults;
	char serial[16];
	u32 seed;

	/* the hardware */
	struct task_struct *thread;
	wait_queue_head_t wake;
	struct mutex bus;		/* held while a write is on its way */
	spinlock_t lock;		/* what follows */
	bool running, halting, master, reset;
	bool busy;			/* the engine may write */
	u64 halt_ns;
	struct sim_job job[SIM_JOBS];
	u32 job_head, job_tail;
	struct sim_result result[SIM_JOBS];
	u32 result_head, result_tail;

	/* the thread's; set anew while it is idle */
	struct udma_format format;
	u64 start_ns, interval_ns;
	u64 next_number, number;	/* of the next frame, of the one that is being sent */
	u64 frame_limit;		/* bytes of it that come */
	u32 transfers;
};

int sim_engine_open(struct sim *sim);
void sim_engine_close(struct sim *sim);
void sim_engine_start(struct sim *sim, const struct udma_format *format);
void sim_engine_transfer(struct sim *sim, struct udma_transfer *transfer);
void sim_engine_events(struct sim *sim);
void sim_engine_halt(struct sim *sim);
int sim_engine_idle(struct sim *sim);
void sim_engine_master_off(struct sim *sim);
int sim_engine_reset(struct sim *sim);

int sim_enum_format(struct udma_format_info *info);
int sim_try_format(struct udma_format *format);
/* The bytes [@offset, @offset + @len) of a frame. */
void sim_fill(const struct udma_format *format, u32 seed, u32 number, u64 offset, u32 len, u8 *out);

#endif /* UDMA_SIM_H */
