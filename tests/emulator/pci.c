/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device as its client sees it: regions, DMA, faults. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pci.h"

const char pci_help[] =
	"defaults              all settings as at the start, no fault is to come\n"
	"gone                  the device was pulled out: all reads give ones\n"
	"back                  it is there again, as after a reset\n"
	"lose-irq COUNT        so many interrupts are not told\n"
	"spurious-irq COUNT    so many are told without a reason\n";

/* ---- DMA ---- */

/* A device reaches memory while it is there and a master of the bus. */
static int access_memory(struct pci *pci, uint64_t address, void *data, size_t length, bool write)
{
	if (pci->gone)
		return -EFAULT;
	if (!(pci_command_bits(pci) & PCI_MASTER)) {
		pci->refused_master++;
		return -EFAULT;
	}
	return dma_access(&pci->dma, address, data, length, write);
}

static int read_memory(void *host, uint64_t address, void *to, size_t length)
{
	return access_memory(host, address, to, length, false);
}

static int write_memory(void *host, uint64_t address, const void *from, size_t length)
{
	return access_memory(host, address, (void *)from, length, true);
}

/* ---- the device ---- */

int pci_open(struct pci *pci, const struct model_ops *ops, dma_remote *remote, void *host)
{
	const struct model_bus bus = {
		.host = pci, .dma_read = read_memory, .dma_write = write_memory,
		.line = pci_line, .message = pci_message,
	};

	if (!pci_msix_fits(&ops->pci))
		return -EINVAL;
	*pci = (struct pci){ 0 };
	dma_init(&pci->dma, remote, host);
	pci_irq_init(pci);
	pci->model = ops->open(&bus);
	if (!pci->model)
		return -ENOMEM;
	pci_config_reset(pci);
	return 0;
}

void pci_close(struct pci *pci)
{
	pci_disconnect(pci);
	pci->model->ops->close(pci->model);
}

void pci_reset(struct pci *pci)
{
	if (pci->gone)
		return;
	pci->spurious = 0;
	pci->pretended = false;
	pci->resets++;
	pci->model->ops->reset(pci->model);
	pci_config_reset(pci);
}

void pci_disconnect(struct pci *pci)
{
	dma_unmap_all(&pci->dma);
	pci_irq_close(pci);
}

uint64_t pci_tick(struct pci *pci, uint64_t now)
{
	uint64_t next;

	pci->now = now;
	next = pci->gone ? MODEL_NEVER : pci->model->ops->tick(pci->model, now);
	if (pci->again <= now) {
		pci->again = MODEL_NEVER;
		pci->retold += pci->level;
		pci_line_look(pci);
	}
	return next < pci->again ? next : pci->again;
}

/* ---- regions ---- */

uint64_t pci_region_size(const struct pci *pci, unsigned int region)
{
	if (region == PCI_REGION_CONFIG)
		return PCI_CONFIG_SIZE;
	return region < MODEL_BARS ? pci->model->ops->pci.bar[region].size : 0;
}

static bool is_inside(const struct pci *pci, unsigned int region, uint64_t offset, uint32_t count)
{
	uint64_t size = pci_region_size(pci, region);

	return offset <= size && count <= size - offset;
}

/* The largest aligned piece of 1, 2 or 4 bytes. */
static unsigned int piece(uint32_t offset, uint32_t count)
{
	unsigned int size = 4;

	while (size > count || offset % size)
		size /= 2;
	return size;
}

int pci_read(struct pci *pci, unsigned int region, uint64_t offset, void *to, uint32_t count)
{
	struct model *model = pci->model;
	uint8_t *byte = to;
	unsigned int size, i;
	uint32_t value;

	if (!is_inside(pci, region, offset, count))
		return -EINVAL;
	pci->accesses++;
	if (pci->gone) {
		memset(to, 0xff, count);
		return 0;
	}
	if (region == PCI_REGION_CONFIG) {
		memcpy(to, pci->config + offset, count);
		return 0;
	}
	for (; count; count -= size, offset += size, byte += size) {
		size = piece(offset, count);
		if (pci_msix_read(pci, region, offset, size, byte))
			continue;
		value = model->ops->read(model, region, offset, size);
		for (i = 0; i < size; i++)
			byte[i] = value >> i * 8;
	}
	return 0;
}

int pci_write(struct pci *pci, unsigned int region, uint64_t offset, const void *from,
	      uint32_t count)
{
	struct model *model = pci->model;
	const uint8_t *byte = from;
	unsigned int size, i;
	uint32_t value;

	if (!is_inside(pci, region, offset, count))
		return -EINVAL;
	pci->accesses++;
	if (pci->gone)
		return 0;
	if (region == PCI_REGION_CONFIG) {
		pci_config_write(pci, offset, from, count);
		return 0;
	}
	for (; count; count -= size, offset += size, byte += size) {
		size = piece(offset, count);
		if (pci_msix_write(pci, region, offset, size, byte))
			continue;
		for (value = 0, i = 0; i < size; i++)
			value |= (uint32_t)byte[i] << i * 8;
		model->ops->write(model, region, offset, size, value);
	}
	return 0;
}

/* ---- commands ---- */

/* "NAME COUNT": 0 with the count, -EINVAL, or -ENOENT when it is another word. */
static int counted(const char *text, const char *name, unsigned int *count)
{
	size_t length = strlen(name);
	unsigned long value;
	char *end;

	if (strncmp(text, name, length) || (text[length] && text[length] != ' '))
		return -ENOENT;
	if (!text[length] || !isdigit((unsigned char)text[length + 1]))
		return -EINVAL;
	value = strtoul(text + length + 1, &end, 10);
	if (*end || value > 1000000)
		return -EINVAL;
	*count = value;
	return 0;
}

static void put_back(struct pci *pci)
{
	if (!pci->gone)
		return;
	pci->gone = false;
	pci_reset(pci);
}

int pci_command(struct pci *pci, const char *text)
{
	int err;

	if (!strcmp(text, "gone")) {
		pci->gone = true;
		return 0;
	}
	if (!strcmp(text, "back")) {
		put_back(pci);
		return 0;
	}
	if (!strcmp(text, "defaults")) {
		put_back(pci);
		pci->lose = pci->spurious = 0;
		pci->deaf = false;
	}
	err = counted(text, "lose-irq", &pci->lose);
	if (err == -ENOENT)
		err = counted(text, "spurious-irq", &pci->spurious);
	if (err == -ENOENT)
		return pci->model->ops->command(pci->model, text);
	pci_line_look(pci);
	return err;
}

void pci_zero(struct pci *pci)
{
	dma_reset_counters(&pci->dma);
	pci->refused_master = 0;
}

void pci_counters(const struct pci *pci, FILE *to)
{
	dma_counters(&pci->dma, to);
	fprintf(to, "dma_without_master %" PRIu64 "\n", pci->refused_master);
	fprintf(to, "accesses %" PRIu64 "\ntime_us %" PRIu64 "\n", pci->accesses, pci->now / 1000);
	fprintf(to, "triggers %" PRIu64 "\nretold %" PRIu64 "\n", pci->triggers, pci->retold);
	fprintf(to, "baseless %" PRIu64 "\n", pci->baseless);
	fprintf(to, "lost_irqs %" PRIu64 "\nresets %" PRIu64 "\n", pci->lost, pci->resets);
	pci->model->ops->counters(pci->model, to);
}
