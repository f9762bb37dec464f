/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PCI frame grabbers: what grabber.h knows of a device, joined to what the udma
 * core knows of memory.
 *
 *	udma_pci_driver.c	the device on its bus: probe, interrupt, start, the ladder
 *	udma_pci_frames.c	the core's transfers as the grabber's frames and steps
 *
 *	core		chunk 0 | chunk 1 | chunk 2		of a frame, each a transfer
 *	grabber		step 0	| step 1  | step 2		the frame is larger than the window
 *	or		          step 0			it is not: nothing can come too late
 */
#ifndef UDMA_PCI_H
#define UDMA_PCI_H

#include <linux/pci.h>
#include <linux/spinlock.h>

#include "grabber.h"
#include "udma_driver.h"

#define PCI_SLOTS 8		/* frames that the device has at once */
#define PCI_DEPTH 1024u		/* transfers; a power of two */

struct pci_entry {
	struct udma_transfer *transfer;
	u64 number;		/* of its frame; 0: not begun */
	u32 step;
	bool alone;		/* it is a step of its own */
	bool dropped;		/* the rest of its frame does not come */
};

struct pci_grabber {
	struct pci_dev *pdev;
	struct udma_device *udev;
	struct grabber *grabber;
	void __iomem *registers;
	int irq;
	bool owed;		/* the interrupt's thread has not come to its end */
	u32 again;		/* interrupts meanwhile */
	bool fresh;		/* the device was reset */
	bool silent;		/* it is certain not to use the program */
	bool gone;

	struct grabber_memory program;
	struct grabber_segment *segments;	/* of what is to be loaded next */
	u32 segments_max;
	u32 window;

	spinlock_t lock;	/* what follows, and the grabber while it is armed */
	bool armed;		/* between start and halt */
	bool running;		/* the device has been started, with its first frame */
	u32 fault;		/* UDMA_FAULT_*: the device has stopped, or cannot go on */
	const char *fault_words;
	struct pci_entry entry[PCI_DEPTH];
	u32 head, loaded, tail;	/* the oldest, the next to be loaded, the next free one */
	u64 number;		/* of the last frame begun */
	u32 steps, steps_all;	/* of it: loaded, to be loaded */
	u32 collected;		/* segments of the next step */
	u32 waiting;		/* entries that wait for the rest of their frame, the last ones loaded */
	struct grabber_frame told;	/* the last one that is over */
};

/* Most chunks that a frame of so many bytes can have, wherever it begins. */
static inline u32 pci_chunks_most(u32 bytes, u32 chunk)
{
	return (bytes - 1) / chunk + 2;
}

/* ---- udma_pci_frames.c ---- */

int pci_frames_open(struct pci_grabber *p, const struct udma_run *run);
void pci_frames_close(struct pci_grabber *p);
/* The device stands still, or is about to: whatever it had is forgotten. */
void pci_frames_forget(struct pci_grabber *p);
u32 pci_frames_passes(struct pci_grabber *p, u32 chunks);
void pci_frames_transfer(struct pci_grabber *p, struct udma_transfer *transfer);
void pci_frames_drop(struct pci_grabber *p);
u32 pci_frames_events(struct pci_grabber *p);

#endif /* UDMA_PCI_H */
