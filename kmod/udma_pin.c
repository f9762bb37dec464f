// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of one chunk: held for as long as the device may write them.
 *
 * Pinning may take as long as it wants (pages are brought in, moved out of
 * places where they must not stay for long, broken out of copy-on-write), so no
 * lock is held here.  A fatal signal ends it.
 */
#include <linux/backing-dev.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "udma_core.h"

#define BATCH 512u	/* pages between two looks at signals */

static int make_room(struct udma_chunk *chunk, unsigned int count)
{
	if (count <= chunk->room)
		return 0;
	kvfree(chunk->pages);
	chunk->pages = kvmalloc_array(count, sizeof(*chunk->pages), GFP_KERNEL_ACCOUNT);
	chunk->room = chunk->pages ? count : 0;
	return chunk->pages ? 0 : -ENOMEM;
}

/*
 * May the pages of this range be held for long?  File systems that write back
 * clean a page and do not expect it to change afterwards; kernels since 6.5
 * refuse such pages themselves, older ones do not.
 * Return: 1: yes; 0: not; -EFAULT: not mapped or not writable; -EINTR.
 */
static int may_hold(struct mm_struct *mm, u64 addr, u64 end)
{
	struct vm_area_struct *vma;
	int ret = 1;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	while (addr < end && ret > 0) {
		vma = find_vma(mm, addr);
		if (!vma || vma->vm_start > addr || !(vma->vm_flags & VM_WRITE))
			ret = -EFAULT;
		else if (vma->vm_flags & (VM_IO | VM_PFNMAP))
			ret = 0;
		else if (vma->vm_file && vma->vm_flags & VM_SHARED && !is_vm_hugetlb_page(vma) &&
			 mapping_can_writeback(vma->vm_file->f_mapping))
			ret = 0;
		addr = vma ? vma->vm_end : end;
	}
	mmap_read_unlock(mm);
	return ret;
}

static int pin_pages(struct page **pages, u64 addr, unsigned int count)
{
	unsigned int have = 0;
	int got;

	while (have < count) {
		got = pin_user_pages_fast(addr + ((u64)have << PAGE_SHIFT), min(count - have, BATCH),
					  FOLL_WRITE | FOLL_LONGTERM, pages + have);
		if (got > 0)
			have += got;
		if (fatal_signal_pending(current))
			got = -EINTR;
		if (got <= 0) {
			unpin_user_pages(pages, have);
			return got ? got : -EFAULT;
		}
		cond_resched();
	}
	return 0;
}

/* The corner cases go slowly: through pages of our own, copied by the CPU. */
static int bounce(struct udma_chunk *chunk, unsigned int count)
{
	int err;

	if (chunk->memory->flags & UDMA_ATTACH_NO_BOUNCE)
		return -EOPNOTSUPP;
	if (fault_in_safe_writeable((char __user *)(uintptr_t)chunk->addr, chunk->len))
		return -EFAULT;
	err = udma_own_pages(chunk, count);
	if (err)
		return err;
	memcpy(chunk->pages, chunk->own, count * sizeof(*chunk->pages));
	chunk->whole = true;
	chunk->bounced = chunk->len;
	return 0;
}

int udma_pin(struct udma_chunk *chunk, struct udma_memory *memory, u64 addr, u32 len)
{
	const u64 first = addr & PAGE_MASK;
	const unsigned int count = chunk_span(memory->skew ? 0 : addr, len, PAGE_SIZE) >> PAGE_SHIFT;
	int err = make_room(chunk, count);

	if (err)
		return err;
	chunk->memory = memory;
	chunk->addr = addr;
	chunk->len = len;
	chunk->offset = addr - memory->addr;
	chunk->count = count;
	chunk->bounced = 0;
	chunk->whole = false;
	/* waits while the mapping is being changed, and tells later whether it was */
	chunk->seq = mmu_interval_read_begin(&memory->notifier);
	err = may_hold(memory->mm, first, addr + len);
	if (err < 0)
		return err;
	if (err && !memory->skew) {
		err = pin_pages(chunk->pages, first, count);
		chunk->pinned = !err;
		if (!err || (err != -EFAULT && err != -EOPNOTSUPP))
			return err;
	}
	return bounce(chunk, count);
}

int udma_pin_verify(struct udma_chunk *chunk)
{
	struct udma_memory *memory = chunk->memory;
	unsigned long seq;
	struct page **now;
	int err = 0;

	if (udma_memory_is_stale(memory))
		return -ESTALE;
	if (chunk->whole || !mmu_interval_read_retry(&memory->notifier, chunk->seq))
		return 0;
	now = kvmalloc_array(chunk->count, sizeof(*now), GFP_KERNEL_ACCOUNT);
	if (!now)
		return -ENOMEM;
	seq = mmu_interval_read_begin(&memory->notifier);
	err = pin_pages(now, chunk->addr & PAGE_MASK, chunk->count);
	if (!err) {
		if (memcmp(now, chunk->pages, chunk->count * sizeof(*now)))
			err = -ESTALE;
		else
			chunk->seq = seq;
		unpin_user_pages(now, chunk->count);
	}
	kvfree(now);
	return udma_memory_is_stale(memory) ? -ESTALE : err;
}

void udma_unpin(struct udma_chunk *chunk, bool dirty)
{
	if (chunk->pinned)
		unpin_user_pages_dirty_lock(chunk->pages, chunk->count, dirty);
	chunk->pinned = false;
}

/* count pages of our own, zeroed: nothing of others' may reach a process */
int udma_own_pages(struct udma_chunk *chunk, unsigned int count)
{
	struct page **own;
	unsigned int i;

	if (chunk->own_count < count) {
		own = kvcalloc(count, sizeof(*own), GFP_KERNEL_ACCOUNT);
		if (!own)
			return -ENOMEM;
		if (chunk->own_count)
			memcpy(own, chunk->own, chunk->own_count * sizeof(*own));
		kvfree(chunk->own);
		chunk->own = own;
	}
	for (i = chunk->own_count; i < count; i++) {
		chunk->own[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!chunk->own[i])
			return -ENOMEM;
		chunk->own_count = i + 1;
	}
	return 0;
}

void udma_chunk_fini(struct udma_chunk *chunk)
{
	unsigned int i;

	for (i = 0; i < chunk->own_count; i++)
		__free_page(chunk->own[i]);
	for (i = 0; i < 2; i++)
		if (chunk->edge[i])
			__free_page(chunk->edge[i]);
	kvfree(chunk->own);
	kvfree(chunk->pages);
	memset(chunk, 0, sizeof(*chunk));
}

/*
 * The device may write there at any time from now on, and nobody can stop it:
 * the pages, the mapping and the list of segments are never given back.
 */
void udma_chunk_quarantine(struct udma_chunk *chunk, struct udma_account *account)
{
	udma_quarantine_bytes(account, (u64)chunk->count << PAGE_SHIFT);
	memset(chunk, 0, sizeof(*chunk));
}
