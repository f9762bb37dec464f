// SPDX-License-Identifier: GPL-2.0
/* The core's transfers as the grabber's frames and steps: see udma_pci.h. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "udma_pci.h"

static struct pci_entry *entry_at(struct pci_grabber *p, u32 index)
{
	return &p->entry[index % PCI_DEPTH];
}

/* ---- memory for the program ---- */

static void free_program(struct pci_grabber *p)
{
	if (p->program.cpu)
		dma_free_coherent(&p->pdev->dev, p->program.bytes, p->program.cpu, p->program.bus);
	p->program.cpu = NULL;
	p->program.bytes = 0;
}

static int make_program(struct pci_grabber *p, u64 bytes)
{
	dma_addr_t bus;

	if (!bytes || bytes > INT_MAX)
		return -EOPNOTSUPP;
	if (bytes <= p->program.bytes)
		return 0;
	free_program(p);
	p->program.cpu = dma_alloc_coherent(&p->pdev->dev, bytes, &bus, GFP_KERNEL);
	if (!p->program.cpu)
		return -ENOMEM;
	p->program.bus = bus;
	p->program.bytes = bytes;
	return 0;
}

static int make_segments(struct pci_grabber *p, u32 count)
{
	if (count <= p->segments_max)
		return 0;
	kvfree(p->segments);
	p->segments = kvcalloc(count, sizeof(*p->segments), GFP_KERNEL);
	p->segments_max = p->segments ? count : 0;
	return p->segments ? 0 : -ENOMEM;
}

int pci_frames_open(struct pci_grabber *p, const struct udma_run *run)
{
	struct grabber *g = p->grabber;
	const u32 chunks = pci_chunks_most(g->mode.bytes, run->chunk);
	/* a page each; what is left and right of whole units at the ends of a chunk */
	const u32 segments = g->mode.bytes / PAGE_SIZE + 2 + 2 * chunks;
	int err;

	/* written to in several places at once: all of it must be there */
	if (!g->mode.split && chunks > min(run->window, PCI_DEPTH))
		return -EOPNOTSUPP;
	err = make_program(p, g->device->memory_bytes(g, PCI_SLOTS, chunks, segments));
	if (!err)
		err = make_segments(p, segments);
	if (err)
		return err;
	p->window = run->window;
	pci_frames_forget(p);
	g->device->prepare(g, &p->program, PCI_SLOTS, chunks, segments);
	return 0;
}

void pci_frames_close(struct pci_grabber *p)
{
	/* a device that may still run in it keeps it for ever */
	if (p->silent)
		free_program(p);
	kvfree(p->segments);
}

void pci_frames_forget(struct pci_grabber *p)
{
	p->armed = p->running = false;
	p->fault = UDMA_FAULT_NONE;
	p->head = p->loaded = p->tail = 0;
	p->number = 0;
	p->steps = p->steps_all = p->collected = p->waiting = 0;
	p->told = (struct grabber_frame){ };
}

/* ---- to the device ---- */

static void give_up(struct pci_grabber *p, u32 fault, const char *words)
{
	p->fault_words = words;
	WRITE_ONCE(p->fault, fault);
}

/* A device that cannot wait gets a frame as one, where the window has room for all of it. */
static bool is_gathered(const struct pci_grabber *p, u32 chunks)
{
	return !p->grabber->device->waits && chunks <= min(p->window, PCI_DEPTH);
}

u32 pci_frames_passes(struct pci_grabber *p, u32 chunks)
{
	return chunks == 1 || is_gathered(p, chunks) ? 1 : p->grabber->mode.passes;
}

/* False: the device has no room for one more. */
static bool begin(struct pci_grabber *p, u32 chunks)
{
	const s64 number = p->grabber->device->begin(p->grabber, chunks);

	if (number == -EBUSY)
		return false;
	if (number < 0)
		give_up(p, UDMA_FAULT_DRIVER, "the device does not take a frame of so many chunks");
	p->number = number < 0 ? 0 : number;
	p->steps = 0;
	p->steps_all = grabber_steps(p->grabber, chunks);
	return number > 0;
}

static void collect(struct pci_grabber *p, const struct udma_transfer *t)
{
	struct scatterlist *sg;
	unsigned int i;

	if (t->nents > p->segments_max - p->collected) {
		give_up(p, UDMA_FAULT_DRIVER, "a frame has more segments than it can have pages");
		return;
	}
	for_each_sg(t->sg, sg, t->nents, i)
		p->segments[p->collected++] = (struct grabber_segment){
			.addr = sg_dma_address(sg), .bytes = sg_dma_len(sg),
		};
}

/* The device may go on; it starts with its first frame, so that none goes by before. */
static void load(struct pci_grabber *p, u32 offset)
{
	const struct grabber_device *d = p->grabber->device;
	const int err = d->load(p->grabber, p->number, offset, p->segments, p->collected);

	p->collected = 0;
	p->steps++;
	/* -ESTALE: too late, and the device is past that frame */
	if (err && err != -ESTALE)
		give_up(p, UDMA_FAULT_DRIVER, "a part of a frame cannot be programmed");
	if (err || p->running)
		return;
	p->running = true;
	d->start(p->grabber);
}

/* A part of a frame that is loaded as one. False: later. */
static bool gather(struct pci_grabber *p, struct pci_entry *e)
{
	const struct udma_transfer *t = e->transfer;

	if (t->offset + t->bytes == t->frame_bytes && !begin(p, 1))
		return false;
	if (!t->offset)
		p->collected = p->waiting = 0;
	collect(p, t);
	p->waiting++;
	if (t->offset + t->bytes < t->frame_bytes)
		return true;
	for (; p->waiting; p->waiting--)
		entry_at(p, p->loaded + 1 - p->waiting)->number = p->number;
	load(p, 0);
	return true;
}

static bool load_alone(struct pci_grabber *p, struct pci_entry *e)
{
	const struct udma_transfer *t = e->transfer;

	if (!t->offset && !t->pass && !begin(p, t->chunks))
		return false;
	e->alone = true;
	e->number = p->number;
	e->step = p->steps;
	collect(p, t);
	load(p, t->offset);
	return true;
}

static void pump(struct pci_grabber *p)
{
	struct pci_entry *e;

	while (p->loaded != p->tail && !p->fault) {
		e = entry_at(p, p->loaded);
		if (!(is_gathered(p, e->transfer->chunks) ? gather(p, e) : load_alone(p, e)))
			return;
		p->loaded++;
	}
}

/* With the core's lock held, after p->lock. */
static void tell_fault(struct pci_grabber *p)
{
	const u32 fault = READ_ONCE(p->fault);

	if (fault)
		udma_fault(p->udev, fault, p->fault_words);
}

void pci_frames_transfer(struct pci_grabber *p, struct udma_transfer *transfer)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	if (p->armed) {
		*entry_at(p, p->tail++) = (struct pci_entry){ .transfer = transfer };
		pump(p);
	}
	spin_unlock_irqrestore(&p->lock, flags);
	tell_fault(p);
}

/*
 * What waits for the rest of its frame is done.  A device that does not wait comes by
 * a step that is missing and tells; one that does has to begin again.
 */
void pci_frames_drop(struct pci_grabber *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	if (p->grabber->device->waits && p->steps < p->steps_all)
		give_up(p, UDMA_FAULT_DRIVER, "the memory of a frame is not there any more");
	p->collected = 0;
	for (; p->waiting; p->waiting--)
		entry_at(p, p->loaded - p->waiting)->dropped = true;
	spin_unlock_irqrestore(&p->lock, flags);
	tell_fault(p);
}

/* ---- from the device ---- */

struct pci_done {
	struct udma_transfer *transfer;
	u32 bytes, events;
	u64 sequence, starved;
};

static bool is_behind(const struct pci_grabber *p, const struct pci_entry *e)
{
	const struct grabber *g = p->grabber;

	return e->alone && g->at == e->number && g->at_step > e->step;
}

static void fill_done(const struct pci_grabber *p, const struct pci_entry *e, struct pci_done *done)
{
	*done = (struct pci_done){ .transfer = e->transfer, .bytes = e->transfer->bytes };
	if (e->dropped) {
		done->events = UDMA_EVENT_END;
		done->bytes = 0;
		done->sequence = p->told.sequence;
		done->starved = p->told.starved;
	}
	if (e->dropped || e->number > p->told.number)
		return;
	done->sequence = p->told.sequence;
	done->starved = p->told.starved;
	if (p->told.flags & GRABBER_FRAME_CORRUPT)
		done->events |= UDMA_EVENT_CORRUPT;
	if (p->told.flags & GRABBER_FRAME_INCOMPLETE) {
		done->events |= UDMA_EVENT_END;
		done->bytes = 0;
	}
}

/* The oldest transfer, if the device is done with it. */
static bool next_done(struct pci_grabber *p, struct pci_done *done)
{
	const struct grabber_device *d = p->grabber->device;
	struct pci_entry *e = entry_at(p, p->head);

	if (!p->armed || p->head == p->loaded)
		return false;
	if (!e->number && !e->dropped)
		return false;
	while (e->number > p->told.number && !is_behind(p, e))
		if (!d->finished(p->grabber, &p->told))
			return false;
	fill_done(p, e, done);
	p->head++;
	pump(p);
	return true;
}

static const struct {
	u32 flag, fault;
	const char *words;
} faults[] = {
	{ GRABBER_EVENT_GONE, UDMA_FAULT_SILENT,
	  "the device is gone (all its registers read as ones)" },
	{ GRABBER_EVENT_ABORT, UDMA_FAULT_ADDRESS,
	  "the device addressed memory that is not mapped for it (PCI abort)" },
	{ GRABBER_EVENT_PROGRAM, UDMA_FAULT_PROGRAM,
	  "the device met an instruction that it does not know" },
	{ GRABBER_EVENT_SYNC, UDMA_FAULT_SYNC, "the device and its program are out of step" },
	{ GRABBER_EVENT_FETCH, UDMA_FAULT_PARITY,
	  "a parity error on the bus in the device's program" },
	{ GRABBER_EVENT_STOPPED, UDMA_FAULT_SILENT, "the device stands still and does not say why" },
};

static void take_fault(struct pci_grabber *p, u32 flags)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (flags & faults[i].flag)
			break;
	if (i < ARRAY_SIZE(faults))
		give_up(p, faults[i].fault, faults[i].words);
}

/* One look: whoever wants to know all comes until there is no news. */
u32 pci_frames_events(struct pci_grabber *p)
{
	const struct grabber_device *d = p->grabber->device;
	struct pci_done done;
	unsigned long irq;
	u32 flags = 0;
	bool news;

	spin_lock_irqsave(&p->lock, irq);
	news = p->armed && p->running && d->event(p->grabber, &flags);
	if (flags & GRABBER_EVENT_GONE)
		p->gone = true;
	if (flags & GRABBER_EVENT_FATAL) {
		p->running = false;
		take_fault(p, flags);
	}
	while (next_done(p, &done)) {
		/* also where the worker looked: an interrupt that is on its way is the thread's */
		WRITE_ONCE(p->owed, true);
		/* the core hands over the next transfer meanwhile */
		spin_unlock_irqrestore(&p->lock, irq);
		udma_done(p->udev, done.transfer, done.bytes, 0, done.events, done.sequence,
			  done.starved);
		spin_lock_irqsave(&p->lock, irq);
	}
	spin_unlock_irqrestore(&p->lock, irq);
	tell_fault(p);
	return (news ? UDMA_NEWS : 0) | (flags & GRABBER_EVENT_PROGRESS ? UDMA_MOVED : 0);
}
