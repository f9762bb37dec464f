/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The application's memory in the IOMMU.
 *
 * A buffer has addresses of its own on the device's side from attach to detach,
 * whatever is mapped there at the moment: one piece, so that programs need no
 * edges but the chunks'.
 *
 *	promised to stay	mapped at attach, unmapped at detach
 *	else			mapped at queue, unmapped before the frame is given back
 *	window			chunk by chunk (vfio_window.c)
 *	at odd addresses	the same with memory of ours, and a copy at the end
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chunk.h"
#include "vfio.h"

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static uintptr_t first_page(const struct vfio_buffer *b)
{
	return (uintptr_t)b->target & ~(page_size() - 1);
}

/* The whole pages of a part of a frame: where they are mapped. */
static uint64_t pages_of(const struct vfio_buffer *b, uint64_t from, uint64_t bytes, uint8_t **addr,
			 uint64_t *iova)
{
	const uintptr_t start = (uintptr_t)b->target + from;

	*addr = (uint8_t *)(start & ~(page_size() - 1));
	*iova = b->iova + ((uintptr_t)*addr - first_page(b));
	return chunk_span(start, bytes, page_size());
}

int vfio_map(struct vfio_session *v, struct vfio_buffer *b, uint64_t from, uint64_t bytes)
{
	uint64_t iova, span;
	uint8_t *addr;
	int err;

	span = pages_of(b, from, bytes, &addr, &iova);
	err = v->device.iommu->map(&v->device, addr, span, iova, false);
	if (err)
		return err;
	b->held += span;
	if (b->held > b->held_peak)
		b->held_peak = b->held;
	return 0;
}

int vfio_unmap(struct vfio_session *v, struct vfio_buffer *b, uint64_t from, uint64_t bytes)
{
	uint64_t iova, span;
	uint8_t *addr;
	int err;

	span = pages_of(b, from, bytes, &addr, &iova);
	err = v->device.iommu->unmap(&v->device, iova, span);
	if (!err)
		b->held -= span;
	return err;
}

static int fail_map(struct vfio_session *v, int err, uint64_t bytes)
{
	const char *address = v->device.address;

	switch (err) {
	case -ENOMEM:
		err = vfio_limit_check(address, bytes);
		return err ? err : fail(-ENOMEM, "vfio:%s: cannot pin %llu bytes: %m; raise ulimit -l, or attach fewer buffers",
					address, (unsigned long long)bytes);
	case -ENOSPC:
		return fail(-EDQUOT, "vfio:%s: the IOMMU takes no more mappings; attach fewer buffers, or raise dma_entry_limit of vfio_iommu_type1",
			    address);
	case -EFAULT:
		return fail(err, "vfio:%s: this memory cannot be pinned: %m; a file on a disk cannot, one on tmpfs can",
			    address);
	default:
		return fail(err, "vfio:%s: cannot map %llu bytes for the device: %m", address,
			    (unsigned long long)bytes);
	}
}

int vfio_hold(struct vfio_session *v, struct vfio_buffer *b)
{
	const uint64_t bytes = v->format.size;
	int err;

	b->held_peak = b->held;
	if (b->mapped || vfio_windowed(v))
		return 0;
	err = vfio_map(v, b, 0, bytes);
	if (err)
		return fail_map(v, err, bytes);
	b->mapped = true;
	return 0;
}

void vfio_let_go(struct vfio_session *v, struct vfio_buffer *b)
{
	if (vfio_windowed(v))
		vfio_window_drop(v, b);
	if (b->kept || !b->mapped)
		return;
	vfio_unmap(v, b, 0, v->format.size);
	b->mapped = false;
}

/* ---- what programs need ---- */

static uint32_t chunks_most(const struct vfio_session *v)
{
	const struct capture_session *s = v->session;

	/* wherever in a page a buffer begins */
	return vfio_windowed(v) ? (uint32_t)(v->format.size / s->config.chunk + 2) : 1;
}

static uint64_t segments_most(const struct vfio_session *v)
{
	/* a chunk that cannot be mapped goes to the sink, page by page */
	return vfio_windowed(v) ? v->format.size / page_size() + 2 * chunks_most(v) : 1;
}

/* Whole pages; 0: more than the device can have. */
static uint64_t program_bytes(const struct vfio_session *v)
{
	const uint64_t segments = segments_most(v);
	uint64_t bytes;

	if (segments > UINT32_MAX)
		return 0;
	bytes = v->grabber->device->memory_bytes(v->grabber, VFIO_DEPTH, chunks_most(v), (uint32_t)segments);
	return bytes ? chunk_span(0, bytes, page_size()) : 0;
}

/* ---- attach and detach ---- */

static int make_bounce(struct vfio_session *v, struct vfio_buffer *b)
{
	void *bounce = mmap(NULL, v->format.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bounce == MAP_FAILED)
		return fail(-ENOMEM, "vfio:%s: no memory to go around an odd address", v->device.address);
	madvise(bounce, v->format.size, MADV_DONTFORK);
	b->target = b->bounce = bounce;
	return 0;
}

static void free_bounce(struct vfio_session *v, struct vfio_buffer *b)
{
	if (b->bounce)
		munmap(b->bounce, v->format.size);
	b->bounce = NULL;
}

/* What may be mapped at once when all that is attached is queued and it runs. */
static int check_limit(struct vfio_session *v, const struct vfio_buffer *b)
{
	const struct capture_session *s = v->session;
	const struct capture_buffer *other;
	uint64_t bytes = b->span;

	if (vfio_windowed(v))
		bytes = (uint64_t)s->config.chunk * s->config.window;
	if (!v->program)
		bytes += program_bytes(v) + (vfio_windowed(v) ? page_size() : 0);
	for (other = s->buffers; other && !vfio_windowed(v); other = other->next) {
		const struct vfio_buffer *o = other->priv;

		if (!o->mapped)
			bytes += o->span;
	}
	return vfio_limit_check(v->device.address, bytes);
}

int vfio_attach(struct capture_buffer *buffer)
{
	struct vfio_session *v = vfio_of(buffer->session);
	const uint32_t align = v->grabber->mode.align;
	struct vfio_buffer *b = buffer->priv;
	int err = 0;

	b->buffer = buffer;
	b->target = buffer->addr;
	if ((uintptr_t)buffer->addr & (align - 1))
		err = make_bounce(v, b);
	if (err)
		return err;
	b->span = chunk_span((uintptr_t)b->target, v->format.size, page_size());
	err = vfio_window_chunks(v, b);
	if (!err)
		err = check_limit(v, b);
	if (err)
		goto free_it;
	err = iova_take(&v->device.space, b->span, &b->iova);
	if (err) {
		err = fail(err == -ENOSPC ? -EDQUOT : err, "vfio:%s: no place for %llu bytes in the %u address bits of the device; attach fewer buffers",
			   v->device.address, (unsigned long long)b->span, v->grabber->device->address_bits);
		goto free_it;
	}
	/* memory of ours stays, too */
	b->kept = !vfio_windowed(v) && (buffer->flags & CAPTURE_ATTACH_STABLE || b->bounce);
	vfio_lock(v);
	err = b->kept ? vfio_hold(v, b) : 0;
	pthread_mutex_unlock(&v->lock);
	if (!err)
		return 0;
	iova_give(&v->device.space, b->iova);
free_it:
	free_bounce(v, b);
	return err;
}

void vfio_detach(struct capture_buffer *buffer)
{
	struct vfio_session *v = vfio_of(buffer->session);
	struct vfio_buffer *b = buffer->priv;

	vfio_lock(v);
	b->kept = false;
	vfio_let_go(v, b);
	pthread_mutex_unlock(&v->lock);
	iova_give(&v->device.space, b->iova);
	free_bounce(v, b);
}

/* ---- programs ---- */

static int map_program(struct vfio_session *v)
{
	struct vfio_device *d = &v->device;
	int err;

	err = iova_take(&d->space, v->program_bytes + page_size(), &v->program_iova);
	if (err)
		return err;
	v->sink = v->program_iova + v->program_bytes;
	err = d->iommu->map(d, v->program, v->program_bytes, v->program_iova, true);
	if (err)
		goto give_iova;
	if (!vfio_windowed(v))
		return 0;
	err = d->iommu->map(d, (uint8_t *)v->program + v->program_bytes, page_size(), v->sink, false);
	if (!err)
		return 0;
	d->iommu->unmap(d, v->program_iova, v->program_bytes);
give_iova:
	iova_give(&d->space, v->program_iova);
	return err;
}

int vfio_program_open(struct vfio_session *v)
{
	const uint32_t chunks = chunks_most(v);
	struct grabber_memory memory;
	int err;

	v->program_bytes = program_bytes(v);
	if (!v->program_bytes)
		return fail(-EOPNOTSUPP, "vfio:%s: a frame of %llu bytes in %u chunks is too much for the device; make the chunk larger",
			    v->device.address, (unsigned long long)v->format.size, chunks);
	v->program = mmap(NULL, v->program_bytes + page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v->program == MAP_FAILED) {
		v->program = NULL;
		return fail(-ENOMEM, "vfio:%s: no memory for programs", v->device.address);
	}
	madvise(v->program, v->program_bytes + page_size(), MADV_DONTFORK);
	/* an untouched page is the system's page of zeros: what is pinned only to be read would
	   stay that, while our own first write goes to a new page */
	memset(v->program, 0, v->program_bytes + page_size());
	err = map_program(v);
	if (err) {
		err = fail_map(v, err, v->program_bytes);
		munmap(v->program, v->program_bytes + page_size());
		v->program = NULL;
		return err;
	}
	memory = (struct grabber_memory){
		.cpu = v->program, .bus = v->program_iova, .bytes = (uint32_t)v->program_bytes,
	};
	v->grabber->device->prepare(v->grabber, &memory, VFIO_DEPTH, chunks, (uint32_t)segments_most(v));
	v->chunks_max = chunks;
	return 0;
}

void vfio_program_close(struct vfio_session *v)
{
	struct vfio_device *d = &v->device;

	if (!v->program)
		return;
	d->iommu->unmap(d, v->program_iova, v->program_bytes);
	if (vfio_windowed(v))
		d->iommu->unmap(d, v->sink, page_size());
	iova_give(&d->space, v->program_iova);
	munmap(v->program, v->program_bytes + page_size());
	v->program = NULL;
}
