/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direct.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "direct_ring.h"
#include "words.h"

#define DEPTH 8			/* writes under way */
#define PIECE (2u << 20)	/* most bytes of one */
#define STAGES 4
#define STAGE (1u << 20)	/* bytes of each; a multiple of any alignment */
#define BLOCK 4096		/* where the file system does not tell its alignment */
#define AHEAD (256u << 20)	/* allocated at once where the end is not known */

/* memory of our own for what does not lie as the disk wants it */
struct stage {
	uint8_t *data;		/* NULL: not needed so far */
	bool busy;		/* a write of it is under way */
};

/* a write */
struct piece {
	const uint8_t *data;
	uint64_t at;
	size_t length;		/* with padding */
	size_t real;		/* without */
	struct stage *stage;	/* NULL: the caller's memory */
	bool ended;
	int64_t result;
};

struct direct {
	struct sink sink;
	struct sink_fd cached;	/* through the page cache */
	struct direct_ring *ring;
	size_t memory_align, file_align;
	struct piece pieces[DEPTH];
	unsigned int first, count;	/* under way, oldest first */
	struct stage stages[STAGES];
	struct stage *stage;	/* being filled; NULL: none */
	size_t used;		/* bytes in it */
	size_t out;		/* of those, in the file already, with padding behind them */
	uint64_t at;		/* where the next piece begins: of the stage, if there is one */
	uint64_t expected;	/* bytes in all; 0: not known */
	uint64_t allocated;
	bool allocates;		/* the file system can, as far as is known */
	bool copied;
	bool slow;		/* a write failed: through the page cache from now on */
	int error;		/* the first failure of that, too: nothing more is written */
	char why[160];
};

const char *direct_way_name(enum direct_way way)
{
	static const char *const names[] = {
		[DIRECT_NO] = "buffered", [DIRECT_YES] = "direct", [DIRECT_COPIED] = "direct-copied",
		[DIRECT_IN_PLACE] = "in-place", [DIRECT_SPLICED] = "spliced",
	};

	return names[way];
}

/* ---- through the page cache ---------------------------------------------- */

static void go_slow(struct direct *d, int64_t result)
{
	int flags = fcntl(d->cached.fd, F_GETFL);

	fcntl(d->cached.fd, F_SETFL, flags & ~O_DIRECT);
	d->slow = true;
	if (result < 0)
		snprintf(d->why, sizeof(d->why), "a direct write failed: %s", strerror((int)-result));
	else
		snprintf(d->why, sizeof(d->why), "a direct write came back short");
}

static int write_slowly(struct direct *d, const uint8_t *data, size_t length, uint64_t at)
{
	struct iovec piece = { (void *)data, length };
	off_t end;

	if (d->error)
		return d->error;
	if (lseek(d->cached.fd, (off_t)at, SEEK_SET) < 0)
		d->error = say_why(-errno, "%s: %m", d->cached.name);
	else
		d->error = d->cached.sink.write(&d->cached.sink, &piece, 1);
	/* after a failure, too, there may be more than before */
	end = lseek(d->cached.fd, 0, SEEK_CUR);
	if (end > 0 && (uint64_t)end > d->sink.done)
		d->sink.done = (uint64_t)end;
	return d->error;
}

/* ---- pieces -------------------------------------------------------------- */

static struct piece *oldest(struct direct *d)
{
	return &d->pieces[d->first];
}

static void forget_oldest(struct direct *d)
{
	if (oldest(d)->stage)
		oldest(d)->stage->busy = false;
	d->first = (d->first + 1) % DEPTH;
	d->count--;
}

static void wait_one(struct direct *d)
{
	int64_t result;
	unsigned int tag = direct_ring_wait(d->ring, &result);

	d->pieces[tag].ended = true;
	d->pieces[tag].result = result;
}

/* One did not do all of its work: let the others end, and do it all again. */
static int redo(struct direct *d)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < d->count; i++)
		while (!d->pieces[(d->first + i) % DEPTH].ended)
			wait_one(d);
	go_slow(d, oldest(d)->result);
	while (d->count) {
		const struct piece *p = oldest(d);

		if (!err)
			err = write_slowly(d, p->data, p->real, p->at);
		forget_oldest(d);
	}
	return err;
}

/* Take those from the front that ended. */
static int reap(struct direct *d)
{
	while (d->count && oldest(d)->ended) {
		const struct piece *p = oldest(d);

		if (p->result != (int64_t)p->length)
			return redo(d);
		d->sink.done = p->at + p->real;
		forget_oldest(d);
	}
	return 0;
}

/* Until fewer than @most are under way. */
static int wait_below(struct direct *d, unsigned int most)
{
	int err = reap(d);

	while (!err && d->count >= most) {
		wait_one(d);
		err = reap(d);
	}
	return err;
}

/* The disk's blocks for what comes: a write that finds them there is cheaper. */
static void allocate(struct direct *d, uint64_t end)
{
	uint64_t size = end + AHEAD;

	if (!d->allocates || end <= d->allocated)
		return;
	if (d->expected > end)
		size = d->expected;
	else if (d->expected)
		size = end;
	/* a disk without so much room shows that when it is written to */
	d->allocates = !fallocate(d->cached.fd, 0, (off_t)d->allocated,
				  (off_t)(size - d->allocated));
	if (d->allocates)
		d->allocated = size;
	else if (ftruncate(d->cached.fd, (off_t)d->allocated))
		return;		/* what it got of the rest stays with the file until its end */
}

static int begin(struct direct *d, const struct piece *piece)
{
	struct piece *p;
	int err = wait_below(d, DEPTH);

	if (err)
		return err;
	if (d->slow)
		return write_slowly(d, piece->data, piece->real, piece->at);
	allocate(d, piece->at + piece->length);
	p = &d->pieces[(d->first + d->count) % DEPTH];
	*p = *piece;
	d->count++;
	if (p->stage)
		p->stage->busy = true;
	err = direct_ring_write(d->ring, p->data, p->length, p->at, (unsigned int)(p - d->pieces));
	if (!err)
		return 0;
	p->ended = true;
	p->result = err;
	return reap(d);
}

/* ---- the stage ----------------------------------------------------------- */

static int get_stage(struct direct *d)
{
	int err = 0;

	while (!err) {
		for (unsigned int i = 0; i < STAGES; i++) {
			struct stage *s = &d->stages[i];

			if (s->busy)
				continue;
			if (!s->data) {
				s->data = mmap(NULL, STAGE, PROT_READ | PROT_WRITE,
					       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
				if (s->data == MAP_FAILED)
					s->data = NULL;
			}
			if (!s->data)
				return say_why(-ENOMEM, "%s: %m", d->cached.name);
			d->stage = s;
			d->used = d->out = 0;
			return 0;
		}
		err = wait_below(d, d->count);
	}
	return err;
}

/* Write what is in the stage: whole blocks, of which the last may be padded. */
static int write_stage(struct direct *d)
{
	size_t padded = (d->used + d->file_align - 1) / d->file_align * d->file_align;
	struct piece piece = { .data = d->stage->data, .at = d->at, .length = padded,
			       .real = d->used, .stage = d->stage };

	memset(d->stage->data + d->used, 0, padded - d->used);
	return begin(d, &piece);
}

/* The stage has whole blocks only: on with the next one. */
static int leave_stage(struct direct *d)
{
	int err = write_stage(d);

	d->at += d->used;
	d->stage = NULL;
	d->used = d->out = 0;
	return err;
}

/* Nothing else is under way: bring out what fills no block yet, and keep that block. */
static int flush_stage(struct direct *d)
{
	size_t whole = d->used / d->file_align * d->file_align;
	int err = write_stage(d);

	if (!err)
		err = wait_below(d, 1);
	if (err)
		return err;
	memmove(d->stage->data, d->stage->data + whole, d->used - whole);
	d->at += whole;
	d->used -= whole;
	d->out = d->used;
	return 0;
}

/* ---- the sink ------------------------------------------------------------ */

static bool fits_memory(const struct direct *d, const uint8_t *data)
{
	return !((uintptr_t)data % d->memory_align);
}

/* Bytes to take into the stage now: up to where the rest can be written as it lies, or all. */
static size_t to_stage(const struct direct *d, const uint8_t *data, size_t length)
{
	size_t missing = (d->file_align - d->used % d->file_align) % d->file_align;
	size_t room = STAGE - d->used;

	if (length >= missing + d->file_align && fits_memory(d, data + missing))
		return missing;
	return length < room ? length : room;
}

static int put_in_stage(struct direct *d, const uint8_t *data, size_t length)
{
	int err = d->stage ? 0 : get_stage(d);

	if (err)
		return err;
	memcpy(d->stage->data + d->used, data, length);
	d->used += length;
	/* boundary blocks alone are not worth telling */
	d->copied |= length >= BLOCK;
	return 0;
}

static int put_as_it_is(struct direct *d, const uint8_t *data, size_t length)
{
	struct piece piece = { .data = data, .at = d->at, .length = length, .real = length };

	d->at += length;
	return begin(d, &piece);
}

/* Some of the bytes: how many is in @took. */
static int put_some(struct direct *d, const uint8_t *data, size_t length, size_t *took)
{
	size_t staged;
	int err;

	if (!d->stage && length >= d->file_align && fits_memory(d, data)) {
		*took = length > PIECE ? PIECE : length / d->file_align * d->file_align;
		return put_as_it_is(d, data, *took);
	}
	staged = to_stage(d, data, length);
	*took = staged;
	err = put_in_stage(d, data, staged);
	if (err)
		return err;
	if (d->used == STAGE || (!(d->used % d->file_align) && staged < length))
		return leave_stage(d);
	return 0;
}

/* From here on there is nothing but the page cache: what is in the stage goes first. */
static int put_slowly(struct direct *d, const uint8_t *data, size_t length)
{
	int err = 0;

	if (d->stage) {
		err = write_slowly(d, d->stage->data, d->used, d->at);
		d->at += d->used;
		d->stage = NULL;
		d->used = d->out = 0;
	}
	if (!err)
		err = write_slowly(d, data, length, d->at);
	d->at += length;
	return err;
}

static int put(struct direct *d, const uint8_t *data, size_t length)
{
	size_t took;
	int err = d->error;

	while (!err && length) {
		took = length;
		err = d->slow ? put_slowly(d, data, length) : put_some(d, data, length, &took);
		data += took;
		length -= took;
	}
	return err;
}

static int direct_write(struct sink *sink, struct iovec *piece, int count)
{
	struct direct *d = (struct direct *)sink;
	int err = 0;

	for (int i = 0; !err && i < count; i++)
		err = put(d, piece[i].iov_base, piece[i].iov_len);
	return err;
}

static int direct_settle(struct sink *sink)
{
	struct direct *d = (struct direct *)sink;

	if (d->error)
		return d->error;
	if (d->count)
		return wait_below(d, d->count);
	if (d->slow)
		return put_slowly(d, NULL, 0);
	return d->stage && d->used > d->out ? flush_stage(d) : 0;
}

struct sink *direct_sink(struct direct *d)
{
	return &d->sink;
}

/* ---- begin and end ------------------------------------------------------- */

static void ask_alignment(struct direct *d)
{
	d->memory_align = d->file_align = BLOCK;
#ifdef STATX_DIOALIGN
	struct statx st;

	if (statx(d->cached.fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &st) ||
	    !(st.stx_mask & STATX_DIOALIGN) || !st.stx_dio_offset_align ||
	    STAGE % st.stx_dio_offset_align || STAGE % st.stx_dio_mem_align)
		return;
	d->memory_align = st.stx_dio_mem_align;
	d->file_align = st.stx_dio_offset_align;
#endif
}

int direct_open(int fd, const char *name, uint64_t expected, struct direct **out)
{
	int flags = fcntl(fd, F_GETFL), err;
	struct direct *d;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_DIRECT))
		return say_why(-EOPNOTSUPP, "the file system takes no direct writes");
	d = calloc(1, sizeof(*d));
	err = d ? direct_ring_open(fd, DEPTH, &d->ring) : say_why(-ENOMEM, "%m");
	if (err) {
		fcntl(fd, F_SETFL, flags);
		free(d);
		return err;
	}
	sink_fd_init(&d->cached, fd, name);
	d->sink.write = direct_write;
	d->sink.settle = direct_settle;
	d->expected = expected;
	d->allocates = true;
	ask_alignment(d);
	*out = d;
	return 0;
}

enum direct_way direct_way(const struct direct *d, const char **why)
{
	*why = d->why;
	if (d->slow)
		return DIRECT_NO;
	if (d->copied)
		*why = "frames do not begin where blocks of the disk do";
	return d->copied ? DIRECT_COPIED : DIRECT_YES;
}

static int set_length(struct direct *d, uint64_t bytes)
{
	if (ftruncate(d->cached.fd, (off_t)bytes))
		return say_why(-errno, "%s: %m", d->cached.name);
	return 0;
}

int direct_finish(struct direct *d)
{
	int err = d->error;

	while (!err && d->sink.done < d->sink.bytes)
		err = direct_settle(&d->sink);
	return err ? err : set_length(d, d->sink.bytes);
}

int direct_cut(struct direct *d, uint64_t bytes)
{
	d->stage = NULL;
	d->used = d->out = 0;
	d->error = 0;
	d->at = d->sink.bytes = d->sink.done = bytes;
	return set_length(d, bytes);
}

void direct_close(struct direct *d)
{
	if (!d)
		return;
	while (d->count) {
		while (!oldest(d)->ended)
			wait_one(d);
		forget_oldest(d);
	}
	direct_ring_close(d->ring);
	for (unsigned int i = 0; i < STAGES; i++)
		if (d->stages[i].data)
			munmap(d->stages[i].data, STAGE);
	free(d);
}
