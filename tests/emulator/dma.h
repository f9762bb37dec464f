/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that a client lets the device reach: its map of bus addresses,
 * and the numbers by which a test knows what was mapped at once.
 *
 * Memory that came with a descriptor is read and written through it, never
 * mapped: a client that makes its file shorter meanwhile then causes an error
 * and no signal.  What came without one is asked for over the connection.
 */
#ifndef EMULATOR_DMA_H
#define EMULATOR_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DMA_READ 1u		/* the device may read; as VFIO_DMA_MAP_FLAG_* */
#define DMA_WRITE 2u
#define DMA_REGIONS 65535u	/* the most at once */

struct dma_region {
	uint64_t address;
	uint64_t last;		/* address of the last byte */
	uint64_t offset;	/* in the file */
	unsigned int flags;
	struct dma_file *file;	/* NULL: the client moves the data itself */
};

/* Ask the client: 0 or a negative errno.  The map may change before it returns. */
typedef int dma_remote(void *host, uint64_t address, void *data, size_t length, bool write);

struct dma {
	struct dma_region *region;	/* sorted by address */
	size_t count, room;
	struct dma_file *files;
	dma_remote *remote;
	void *host;

	uint64_t bytes, bytes_most;	/* mapped now, and at most */
	size_t count_most;
	uint64_t maps, unmaps, reads, writes;
	uint64_t refused;		/* accesses to what is not mapped so */
	uint64_t refused_address;	/* the last one's */
};

void dma_init(struct dma *dma, dma_remote *remote, void *host);

/*
 * Map @size bytes at @address.  @fd, or -1, is taken over in any case.
 * 0; -EEXIST: something is there; -EINVAL: no such range, flags or file; -ENOSPC, -ENOMEM.
 */
int dma_map(struct dma *dma, uint64_t address, uint64_t size, unsigned int flags, int fd,
	    uint64_t offset);
/*
 * Unmap all regions within the range, which may hold none: when an address space goes, QEMU unmaps
 * whole ranges of it, as the kernel's VFIO lets it.  0; -EINVAL: it would cut a region.
 */
int dma_unmap(struct dma *dma, uint64_t address, uint64_t size);
void dma_unmap_all(struct dma *dma);

/* The device reads or writes: 0, or -EFAULT where it may not. */
int dma_access(struct dma *dma, uint64_t address, void *data, size_t length, bool write);

/* Count from here: what was mapped at most is what is mapped now, everything else is 0. */
void dma_reset_counters(struct dma *dma);
void dma_counters(const struct dma *dma, FILE *to);

#endif /* EMULATOR_DMA_H */
