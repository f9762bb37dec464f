// SPDX-License-Identifier: GPL-2.0
/*
 * A range of a process, and what becomes of its mapping.
 *
 * The notifier never unpins and never waits.  It remembers: unmapped is stale
 * for ever; any other change only means that a translation must be looked at
 * again before it is believed.
 */
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "udma_core.h"

static bool invalidate(struct mmu_interval_notifier *notifier,
		       const struct mmu_notifier_range *range, unsigned long seq)
{
	struct udma_memory *memory = container_of(notifier, struct udma_memory, notifier);

	spin_lock(&memory->lock);
	mmu_interval_set_seq(notifier, seq);
	if (range->event == MMU_NOTIFY_UNMAP || range->event == MMU_NOTIFY_RELEASE)
		memory->stale = true;
	spin_unlock(&memory->lock);
	return true;
}

static const struct mmu_interval_notifier_ops notifier_ops = { .invalidate = invalidate };

bool udma_memory_is_stale(struct udma_memory *memory)
{
	bool stale;

	spin_lock(&memory->lock);
	stale = memory->stale;
	spin_unlock(&memory->lock);
	return stale;
}

int udma_mm_enter(struct mm_struct *mm)
{
	if (current->mm == mm)
		return 0;
	if (current->mm || !(current->flags & PF_KTHREAD) || !mmget_not_zero(mm))
		return -EPERM;
	kthread_use_mm(mm);
	return 1;
}

void udma_mm_leave(struct mm_struct *mm, int borrowed)
{
	if (!borrowed)
		return;
	kthread_unuse_mm(mm);
	mmput(mm);
}

int udma_shape_check(const struct udma_shape *shape)
{
	if (!is_power_of_2(shape->chunk) || shape->chunk < PAGE_SIZE ||
	    shape->chunk > UDMA_CHUNK_MAX)
		return -EINVAL;
	if (!shape->window || shape->window > UDMA_WINDOW_MAX)
		return -EINVAL;
	if (!is_power_of_2(shape->align) || shape->align > PAGE_SIZE ||
	    shape->max_segment < shape->align)
		return -EINVAL;
	return 0;
}

/*
 * Make every page present, as no frame shall wait for that later, and see that
 * it may be written.  Not a byte is changed.
 */
static int make_present(u64 addr, u64 len)
{
	struct chunk_walk walk = { .at = addr, .end = addr + len, .max = UDMA_CHUNK_DEFAULT };
	u64 at, n;

	while ((n = chunk_next(&walk, &at))) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (fault_in_safe_writeable((char __user *)(uintptr_t)at, n))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/* In the process whose memory it is. */
struct udma_memory *udma_memory_new(const struct udma_shape *shape, u64 addr, u64 len, u32 flags)
{
	struct udma_memory *memory;
	int err;

	if (!addr || !len || !current->mm)
		return ERR_PTR(-EINVAL);
	if (addr + len < addr || !access_ok((void __user *)(uintptr_t)addr, len))
		return ERR_PTR(-EFAULT);
	/* what is kept is pinned at once, which looks at every page, too */
	err = flags & UDMA_ATTACH_KEEP ? 0 : make_present(addr, len);
	if (err)
		return ERR_PTR(err);
	memory = kzalloc(sizeof(*memory), GFP_KERNEL_ACCOUNT);
	if (!memory)
		return ERR_PTR(-ENOMEM);
	memory->shape = *shape;
	memory->addr = addr;
	memory->len = len;
	memory->skew = shape->units ? addr & (shape->align - 1) : 0;
	memory->flags = flags;
	memory->mm = current->mm;
	spin_lock_init(&memory->lock);
	err = mmu_interval_notifier_insert(&memory->notifier, memory->mm, addr, len, &notifier_ops);
	if (err) {
		kfree(memory);
		return ERR_PTR(err);
	}
	mmgrab(memory->mm);
	return memory;
}

void udma_memory_free(struct udma_memory *memory)
{
	udma_memory_unmap(memory);
	udma_memory_let_go(memory);
	mmu_interval_notifier_remove(&memory->notifier);
	mmdrop(memory->mm);
	kfree(memory);
}

/* Whole units of the device: where the memory is skewed, chunks break where it would not be. */
struct chunk_walk udma_memory_walk(const struct udma_memory *memory, u64 bytes)
{
	const u64 start = memory->addr - memory->skew;

	return (struct chunk_walk){
		.at = start, .end = start + bytes, .max = memory->shape.chunk,
	};
}

int udma_memory_keep(struct udma_memory *memory, u64 bytes)
{
	struct chunk_walk walk = udma_memory_walk(memory, bytes);
	u64 at, n, count = chunk_count(walk.at, bytes, memory->shape.chunk);
	unsigned int i;
	int err = 0;

	if (count > UINT_MAX / sizeof(*memory->kept))
		return -EINVAL;
	memory->kept = kvcalloc(count, sizeof(*memory->kept), GFP_KERNEL_ACCOUNT);
	if (!memory->kept)
		return -ENOMEM;
	memory->kept_count = count;
	for (i = 0; !err && (n = chunk_next(&walk, &at)); i++)
		err = udma_pin(&memory->kept[i], memory, at + memory->skew, n);
	return err ?: make_present(memory->addr + bytes, memory->len - bytes);
}

int udma_memory_map(struct udma_memory *memory)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < memory->kept_count && !err; i++)
		err = udma_map(&memory->kept[i]);
	return err;
}

void udma_memory_unmap(struct udma_memory *memory)
{
	unsigned int i;

	for (i = 0; i < memory->kept_count; i++)
		udma_unmap(&memory->kept[i]);
}

/* The device had all of it: what it wrote must not be lost. */
void udma_memory_let_go(struct udma_memory *memory)
{
	unsigned int i;

	for (i = 0; i < memory->kept_count; i++) {
		udma_unpin(&memory->kept[i], true);
		udma_chunk_fini(&memory->kept[i]);
	}
	kvfree(memory->kept);
	memory->kept = NULL;
	memory->kept_count = 0;
}

int udma_memory_verify(struct udma_memory *memory)
{
	unsigned int i;
	int err = udma_memory_is_stale(memory) ? -ESTALE : 0;

	for (i = 0; i < memory->kept_count && !err; i++)
		err = udma_pin_verify(&memory->kept[i]);
	return err;
}

int udma_memory_try(struct udma_memory *memory)
{
	struct chunk_walk walk = {
		.at = memory->addr, .end = memory->addr + memory->len, .max = memory->shape.chunk,
	};
	const struct chunk_edges e = chunk_edges(memory->addr, memory->len, memory->shape.align);
	struct udma_chunk chunk = { };
	u64 at, n;
	int err = 0;

	if (!(memory->flags & UDMA_ATTACH_NO_BOUNCE))
		return 0;
	if (e.head || e.tail)
		return -EOPNOTSUPP;
	while (!err && (n = chunk_next(&walk, &at))) {
		err = udma_pin(&chunk, memory, at, n);
		udma_unpin(&chunk, false);
	}
	udma_chunk_fini(&chunk);
	return err;
}
