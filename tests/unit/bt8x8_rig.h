/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of the Bt848 on a chip of the test's own, with frames in scattered memory. */
#ifndef BT8X8_RIG_H
#define BT8X8_RIG_H

#include "bt8x8_chip.h"
#include "grabber.h"

#define RIG_FRAMES 16
#define RIG_SEGMENTS 512

/* A piece of a frame's memory, as the device sees it. */
struct rig_piece {
	struct grabber_segment segment;
	uint32_t offset;
	unsigned int frame;		/* index */
	unsigned int step;
	bool open;			/* the device may write there */
};

struct rig {
	struct chip chip;
	struct grabber *g;
	uint32_t program[1 << 20];
	uint32_t slots, chunks;
	struct rig_piece piece[RIG_FRAMES * RIG_SEGMENTS];
	unsigned int pieces;
	uint32_t next_bus;
	unsigned int step;		/* of the pieces that rig_scatter() makes */
	/* what arrived */
	uint8_t *bytes[RIG_FRAMES], *hits[RIG_FRAMES];
	struct grabber_frame told[256];	/* by finished(), in order */
	unsigned int told_count;
	uint32_t events;		/* all flags of event() so far */
	/* after each event; optional */
	void (*served)(struct rig *rig);
	void *arg;
};


struct rig *rig_new(void);
void rig_free(struct rig *rig);
/* Set a mode and prepare for so many frames of so many chunks; all frames are forgotten. */
void rig_mode(struct rig *rig, const struct grabber_mode *wish, uint32_t slots, uint32_t chunks);
/* Random modes that suit the driver. */
struct grabber_mode rig_random_mode(struct rig *rig);
/* Cut @bytes into segments somewhere on the bus, at most @max; for the bytes of @frame from @offset. */
unsigned int rig_scatter(struct rig *rig, unsigned int frame, uint32_t offset, uint32_t bytes,
			 unsigned int max, struct grabber_segment *segments);
/* begin() and load() of a whole frame in at most @max segments; its number. */
uint64_t rig_queue(struct rig *rig, unsigned int frame, unsigned int max);
/* The device may not write there any more: a step of a frame, RIG_ALL: all of it. */
#define RIG_ALL (~0u)
void rig_close(struct rig *rig, unsigned int frame, unsigned int step);
void rig_serve(struct rig *rig);
/* Every byte of the frame was written once and is that of the camera's frame @number. */
void rig_check(struct rig *rig, unsigned int frame, uint32_t number);

#endif /* BT8X8_RIG_H */
