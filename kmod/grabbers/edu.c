/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * QEMU's "edu", a device for teaching (docs/specs/edu.rst in QEMU): 4 KiB of
 * memory and a DMA engine that copies between that and the computer's memory,
 * one transfer at a time.
 *
 * It has no camera.  So that its frames can be told from each other, every piece
 * of a frame travels twice: this code makes a piece of a pattern, the device
 * fetches it, and then the device writes it to where the frame goes.  What is
 * proved is the second way: a device that must be restarted for every piece
 * fills a frame of any size, wherever it lies.
 *
 *	program memory:  piece (4 KiB) --DMA--> device --DMA--> the frame's segment
 *
 * The device waits 100 ms of the guest's time before each transfer, and its
 * addresses have 28 bits.
 */
#include "../grabber.h"

#define EDU_ID		0x00	/* 0xRRrr00ed */
#define EDU_STATUS	0x20	/* 0x01: computing; 0x80: interrupt after a factorial */
#define EDU_IRQ_STATUS	0x24
#define EDU_IRQ_ACK	0x64
#define EDU_DMA_SRC	0x80
#define EDU_DMA_DST	0x88
#define EDU_DMA_COUNT	0x90
#define EDU_DMA_CMD	0x98

#define EDU_CMD_RUN	0x1
#define EDU_CMD_TO_RAM	0x2
#define EDU_CMD_IRQ	0x4
#define EDU_MEMORY	0x40000	/* of the device, as its DMA engine sees it */
#define EDU_MEMORY_BYTES 4096
#define EDU_PIECE	4092	/* older versions of QEMU end when a transfer touches the last byte */
#define EDU_ADDRESS_BITS 28
#define EVERYTHING	0xffffffffu

#define SIDE_MAX 4096
#define WIDTH_DEFAULT 64
#define HEIGHT_DEFAULT 48

/* where a loaded part of a frame goes; lists of them lie in the program memory */
struct edu_part {
	struct grabber_segment segment;
	__u32 offset;			/* in the frame */
	__u32 step;
};

struct edu_slot {
	__u32 steps, loaded;
	__u32 parts;
	__u64 sequence;
};

enum edu_phase { EDU_RESTS, EDU_FETCHES, EDU_WRITES };

struct edu {
	struct grabber g;
	__u8 *memory;			/* the piece, then the lists */
	__u64 bus;
	__u32 slots, parts_max;
	struct edu_slot slot[GRABBER_SLOTS_MAX];

	enum edu_phase phase;
	__u32 part, done_bytes, piece;	/* which part, how much of it is done, what is on its way */
	__u64 done, reported, passed;
	__u32 running;
};

static const struct grabber_id edu_ids[] = {
	{ 0x1234, 0x11e8, "QEMU edu" },
	{ 0, 0, NULL },
};

static struct edu *edu_of(struct grabber *g)
{
	return (struct edu *)g;
}

/* ---- format ---- */

static int edu_format(const struct grabber *g, __u32 index, struct grabber_format *format)
{
	(void)g;
	if (index)
		return -EINVAL;
	format->fourcc = GRABBER_FOURCC('G', 'R', 'E', 'Y');
	format->width_min = format->width_step = 1;
	format->height_min = format->height_step = 1;
	format->width_max = format->height_max = SIDE_MAX;
	return 0;
}

static __u32 side(__u32 wish, __u32 now)
{
	const __u32 value = wish ? wish : now;

	return value < SIDE_MAX ? value : SIDE_MAX;
}

static void edu_try_mode(const struct grabber *g, struct grabber_mode *mode)
{
	const struct grabber_mode wish = *mode;
	const struct grabber_mode truth = {
		.fourcc = GRABBER_FOURCC('G', 'R', 'E', 'Y'),
		.width = side(wish.width, g->mode.width),
		.height = side(wish.height, g->mode.height),
		.field = GRABBER_FIELD_ANY,
		.planes = 1,
		.align = 1,
		.passes = 1,
		.split = 1,
	};

	*mode = truth;
	mode->stride[0] = mode->width;
	mode->lines[0] = mode->height;
	mode->bytes = mode->width * mode->height;
}

static void edu_set_mode(struct grabber *g, const struct grabber_mode *mode)
{
	g->mode = *mode;
	edu_try_mode(g, &g->mode);
}

/* ---- memory ---- */

static __u64 list_bytes(__u32 chunks, __u32 segments)
{
	return (__u64)sizeof(struct edu_part) * ((__u64)segments + chunks);
}

static __u64 edu_memory_bytes(const struct grabber *g, __u32 slots, __u32 chunks, __u32 segments)
{
	const __u64 bytes = EDU_MEMORY_BYTES + slots * list_bytes(chunks, segments);

	(void)g;
	if (!slots || slots > GRABBER_SLOTS_MAX || !chunks || bytes >> 27)
		return 0;
	return bytes;
}

static void forget(struct edu *e)
{
	e->g.begun = 0;
	e->g.at = 1;
	e->g.at_step = 0;
	e->phase = EDU_RESTS;
	e->part = e->done_bytes = e->piece = 0;
	e->done = e->reported = e->passed = 0;
}

static void edu_prepare(struct grabber *g, const struct grabber_memory *memory, __u32 slots,
			__u32 chunks, __u32 segments)
{
	struct edu *e = edu_of(g);

	e->memory = memory->cpu;
	e->bus = memory->bus;
	e->slots = slots;
	e->parts_max = segments + chunks;
	forget(e);
}

/* ---- the pattern ---- */

static __u32 mix(__u32 frame, __u32 word)
{
	__u32 h = (frame + 1) * 0x9e3779b1u ^ (word + 1) * 0x85ebca77u;

	h = (h ^ h >> 15) * 0x2c1b3c6du;
	h = (h ^ h >> 12) * 0x297a2d39u;
	return h ^ h >> 15;
}

static void edu_predict(const struct grabber *g, __u64 sequence, __u32 offset, __u8 *out, __u32 bytes)
{
	__u32 word = mix((__u32)sequence, offset / 4), i;

	(void)g;
	for (i = 0; i < bytes; i++, offset++) {
		if (!(offset % 4))
			word = mix((__u32)sequence, offset / 4);
		out[i] = (__u8)(word >> offset % 4 * 8);
	}
}

/* ---- transfers ---- */

static __u32 slot_index(const struct edu *e, __u64 number)
{
	/* no 64-bit division: at ten pieces a second 32 bits last */
	return (__u32)number % e->slots;
}

static struct edu_slot *slot_of(struct edu *e, __u64 number)
{
	return &e->slot[slot_index(e, number)];
}

static struct edu_part *parts_of(struct edu *e, __u64 number)
{
	return (struct edu_part *)(void *)(e->memory + EDU_MEMORY_BYTES) +
	       (size_t)slot_index(e, number) * e->parts_max;
}

static void transfer(struct edu *e, __u64 from, __u64 to, __u32 command)
{
	struct grabber *g = &e->g;

	grabber_write(g, EDU_DMA_SRC, (__u32)from);
	grabber_write(g, EDU_DMA_DST, (__u32)to);
	grabber_write(g, EDU_DMA_COUNT, e->piece);
	grabber_write(g, EDU_DMA_CMD, command | EDU_CMD_RUN | EDU_CMD_IRQ);
}

/* The next piece, if it is known where it goes. */
static void go_on(struct edu *e)
{
	const struct edu_part *part;
	__u32 left;

	if (!e->running || e->phase != EDU_RESTS || e->g.at > e->g.begun ||
	    e->part == slot_of(e, e->g.at)->parts)
		return;
	part = &parts_of(e, e->g.at)[e->part];
	left = part->segment.bytes - e->done_bytes;
	e->piece = left < EDU_PIECE ? left : EDU_PIECE;
	edu_predict(&e->g, e->passed, part->offset + e->done_bytes, e->memory, e->piece);
	grabber_barrier();
	e->phase = EDU_FETCHES;
	transfer(e, e->bus, EDU_MEMORY, 0);
}

static void write_out(struct edu *e)
{
	const struct edu_part *part = &parts_of(e, e->g.at)[e->part];

	e->phase = EDU_WRITES;
	transfer(e, EDU_MEMORY, part->segment.addr + e->done_bytes, EDU_CMD_TO_RAM);
}

static void frame_done(struct edu *e)
{
	slot_of(e, e->g.at)->sequence = e->passed++;
	e->done = e->g.at++;
	e->g.at_step = 0;
	e->part = 0;
}

/* A piece has arrived.  Steps without a part are done as well. */
static void piece_done(struct edu *e)
{
	const struct edu_slot *slot = slot_of(e, e->g.at);
	const struct edu_part *parts = parts_of(e, e->g.at);

	e->phase = EDU_RESTS;
	e->done_bytes += e->piece;
	if (e->done_bytes < parts[e->part].segment.bytes)
		return;
	e->done_bytes = 0;
	e->part++;
	e->g.at_step = e->part < slot->parts ? parts[e->part].step : slot->loaded;
	if (e->g.at_step == slot->steps)
		frame_done(e);
}

static __s64 edu_begin(struct grabber *g, __u32 chunks)
{
	struct edu *e = edu_of(g);
	struct edu_slot *slot;

	if (g->begun - e->reported >= e->slots)
		return -EBUSY;
	if (!chunks)
		return -EINVAL;
	slot = slot_of(e, ++g->begun);
	slot->steps = chunks;
	slot->loaded = slot->parts = 0;
	return (__s64)g->begun;
}

static int check_load(struct edu *e, __u64 number, __u32 offset,
		      const struct grabber_segment *segments, __u32 count)
{
	__u64 bytes = 0;
	__u32 i;

	if (!number || number > e->g.begun || !count)
		return -EINVAL;
	if (number <= e->done)
		return -ESTALE;
	if (slot_of(e, number)->loaded == slot_of(e, number)->steps)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		const __u64 end = segments[i].addr + segments[i].bytes;

		if (!segments[i].bytes || end < segments[i].addr || end > 1ull << EDU_ADDRESS_BITS)
			return -EINVAL;
		bytes += segments[i].bytes;
	}
	if (offset + bytes > e->g.mode.bytes)
		return -EINVAL;
	return slot_of(e, number)->parts + count > e->parts_max ? -ENOSPC : 0;
}

static int edu_load(struct grabber *g, __u64 number, __u32 offset,
		    const struct grabber_segment *segments, __u32 count)
{
	struct edu *e = edu_of(g);
	struct edu_slot *slot;
	struct edu_part *part;
	__u32 i;
	int err;

	err = check_load(e, number, offset, segments, count);
	if (err)
		return err;
	slot = slot_of(e, number);
	part = parts_of(e, number) + slot->parts;
	for (i = 0; i < count; i++, part++) {
		part->segment = segments[i];
		part->offset = offset;
		part->step = slot->loaded;
		offset += segments[i].bytes;
	}
	slot->parts += count;
	slot->loaded++;
	go_on(e);
	return 0;
}

/* ---- running ---- */

static int edu_init(struct grabber *g)
{
	const __u32 id = grabber_read(g, EDU_ID);

	if (id == EVERYTHING || (id & 0xff) != 0xed)
		return -ENODEV;
	grabber_write(g, EDU_STATUS, 0);
	grabber_write(g, EDU_IRQ_ACK, grabber_read(g, EDU_IRQ_STATUS));
	g->mode.width = WIDTH_DEFAULT;
	g->mode.height = HEIGHT_DEFAULT;
	edu_try_mode(g, &g->mode);
	return 0;
}

static void edu_start(struct grabber *g)
{
	struct edu *e = edu_of(g);

	grabber_write(g, EDU_IRQ_ACK, grabber_read(g, EDU_IRQ_STATUS));
	e->running = 1;
	go_on(e);
}

/* Whether a transfer is over is seen from its command, so a lost interrupt costs only time. */
static int edu_event(struct grabber *g, __u32 *flags)
{
	struct edu *e = edu_of(g);
	__u32 status, command;

	*flags = 0;
	if (!e->running)
		return 0;
	status = grabber_read(g, EDU_IRQ_STATUS);
	if (status == EVERYTHING) {
		*flags = GRABBER_EVENT_GONE;
		return 1;
	}
	if (status)
		grabber_write(g, EDU_IRQ_ACK, status);
	if (e->phase == EDU_RESTS)
		return status != 0;
	command = grabber_read(g, EDU_DMA_CMD);
	if (command & EDU_CMD_RUN)
		return status != 0;
	if (e->phase == EDU_FETCHES) {
		write_out(e);
	} else {
		piece_done(e);
		*flags = GRABBER_EVENT_PROGRESS;
		go_on(e);
	}
	return 1;
}

static int edu_finished(struct grabber *g, struct grabber_frame *frame)
{
	struct edu *e = edu_of(g);

	if (e->reported == e->done)
		return 0;
	frame->number = ++e->reported;
	frame->sequence = slot_of(e, frame->number)->sequence;
	frame->starved = 0;
	frame->flags = 0;
	return 1;
}

/* A transfer that has begun cannot be called back: idle() tells when it is over. */
static void edu_halt(struct grabber *g)
{
	struct edu *e = edu_of(g);

	e->running = 0;
	forget(e);
}

static int edu_idle(struct grabber *g)
{
	const __u32 command = grabber_read(g, EDU_DMA_CMD);

	if (command != EVERYTHING && command & EDU_CMD_RUN)
		return 0;
	grabber_write(g, EDU_IRQ_ACK, grabber_read(g, EDU_IRQ_STATUS));
	return 1;
}

const struct grabber_device edu_grabber = {
	.name = "edu",
	.ids = edu_ids,
	.size = sizeof(struct edu),
	.address_bits = EDU_ADDRESS_BITS,
	.bar = 0,
	.bar_bytes = 0x1000,
	.waits = 1,
	.init = edu_init,
	.format = edu_format,
	.try_mode = edu_try_mode,
	.set_mode = edu_set_mode,
	.memory_bytes = edu_memory_bytes,
	.prepare = edu_prepare,
	.begin = edu_begin,
	.load = edu_load,
	.start = edu_start,
	.event = edu_event,
	.finished = edu_finished,
	.halt = edu_halt,
	.idle = edu_idle,
	.predict = edu_predict,
};
