/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pattern.h"
#include "sim_transfer.h"

static uintptr_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

static uintptr_t page_down(uintptr_t addr)
{
	return addr & ~(page_size() - 1);
}

static uintptr_t page_up(uintptr_t addr)
{
	return page_down(addr + page_size() - 1);
}

/* Where the chunk that @addr is in ends, at most @end. */
static uintptr_t chunk_end(uintptr_t addr, uintptr_t end, uint64_t chunk)
{
	uintptr_t last = addr | (chunk - 1);

	return last < end ? last + 1 : end;
}

/* ---- guard: the pages wholly inside of the buffer ---- */

/* Set the access of those pages of [@from, @to) that are wholly inside of the buffer. */
static int protect(const struct transfer *t, uintptr_t from, uintptr_t to, int access)
{
	uintptr_t first = page_up(t->addr), last = page_down(t->addr + t->len);

	from = page_down(from);
	to = page_up(to);
	if (from < first)
		from = first;
	if (to > last)
		to = last;
	if (!t->guard || from >= to)
		return 0;
	return mprotect((void *)from, to - from, access) ? -EFAULT : 0;
}

static int guard_all(const struct transfer *t)
{
	return protect(t, t->addr, t->addr + t->len, PROT_NONE);
}

static int unguard_all(const struct transfer *t)
{
	return protect(t, t->addr, t->addr + t->len, PROT_READ | PROT_WRITE);
}

/* ---- the window ---- */

static int pin(struct transfer *t, uintptr_t from, uintptr_t to)
{
	t->pinned += page_up(to) - page_down(from);
	if (t->pinned > t->pinned_peak)
		t->pinned_peak = t->pinned;
	return protect(t, from, to, PROT_READ | PROT_WRITE);
}

static int unpin(struct transfer *t, uintptr_t from, uintptr_t to)
{
	t->pinned -= page_up(to) - page_down(from);
	return protect(t, from, to, PROT_NONE);
}

/* An address in a guarded page, given the window [@from, @to); 0: there is none. */
static uintptr_t outside(uintptr_t addr, size_t len, uintptr_t from, uintptr_t to)
{
	uintptr_t first = page_up(addr), last = page_down(addr + len);

	if (page_up(to) < last)
		return page_up(to);
	if (first < page_down(from))
		return page_down(from) - 1;
	return 0;
}

bool transfer_can_stray(uintptr_t addr, size_t len, uint64_t chunk, uint32_t window)
{
	uintptr_t to = addr, end = addr + len;

	for (; window && to < end; window--)
		to = chunk_end(to, end, chunk);
	return outside(addr, len, addr, to) != 0;
}

/* ---- the data ---- */

void transfer_make(const struct transfer *t, uint64_t offset, size_t len, uint8_t *out)
{
	uint64_t from = t->damage_at, to = t->damage_at + t->damage_len;

	pattern_read(t->pattern, offset, len, out);
	if (from < offset)
		from = offset;
	if (to > offset + len)
		to = offset + len;
	for (; from < to; from++)
		out[from - offset] ^= 0xff;
}

static int send_chunk(struct transfer *t, uintptr_t from, uintptr_t to, uint8_t *scratch)
{
	size_t part;
	int err;

	for (; from < to; from += part) {
		if (atomic_load_explicit(t->stop, memory_order_relaxed))
			return -ECANCELED;
		part = to - from < TRANSFER_SCRATCH ? to - from : TRANSFER_SCRATCH;
		transfer_make(t, from - t->addr, part, scratch);
		err = bus_write(t->bus, (void *)from, scratch, part);
		if (err)
			return err;
		t->written += part;
	}
	t->chunks++;
	return 0;
}

static int send_stray(struct transfer *t, uintptr_t from, uintptr_t to)
{
	uintptr_t where = outside(t->addr, t->len, from, to);
	const uint8_t byte = 0xee;

	t->stray = false;
	return where ? bus_write(t->bus, (void *)where, &byte, 1) : 0;
}

static int send_all(struct transfer *t, uint8_t *scratch)
{
	uintptr_t from = t->addr, end = from + t->bytes, ahead = from, to;
	uint32_t held = 0;
	int err;

	while (from < end) {
		for (; held < t->window && ahead < end; held++) {
			to = chunk_end(ahead, end, t->chunk);
			err = pin(t, ahead, to);
			if (err)
				return err;
			ahead = to;
		}
		if (t->stray) {
			err = send_stray(t, from, ahead);
			if (err)
				return err;
		}
		to = chunk_end(from, end, t->chunk);
		err = send_chunk(t, from, to, scratch);
		if (!err)
			err = unpin(t, from, to);
		if (err)
			return err;
		held--;
		from = to;
	}
	return 0;
}

int transfer_run(struct transfer *t, uint8_t *scratch)
{
	int err = guard_all(t), undo;

	if (!err)
		err = send_all(t, scratch);
	undo = unguard_all(t);
	return err ? err : undo;
}
