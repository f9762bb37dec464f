/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration space. */
#include <string.h>

#include "pci.h"

enum {
	CFG_VENDOR = 0x00, CFG_DEVICE = 0x02, CFG_COMMAND = 0x04, CFG_STATUS = 0x06,
	CFG_REVISION = 0x08, CFG_CLASS = 0x09, CFG_CACHE_LINE = 0x0c, CFG_LATENCY = 0x0d,
	CFG_BAR = 0x10, CFG_SUBSYSTEM_VENDOR = 0x2c, CFG_SUBSYSTEM = 0x2e,
	CFG_CAPABILITIES = 0x34, CFG_LINE = 0x3c, CFG_PIN = 0x3d,
	CFG_POWER = 0x4c, CFG_MSI = 0x60, CFG_MSIX = 0x70,
};

enum { STATUS_LINE = 0x08, STATUS_CAPABILITIES = 0x10 };
enum { BAR_PREFETCHABLE = 0x8 };
enum { CAPABILITY_POWER = 0x01, CAPABILITY_MSI = 0x05, CAPABILITY_MSIX = 0x11 };

static void put(uint8_t *to, uint32_t value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*to++ = value;
}

static uint32_t get(const uint8_t *from, unsigned int bytes)
{
	uint32_t value = 0;

	while (bytes)
		value = value << 8 | from[--bytes];
	return value;
}

/* Appends to the list of capabilities. */
static void capability(struct pci *pci, uint8_t id, uint8_t at)
{
	uint8_t *link = &pci->config[CFG_CAPABILITIES];

	while (*link)
		link = &pci->config[*link + 1];
	*link = at;
	pci->config[at] = id;
	pci->config[at + 1] = 0;
	pci->config[CFG_STATUS] |= STATUS_CAPABILITIES;
}

/* Power states D0 and D3, and back from D3 the device is reset. */
static void add_power(struct pci *pci)
{
	capability(pci, CAPABILITY_POWER, CFG_POWER);
	put(&pci->config[CFG_POWER + 2], 0x0002, 2);
	put(&pci->writable[CFG_POWER + 4], 0x0003, 2);
}

/* 64-bit addresses, no masks. */
static void add_msi(struct pci *pci, unsigned int vectors)
{
	unsigned int order = 0;

	while (1u << order < vectors)
		order++;
	capability(pci, CAPABILITY_MSI, CFG_MSI);
	put(&pci->config[CFG_MSI + 2], 0x0080 | order << 1, 2);
	put(&pci->writable[CFG_MSI + 2], 0x0071, 2);
	put(&pci->writable[CFG_MSI + 4], 0xfffffffc, 4);
	put(&pci->writable[CFG_MSI + 8], 0xffffffff, 4);
	put(&pci->writable[CFG_MSI + 12], 0xffff, 2);
}

/* The client may enable it, and mask all of it. */
static void add_msix(struct pci *pci, const struct model_pci *id)
{
	capability(pci, CAPABILITY_MSIX, CFG_MSIX);
	put(&pci->config[CFG_MSIX + 2], id->msix.vectors - 1, 2);
	put(&pci->writable[CFG_MSIX + 2], 0xc000, 2);
	put(&pci->config[CFG_MSIX + 4], id->msix.table | id->msix.bar, 4);
	put(&pci->config[CFG_MSIX + 8], id->msix.pending | id->msix.bar, 4);
	pci_msix_reset(pci);
}

void pci_config_reset(struct pci *pci)
{
	const struct model_pci *id = &pci->model->ops->pci;
	unsigned int i;

	memset(pci->config, 0, sizeof(pci->config));
	memset(pci->writable, 0, sizeof(pci->writable));
	put(&pci->config[CFG_VENDOR], id->vendor, 2);
	put(&pci->config[CFG_DEVICE], id->device, 2);
	put(&pci->config[CFG_REVISION], id->revision, 1);
	put(&pci->config[CFG_CLASS], id->class, 3);
	put(&pci->config[CFG_SUBSYSTEM_VENDOR], id->subsystem_vendor, 2);
	put(&pci->config[CFG_SUBSYSTEM], id->subsystem, 2);
	put(&pci->config[CFG_PIN], id->line, 1);
	/* memory, master, parity, system error, line off */
	put(&pci->writable[CFG_COMMAND], 0x0546, 2);
	put(&pci->writable[CFG_CACHE_LINE], 0xff, 1);
	put(&pci->writable[CFG_LATENCY], 0xff, 1);
	put(&pci->writable[CFG_LINE], 0xff, 1);
	for (i = 0; i < MODEL_BARS; i++) {
		if (!id->bar[i].size)
			continue;
		put(&pci->writable[CFG_BAR + i * 4], ~(id->bar[i].size - 1) & ~0xfu, 4);
		pci->config[CFG_BAR + i * 4] = id->bar[i].prefetchable ? BAR_PREFETCHABLE : 0;
	}
	add_power(pci);
	if (id->messages)
		add_msi(pci, id->messages);
	if (id->msix.vectors)
		add_msix(pci, id);
	pci_show_line(pci);
}

uint16_t pci_command_bits(const struct pci *pci)
{
	return get(&pci->config[CFG_COMMAND], 2);
}

void pci_show_line(struct pci *pci)
{
	pci->config[CFG_STATUS] &= ~STATUS_LINE;
	if (pci->level || pci->pretended)
		pci->config[CFG_STATUS] |= STATUS_LINE;
}

void pci_config_write(struct pci *pci, uint32_t offset, const uint8_t *from, uint32_t count)
{
	uint8_t *byte, may, was = pci->config[CFG_POWER + 4] & 3;
	uint32_t i;

	for (i = 0; i < count; i++) {
		byte = &pci->config[offset + i];
		may = pci->writable[offset + i];
		*byte = (*byte & ~may) | (from[i] & may);
	}
	if (was && !(pci->config[CFG_POWER + 4] & 3))
		pci_reset(pci);
	pci_line_look(pci);
}
