/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts: the line, messages, and where the client wants to hear of them. */
#include <errno.h>
#include <linux/vfio.h>
#include <poll.h>
#include <unistd.h>

#include "pci.h"

#define AGAIN_NS 3000000	/* until a line that is still up is told again */

void pci_irq_init(struct pci *pci)
{
	unsigned int i, v;

	for (i = 0; i < PCI_IRQS; i++)
		for (v = 0; v < PCI_VECTORS; v++)
			pci->event[i][v] = -1;
	pci->unmask_event = -1;
	pci->masked = false;
	pci->again = MODEL_NEVER;
}

static void close_event(int *event)
{
	if (*event >= 0)
		close(*event);
	*event = -1;
}

static void close_index(struct pci *pci, unsigned int index)
{
	unsigned int v;

	for (v = 0; v < PCI_VECTORS; v++)
		close_event(&pci->event[index][v]);
	if (index == PCI_IRQ_LINE) {
		close_event(&pci->unmask_event);
		pci->masked = false;
	}
}

void pci_irq_close(struct pci *pci)
{
	unsigned int i;

	for (i = 0; i < PCI_IRQS; i++)
		close_index(pci, i);
	pci->again = MODEL_NEVER;
}

static void signal_event(int event)
{
	struct pollfd room = { .fd = event, .events = POLLOUT };
	const uint64_t one = 1;

	/* A full counter says the same, and the client may have sent whatever descriptor it liked. */
	if (event < 0 || poll(&room, 1, 0) != 1 || !(room.revents & POLLOUT))
		return;
	if (write(event, &one, sizeof(one)) < 0)
		return;
}

/* ---- the line ---- */

static void trigger(struct pci *pci)
{
	pci->masked = true;
	pci->triggers++;
	signal_event(pci->event[PCI_IRQ_LINE][0]);
}

/* As a device does it: its status says that the line is up, and its registers give no reason. */
static void pretend(struct pci *pci)
{
	pci->spurious--;
	pci->baseless++;
	pci->pretended = true;
	pci_show_line(pci);
}

void pci_line_look(struct pci *pci)
{
	if (pci->gone || pci->masked || pci->event[PCI_IRQ_LINE][0] < 0)
		return;
	if (pci_command_bits(pci) & PCI_LINE_OFF)
		return;
	/* one that is lost is not heard of until the level has changed */
	if (pci->level && pci->lose && !pci->deaf) {
		pci->lose--;
		pci->lost++;
		pci->deaf = true;
	}
	if (pci->deaf || (!pci->level && !pci->spurious))
		return;
	if (!pci->level)
		pretend(pci);
	trigger(pci);
}

void pci_line(void *host, bool up)
{
	struct pci *pci = host;

	pci->level = up;
	pci_show_line(pci);
	if (!up) {
		pci->again = MODEL_NEVER;
		pci->deaf = false;
	}
	if (pci->again == MODEL_NEVER)
		pci_line_look(pci);
}

void pci_unmask(struct pci *pci)
{
	pci->masked = pci->pretended = false;
	pci_show_line(pci);
	if (pci->level || pci->spurious)
		pci->again = pci->now + AGAIN_NS;
}

void pci_message(void *host, unsigned int vector)
{
	struct pci *pci = host;
	int event = -1;

	/* a client has events for one of the two kinds */
	if (vector < PCI_VECTORS)
		event = pci->event[PCI_IRQ_MSIX][vector] >= 0 ? pci->event[PCI_IRQ_MSIX][vector] :
			pci->event[PCI_IRQ_MSI][vector];
	if (pci->gone || !(pci_command_bits(pci) & PCI_MASTER) || event < 0)
		return;
	if (pci->lose) {
		pci->lose--;
		pci->lost++;
		return;
	}
	pci->triggers++;
	signal_event(event);
}

/* ---- what the client asks for ---- */

unsigned int pci_irq_count(const struct pci *pci, unsigned int index)
{
	switch (index) {
	case PCI_IRQ_LINE: return pci->model->ops->pci.line;
	case PCI_IRQ_MSI: return pci->model->ops->pci.messages;
	case PCI_IRQ_MSIX: return pci->model->ops->pci.msix.vectors;
	case PCI_IRQ_ERROR:
	case PCI_IRQ_REQUEST: return 1;
	default: return 0;
	}
}

/* Events for interrupts; without descriptors those that there are go away. */
static int set_events(struct pci *pci, uint32_t index, uint32_t start, uint32_t count, int *fds,
		      unsigned int n_fds)
{
	unsigned int i;

	if (n_fds && n_fds != count)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		close_event(&pci->event[index][start + i]);
		if (n_fds) {
			pci->event[index][start + i] = fds[i];
			fds[i] = -1;
		}
	}
	if (index == PCI_IRQ_LINE)
		pci_line_look(pci);
	return 0;
}

/* The client unmasks by writing to an event of its own. */
static int set_unmask_event(struct pci *pci, uint32_t count, int *fds, unsigned int n_fds)
{
	if (count != 1 || n_fds > 1)
		return -EINVAL;
	close_event(&pci->unmask_event);
	if (n_fds) {
		pci->unmask_event = fds[0];
		fds[0] = -1;
	}
	return 0;
}

static void act(struct pci *pci, uint32_t action, uint32_t index, uint32_t vector)
{
	if (action == VFIO_IRQ_SET_ACTION_TRIGGER)
		signal_event(pci->event[index][vector]);
	else if (action == VFIO_IRQ_SET_ACTION_MASK)
		pci->masked = true;
	else
		pci_unmask(pci);
}

int pci_set_irqs(struct pci *pci, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		 const uint8_t *bools, int *fds, unsigned int n_fds)
{
	uint32_t action = flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	uint32_t data = flags & VFIO_IRQ_SET_DATA_TYPE_MASK, i, most;

	if (index >= PCI_IRQS || flags & ~(action | data))
		return -EINVAL;
	most = pci_irq_count(pci, index);
	if (start > most || count > most - start)
		return -EINVAL;
	/* only the line has a mask here */
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER && index != PCI_IRQ_LINE)
		return -EINVAL;
	switch (action) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
	case VFIO_IRQ_SET_ACTION_MASK:
	case VFIO_IRQ_SET_ACTION_UNMASK: break;
	default: return -EINVAL;
	}
	if (data == VFIO_IRQ_SET_DATA_EVENTFD) {
		if (action == VFIO_IRQ_SET_ACTION_TRIGGER)
			return set_events(pci, index, start, count, fds, n_fds);
		if (action == VFIO_IRQ_SET_ACTION_UNMASK)
			return set_unmask_event(pci, count, fds, n_fds);
		return -EINVAL;
	}
	if (data == VFIO_IRQ_SET_DATA_NONE && action == VFIO_IRQ_SET_ACTION_TRIGGER && !count) {
		close_index(pci, index);
		return 0;
	}
	if (data != VFIO_IRQ_SET_DATA_NONE && data != VFIO_IRQ_SET_DATA_BOOL)
		return -EINVAL;
	for (i = 0; i < count; i++)
		if (data == VFIO_IRQ_SET_DATA_NONE || bools[i])
			act(pci, action, index, start + i);
	return 0;
}
