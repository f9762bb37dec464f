/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Bt848 in small, for tests of its driver: registers, and an interpreter of its
 * programs that is stricter than the chip.
 *
 * It knows nothing of the driver.  What a program may not do by the data sheet
 * ends the test: reserved bits, counts that are no multiple of 4, lines without
 * begin or end, fields of the wrong length.  The beam moves when chip_field() is
 * called, and waits while an interrupt is not served.
 */
#ifndef BT8X8_CHIP_H
#define BT8X8_CHIP_H

#include <stdbool.h>
#include <stdint.h>

struct chip {
	uint32_t reg[0x200 / 4];
	/* the computer's memory: programs, and where the device writes to */
	const uint32_t *program;
	uint32_t program_bus, program_bytes;
	void (*store)(void *arg, uint32_t addr, uint8_t byte);
	/* the interrupt line is up; must serve it */
	void (*irq)(void *arg);
	void *arg;

	uint32_t pc;
	bool running;
	bool deaf;			/* interrupts get lost */
	/* the FIFO: what is left of the field that was sent */
	uint32_t frame;			/* number of the frame, from 0 */
	bool even;
	uint32_t token, line;		/* what comes next */
	uint32_t lines, width;		/* of this field */
	uint32_t column[3];		/* bytes of the line that are taken, by plane */
	bool in_line, skipping;
	uint32_t idle_rounds;		/* instructions without a token: a program that spins */
};

void chip_reset(struct chip *chip);
uint32_t chip_read(void *chip, uint32_t reg);
void chip_write(void *chip, uint32_t reg, uint32_t value);

/* One more field for the program: odd, even, odd ... */
void chip_field(struct chip *chip);
/* A bit of INT_STAT by itself. */
void chip_raise(struct chip *chip, uint32_t bits);

/* What the camera shows: byte @x of a line of a field's plane. */
uint8_t chip_byte(uint32_t frame, bool even, uint32_t plane, uint32_t line, uint32_t x);

#endif /* BT8X8_CHIP_H */
