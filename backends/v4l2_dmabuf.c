/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the driver takes no user pointers: a memfd of the application's becomes a
 * dma-buf through /dev/udmabuf, and the driver writes into the same pages.
 *
 * A dma-buf keeps the file's pages, whatever is mapped at the address.  So the
 * mapping is compared with the file before it is believed: once for a buffer
 * with CAPTURE_ATTACH_STABLE, at every queue without.
 */
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "v4l2.h"

#define UDMABUF "/dev/udmabuf"

/* ---- is this memory that file? ------------------------------------------ */

/* Does one line of the maps cover @from with the right part of the file? Where it ends, or 0. */
static uintptr_t covered(const char *line, const struct v4l_file_range *range, uintptr_t from)
{
	unsigned long start, end;
	unsigned long long offset, inode;
	unsigned int dev_major, dev_minor;
	char rights[5];

	if (sscanf(line, "%lx-%lx %4s %llx %x:%x %llu", &start, &end, rights, &offset, &dev_major,
		   &dev_minor, &inode) != 7)
		return 0;
	if (from < start || from >= end || rights[3] != 's' || dev_major != range->dev_major ||
	    dev_minor != range->dev_minor || inode != range->inode)
		return 0;
	return offset + (from - start) == range->offset + (from - range->addr) ? end : 0;
}

bool v4l_maps_show(const char *maps_path, const struct v4l_file_range *range)
{
	uintptr_t from = range->addr, end = range->addr + range->len, next;
	char line[PATH_MAX + 128];
	FILE *maps = fopen(maps_path, "re");

	if (!maps)
		return false;
	/* sorted by address, so one pass finds neighbours in turn */
	while (from < end && fgets(line, sizeof(line), maps)) {
		next = covered(line, range, from);
		if (next)
			from = next;
	}
	fclose(maps);
	return from >= end;
}

static bool is_mapped(const struct capture_buffer *b)
{
	struct v4l_file_range range = {
		.addr = (uintptr_t)b->addr,
		.len = b->session->format.size,
		.offset = b->fd_offset,
	};
	struct stat st;

	if (fstat(b->fd, &st))
		return false;
	range.dev_major = major(st.st_dev);
	range.dev_minor = minor(st.st_dev);
	range.inode = st.st_ino;
	return v4l_maps_show("/proc/self/maps", &range);
}

/* ---- the dma-bufs of a buffer, one a memory plane ----------------------- */

static void sync_cpu(struct capture_buffer *b, uint64_t flags)
{
	const struct v4l_session *v = v4l_of(b->session);
	struct v4l_buffer *own = b->priv;
	struct dma_buf_sync sync = { .flags = flags | DMA_BUF_SYNC_RW };
	unsigned int i;

	/* where the device is coherent it does nothing; an error leaves nothing to do */
	for (i = 0; i < v->layout.planes; i++)
		ioctl(own->dmabuf[i], DMA_BUF_IOCTL_SYNC, &sync);
	own->dmabuf_synced = !(flags & DMA_BUF_SYNC_END);
}

static void close_planes(struct v4l_buffer *own, unsigned int count)
{
	while (count)
		close(own->dmabuf[--count]);
}

static void close_dmabufs(struct capture_buffer *b)
{
	struct v4l_buffer *own = b->priv;

	if (!own->dmabuf_open)
		return;
	if (own->dmabuf_synced)
		sync_cpu(b, DMA_BUF_SYNC_END);
	close_planes(own, v4l_of(b->session)->layout.planes);
	own->dmabuf_open = false;
}

/* A plane needs whole pages of the file; the driver is told the exact length. */
static int make_dmabuf(int udmabuf, const struct capture_buffer *b, uint64_t offset, uint64_t size)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct udmabuf_create create = {
		.memfd = (uint32_t)b->fd,
		.flags = UDMABUF_FLAGS_CLOEXEC,
		.offset = b->fd_offset + offset,
		.size = (size + page - 1) & ~(page - 1),
	};
	int fd;

	if (create.offset & (page - 1))
		return fail(-EOPNOTSUPP, "a plane does not begin at a page of its memfd");
	fd = ioctl(udmabuf, UDMABUF_CREATE, &create);
	if (fd < 0)
		return fail(-EOPNOTSUPP, UDMABUF " refused %llu bytes of the memfd: %s",
			    (unsigned long long)create.size, strerror(errno));
	return fd;
}

static int open_dmabufs(struct capture_buffer *b)
{
	const struct v4l_session *v = v4l_of(b->session);
	struct v4l_buffer *own = b->priv;
	int udmabuf, fd = 0;
	unsigned int i;

	udmabuf = open(UDMABUF, O_RDWR | O_CLOEXEC);
	if (udmabuf < 0)
		return fail(-EOPNOTSUPP, UDMABUF " cannot be opened: %s", strerror(errno));
	for (i = 0; i < v->layout.planes; i++) {
		fd = make_dmabuf(udmabuf, b, v->layout.plane[i].offset, v->layout.plane[i].size);
		if (fd < 0) {
			close_planes(own, i);
			break;
		}
		own->dmabuf[i] = fd;
	}
	close(udmabuf);
	own->dmabuf_open = fd >= 0;
	return fd < 0 ? fd : 0;
}

static int check_file(const struct capture_buffer *b)
{
	int seals;

	if (b->fd < 0)
		return fail(-EOPNOTSUPP, "the memory has no memfd; attach it with capture_attach_fd()");
	seals = fcntl(b->fd, F_GET_SEALS);
	if (seals < 0)
		return fail(-EOPNOTSUPP, "the memory's file is no memfd");
	if (!(seals & F_SEAL_SHRINK) || seals & F_SEAL_WRITE)
		return fail(-EOPNOTSUPP, "the memfd must have the seal F_SEAL_SHRINK and not F_SEAL_WRITE");
	return 0;
}

/* Fresh dma-bufs for memory that was checked just now, or those of the first queue. */
static int provide_dmabufs(struct capture_buffer *b)
{
	struct v4l_buffer *own = b->priv;
	bool known = own->dmabuf_open;
	int err;

	if (known && b->flags & CAPTURE_ATTACH_STABLE)
		return 0;
	err = check_file(b);
	if (err)
		return err;
	if (!is_mapped(b)) {
		if (own->accepted == &v4l_dmabuf)
			return fail(-ESTALE, "the buffer's address does not show its memfd any more; detach and attach it again");
		return fail(-EOPNOTSUPP, "the memory is not a shared mapping of its memfd at the offset given");
	}
	close_dmabufs(b);
	return open_dmabufs(b);
}

/* ---- the way ------------------------------------------------------------ */

static unsigned int dmabuf_count(const struct v4l_session *v)
{
	return V4L_SLOTS_MAX;
}

static void fill_message(const struct v4l_session *v, const struct v4l_buffer *own,
			 struct v4l_message *m)
{
	unsigned int i;

	if (!v4l_multiplanar(v)) {
		m->buffer.m.fd = own->dmabuf[0];
		m->buffer.length = v->layout.plane[0].size;
		return;
	}
	for (i = 0; i < v->layout.planes; i++) {
		m->plane[i].m.fd = own->dmabuf[i];
		m->plane[i].length = v->layout.plane[i].size;
	}
}

static int dmabuf_queue(struct capture_buffer *b)
{
	struct v4l_session *v = v4l_of(b->session);
	struct v4l_slot *slot = v4l_free_slot(v, b);
	struct v4l_buffer *own = b->priv;
	struct v4l_message m;
	int err;

	if (!slot)
		return fail(-EOPNOTSUPP, "%s: the driver gave only %u dma-buf buffers", v->path,
			    v->slots);
	err = provide_dmabufs(b);
	if (err)
		return fail_in(err, "%s: ", v->path);
	if (own->dmabuf_synced)
		sync_cpu(b, DMA_BUF_SYNC_END);
	v4l_message(v, (unsigned int)(slot - v->slot), &m);
	fill_message(v, own, &m);
	err = v4l_qbuf(v, slot, &m);
	if (err)
		return v4l_fail(v, "VIDIOC_QBUF", err);
	slot->buffer = b;
	slot->owner = own->number;
	own->slot = (unsigned int)(slot - v->slot);
	return 0;
}

static void dmabuf_finish(struct v4l_session *v, struct v4l_slot *slot,
			  const struct v4l_filled *filled, struct capture_frame *frame)
{
	frame->buffer = slot->buffer;
	v4l_frame_facts(v, filled, frame);
	sync_cpu(slot->buffer, DMA_BUF_SYNC_START);
}

const struct v4l_way v4l_dmabuf = {
	.name = "dmabuf",
	.why = "the driver writes into the application's memfd by way of " UDMABUF,
	.memory = V4L2_MEMORY_DMABUF,
	.kind = CAPTURE_WAY_DIRECT,
	.count = dmabuf_count,
	.queue = dmabuf_queue,
	.finish = dmabuf_finish,
	.detach = close_dmabufs,
};
