// SPDX-License-Identifier: GPL-2.0
/* Grabbers come and go: registration, nodes, numbers. */
#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "udma_core.h"
#define CREATE_TRACE_POINTS
#include "udma_trace.h"

#define DEVICES_MAX 64
#define TIMEOUT_MS 5000
#define SILENCE_MS 500

static dev_t first;
static DEFINE_IDA(numbers);

static void release_device(struct device *dev)
{
	struct udma_device *udev = container_of(dev, struct udma_device, dev);

	if (udev->ops->release)
		udev->ops->release(udev);
	ida_free(&numbers, dev->id);
	kfree(udev);
}

static struct class udma_class = {
	.name = "udma",
	.dev_groups = udma_groups,
	.dev_release = release_device,
};

static void fill_info(struct udma_info *info, const struct udma_caps *caps)
{
	*info = (struct udma_info){
		.abi = UDMA_ABI,
		.features = caps->features,
		.depth = UDMA_DEPTH,
		.chunk_min = PAGE_SIZE,
		.chunk_max = UDMA_CHUNK_MAX,
		.window_max = UDMA_WINDOW_MAX,
		.align = caps->align,
		.max_segments = caps->max_segments,
		.seed = caps->seed,
	};
	strscpy(info->driver, caps->driver, sizeof(info->driver));
	strscpy(info->name, caps->name, sizeof(info->name));
	strscpy(info->bus, caps->bus ?: "", sizeof(info->bus));
	strscpy(info->serial, caps->serial ?: "", sizeof(info->serial));
}

static u32 align_of(const struct udma_caps *caps)
{
	return max_t(u32, max(caps->align, 1u), dma_get_cache_alignment());
}

static bool can_be_served(struct device *parent, const struct udma_caps *caps)
{
	const u32 align = align_of(caps);

	return is_power_of_2(align) && align <= PAGE_SIZE &&
	       udma_longest_segment(parent, caps->max_segment) >= align;
}

static void init_device(struct udma_device *udev, struct device *parent,
			const struct udma_ops *ops, const struct udma_caps *caps, void *priv)
{
	device_initialize(&udev->dev);
	udev->dev.class = &udma_class;
	udev->dev.parent = parent;
	udev->dev.devt = first + udev->dev.id;
	udev->ops = ops;
	udev->priv = priv;
	udev->caps = *caps;
	udev->caps.depth = max(caps->depth, 1u);
	udev->caps.align = align_of(caps);
	udev->caps.timeout_ms = caps->timeout_ms ?: TIMEOUT_MS;
	udev->caps.silence_ms = caps->silence_ms ?: SILENCE_MS;
	if (dma_max_mapping_size(parent) != SIZE_MAX)
		udev->caps.features |= UDMA_FEATURE_BOUNCED;
	fill_info(&udev->info, &udev->caps);
	init_rwsem(&udev->gate);
	mutex_init(&udev->sessions_lock);
	mutex_init(&udev->control);
	INIT_LIST_HEAD(&udev->sessions);
	spin_lock_init(&udev->lock);
	init_waitqueue_head(&udev->settled);
	cdev_init(&udev->cdev, &udma_fops);
	udev->cdev.owner = ops->owner;
}

/**
 * udma_register - a grabber is there
 * @parent:	the device that does DMA, with its masks and segment limits set
 * @ops:	what it can do; constant
 * @caps:	what it is; copied
 * @priv:	for udma_priv()
 *
 * /dev/udmaN appears; ops may be called before this returns.
 *
 * Context: process context.
 * Return: the grabber, to be ended by udma_unregister(), or an ERR_PTR: -EINVAL align is
 * not a power of two up to PAGE_SIZE, or longer than the longest segment; -ENOMEM;
 * -ENOSPC all numbers are taken.
 */
struct udma_device *udma_register(struct device *parent, const struct udma_ops *ops,
				  const struct udma_caps *caps, void *priv)
{
	struct udma_device *udev;
	int err;

	if (!can_be_served(parent, caps))
		return ERR_PTR(-EINVAL);
	udev = kzalloc(sizeof(*udev), GFP_KERNEL);
	if (!udev)
		return ERR_PTR(-ENOMEM);
	err = ida_alloc_max(&numbers, DEVICES_MAX - 1, GFP_KERNEL);
	if (err < 0) {
		kfree(udev);
		return ERR_PTR(err);
	}
	udev->dev.id = err;
	init_device(udev, parent, ops, caps, priv);
	err = dev_set_name(&udev->dev, "udma%d", udev->dev.id);
	if (!err)
		err = cdev_device_add(&udev->cdev, &udev->dev);
	if (err) {
		put_device(&udev->dev);
		return ERR_PTR(err);
	}
	return udev;
}
EXPORT_SYMBOL_NS_GPL(udma_register, UDMA_NAMESPACE);

/**
 * udma_unregister - a grabber goes
 * @udev:	from udma_register()
 *
 * Streams are stopped, all memory is unmapped and let go (or quarantined, where
 * the device does not fall silent), everybody who waits gets -ENODEV.  No op but
 * release is called any more after this returns.  Open descriptors stay, and are
 * of no use.
 *
 * Context: process context, not from within an op.
 */
void udma_unregister(struct udma_device *udev)
{
	struct udma_session *s;

	cdev_device_del(&udev->cdev, &udev->dev);
	mutex_lock(&udev->sessions_lock);
	down_write(&udev->gate);
	WRITE_ONCE(udev->gone, true);
	up_write(&udev->gate);
	list_for_each_entry(s, &udev->sessions, list)
		udma_session_kill(s);
	mutex_unlock(&udev->sessions_lock);
	put_device(&udev->dev);
}
EXPORT_SYMBOL_NS_GPL(udma_unregister, UDMA_NAMESPACE);

/**
 * udma_priv - what the driver gave to udma_register()
 * @udev:	the grabber
 */
void *udma_priv(struct udma_device *udev)
{
	return udev->priv;
}
EXPORT_SYMBOL_NS_GPL(udma_priv, UDMA_NAMESPACE);

/**
 * udma_dev - the grabber as a device of its class
 * @udev:	the grabber
 *
 * For messages; and for a driver whose interrupt may still come while it removes
 * the grabber, and which holds a reference for so long.
 */
struct device *udma_dev(struct udma_device *udev)
{
	return &udev->dev;
}
EXPORT_SYMBOL_NS_GPL(udma_dev, UDMA_NAMESPACE);

static int __init udma_init(void)
{
	int err = alloc_chrdev_region(&first, 0, DEVICES_MAX, "udma");

	if (err)
		return err;
	err = class_register(&udma_class);
	if (err)
		unregister_chrdev_region(first, DEVICES_MAX);
	return err;
}
module_init(udma_init);

static void __exit udma_exit(void)
{
	udma_wait_unused(THIS_MODULE);
	class_unregister(&udma_class);
	unregister_chrdev_region(first, DEVICES_MAX);
	ida_destroy(&numbers);
}
module_exit(udma_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("DMA into user memory, chunk by chunk");
MODULE_VERSION("0.1");
