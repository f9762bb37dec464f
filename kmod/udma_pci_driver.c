// SPDX-License-Identifier: GPL-2.0
/*
 * The driver of PCI frame grabbers: see udma_pci.h.
 *
 * It takes devices that no other driver has, and names none of them to udev: a
 * Bt878 is bttv's until somebody decides otherwise.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "udma_pci.h"

#define NAME "udma_pci"
#define AGAIN_MAX 1000	/* interrupts that may wait for the thread */
#define READY_MS 1000	/* until a device's clock has locked */
#define SILENCE_MS 3000	/* a transfer of edu, which cannot be called back, takes a while */

/* ---- registers ---- */

static u32 read_register(void *ctx, u32 reg)
{
	return ioread32(((struct pci_grabber *)ctx)->registers + reg);
}

static void write_register(void *ctx, u32 reg, u32 value)
{
	iowrite32(value, ((struct pci_grabber *)ctx)->registers + reg);
}

static const struct grabber_io registers = { .read = read_register, .write = write_register };

/* ---- formats ---- */

static int op_enum_format(struct udma_device *udev, struct udma_format_info *info)
{
	const struct pci_grabber *p = udma_priv(udev);
	struct grabber_format format;
	int err = p->grabber->device->format(p->grabber, info->index, &format);

	if (err)
		return err;
	info->fourcc = format.fourcc;
	info->width_min = format.width_min;
	info->width_max = format.width_max;
	info->width_step = format.width_step;
	info->height_min = format.height_min;
	info->height_max = format.height_max;
	info->height_step = format.height_step;
	return 0;
}

static struct grabber_mode mode_of(const struct pci_grabber *p, const struct udma_format *format)
{
	struct grabber_mode mode = {
		.width = format->width, .height = format->height, .fourcc = format->fourcc,
	};

	p->grabber->device->try_mode(p->grabber, &mode);
	return mode;
}

static void settle_format(const struct pci_grabber *p, struct udma_format *format)
{
	const struct grabber_mode mode = mode_of(p, format);
	u32 i;

	format->width = mode.width;
	format->height = mode.height;
	format->fourcc = mode.fourcc;
	format->fps_num = mode.rate_num;
	format->fps_den = mode.rate_den;
	format->planes = mode.planes;
	memset(format->plane, 0, sizeof(format->plane));
	for (i = 0; i < mode.planes; i++)
		format->plane[i] = (struct udma_plane){ mode.stride[i], mode.lines[i] };
	format->size = mode.bytes;
}

static int op_try_format(struct udma_device *udev, struct udma_format *format)
{
	settle_format(udma_priv(udev), format);
	return 0;
}

static u32 op_align(struct udma_device *udev, const struct udma_format *format)
{
	return mode_of(udma_priv(udev), format).align;
}

/* ---- start ---- */

static int find_device(struct pci_grabber *p)
{
	int err = 0;

	if (p->gone || !pci_device_is_present(p->pdev))
		return -ENODEV;
	if (p->fresh)
		err = p->grabber->device->init(p->grabber);
	if (!err)
		p->fresh = false;
	return err;
}

static int check_signal(struct pci_grabber *p)
{
	const struct grabber_device *d = p->grabber->device;
	struct grabber_input input;
	u32 i;

	for (i = 0; d->input && !d->input(p->grabber, i, &input); i++)
		if (input.selected && !input.signal)
			return -ENOLINK;
	return 0;
}

static int wait_ready(struct pci_grabber *p)
{
	const struct grabber_device *d = p->grabber->device;
	unsigned int ms;

	for (ms = 0; d->ready && d->ready(p->grabber); ms += 20) {
		if (ms >= READY_MS)
			return -ETIMEDOUT;
		msleep(20);
	}
	return 0;
}

/* The device itself starts when it has its first frame. */
static int op_start(struct udma_device *udev, const struct udma_run *run)
{
	struct pci_grabber *p = udma_priv(udev);
	struct grabber_mode mode;
	int err = find_device(p);

	if (err)
		return err;
	mode = mode_of(p, run->format);
	if (mode.bytes != run->format->size)
		return -EINVAL;
	p->grabber->device->set_mode(p->grabber, &mode);
	err = check_signal(p);
	if (!err)
		err = wait_ready(p);
	if (!err)
		err = pci_frames_open(p, run);
	if (err)
		return err;
	p->udev = udev;
	p->silent = false;
	spin_lock_irq(&p->lock);
	p->armed = true;
	spin_unlock_irq(&p->lock);
	/* last, when everything else is as it must be */
	pci_set_master(p->pdev);
	return 0;
}

/* ---- transfers ---- */

static u32 op_passes(struct udma_device *udev, u32 chunks)
{
	return pci_frames_passes(udma_priv(udev), chunks);
}

static void op_transfer(struct udma_device *udev, struct udma_transfer *transfer)
{
	pci_frames_transfer(udma_priv(udev), transfer);
}

static void op_drop(struct udma_device *udev)
{
	pci_frames_drop(udma_priv(udev));
}

static u32 op_events(struct udma_device *udev)
{
	return pci_frames_events(udma_priv(udev));
}

/*
 * One look in the handler takes the interrupt away and hands over what is pinned;
 * the thread looks again when the next memory is pinned, too.  An interrupt that
 * comes before that is left to the thread, but for a line that stays up.
 *
 * A read that no interrupt is found by ends one that was on its way while the
 * device was stopped: some bridges, and emulators, wait for it.
 */
static irqreturn_t handle(int irq, void *data)
{
	struct pci_grabber *p = data;
	struct udma_device *udev = READ_ONCE(p->udev);

	if (READ_ONCE(p->owed) && p->again++ < AGAIN_MAX) {
		ioread32(p->registers);
		return IRQ_WAKE_THREAD;
	}
	if (!udev || !udma_interrupt(udev)) {
		ioread32(p->registers);
		return IRQ_NONE;
	}
	p->again = 0;
	WRITE_ONCE(p->owed, true);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t handle_rest(int irq, void *data)
{
	struct pci_grabber *p = data;

	udma_interrupt_thread(p->udev);
	WRITE_ONCE(p->owed, false);
	return IRQ_HANDLED;
}

/* ---- the ladder ---- */

static void op_halt(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);

	spin_lock_irq(&p->lock);
	pci_frames_forget(p);
	p->grabber->device->halt(p->grabber);
	spin_unlock_irq(&p->lock);
}

static int op_idle(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);

	if (p->gone || !pci_device_is_present(p->pdev)) {
		p->silent = true;
		return -ENODEV;
	}
	p->silent = p->grabber->device->idle(p->grabber);
	return p->silent;
}

static void op_master_off(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);

	pci_clear_master(p->pdev);
}

static int op_pending(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);

	p->silent = pci_wait_for_pending_transaction(p->pdev);
	return !p->silent;
}

/* Nobody else uses the function: its sessions wait for this, and so does remove. */
static int op_reset(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);
	int err = __pci_reset_function_locked(p->pdev);

	if (err)
		return err;
	pci_restore_state(p->pdev);
	/* what is restored once is lost otherwise */
	pci_save_state(p->pdev);
	p->fresh = true;
	return 0;
}

static void op_release(struct udma_device *udev)
{
	struct pci_grabber *p = udma_priv(udev);

	kfree(p->grabber);
	kfree(p);
}

static const struct udma_ops pci_ops = {
	.owner = THIS_MODULE,
	.enum_format = op_enum_format,
	.try_format = op_try_format,
	.align = op_align,
	.start = op_start,
	.passes = op_passes,
	.transfer = op_transfer,
	.drop = op_drop,
	.events = op_events,
	.halt = op_halt,
	.idle = op_idle,
	.master_off = op_master_off,
	.pending = op_pending,
	.reset = op_reset,
	.release = op_release,
};

/* ---- the device comes and goes ---- */

static struct pci_grabber *make_grabber(struct pci_dev *pdev, const struct grabber_device *kind)
{
	struct pci_grabber *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->grabber = kzalloc(kind->size, GFP_KERNEL);
	if (!p->grabber) {
		kfree(p);
		return NULL;
	}
	p->pdev = pdev;
	p->silent = true;
	p->grabber->device = kind;
	p->grabber->io = &registers;
	p->grabber->ctx = p;
	spin_lock_init(&p->lock);
	return p;
}

static int open_bus(struct pci_grabber *p)
{
	const struct grabber_device *kind = p->grabber->device;
	int err = pci_enable_device(p->pdev);

	if (err)
		return err;
	err = pci_request_region(p->pdev, kind->bar, NAME);
	if (err)
		goto disable;
	err = -ENOMEM;
	p->registers = pci_iomap(p->pdev, kind->bar, 0);
	if (!p->registers)
		goto release_region;
	err = dma_set_mask_and_coherent(&p->pdev->dev, DMA_BIT_MASK(kind->address_bits));
	if (err)
		goto unmap;
	/* nothing in 7.3, an error code before 6.12, which a device with its own limits never gives */
	(void)dma_set_max_seg_size(&p->pdev->dev, UINT_MAX);
	pci_save_state(p->pdev);
	return 0;

unmap:
	pci_iounmap(p->pdev, p->registers);
release_region:
	pci_release_region(p->pdev, kind->bar);
disable:
	pci_disable_device(p->pdev);
	return err;
}

static void close_bus(struct pci_grabber *p)
{
	pci_frames_close(p);
	pci_iounmap(p->pdev, p->registers);
	pci_release_region(p->pdev, p->grabber->device->bar);
	pci_disable_device(p->pdev);
}

static int open_irq(struct pci_grabber *p)
{
	int err = pci_alloc_irq_vectors(p->pdev, 1, 1, PCI_IRQ_ALL_TYPES);

	if (err < 0)
		return err;
	p->irq = pci_irq_vector(p->pdev, 0);
	err = request_threaded_irq(p->irq, handle, handle_rest, IRQF_SHARED, NAME, p);
	if (err)
		pci_free_irq_vectors(p->pdev);
	return err;
}

static void close_irq(struct pci_grabber *p)
{
	free_irq(p->irq, p);
	pci_free_irq_vectors(p->pdev);
}

static int show_grabber(struct pci_grabber *p, const char *name)
{
	struct udma_caps caps = {
		.driver = NAME,
		.name = name,
		.bus = pci_name(p->pdev),
		.features = UDMA_FEATURE_FROM_START | UDMA_FEATURE_STARVED,
		.depth = PCI_DEPTH,
		/* the most that any format wants */
		.align = 16,
		.units = true,
		.silence_ms = SILENCE_MS,
	};
	struct udma_device *udev;

	settle_format(p, &caps.format);
	udev = udma_register(&p->pdev->dev, &pci_ops, &caps, p);
	if (IS_ERR(udev))
		return PTR_ERR(udev);
	p->udev = udev;
	/* until the interrupt cannot come any more */
	get_device(udma_dev(udev));
	return 0;
}

static int pci_probe(struct pci_dev *pdev, const struct pci_device_id *ignored)
{
	const struct grabber_id *id;
	const struct grabber_device *kind = grabber_find(pdev->vendor, pdev->device, &id);
	struct pci_grabber *p;
	int err;

	if (!kind)
		return -ENODEV;
	p = make_grabber(pdev, kind);
	if (!p)
		return -ENOMEM;
	err = open_bus(p);
	if (err)
		goto free;
	err = kind->init(p->grabber);
	if (err)
		goto close_bus;
	err = open_irq(p);
	if (err)
		goto close_bus;
	pci_set_drvdata(pdev, p);
	err = show_grabber(p, id->name);
	if (err)
		goto close_irq;
	return 0;

close_irq:
	close_irq(p);
close_bus:
	close_bus(p);
free:
	kfree(p->grabber);
	kfree(p);
	return err;
}

static void pci_remove(struct pci_dev *pdev)
{
	struct pci_grabber *p = pci_get_drvdata(pdev);
	struct device *dev = udma_dev(p->udev);

	udma_unregister(p->udev);
	close_irq(p);
	close_bus(p);
	put_device(dev);
}

/* Memory belongs to somebody else when the next kernel runs. */
static void pci_shutdown(struct pci_dev *pdev)
{
	pci_clear_master(pdev);
}

/* All that grabbers.c knows. */
static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x109e, 0x0350) },
	{ PCI_DEVICE(0x109e, 0x0351) },
	{ PCI_DEVICE(0x109e, 0x036e) },
	{ PCI_DEVICE(0x109e, 0x036f) },
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver pci_driver = {
	.name = NAME,
	.id_table = ids,
	.probe = pci_probe,
	.remove = pci_remove,
	.shutdown = pci_shutdown,
};

static int __init pci_init(void)
{
	return pci_register_driver(&pci_driver);
}
module_init(pci_init);

static void __exit pci_exit(void)
{
	pci_unregister_driver(&pci_driver);
	udma_wait_unused(THIS_MODULE);
}
module_exit(pci_exit);

MODULE_IMPORT_NS(UDMA_NAMESPACE);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("PCI frame grabbers for the udma module");
MODULE_VERSION("0.1");
