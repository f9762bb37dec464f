/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inplace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "outfile_internal.h"
#include "words.h"

/* a part of the file that is mapped */
struct part {
	uint8_t *base;		/* of the mapping; NULL: none */
	size_t mapped;
	uint8_t *data;		/* the bytes that were asked for */
	uint64_t at;		/* where they are in the file */
	bool spent;		/* its frame has been written: what is in it now is nobody's */
};

struct inplace {
	struct sink sink;
	struct inplace_setup setup;
	int fd;
	const char *name;
	uint64_t page;		/* a mapping begins and ends at multiples of it */
	uint64_t next;		/* the first frame that was never claimed */
	pthread_mutex_t lock;	/* protects what follows */
	struct part *claims;	/* a slot each */
	uint8_t *together;	/* a frame whose planes do not follow each other; NULL: none so far */
	uint64_t copied;
	bool refused;
	char why[160];
};

/* ---- parts of the file -------------------------------------------------- */

/* Bytes that are there, whatever else happens to the file system. */
static int allocate(const struct inplace *p, uint64_t at, uint64_t length)
{
	while (fallocate(p->fd, 0, (off_t)at, (off_t)length))
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* False: no, and errno. */
static bool map_part(const struct inplace *p, uint64_t at, uint64_t length, struct part *part)
{
	uint64_t begin = at / p->page * p->page;
	uint64_t end = (at + length + p->page - 1) / p->page * p->page;
	void *base = mmap(NULL, end - begin, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, (off_t)begin);

	if (base == MAP_FAILED)
		return false;
	*part = (struct part){ .base = base, .mapped = end - begin,
			       .data = (uint8_t *)base + (at - begin), .at = at };
	return true;
}

static void unmap_part(struct part *part)
{
	if (part->base)
		munmap(part->base, part->mapped);
	part->base = NULL;
}

/* ---- claims ------------------------------------------------------------- */

void *inplace_claim(struct inplace *p, unsigned int slot, uint64_t index)
{
	uint64_t length = p->setup.frame_bytes, at;
	struct part part;

	if (p->refused || index < p->next || (p->setup.frames && index >= p->setup.frames) ||
	    __builtin_mul_overflow(index, length, &at) || at > INT64_MAX - length)
		return NULL;
	/* without room the frame is still captured, and the sink says that it does not fit */
	if (allocate(p, at, length) || !map_part(p, at, length, &part))
		return NULL;
	p->next = index + 1;
	pthread_mutex_lock(&p->lock);
	p->claims[slot] = part;
	pthread_mutex_unlock(&p->lock);
	return part.data;
}

void inplace_release(struct inplace *p, unsigned int slot)
{
	pthread_mutex_lock(&p->lock);
	unmap_part(&p->claims[slot]);
	pthread_mutex_unlock(&p->lock);
}

void inplace_refuse(struct inplace *p, const char *words)
{
	pthread_mutex_lock(&p->lock);
	p->refused = true;
	snprintf(p->why, sizeof(p->why), "%s", words);
	pthread_mutex_unlock(&p->lock);
}

/* ---- the sink ------------------------------------------------------------ */

/* The claim that has these bytes, spent from now on; NULL: other memory. Under the lock. */
static const struct part *spend(const struct inplace *p, const uint8_t *data)
{
	for (unsigned int i = 0; i < p->setup.slots; i++) {
		struct part *c = &p->claims[i];

		if (c->base && data >= c->data && data < c->data + p->setup.frame_bytes) {
			c->spent = true;
			return c;
		}
	}
	return NULL;
}

/* Frames come in the order of their claims, so nobody has what is written now. Under the lock. */
static int check_free(const struct inplace *p, size_t length)
{
	const uint64_t at = p->sink.bytes;

	for (unsigned int i = 0; i < p->setup.slots; i++) {
		const struct part *c = &p->claims[i];

		if (c->base && !c->spent && c->at < at + length &&
		    at < c->at + p->setup.frame_bytes)
			return say_why(-EPROTO, "%s: the device filled its buffers in another order than "
				       "that in which it got them; write with --direct off", p->name);
	}
	return 0;
}

/* Bytes from somewhere else to where they belong. */
static int copy(struct inplace *p, const uint8_t *data, size_t length)
{
	const uint64_t at = p->sink.bytes;
	struct part part;
	int err = allocate(p, at, length);

	if (err)
		return outfile_failed(p->name, -err);
	if (!map_part(p, at, length, &part))
		return outfile_failed(p->name, errno);
	memcpy(part.data, data, length);
	unmap_part(&part);
	p->copied += length;
	return 0;
}

/* Under the lock. */
static int put(struct inplace *p, const uint8_t *data, size_t length)
{
	const struct part *c = spend(p, data);
	int err;

	if (c && c->at + (uint64_t)(data - c->data) == p->sink.bytes)
		return 0;
	err = check_free(p, length);
	return err ? err : copy(p, data, length);
}

/*
 * Planes that do not follow each other in memory: they would be written over each
 * other, so they are put together elsewhere.  Under the lock.
 */
static int put_together(struct inplace *p, const struct iovec *piece, int count)
{
	size_t length = 0;

	if (!p->together)
		p->together = malloc(p->setup.frame_bytes);
	if (!p->together)
		return say_why(-ENOMEM, "%s: %m", p->name);
	for (int i = 0; i < count; i++) {
		spend(p, piece[i].iov_base);
		memcpy(p->together + length, piece[i].iov_base, piece[i].iov_len);
		length += piece[i].iov_len;
	}
	return put(p, p->together, length);
}

static int inplace_write(struct sink *sink, struct iovec *piece, int count)
{
	struct inplace *p = (struct inplace *)sink;
	int err = 0;

	pthread_mutex_lock(&p->lock);
	if (count > 1)
		err = put_together(p, piece, count);
	else if (count)
		err = put(p, piece->iov_base, piece->iov_len);
	pthread_mutex_unlock(&p->lock);
	return err;
}

struct sink *inplace_sink(struct inplace *p)
{
	return &p->sink;
}

uint64_t inplace_copied(struct inplace *p, char words[160])
{
	uint64_t copied;

	pthread_mutex_lock(&p->lock);
	copied = p->copied;
	memcpy(words, p->why, sizeof(p->why));
	pthread_mutex_unlock(&p->lock);
	return copied;
}

/* ---- begin and end ------------------------------------------------------- */

static bool is_in_memory(const struct statfs *fs)
{
	return fs->f_type == TMPFS_MAGIC || fs->f_type == HUGETLBFS_MAGIC;
}

static bool find_file_system(const char *path, struct statfs *fs)
{
	char folder[PATH_MAX];

	outfile_folder(path, folder);
	return !statfs(folder, fs);
}

bool inplace_may(const char *path)
{
	struct statfs fs;

	return find_file_system(path, &fs) && is_in_memory(&fs);
}

bool inplace_must(const char *path)
{
	struct statfs fs;

	return find_file_system(path, &fs) && fs.f_type == HUGETLBFS_MAGIC;
}

int inplace_open(int fd, const char *name, const struct inplace_setup *setup, struct inplace **out)
{
	struct inplace *p;
	struct statfs fs;

	if (fstatfs(fd, &fs) || !is_in_memory(&fs))
		return say_why(-EOPNOTSUPP, "the file is not in memory");
	p = calloc(1, sizeof(*p));
	if (p)
		p->claims = calloc(setup->slots, sizeof(*p->claims));
	if (!p || !p->claims) {
		free(p);
		return say_why(-ENOMEM, "%m");
	}
	p->sink.write = inplace_write;
	p->setup = *setup;
	p->fd = fd;
	p->name = name;
	p->page = fs.f_type == HUGETLBFS_MAGIC ? (uint64_t)fs.f_bsize : (uint64_t)sysconf(_SC_PAGESIZE);
	pthread_mutex_init(&p->lock, NULL);
	*out = p;
	return 0;
}

int inplace_cut(struct inplace *p, uint64_t bytes)
{
	uint64_t length = bytes;

	if (p->page > (uint64_t)sysconf(_SC_PAGESIZE))
		length = (bytes + p->page - 1) / p->page * p->page;
	if (ftruncate(p->fd, (off_t)length))
		return say_why(-errno, "%s: %m", p->name);
	p->sink.bytes = p->sink.done = bytes;
	return 0;
}

void inplace_close(struct inplace *p)
{
	if (!p)
		return;
	pthread_mutex_destroy(&p->lock);
	free(p->together);
	free(p->claims);
	free(p);
}
