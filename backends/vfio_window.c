/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bounded window of chunks in the IOMMU.
 *
 * The grabber comes by in steps (grabber.h), each of which needs one chunk; the
 * queued frames are one long row of steps.  Held are the first chunks of that row
 * that are different, from where the device is now: never more than the window.
 * A chunk whose step is behind the device and that is not soon to come again is
 * unmapped before the next one is mapped.
 *
 *	steps	a0 a1 a2 | a0 a1 a2 | b0 b1 ...		frames a, b of 3 chunks, two fields
 *	           ^ device
 *	window 2   a1 a2   held; a0 is next, when a1 is done
 *
 * Pictures in planes are written to in several places at once, so they take all
 * their chunks in one step.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chunk.h"
#include "vfio.h"

static bool is_split(const struct vfio_session *v)
{
	return v->grabber->mode.split;
}

/* Where a chunk lies in the frame. */
static uint64_t chunk_at(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t chunk,
			 uint64_t *bytes)
{
	const uint64_t max = v->session->config.chunk, start = (uintptr_t)b->target;
	const uint64_t from = chunk ? ((start & ~(max - 1)) + chunk * max) - start : 0;
	const uint64_t next = ((start & ~(max - 1)) + (chunk + 1) * max) - start;

	*bytes = (next < v->format.size ? next : v->format.size) - from;
	return from;
}

static uint32_t steps_of(const struct vfio_session *v, const struct vfio_buffer *b)
{
	return is_split(v) ? grabber_steps(v->grabber, b->chunks) : 1;
}

static uint32_t first_chunk(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t step)
{
	return is_split(v) ? step % b->chunks : 0;
}

static uint32_t chunks_in_step(const struct vfio_session *v, const struct vfio_buffer *b)
{
	return is_split(v) ? 1 : b->chunks;
}

int vfio_window_chunks(struct vfio_session *v, struct vfio_buffer *b)
{
	const struct capture_config *config = &v->session->config;

	b->chunks = vfio_windowed(v) ?
		    (uint32_t)chunk_count((uintptr_t)b->target, v->format.size, config->chunk) : 1;
	if (is_split(v) || b->chunks <= config->window || !vfio_windowed(v))
		return 0;
	return fail(-EOPNOTSUPP, "vfio:%s: a picture in planes needs its %u chunks all at once, but the window is %u; choose a packed format, or a larger window or chunk",
		    v->device.address, b->chunks, config->window);
}

uint64_t vfio_window_whole(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t steps)
{
	const uint32_t all = steps_of(v, b);
	uint64_t bytes, from;
	uint32_t whole;

	if (steps >= all)
		return v->format.size;
	/* a chunk is whole when the device came by for the last time */
	whole = steps + b->chunks > all ? steps + b->chunks - all : 0;
	from = chunk_at(v, b, whole, &bytes);
	return from;
}

/* ---- what is held ---- */

static struct vfio_held *find(struct vfio_held *list, uint32_t count, const struct vfio_buffer *b,
			      uint32_t chunk)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (list[i].buffer == b && list[i].chunk == chunk)
			return &list[i];
	return NULL;
}

static void unhold(struct vfio_session *v, struct vfio_held *held)
{
	uint64_t bytes, from = chunk_at(v, held->buffer, held->chunk, &bytes);
	int err = vfio_unmap(v, held->buffer, from, bytes);

	*held = v->held[--v->held_count];
	if (err)
		vfio_give_up(v, VFIO_DEAD, "cannot unmap memory: %s", strerror(-err));
}

void vfio_window_drop(struct vfio_session *v, struct vfio_buffer *b)
{
	uint32_t i = 0;

	while (i < v->held_count) {
		if (v->held[i].buffer == b)
			unhold(v, &v->held[i]);
		else
			i++;
	}
}

/* ---- what comes ---- */

struct row {
	struct vfio_held *list;		/* as many as the window */
	uint32_t count;
};

/* False: there is no room for all chunks of the step. */
static bool add_step(const struct vfio_session *v, struct row *row, struct vfio_buffer *b, uint32_t step)
{
	const uint32_t first = first_chunk(v, b, step), count = chunks_in_step(v, b);
	uint32_t i;

	for (i = first; i < first + count; i++) {
		if (find(row->list, row->count, b, i))
			continue;
		if (row->count == v->session->config.window)
			return false;
		row->list[row->count++] = (struct vfio_held){ b, i };
	}
	return true;
}

static void look_ahead(const struct vfio_session *v, struct row *row)
{
	const struct grabber *g = v->grabber;
	struct vfio_buffer *b;
	uint32_t step;

	for (b = v->queued.head; b; b = b->next) {
		step = g->at == b->number ? g->at_step : 0;
		for (; step < steps_of(v, b) && !b->error; step++)
			if (!add_step(v, row, b, step))
				return;
	}
}

static void let_go(struct vfio_session *v, const struct row *row)
{
	uint32_t i = 0;

	while (i < v->held_count) {
		if (find(row->list, row->count, v->held[i].buffer, v->held[i].chunk))
			i++;
		else
			unhold(v, &v->held[i]);
	}
}

static void hold(struct vfio_session *v, const struct row *row)
{
	uint64_t bytes, from;
	uint32_t i;
	int err;

	for (i = 0; i < row->count; i++) {
		struct vfio_buffer *b = row->list[i].buffer;

		if (b->error || find(v->held, v->held_count, b, row->list[i].chunk))
			continue;
		from = chunk_at(v, b, row->list[i].chunk, &bytes);
		err = vfio_map(v, b, from, bytes);
		if (err)
			b->error = err;
		else
			v->held[v->held_count++] = row->list[i];
	}
}

/* ---- loading ---- */

static bool is_held(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t step)
{
	const uint32_t first = first_chunk(v, b, step);
	uint32_t i;

	for (i = first; i < first + chunks_in_step(v, b); i++)
		if (!find(v->held, v->held_count, b, i))
			return false;
	return true;
}

static void step_at(const struct vfio_session *v, const struct vfio_buffer *b, uint32_t step,
		    uint64_t *from, uint64_t *bytes)
{
	if (is_split(v)) {
		*from = chunk_at(v, b, first_chunk(v, b, step), bytes);
		return;
	}
	*from = 0;
	*bytes = v->format.size;
}

static int load_held(struct vfio_session *v, struct vfio_buffer *b)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct grabber_segment segment;
	uint64_t from, bytes;

	step_at(v, b, b->loaded, &from, &bytes);
	segment = (struct grabber_segment){
		.addr = b->iova + ((uintptr_t)b->target & (page - 1)) + from, .bytes = (uint32_t)bytes,
	};
	b->segments++;
	return v->grabber->device->load(v->grabber, b->number, (uint32_t)from, &segment, 1);
}

/*
 * A device that waits would wait for ever, and one that does not must not write to
 * what is not mapped: the rest of the frame goes where nobody looks.
 */
static int load_sink(struct vfio_session *v, struct vfio_buffer *b)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct grabber_segment *segments;
	uint64_t from, bytes, done;
	uint32_t count = 0;
	int err;

	step_at(v, b, b->loaded, &from, &bytes);
	segments = calloc(bytes / page + 1, sizeof(*segments));
	if (!segments)
		return -ENOMEM;
	for (done = 0; done < bytes; done += segments[count++].bytes)
		segments[count] = (struct grabber_segment){
			.addr = v->sink, .bytes = (uint32_t)(bytes - done < page ? bytes - done : page),
		};
	err = v->grabber->device->load(v->grabber, b->number, (uint32_t)from, segments, count);
	free(segments);
	return err;
}

/* False: what comes next is not held yet. */
static bool load_one(struct vfio_session *v, struct vfio_buffer *b)
{
	int err;

	if (!b->error && !is_held(v, b, b->loaded))
		return false;
	err = b->error ? load_sink(v, b) : load_held(v, b);
	if (err == -ESTALE) {
		/* the frame is over, the device says so soon */
		b->loaded = steps_of(v, b);
		return true;
	}
	if (err) {
		vfio_give_up(v, VFIO_DEAD, "a part of a frame cannot be programmed: %s", strerror(-err));
		return false;
	}
	b->loaded++;
	return true;
}

void vfio_window_move(struct vfio_session *v)
{
	struct row row = { v->held + v->session->config.window, 0 };
	struct vfio_buffer *b;

	look_ahead(v, &row);
	let_go(v, &row);
	hold(v, &row);
	for (b = v->queued.head; b && v->health == VFIO_WELL; b = b->next)
		while (b->loaded < steps_of(v, b))
			if (!load_one(v, b))
				return;
}
