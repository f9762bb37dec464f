/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The PCI devices of this machine.
 *
 * libpci reads the bus and knows the names; it ends the process when something
 * is wrong, so pci.c is the one file that calls it, and catches that.
 */
#ifndef CAPTURE_PCI_H
#define CAPTURE_PCI_H

#include <stdint.h>

struct pci_place {
	char address[24];	/* "0000:03:00.0" */
	uint16_t vendor, device;
	char name[160];		/* "Brooktree Corporation Bt878 Video Capture", or numbers */
	char driver[64];	/* the kernel driver that has it; "": none */
	int group;		/* of the IOMMU; -1: none */
};

/* @place is valid during the call.  Not 0 ends the walk. */
typedef int pci_fn(void *arg, const struct pci_place *place);

/* Every device in the order of addresses.  0, what @each returned, or a negative errno with words. */
int pci_devices(pci_fn *each, void *arg);

/* "03:00.0" or "0000:03:00.0" in full.  -EINVAL without words. */
int pci_address(const char *text, char address[24]);

#endif /* CAPTURE_PCI_H */
