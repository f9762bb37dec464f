// SPDX-License-Identifier: GPL-2.0
/* The three functions: attach a range, get its next chunk, let it go. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "udma_core.h"

static struct udma_shape shape_of(const struct udma_range *range)
{
	struct udma_shape shape = {
		.dev = range->dev,
		.chunk = range->chunk ?: UDMA_CHUNK_DEFAULT,
		.window = range->window ?: UDMA_WINDOW_DEFAULT,
		.align = range->align ?: 1,
		.max_segment = udma_longest_segment(range->dev, range->max_segment),
	};

	shape.align = max_t(u32, shape.align, dma_get_cache_alignment());
	return shape;
}

static void rewind(struct udma_memory *memory)
{
	memory->walk = (struct chunk_walk){
		.at = memory->addr,
		.end = memory->addr + memory->len,
		.max = memory->shape.chunk,
	};
}

static int charge(struct udma_memory *memory)
{
	const u64 span = chunk_span(memory->addr, memory->len, PAGE_SIZE);
	int err = udma_account_open(&memory->account);

	if (err)
		return err;
	return udma_charge(&memory->account,
			   min(span, (u64)memory->shape.chunk * memory->shape.window));
}

/**
 * udma_attach - make a range of the calling process known
 * @range:	what and how; copied
 *
 * Every page is made present and checked to be writable.  Nothing is pinned yet,
 * but the most that ever will be (the window, or the range where that is less) is
 * charged against the limits now, so that udma_next() cannot run into them.
 *
 * The mapping is watched: a range of which a part is unmapped is stale, and
 * udma_next() says so.  The range is usable by the process that attached it and,
 * on its behalf, by threads of the kernel.
 *
 * Context: process context of the owner, may sleep for long, ends with a fatal
 * signal.  Hold no lock that others need to make progress.
 * Return: the range, to be ended by udma_release() with a NULL chunk before the
 * remove() of its device returns; or an ERR_PTR: -EINVAL a field of @range is wrong
 * (address 0 and length 0, too), or no process calls; -EFAULT not mapped or not writable;
 * -ENOSPC the limit of the system, -EDQUOT of the user, -ENOMEM RLIMIT_MEMLOCK or
 * no memory; -EOPNOTSUPP UDMA_ATTACH_NO_BOUNCE and it would be; -EINTR.
 */
struct udma_memory *udma_attach(const struct udma_range *range)
{
	const struct udma_shape shape = shape_of(range);
	struct udma_memory *memory;
	int err = udma_shape_check(&shape);

	if (err || range->flags & ~UDMA_ATTACH_NO_BOUNCE)
		return ERR_PTR(-EINVAL);
	memory = udma_memory_new(&shape, (uintptr_t)range->addr, range->len, range->flags);
	if (IS_ERR(memory))
		return memory;
	rewind(memory);
	err = charge(memory);
	if (!err)
		err = udma_memory_try(memory);
	if (!err) {
		memory->window = kvcalloc(shape.window, sizeof(*memory->window),
					  GFP_KERNEL_ACCOUNT);
		err = memory->window ? 0 : -ENOMEM;
	}
	if (err) {
		udma_account_close(&memory->account);
		udma_memory_free(memory);
		return ERR_PTR(err);
	}
	return memory;
}
EXPORT_SYMBOL_GPL(udma_attach);

static struct udma_chunk *free_chunk(struct udma_memory *memory)
{
	u32 i;

	for (i = 0; i < memory->shape.window; i++)
		/* all that release_chunk() did to it in another thread has been seen */
		if (!smp_load_acquire(&memory->window[i].lent))
			return &memory->window[i];
	return NULL;
}

static int pin_and_map(struct udma_chunk *chunk, struct udma_memory *memory, u64 addr, u32 len)
{
	const int borrowed = udma_mm_enter(memory->mm);
	int err;

	if (borrowed < 0)
		return borrowed;
	err = udma_memory_is_stale(memory) ? -ESTALE : udma_pin(chunk, memory, addr, len);
	udma_mm_leave(memory->mm, borrowed);
	if (err)
		return err;
	err = udma_map(chunk);
	if (err)
		udma_unpin(chunk, false);
	return err;
}

/**
 * udma_next - pin and map the next chunk of a range
 * @memory:	from udma_attach()
 *
 * Chunks come in order and break at multiples of the chunk's size in the address.
 * The device may write to the chunk's segments from now on until udma_release().
 *
 * Context: the process that attached, or a thread of the kernel (which need not have
 * its memory); may sleep for long, ends with a fatal signal.  One call at a time for
 * a range; chunks may be released by other threads meanwhile.  Call it from work that
 * runs while the device fills the chunk before, and pinning costs no time.
 * Return: the chunk; NULL: the range is at its end, the next call begins again
 * with its first chunk; or an ERR_PTR: -EAGAIN the window is full, release a chunk
 * first; -ESTALE a part was unmapped, release all and attach again; -EFAULT not
 * mapped or not writable any more; -EOPNOTSUPP it would have to be bounced;
 * -EPERM another process, or its memory is gone; -ENOMEM; -EINTR; what
 * dma_map_sgtable() says.  The next call tries the same chunk.  A range cannot be
 * begun again in its middle: where a frame ended early, attach anew.
 */
struct udma_chunk *udma_next(struct udma_memory *memory)
{
	const struct chunk_walk before = memory->walk;
	struct udma_chunk *chunk;
	u64 addr;
	u32 len;
	int err;

	if (memory->walk.at == memory->walk.end) {
		rewind(memory);
		return NULL;
	}
	chunk = free_chunk(memory);
	if (!chunk)
		return ERR_PTR(-EAGAIN);
	len = chunk_next(&memory->walk, &addr);
	err = pin_and_map(chunk, memory, addr, len);
	if (err) {
		memory->walk = before;
		return ERR_PTR(err);
	}
	chunk->lent = true;
	return chunk;
}
EXPORT_SYMBOL_GPL(udma_next);

/* What was written arrives where the process looks. */
static int settle(struct udma_memory *memory, struct udma_chunk *chunk, u32 written)
{
	const int borrowed = udma_mm_enter(memory->mm);
	int err = 0;

	if (borrowed < 0)
		return borrowed;
	if (chunk->bounced)
		err = udma_copy_out(chunk, written);
	if (!err)
		err = udma_pin_verify(chunk);
	udma_mm_leave(memory->mm, borrowed);
	return err;
}

static int release_chunk(struct udma_memory *memory, struct udma_chunk *chunk, u32 written)
{
	int err;

	udma_map_take(chunk);
	udma_unmap(chunk);
	err = written ? settle(memory, chunk, min(written, chunk->len)) : 0;
	udma_unpin(chunk, written != 0);
	/* udma_next() in another thread may take it from here on */
	smp_store_release(&chunk->lent, false);
	return err;
}

/**
 * udma_release - let a chunk go, or the whole range
 * @memory:	from udma_attach()
 * @chunk:	from udma_next(); NULL: the range with all chunks that are lent
 * @written:	bytes that the device wrote from the chunk's start; 0: none
 *
 * Only when the device is certain not to write to the chunk any more: it has said
 * that it is done, or it was stopped, is idle, and a register was read after that
 * so that its posted writes have arrived.  A device that cannot be silenced must
 * never have its memory released: keep it, and the module (__module_get()), for ever.
 *
 * Bytes that came through bounce pages are copied to the process now; what lies
 * behind @written of these stays as it was.
 *
 * Context: the process that attached or a thread of the kernel (others, remove() and
 * the close of a process that ended among them: with @written 0, or @chunk NULL); may
 * sleep.  Chunks may be released in any order and by several threads; with NULL
 * nobody else may use the range.
 * Return: 0, as always for @written 0 and for NULL; -ESTALE or -EFAULT: the mapping has
 * changed meanwhile, and the process does not see the bytes; -ENOMEM or -EINTR (a fatal
 * signal): whether it does is not known; -EPERM: another process, or its memory is
 * gone, nothing was copied.  The chunk, or the range, is gone in any case.
 */
int udma_release(struct udma_memory *memory, struct udma_chunk *chunk, size_t written)
{
	u32 i;

	if (chunk)
		return release_chunk(memory, chunk, min_t(size_t, written, U32_MAX));
	for (i = 0; i < memory->shape.window; i++) {
		if (memory->window[i].lent)
			release_chunk(memory, &memory->window[i], 0);
		udma_chunk_fini(&memory->window[i]);
	}
	kvfree(memory->window);
	udma_account_close(&memory->account);
	udma_memory_free(memory);
	return 0;
}
EXPORT_SYMBOL_GPL(udma_release);
