// SPDX-License-Identifier: GPL-2.0
/*
 * udma's three functions, called by kernel threads: by one that has no memory of a
 * process, and by one that has the reader's before the first call and must have it
 * after the last.
 *
 *	dd if=/dev/udma_thread of=FILE bs=1M count=1
 *
 * reads bytes MARK: one half of the buffer from each thread, at least a page each.
 */
#include <linux/completion.h>
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/uaccess.h>

#include "udma_driver.h"

#define MARK 'u'

static struct platform_device *pdev;

struct work {
	struct udma_memory *memory;
	u8 __user *to;
	size_t len;
	struct mm_struct *mm;		/* for the thread to have meanwhile, or NULL */
	int err;
	struct completion done;
};

/* The device: it writes MARK wherever a chunk lets it. */
static void device_writes(const struct udma_chunk *chunk)
{
	struct scatterlist *sg;
	unsigned int i;
	u32 at, part;
	phys_addr_t p;

	for_each_sgtable_dma_sg(&chunk->sgt, sg, i) {
		p = dma_to_phys(&pdev->dev, sg_dma_address(sg));
		for (at = 0; at < sg_dma_len(sg); at += part) {
			part = min_t(u32, sg_dma_len(sg) - at, PAGE_SIZE - offset_in_page(p + at));
			memset_page(pfn_to_page((p + at) >> PAGE_SHIFT), offset_in_page(p + at), MARK, part);
		}
	}
}

static int transfer(struct work *work)
{
	struct udma_chunk *chunk;
	int err;

	for (;;) {
		chunk = udma_next(work->memory);
		if (IS_ERR_OR_NULL(chunk))
			return PTR_ERR_OR_ZERO(chunk);
		device_writes(chunk);
		err = udma_release(work->memory, chunk, chunk->len);
		if (err)
			return err;
	}
}

/* What a thread has it keeps: the memory is there after udma's calls as before, or still is not. */
static int look(const struct work *work)
{
	u8 last;

	if (current->mm != work->mm)
		return -EXDEV;
	if (!work->mm)
		return 0;
	if (get_user(last, work->to + work->len - 1))
		return -EFAULT;
	return last == MARK ? 0 : -EBADMSG;
}

static int thread(void *data)
{
	struct work *work = data;

	if (work->mm)
		kthread_use_mm(work->mm);
	work->err = transfer(work) ?: look(work);
	if (work->mm)
		kthread_unuse_mm(work->mm);
	complete(&work->done);
	return 0;
}

/* One range, whole, by a thread of its own; the caller is there all the while, and so is its memory. */
static int by_a_thread(u8 __user *to, size_t len, struct mm_struct *mm)
{
	struct udma_range range = { .dev = &pdev->dev, .addr = to, .len = len, .chunk = PAGE_SIZE * 4 };
	struct work work = { .to = to, .len = len, .mm = mm };
	struct task_struct *task;

	work.memory = udma_attach(&range);
	if (IS_ERR(work.memory))
		return PTR_ERR(work.memory);
	init_completion(&work.done);
	task = kthread_run(thread, &work, "udma_thread");
	if (IS_ERR(task))
		work.err = PTR_ERR(task);
	else
		wait_for_completion(&work.done);
	udma_release(work.memory, NULL, 0);
	return work.err;
}

static ssize_t thread_read(struct file *file, char __user *buffer, size_t len, loff_t *pos)
{
	u8 __user *to = (u8 __user *)buffer;
	const size_t half = len / 2;
	int err;

	if (half < PAGE_SIZE)
		return -EINVAL;
	err = by_a_thread(to, half, NULL);
	if (!err)
		err = by_a_thread(to + half, len - half, current->mm);
	return err ? err : len;
}

static const struct file_operations thread_fops = {
	.owner = THIS_MODULE,
	.read = thread_read,
};

static struct miscdevice thread_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "udma_thread",
	.fops = &thread_fops,
};

static int __init thread_init(void)
{
	int err;

	pdev = platform_device_register_simple("udma_thread", -1, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	err = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (!err)
		err = misc_register(&thread_misc);
	if (err)
		platform_device_unregister(pdev);
	return err;
}
module_init(thread_init);

static void __exit thread_exit(void)
{
	misc_deregister(&thread_misc);
	platform_device_unregister(pdev);
}
module_exit(thread_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test of udma: its functions called by kernel threads");
