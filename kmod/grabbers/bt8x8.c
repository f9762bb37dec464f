/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Bt848 and its kin: start, stop, and what their interrupts mean. */
#include "bt8x8.h"

#define EVERYTHING 0xffffffffu
#define CAP_BOTH_FIELDS 0x3
/* bursts of 32 words of packed and 16 of planar data */
#define DMA_TRIGGERS 0xac
#define DMA_ENABLE 0x3		/* FIFO and RISC */

static const struct grabber_id bt8x8_ids[] = {
	{ 0x109e, 0x0350, "Brooktree Bt848" },
	{ 0x109e, 0x0351, "Brooktree Bt849A" },
	{ 0x109e, 0x036e, "Brooktree Bt878" },
	{ 0x109e, 0x036f, "Brooktree Bt879" },
	{ 0, 0, NULL },
};

static void silence(struct grabber *g)
{
	grabber_write(g, BT_CAP_CTL, 0);
	grabber_write(g, BT_GPIO_DMA_CTL, DMA_TRIGGERS);
	grabber_write(g, BT_INT_MASK, 0);
	grabber_write(g, BT_INT_STAT, EVERYTHING);
}

static int bt8x8_init(struct grabber *g)
{
	if (grabber_read(g, BT_INT_STAT) == EVERYTHING)
		return -ENODEV;
	silence(g);
	grabber_write(g, BT_SRESET, 0);
	bt8x8_reset_mode(g);
	return 0;
}

static void bt8x8_start(struct grabber *g)
{
	struct bt8x8 *b = bt8x8_of(g);

	grabber_write(g, BT_INT_STAT, EVERYTHING);
	grabber_write(g, BT_CAP_CTL, CAP_BOTH_FIELDS);
	grabber_write(g, BT_RISC_STRT, bt8x8_entry(b));
	b->running = 1;
	b->quiet = 0;
	grabber_write(g, BT_INT_MASK, BT_INT_WANTED);
	grabber_write(g, BT_GPIO_DMA_CTL, DMA_TRIGGERS | DMA_ENABLE);
}

static void bt8x8_halt(struct grabber *g)
{
	struct bt8x8 *b = bt8x8_of(g);

	silence(g);
	b->running = 0;
	bt8x8_forget(b);
}

/* A read also makes sure that the last writes have arrived, both ways. */
static int bt8x8_idle(struct grabber *g)
{
	return !(grabber_read(g, BT_INT_STAT) & BT_INT_RISC_EN);
}

static const struct {
	__u32 bit, event;
} meanings[] = {
	{ BT_INT_FDSR, GRABBER_EVENT_RESYNC },
	{ BT_INT_FTRGT | BT_INT_FBUS, GRABBER_EVENT_OVERRUN },
	{ BT_INT_PPERR, GRABBER_EVENT_PARITY },
	{ BT_INT_PABORT, GRABBER_EVENT_ABORT },
	{ BT_INT_OCERR, GRABBER_EVENT_PROGRAM },
	{ BT_INT_SCERR, GRABBER_EVENT_SYNC },
	{ BT_INT_RIPERR, GRABBER_EVENT_FETCH },
};

static __u32 meaning(__u32 status)
{
	__u32 events = 0, i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (status & meanings[i].bit)
			events |= meanings[i].event;
	return events;
}

/*
 * The interrupt line is up while an enabled bit is set, so all are cleared before
 * anything is looked at, and whoever serves the interrupt comes again until there
 * is nothing.  Where the device is tells its program counter: a bit that came
 * twice, or an interrupt that got lost, changes nothing.
 */
static int bt8x8_event(struct grabber *g, __u32 *flags)
{
	struct bt8x8 *b = bt8x8_of(g);
	__u32 status;

	*flags = 0;
	if (!b->running)
		return 0;
	status = grabber_read(g, BT_INT_STAT);
	if (status == EVERYTHING) {
		*flags = GRABBER_EVENT_GONE;
		return 1;
	}
	if (status & BT_INT_WANTED)
		grabber_write(g, BT_INT_STAT, status & BT_INT_WANTED);
	else if (!b->quiet) {
		b->quiet = 1;
		return 0;
	}
	b->quiet = !(status & BT_INT_WANTED);
	*flags = meaning(status);
	if (*flags & (GRABBER_EVENT_RESYNC | GRABBER_EVENT_OVERRUN | GRABBER_EVENT_PARITY))
		b->damage = GRABBER_FRAME_CORRUPT;
	if (!(*flags & GRABBER_EVENT_FATAL) && !(status & BT_INT_RISC_EN))
		*flags |= GRABBER_EVENT_STOPPED;
	bt8x8_look(b);
	if (b->moved)
		*flags |= GRABBER_EVENT_PROGRESS;
	b->moved = 0;
	return *flags || !b->quiet;
}

const struct grabber_device bt8x8_grabber = {
	.name = "bt8x8",
	.ids = bt8x8_ids,
	.standards = bt8x8_standards,
	.size = sizeof(struct bt8x8),
	.address_bits = 32,
	.bar = 0,
	.bar_bytes = 0x1000,
	.init = bt8x8_init,
	.format = bt8x8_format,
	.try_mode = bt8x8_try_mode,
	.set_mode = bt8x8_set_mode,
	.set_standard = bt8x8_set_standard,
	.input = bt8x8_input,
	.set_input = bt8x8_set_input,
	.control = bt8x8_control,
	.get_control = bt8x8_get_control,
	.set_control = bt8x8_set_control,
	.ready = bt8x8_ready,
	.memory_bytes = bt8x8_memory_bytes,
	.prepare = bt8x8_prepare,
	.begin = bt8x8_begin,
	.load = bt8x8_load,
	.start = bt8x8_start,
	.event = bt8x8_event,
	.finished = bt8x8_finished,
	.halt = bt8x8_halt,
	.idle = bt8x8_idle,
};
