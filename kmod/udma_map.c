// SPDX-License-Identifier: GPL-2.0
/* Pages of a chunk as segments that the device can be given. */
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/uaccess.h>

#include "segment.h"
#include "udma_core.h"

u32 udma_longest_segment(struct device *dev, u32 most)
{
	u64 max = min_t(u64, dma_get_max_seg_size(dev), dma_max_mapping_size(dev));

	if (most)
		max = min_t(u64, max, most);
	return min_t(u64, max, UDMA_CHUNK_MAX);
}

static u64 frame_of(const void *pages, u64 index)
{
	return page_to_pfn(((struct page *const *)pages)[index]);
}

static struct segment_walk middle_of(const struct udma_chunk *chunk)
{
	const struct udma_shape *shape = &chunk->memory->shape;
	/* own pages are filled from their start, so that they keep the device's alignment */
	const u32 start = chunk->whole ? 0 : offset_in_page(chunk->addr);

	return (struct segment_walk){
		.frame = frame_of,
		.pages = chunk->pages,
		.at = start + chunk->head,
		.end = start + chunk->len - chunk->tail,
		.page_shift = PAGE_SHIFT,
		.max = round_down(shape->max_segment, shape->align),
	};
}

static unsigned int count_segments(const struct udma_chunk *chunk)
{
	struct segment_walk walk = middle_of(chunk);
	unsigned int count = !!chunk->head + !!chunk->tail;
	struct segment s;

	while (segment_next(&walk, &s))
		count++;
	return count;
}

/* Edges that do not fill a unit of the device's alignment go into pages of our own. */
static int cut_edges(struct udma_chunk *chunk)
{
	const struct chunk_edges e = chunk_edges(chunk->addr, chunk->len, chunk->memory->shape.align);
	unsigned int i;

	/* the device's first multiple is free to choose where all of it is copied */
	chunk->head = chunk->whole ? 0 : e.head;
	chunk->tail = chunk->whole ? 0 : e.tail;
	if (!chunk->head && !chunk->tail)
		return 0;
	if (chunk->memory->flags & UDMA_ATTACH_NO_BOUNCE)
		return -EOPNOTSUPP;
	for (i = 0; i < 2; i++) {
		if (!chunk->edge[i])
			chunk->edge[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!chunk->edge[i])
			return -ENOMEM;
	}
	chunk->bounced = chunk->head + chunk->tail;
	return 0;
}

static void fill_table(struct udma_chunk *chunk)
{
	struct segment_walk walk = middle_of(chunk);
	struct scatterlist *sg = chunk->sgt.sgl;
	struct segment s;

	if (chunk->head) {
		sg_set_page(sg, chunk->edge[0], chunk->head, 0);
		sg = sg_next(sg);
	}
	while (segment_next(&walk, &s)) {
		sg_set_page(sg, pfn_to_page(s.frame), s.len, s.offset);
		sg = sg_next(sg);
	}
	if (chunk->tail)
		sg_set_page(sg, chunk->edge[1], chunk->tail, 0);
}

int udma_map(struct udma_chunk *chunk)
{
	int err = cut_edges(chunk);

	if (err)
		return err;
	err = sg_alloc_table(&chunk->sgt, count_segments(chunk), GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	fill_table(chunk);
	/* who owns the bytes is said apart: a program may attach the same memory twice */
	err = dma_map_sgtable(chunk->memory->shape.dev, &chunk->sgt, DMA_FROM_DEVICE,
			      DMA_ATTR_SKIP_CPU_SYNC);
	if (err) {
		sg_free_table(&chunk->sgt);
		return err;
	}
	chunk->mapped = true;
	udma_map_give(chunk);
	return 0;
}

void udma_map_give(struct udma_chunk *chunk)
{
	dma_sync_sgtable_for_device(chunk->memory->shape.dev, &chunk->sgt, DMA_FROM_DEVICE);
}

void udma_map_take(struct udma_chunk *chunk)
{
	if (chunk->mapped)
		dma_sync_sgtable_for_cpu(chunk->memory->shape.dev, &chunk->sgt, DMA_FROM_DEVICE);
}

void udma_unmap(struct udma_chunk *chunk)
{
	if (!chunk->mapped)
		return;
	dma_unmap_sgtable(chunk->memory->shape.dev, &chunk->sgt, DMA_FROM_DEVICE,
			  DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(&chunk->sgt);
	chunk->mapped = false;
}

enum direction { OUT, IN };

static int copy_part(struct page *page, u64 addr, u32 len, enum direction way)
{
	void __user *user = (void __user *)(uintptr_t)addr;
	void *own = kmap_local_page(page);
	unsigned long left = way == OUT ? copy_to_user(user, own, len) : copy_from_user(own, user, len);

	kunmap_local(own);
	return left ? -EFAULT : 0;
}

static int copy_whole(const struct udma_chunk *chunk, u32 bytes, enum direction way)
{
	u32 at, len;
	int err = 0;

	for (at = 0; at < bytes && !err; at += len) {
		len = min_t(u32, bytes - at, PAGE_SIZE);
		err = copy_part(chunk->pages[at >> PAGE_SHIFT], chunk->addr + at, len, way);
	}
	return err;
}

/* What is bounced of the chunk's first @bytes. */
static int copy_bounced(const struct udma_chunk *chunk, u32 bytes, enum direction way)
{
	const u32 tail = chunk->len - chunk->tail;
	int err = 0;

	if (chunk->whole)
		return copy_whole(chunk, bytes, way);
	if (chunk->head && bytes)
		err = copy_part(chunk->edge[0], chunk->addr, min(bytes, chunk->head), way);
	if (!err && chunk->tail && bytes > tail)
		err = copy_part(chunk->edge[1], chunk->addr + tail, bytes - tail, way);
	return err;
}

int udma_copy_out(struct udma_chunk *chunk, u32 written)
{
	return copy_bounced(chunk, written, OUT);
}

int udma_copy_in(struct udma_chunk *chunk)
{
	int err = cut_edges(chunk);

	return err ? err : copy_bounced(chunk, chunk->len, IN);
}
