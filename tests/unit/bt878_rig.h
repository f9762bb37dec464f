/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bt878's model with memory around it, and a driver's usual moves. */
#ifndef BT878_RIG_H
#define BT878_RIG_H

#include "bt878.h"
#include "bt878_pattern.h"
#include "unit.h"

#define RIG_BASE 0x10000000u	/* the bus address of the memory */
#define RIG_SIZE 0x200000u
#define RIG_PROGRAM (RIG_BASE + 0x180000)	/* programs lie here */
#define RIG_FILL 0xEE		/* what is in memory that nobody wrote */

/* Instructions */
#define RISC_WRITE (1u << 28)
#define RISC_SKIP (2u << 28)
#define RISC_WRITEC (5u << 28)
#define RISC_JUMP (7u << 28)
#define RISC_SYNC (8u << 28)
#define RISC_WRITE123 (9u << 28)
#define RISC_SKIP123 (0xau << 28)
#define RISC_WRITE1S23 (0xbu << 28)
#define RISC_SOL (1u << 27)
#define RISC_EOL (1u << 26)
#define RISC_LINE (RISC_SOL | RISC_EOL)
#define RISC_IRQ (1u << 24)
#define RISC_RESYNC (1u << 15)
#define RISC_STATUS(n) ((n) << 16 | (~(n) & 0xf) << 20)

/* Interrupts */
#define INT_RISCI (1u << 11)
#define INT_FBUS (1u << 12)
#define INT_FTRGT (1u << 13)
#define INT_FDSR (1u << 14)
#define INT_RIPERR (1u << 16)
#define INT_PABORT (1u << 17)
#define INT_OCERR (1u << 18)
#define INT_SCERR (1u << 19)
#define INT_RISC_EN (1u << 27)
#define INT_ERRORS 0xff000u	/* FBUS to SCERR */

struct rig {
	struct model *model;
	uint8_t memory[RIG_SIZE];
	uint32_t program;	/* where the next word goes */
	uint64_t now;
	bool line;		/* INTA# */
	unsigned int rises;	/* how often it rose */
	uint32_t risen_at;	/* and where the engine was then */
	unsigned int outside;	/* accesses outside the memory */
	uint32_t closed;	/* from this bus address on, nothing can be reached */
	uint32_t stat;		/* INT_STAT as the handler saw it, all rounds or'ed */
	void (*on_write)(struct rig *rig);	/* called in the middle of a device's write */
};

/* For cmocka's setup and teardown; the state is the rig. */
int rig_get(void **state);
int rig_put(void **state);

uint32_t rig_read(struct rig *rig, uint32_t offset);
void rig_write(struct rig *rig, uint32_t offset, uint32_t value);
void rig_command(struct rig *rig, const char *text);
/* A counter by its name. */
uint64_t rig_count(struct rig *rig, const char *name);

/* Both fields: what bttv's formulas give for PAL; @format is the nibble of COLOR_FMT. */
void rig_geometry(struct rig *rig, uint32_t width, uint32_t height, uint32_t format);

/* Append words to the program; returns the address of the first. */
uint32_t rig_emit(struct rig *rig, unsigned int words, ...);
/* Start at an address: capture of both fields, all errors and RISCI interrupt. */
void rig_start(struct rig *rig, uint32_t program);
void rig_stop(struct rig *rig);

/*
 * Time passes until the line is up or @fields fields have begun, and the handler ran when it was:
 * it reads and clears INT_STAT until it is clean.  Returns what it saw, 0 without an interrupt.
 */
uint32_t rig_wait(struct rig *rig, unsigned int fields);

/* Is this line of this plane at an address, @from bytes of it left out in front? */
void rig_expect_line(struct rig *rig, uint32_t address, const struct bt878_place *place,
		     uint32_t from, uint32_t count, uint32_t swap);
/* Nobody wrote here. */
void rig_expect_untouched(struct rig *rig, uint32_t address, uint32_t count);

#endif /* BT878_RIG_H */
