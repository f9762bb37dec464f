/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is common to PCI devices, around a model: configuration space with its
 * capabilities, BARs, the interrupt line and messages, bus mastering, and the
 * faults that every device can have.
 *
 * The interrupt line is told by an event once, and is then masked until the
 * client unmasks it, as vfio has it.  When the level is still up then, it is
 * told again, but a little later: QEMU unmasks at every access of the guest to
 * the device, in the middle of its handler.
 */
#ifndef EMULATOR_PCI_H
#define EMULATOR_PCI_H

#include "dma.h"
#include "model.h"

#define PCI_CONFIG_SIZE 256
#define PCI_VECTORS 32

/* The kinds of interrupt, as VFIO_PCI_*_IRQ_INDEX. */
enum pci_irq { PCI_IRQ_LINE, PCI_IRQ_MSI, PCI_IRQ_MSIX, PCI_IRQ_ERROR, PCI_IRQ_REQUEST, PCI_IRQS };

/* Regions, as VFIO_PCI_*_REGION_INDEX: the BARs, the ROM, configuration space, VGA. */
enum { PCI_REGION_CONFIG = 7, PCI_REGIONS = 9 };

struct pci {
	struct model *model;
	struct dma dma;
	uint8_t config[PCI_CONFIG_SIZE];
	uint8_t writable[PCI_CONFIG_SIZE];	/* bits that the client may set */
	uint8_t table[PCI_VECTORS * 16];	/* of MSI-X */
	int event[PCI_IRQS][PCI_VECTORS];	/* -1: none */
	int unmask_event;			/* by it the client unmasks the line; -1: none */
	bool level;				/* of the line, as the model has it */
	bool masked;				/* told, or masked by the client */
	bool pretended;				/* the line is up without a reason, until it is unmasked */
	uint64_t now, again;			/* when to tell the line again; MODEL_NEVER */

	bool gone;				/* the device was pulled out */
	unsigned int lose, spurious;		/* interrupts not told, told without a reason */
	bool deaf;				/* this one is not told */
	uint64_t triggers, retold, lost, resets;
	uint64_t baseless;		/* triggers without a reason */
	uint64_t accesses;		/* to regions */
	uint64_t refused_master;		/* DMA without bus mastering */
};

/* 0, -ENOMEM, or -EINVAL: the model's MSI-X does not fit into its BAR.  @remote and @host as for dma_init(). */
int pci_open(struct pci *pci, const struct model_ops *ops, dma_remote *remote, void *host);
void pci_close(struct pci *pci);
/* As a reset of the function does: registers and configuration, not what the client set up. */
void pci_reset(struct pci *pci);
/* The client is gone: its memory and its events. */
void pci_disconnect(struct pci *pci);

uint64_t pci_region_size(const struct pci *pci, unsigned int region);
/* Within the region; 0, or -EINVAL. */
int pci_read(struct pci *pci, unsigned int region, uint64_t offset, void *to, uint32_t count);
int pci_write(struct pci *pci, unsigned int region, uint64_t offset, const void *from,
	      uint32_t count);

unsigned int pci_irq_count(const struct pci *pci, unsigned int index);
/*
 * VFIO_DEVICE_SET_IRQS: @flags are VFIO_IRQ_SET_*.  @bools has @count bytes with DATA_BOOL; of
 * @fds, those that are kept are replaced by -1.  0 or -EINVAL.
 */
int pci_set_irqs(struct pci *pci, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		 const uint8_t *bools, int *fds, unsigned int n_fds);
/* The unmask event was written. */
void pci_unmask(struct pci *pci);

/* Time passes, see struct model_ops. */
uint64_t pci_tick(struct pci *pci, uint64_t now);

/* As struct model_ops has it, with what every device can have. */
int pci_command(struct pci *pci, const char *text);
extern const char pci_help[];
void pci_counters(const struct pci *pci, FILE *to);
/* What "zero" does: what the device was refused, and what was mapped for it, is counted from here. */
void pci_zero(struct pci *pci);

/* pci_config.c */
void pci_config_reset(struct pci *pci);
void pci_config_write(struct pci *pci, uint32_t offset, const uint8_t *from, uint32_t count);
/* Bits of the command register. */
enum { PCI_MEMORY = 0x2, PCI_MASTER = 0x4, PCI_LINE_OFF = 0x400 };
uint16_t pci_command_bits(const struct pci *pci);
/* The status register shows the line. */
void pci_show_line(struct pci *pci);

/* pci_msix.c */
bool pci_msix_fits(const struct model_pci *id);
void pci_msix_reset(struct pci *pci);
/* False: the access is the model's. */
bool pci_msix_read(const struct pci *pci, unsigned int region, uint64_t offset, unsigned int size,
		   uint8_t *to);
bool pci_msix_write(struct pci *pci, unsigned int region, uint64_t offset, unsigned int size,
		    const uint8_t *from);

/* pci_irq.c */
void pci_irq_init(struct pci *pci);
void pci_irq_close(struct pci *pci);
void pci_line(void *host, bool up);
void pci_message(void *host, unsigned int vector);
/* Tell the line if there is a reason to. */
void pci_line_look(struct pci *pci);

#endif /* EMULATOR_PCI_H */
