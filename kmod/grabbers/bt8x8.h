/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Bt848, Bt849, Bt878, Bt879 (Fusion 878A): registers, instructions, and what the
 * files of this driver share.  Facts: Conexant Fusion 878A data sheet (100600B),
 * Brooktree Bt848A/849A data sheet (L848A_A), Linux drivers/media/pci/bt8xx,
 * FreeBSD sys/dev/bktr.
 *
 *	bt8x8.c		operations, start and stop, events
 *	bt8x8_mode.c	formats, geometry, standards, inputs, picture controls
 *	bt8x8_risc.c	programs, and where the device is in them
 */
#ifndef BT8X8_H
#define BT8X8_H

#include "../grabber.h"

/* registers, read and written as 32 bits; those of the odd field are at + BT_ODD */
#define BT_DSTATUS	0x000
#define BT_IFORM	0x004
#define BT_TDEC		0x008
#define BT_CROP		0x00c
#define BT_VDELAY_LO	0x010
#define BT_VACTIVE_LO	0x014
#define BT_HDELAY_LO	0x018
#define BT_HACTIVE_LO	0x01c
#define BT_HSCALE_HI	0x020
#define BT_HSCALE_LO	0x024
#define BT_BRIGHT	0x028
#define BT_CONTROL	0x02c
#define BT_CONTRAST_LO	0x030
#define BT_SAT_U_LO	0x034
#define BT_SAT_V_LO	0x038
#define BT_HUE		0x03c
#define BT_VSCALE_HI	0x04c
#define BT_VSCALE_LO	0x050
#define BT_ADC		0x068
#define BT_VTC		0x06c
#define BT_SRESET	0x07c
#define BT_TGCTRL	0x084
#define BT_ODD		0x080
#define BT_VTOTAL_LO	0x0b0
#define BT_VTOTAL_HI	0x0b4
#define BT_COLOR_FMT	0x0d4
#define BT_COLOR_CTL	0x0d8
#define BT_CAP_CTL	0x0dc
#define BT_PLL_F_LO	0x0f0
#define BT_PLL_F_HI	0x0f4
#define BT_PLL_XCI	0x0f8
#define BT_INT_STAT	0x100
#define BT_INT_MASK	0x104
#define BT_GPIO_DMA_CTL	0x10c
#define BT_RISC_STRT	0x114
#define BT_RISC_COUNT	0x120

#define BT_DSTATUS_PRES	0x80
#define BT_DSTATUS_NUML	0x10	/* 625 lines */
#define BT_DSTATUS_PLOCK 0x04	/* the PLL is out of lock; written 0 to clear */

#define BT_INT_RISC_EN	(1u << 27)
#define BT_INT_SCERR	(1u << 19)
#define BT_INT_OCERR	(1u << 18)
#define BT_INT_PABORT	(1u << 17)
#define BT_INT_RIPERR	(1u << 16)
#define BT_INT_PPERR	(1u << 15)
#define BT_INT_FDSR	(1u << 14)
#define BT_INT_FTRGT	(1u << 13)
#define BT_INT_FBUS	(1u << 12)
#define BT_INT_RISCI	(1u << 11)
#define BT_INT_WANTED \
	(BT_INT_SCERR | BT_INT_OCERR | BT_INT_PABORT | BT_INT_RIPERR | BT_INT_PPERR | \
	 BT_INT_FDSR | BT_INT_FTRGT | BT_INT_FBUS | BT_INT_RISCI)

/* instructions */
#define BT_WRITE	(0x1u << 28)
#define BT_JUMP		(0x7u << 28)
#define BT_SYNC		(0x8u << 28)
#define BT_WRITE123	(0x9u << 28)
#define BT_WRITE1S23	(0xbu << 28)
#define BT_SOL		(1u << 27)
#define BT_EOL		(1u << 26)
#define BT_IRQ		(1u << 24)
#define BT_RESYNC	(1u << 15)
#define BT_FM1		0x6	/* packed data follow */
#define BT_FM3		0xe	/* planar data follow */
#define BT_VRE		0x4	/* an even field is over: an odd one, the top, comes */
#define BT_VRO		0xc	/* an odd field is over */
#define BT_COUNT_MAX	4092	/* 12 bits, and a multiple of 4 */

#define BT_FIELD_ODD	1u	/* lines 0, 2, 4, ... */
#define BT_FIELD_EVEN	2u

struct bt8x8_format {
	__u32 fourcc;
	__u8 code;			/* COLOR_FMT of one field */
	__u8 swap;			/* COLOR_CTL 3:0 */
	__u8 bits;			/* per pixel in plane 0 */
	__u8 planes;
	__u8 xshift, yshift;		/* chroma subsampling */
	__u8 cr_first;			/* Cr's plane comes before Cb's */
};

struct bt8x8_standard {
	__u8 iform, pll;
	__u16 lines;			/* of a frame */
	__u16 scaled_width, total_width, scaled_total_width;
	__u16 hdelay, vdelay;
	__u16 total_lines;
	__u32 rate_num, rate_den;
};

struct bt8x8_slot {
	__u32 chunks, steps;
	__u32 loaded;			/* steps */
	__u32 fill;			/* words used in its part of the memory */
	__u32 gate;			/* word with the jump out of the last loaded step; 0: it is the last */
	__u32 flags;			/* GRABBER_FRAME_* */
	__u32 late;			/* begun when the device had none */
	__u64 sequence, starved;
};

struct bt8x8 {
	struct grabber g;
	const struct bt8x8_format *format;
	const struct bt8x8_standard *standard;
	__u32 input;
	__s32 control[4];
	__u32 pll_good;			/* looks at a PLL in lock, in a row */

	__u32 *memory;
	__u64 bus;
	__u32 slots;
	__u32 ring;			/* parts of the memory: more than there are slots */
	__u32 words;			/* of one part */
	__u32 table;			/* in it: where its steps begin */
	__u32 body;			/* in it: where the first step begins */
	struct bt8x8_slot slot[GRABBER_SLOTS_MAX + 1];

	__u64 linked;			/* the last frame that the device will find */
	__u64 done, reported;		/* frames: that are over, that finished() told */
	__u64 passed;			/* frames of the source since start */
	__u64 starved;			/* of those: went by while there was none for them */
	__u32 moved;			/* since the last event() */
	__u32 over;			/* frame g.at is */
	__u32 waiting;			/* the device is in the loop behind frame g.at */
	__u32 round;			/* of that loop, when last seen */
	__u32 leaving;			/* the frame that goes by there is counted already */
	__u32 damage;			/* of the frame that comes: GRABBER_FRAME_CORRUPT */
	__u32 running, quiet;		/* quiet: the last event() found nothing */
};

static inline struct bt8x8 *bt8x8_of(struct grabber *g)
{
	return (struct bt8x8 *)g;
}

static inline const struct bt8x8 *bt8x8_const(const struct grabber *g)
{
	return (const struct bt8x8 *)g;
}

/* ---- bt8x8_mode.c ---- */

extern const char *const bt8x8_standards[];
int bt8x8_format(const struct grabber *g, __u32 index, struct grabber_format *format);
void bt8x8_try_mode(const struct grabber *g, struct grabber_mode *mode);
void bt8x8_set_mode(struct grabber *g, const struct grabber_mode *mode);
int bt8x8_set_standard(struct grabber *g, __s32 standard);
int bt8x8_input(struct grabber *g, __u32 index, struct grabber_input *input);
int bt8x8_set_input(struct grabber *g, __u32 index);
int bt8x8_control(const struct grabber *g, __u32 index, struct grabber_control *control);
int bt8x8_get_control(struct grabber *g, __u32 index, __s32 *value);
int bt8x8_set_control(struct grabber *g, __u32 index, __s32 value);
int bt8x8_ready(struct grabber *g);
/* Everything to its default. */
void bt8x8_reset_mode(struct grabber *g);

/* ---- bt8x8_risc.c ---- */

__u64 bt8x8_memory_bytes(const struct grabber *g, __u32 slots, __u32 chunks, __u32 segments);
void bt8x8_prepare(struct grabber *g, const struct grabber_memory *memory, __u32 slots,
		   __u32 chunks, __u32 segments);
__s64 bt8x8_begin(struct grabber *g, __u32 chunks);
int bt8x8_load(struct grabber *g, __u64 number, __u32 offset,
	       const struct grabber_segment *segments, __u32 count);
int bt8x8_finished(struct grabber *g, struct grabber_frame *frame);

/* Forget all frames; the device stands still. */
void bt8x8_forget(struct bt8x8 *b);
/* Where the device must begin, on the bus. */
__u32 bt8x8_entry(struct bt8x8 *b);
/* Where is it now? */
void bt8x8_look(struct bt8x8 *b);

#endif /* BT8X8_H */
