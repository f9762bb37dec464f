/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of a PCI device, and what carries it.
 *
 * A model knows registers, memory and interrupts, and nothing of what lies
 * around it: the vfio-user server carries it into a guest, a unit test carries
 * it in its own process.  All of it runs in one thread, and nothing sleeps:
 * time passes when the carrier says so.
 *
 *	carrier -> model	struct model_ops: registers, reset, time, commands
 *	model -> carrier	struct model_bus: memory, interrupts
 */
#ifndef EMULATOR_MODEL_H
#define EMULATOR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MODEL_BARS	6
#define MODEL_NEVER	UINT64_MAX	/* a time that does not come */

/* What the device sees.  A carrier fills all of it; @host is handed back. */
struct model_bus {
	void *host;
	/*
	 * DMA by the device: 0, or -EFAULT where it may not; then some of it may have been done.
	 * The carrier may call read and write of the model from in here.
	 */
	int (*dma_read)(void *host, uint64_t address, void *to, size_t length);
	int (*dma_write)(void *host, uint64_t address, const void *from, size_t length);
	/* The level of the interrupt line, told when it changes. */
	void (*line)(void *host, bool up);
	/* A message-signalled interrupt, MSI or MSI-X as the client has it; of models with vectors. */
	void (*message)(void *host, unsigned int vector);
};

/* What the device is to the bus. */
struct model_pci {
	uint16_t vendor, device;
	uint16_t subsystem_vendor, subsystem;
	uint8_t revision;
	uint32_t class;			/* 24 bits: class, subclass, interface */
	struct {
		uint32_t size;		/* a power of two, from 16; 0: there is none */
		bool prefetchable;
	} bar[MODEL_BARS];		/* 32-bit memory */
	bool line;			/* has INTA# */
	unsigned int messages;		/* MSI vectors: 0, or a power of two up to 32 */
	struct {
		unsigned int vectors;	/* up to 32; 0: there is no MSI-X */
		unsigned int bar;	/* that has the table and the pending bits ... */
		uint32_t table, pending;	/* ... at these offsets, multiples of 8 */
	} msix;
};

struct model {
	const struct model_ops *ops;
	struct model_bus bus;
};

struct model_ops {
	const char *name;		/* one word, for the command line */
	const char *what;		/* for people */
	struct model_pci pci;

	/* A device that was just powered up; NULL without memory. */
	struct model *(*open)(const struct model_bus *bus);
	void (*close)(struct model *model);
	/* Reset, also of what was commanded but faults that are still to come. */
	void (*reset)(struct model *model);

	/* @size is 1, 2 or 4, and @offset a multiple of it within the BAR, outside of MSI-X's table. */
	uint32_t (*read)(struct model *model, unsigned int bar, uint32_t offset, unsigned int size);
	void (*write)(struct model *model, unsigned int bar, uint32_t offset, unsigned int size,
		      uint32_t value);
	/*
	 * Do what is due at @now, in nanoseconds since any one time, and say when there is more to
	 * do.  Called when that time has come and after every access; too often does no harm.
	 */
	uint64_t (*tick)(struct model *model, uint64_t now);

	/*
	 * A setting or a fault in words.  0; -ENOENT: no such word, -EINVAL: a value that it does
	 * not take.  "defaults" makes all settings those of the start and forgets faults.
	 * @help lists the other words, one a line.
	 */
	int (*command)(struct model *model, const char *text);
	const char *help;
	/* What it counted: lines "name value". */
	void (*counters)(const struct model *model, FILE *to);
};

/* The models that there are; NULL ends. */
extern const struct model_ops *const models[];

#endif /* EMULATOR_MODEL_H */
