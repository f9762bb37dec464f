/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dma.h"

/*
 * Regions of one file share a descriptor: with an IOMMU every page comes as a
 * region of its own, and there are more pages than a process may have
 * descriptors.
 */
struct dma_file {
	struct dma_file *next;
	int fd;
	dev_t dev;
	ino_t ino;
	int access;		/* O_RDONLY, O_WRONLY or O_RDWR */
	size_t users;
};

void dma_init(struct dma *dma, dma_remote *remote, void *host)
{
	*dma = (struct dma){ .remote = remote, .host = host };
}

/* ---- files ---- */

static struct dma_file *find_file(struct dma *dma, const struct stat *st, int access)
{
	struct dma_file *f;

	for (f = dma->files; f; f = f->next)
		if (f->dev == st->st_dev && f->ino == st->st_ino && f->access == access)
			return f;
	return NULL;
}

/* Takes over @fd.  Only files have offsets and never block. */
static int get_file(struct dma *dma, int fd, uint64_t offset, uint64_t size,
		    struct dma_file **out)
{
	struct dma_file *file;
	struct stat st;
	int access;

	access = fcntl(fd, F_GETFL);
	if (access < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || offset > INT64_MAX ||
	    size > INT64_MAX - offset) {
		close(fd);
		return -EINVAL;
	}
	access &= O_ACCMODE;
	file = find_file(dma, &st, access);
	if (file) {
		close(fd);
	} else {
		file = calloc(1, sizeof(*file));
		if (!file) {
			close(fd);
			return -ENOMEM;
		}
		*file = (struct dma_file){
			.next = dma->files, .fd = fd, .dev = st.st_dev, .ino = st.st_ino,
			.access = access,
		};
		dma->files = file;
	}
	file->users++;
	*out = file;
	return 0;
}

static void put_file(struct dma *dma, struct dma_file *file)
{
	struct dma_file **at = &dma->files;

	if (!file || --file->users)
		return;
	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	close(file->fd);
	free(file);
}

/* ---- the map ---- */

/* The first region that ends at @address or behind it. */
static size_t find(const struct dma *dma, uint64_t address)
{
	size_t low = 0, high = dma->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (dma->region[middle].last < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int make_room(struct dma *dma)
{
	size_t room = dma->room ? dma->room * 2 : 64;
	struct dma_region *region;

	if (dma->count >= DMA_REGIONS)
		return -ENOSPC;
	if (dma->count < dma->room)
		return 0;
	region = realloc(dma->region, room * sizeof(*region));
	if (!region)
		return -ENOMEM;
	dma->region = region;
	dma->room = room;
	return 0;
}

static bool is_range(uint64_t address, uint64_t size)
{
	return size && address <= UINT64_MAX - (size - 1);
}

static void count_map(struct dma *dma, uint64_t size)
{
	dma->maps++;
	dma->bytes += size;
	if (dma->bytes > dma->bytes_most)
		dma->bytes_most = dma->bytes;
	if (dma->count > dma->count_most)
		dma->count_most = dma->count;
}

int dma_map(struct dma *dma, uint64_t address, uint64_t size, unsigned int flags, int fd,
	    uint64_t offset)
{
	struct dma_region new = { .address = address, .offset = offset, .flags = flags };
	size_t at;
	int err = 0;

	if (!is_range(address, size) || !flags || flags & ~(DMA_READ | DMA_WRITE)) {
		err = -EINVAL;
		goto close_fd;
	}
	new.last = address + (size - 1);
	at = find(dma, address);
	if (at < dma->count && dma->region[at].address <= new.last)
		err = -EEXIST;
	else
		err = make_room(dma);
	if (err)
		goto close_fd;
	if (fd >= 0)
		err = get_file(dma, fd, offset, size, &new.file);
	if (err)
		return err;
	memmove(&dma->region[at + 1], &dma->region[at], (dma->count - at) * sizeof(new));
	dma->region[at] = new;
	dma->count++;
	count_map(dma, size);
	return 0;
close_fd:
	if (fd >= 0)
		close(fd);
	return err;
}

static void drop(struct dma *dma, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++) {
		dma->bytes -= dma->region[i].last - dma->region[i].address + 1;
		dma->unmaps++;
		put_file(dma, dma->region[i].file);
	}
	memmove(&dma->region[from], &dma->region[to], (dma->count - to) * sizeof(*dma->region));
	dma->count -= to - from;
}

int dma_unmap(struct dma *dma, uint64_t address, uint64_t size)
{
	uint64_t last = address + (size - 1);
	size_t from, to;

	if (!is_range(address, size))
		return -EINVAL;
	from = find(dma, address);
	for (to = from; to < dma->count && dma->region[to].address <= last; to++)
		if (dma->region[to].address < address || dma->region[to].last > last)
			return -EINVAL;
	if (to > from)
		drop(dma, from, to);
	return 0;
}

void dma_unmap_all(struct dma *dma)
{
	if (dma->count)
		drop(dma, 0, dma->count);
	free(dma->region);
	dma->region = NULL;
	dma->room = 0;
}

/* ---- access ---- */

static int move(const struct dma_file *file, uint64_t offset, char *data, size_t length, bool write)
{
	ssize_t done;

	while (length) {
		done = write ? pwrite(file->fd, data, length, offset)
			     : pread(file->fd, data, length, offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -EFAULT;
		data += done;
		offset += done;
		length -= done;
	}
	return 0;
}

/* A part of an access that lies in one region; returns its length, or a negative errno. */
static ssize_t part(struct dma *dma, uint64_t address, char *data, size_t length, bool write)
{
	size_t at = find(dma, address), room;
	const struct dma_region *region;
	int err;

	if (at == dma->count || dma->region[at].address > address)
		return -EFAULT;
	region = &dma->region[at];
	if (!(region->flags & (write ? DMA_WRITE : DMA_READ)))
		return -EFAULT;
	room = region->last - address;
	if (length - 1 > room)
		length = room + 1;
	if (region->file)
		err = move(region->file, region->offset + (address - region->address), data, length,
			   write);
	else
		err = dma->remote ? dma->remote(dma->host, address, data, length, write) : -EFAULT;
	return err ? err : (ssize_t)length;
}

int dma_access(struct dma *dma, uint64_t address, void *data, size_t length, bool write)
{
	char *at = data;
	ssize_t done;

	if (write)
		dma->writes++;
	else
		dma->reads++;
	while (length) {
		done = part(dma, address, at, length, write);
		if (done < 0) {
			dma->refused++;
			dma->refused_address = address;
			return -EFAULT;
		}
		at += done;
		address += done;
		length -= done;
	}
	return 0;
}

/* ---- counters ---- */

void dma_reset_counters(struct dma *dma)
{
	dma->bytes_most = dma->bytes;
	dma->count_most = dma->count;
	dma->maps = dma->unmaps = dma->reads = dma->writes = 0;
	dma->refused = dma->refused_address = 0;
}

void dma_counters(const struct dma *dma, FILE *to)
{
	fprintf(to, "mapped %" PRIu64 "\nmapped_most %" PRIu64 "\n", dma->bytes, dma->bytes_most);
	fprintf(to, "regions %zu\nregions_most %zu\n", dma->count, dma->count_most);
	fprintf(to, "maps %" PRIu64 "\nunmaps %" PRIu64 "\n", dma->maps, dma->unmaps);
	fprintf(to, "dma_reads %" PRIu64 "\ndma_writes %" PRIu64 "\n", dma->reads, dma->writes);
	fprintf(to, "dma_refused %" PRIu64 "\ndma_refused_address 0x%" PRIx64 "\n", dma->refused,
		dma->refused_address);
}
