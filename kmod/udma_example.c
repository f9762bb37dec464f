// SPDX-License-Identifier: GPL-2.0
/*
 * A whole driver that lets a device write into memory of a program, with the
 * three functions of udma_driver.h and nothing else of the module.
 *
 *	dd if=/dev/udma_example of=FILE bs=1M count=1
 * Its device counts: 32-bit words 0, 1, 2, ... from the start of each read.  It
 * has no hardware; start_device() is where yours would be told addresses and
 * lengths, and wait_for_device() where your interrupt would say that it is done.
 */
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "udma_driver.h"

static struct platform_device *pdev;
static DEFINE_MUTEX(one_read);		/* the device does one thing at a time */
/* ---- the hardware ---- */

/* Writes @len bytes of the count at the bus address @to; @offset: bytes before. */
static void device_writes(dma_addr_t to, u32 len, u64 offset)
{
	phys_addr_t at = dma_to_phys(&pdev->dev, to);
	u32 i, part;
	u8 *page;

	for (; len; len -= part, at += part, offset += part) {
		part = min_t(u32, len, PAGE_SIZE - offset_in_page(at));
		page = kmap_local_page(pfn_to_page(at >> PAGE_SHIFT));
		for (i = 0; i < part; i++)
			page[offset_in_page(at) + i] = (offset + i) / 4 >> (offset + i) % 4 * 8;
		kunmap_local(page);
	}
}

/* The device gets the bus addresses of a chunk, which is what its descriptors hold. */
static void start_device(const struct udma_chunk *chunk)
{
	u64 offset = chunk->offset;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(&chunk->sgt, sg, i) {
		device_writes(sg_dma_address(sg), sg_dma_len(sg), offset);
		offset += sg_dma_len(sg);
	}
}

/*
 * Sleep until the interrupt says that the chunk is written.  After a signal or a
 * time-out stop the device, wait until it is idle and read one of its registers.
 */
static int wait_for_device(void)
{
	return 0;
}

/* ---- the driver ---- */

/* One chunk: let the device write it, and let it go. Returns its bytes. */
static ssize_t transfer(struct udma_memory *memory, struct udma_chunk *chunk)
{
	const u32 len = chunk->len;
	int err, lost;

	start_device(chunk);
	err = wait_for_device();
	/* it is silent: now, and not before, the program gets what it wrote, or nothing */
	lost = udma_release(memory, chunk, err ? 0 : len);
	return err ?: lost ?: len;
}

static ssize_t example_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	const struct udma_range range = {
		.dev = &pdev->dev,	/* who writes: its masks and limits hold */
		.addr = to,
		.len = len,
		.window = 1,		/* one chunk at a time is all that this driver takes */
	};
	struct udma_memory *memory;
	struct udma_chunk *chunk;
	ssize_t done = 0, ret;

	if (!len)
		return 0;
	if (mutex_lock_interruptible(&one_read))
		return -EINTR;
	memory = udma_attach(&range);
	if (IS_ERR(memory)) {
		ret = PTR_ERR(memory);
		goto unlock;
	}
	for (;;) {
		chunk = udma_next(memory);
		ret = PTR_ERR_OR_ZERO(chunk);
		if (!chunk || ret)
			break;
		ret = transfer(memory, chunk);
		if (ret < 0)
			break;
		done += ret;
	}
	udma_release(memory, NULL, 0);
unlock:
	mutex_unlock(&one_read);
	return done ? done : ret;
}

static const struct file_operations example_fops = {
	.owner = THIS_MODULE,
	.read = example_read,
};

static struct miscdevice example_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "udma_example",
	.fops = &example_fops,
};

static int __init example_init(void)
{
	int err;

	pdev = platform_device_register_simple("udma_example", -1, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	err = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (!err)
		err = misc_register(&example_misc);
	if (err)
		platform_device_unregister(pdev);
	return err;
}
module_init(example_init);

static void __exit example_exit(void)
{
	misc_deregister(&example_misc);
	platform_device_unregister(pdev);
}
module_exit(example_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Example of a driver on udma: a device that counts");
