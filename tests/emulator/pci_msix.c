/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of MSI-X (PCI Local Bus Specification 3.0, section 6.8.2), in a BAR of the device.
 * Where its messages go is the client's business, which sets events for them and keeps a table
 * of its own; this one is for clients that read back what they wrote.
 */
#include <string.h>

#include "pci.h"

#define ENTRY 16		/* bytes: address, data, control */
#define CONTROL 12		/* of an entry */
#define MASKED 0x01

static uint32_t table_bytes(const struct model_pci *id)
{
	return id->msix.vectors * ENTRY;
}

/* A bit for each vector, in words of 64. */
static uint32_t pending_bytes(const struct model_pci *id)
{
	return (id->msix.vectors + 63) / 64 * 8;
}

bool pci_msix_fits(const struct model_pci *id)
{
	const uint32_t size = id->msix.bar < MODEL_BARS ? id->bar[id->msix.bar].size : 0;

	if (!id->msix.vectors)
		return true;
	return id->msix.vectors <= PCI_VECTORS && !(id->msix.table % 8) && !(id->msix.pending % 8) &&
	       id->msix.table <= size && table_bytes(id) <= size - id->msix.table &&
	       id->msix.pending <= size && pending_bytes(id) <= size - id->msix.pending;
}

void pci_msix_reset(struct pci *pci)
{
	unsigned int v;

	memset(pci->table, 0, sizeof(pci->table));
	for (v = 0; v < PCI_VECTORS; v++)
		pci->table[v * ENTRY + CONTROL] = MASKED;
}

/* Where in something of @bytes at @start of the table's BAR an access is; -1: elsewhere. */
static int64_t place(const struct model_pci *id, unsigned int region, uint64_t offset,
		     uint32_t start, uint32_t bytes)
{
	if (!id->msix.vectors || region != id->msix.bar || offset < start || offset - start >= bytes)
		return -1;
	return offset - start;
}

bool pci_msix_read(const struct pci *pci, unsigned int region, uint64_t offset, unsigned int size,
		   uint8_t *to)
{
	const struct model_pci *id = &pci->model->ops->pci;
	const int64_t at = place(id, region, offset, id->msix.table, table_bytes(id));

	if (at >= 0)
		memcpy(to, pci->table + at, size);
	/* what a client masks it keeps by itself, so nothing is ever pending here */
	else if (place(id, region, offset, id->msix.pending, pending_bytes(id)) >= 0)
		memset(to, 0, size);
	else
		return false;
	return true;
}

bool pci_msix_write(struct pci *pci, unsigned int region, uint64_t offset, unsigned int size,
		    const uint8_t *from)
{
	const struct model_pci *id = &pci->model->ops->pci;
	const int64_t at = place(id, region, offset, id->msix.table, table_bytes(id));

	if (at >= 0)
		memcpy(pci->table + at, from, size);
	else
		return place(id, region, offset, id->msix.pending, pending_bytes(id)) >= 0;
	return true;
}
