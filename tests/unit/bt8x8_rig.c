/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "bt8x8_rig.h"
#include "random.h"
#include "unit.h"

#define PROGRAM_BUS 0x10000000u
#define FRAMES_BUS 0x20000000u

static struct rig_piece *find_piece(struct rig *rig, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < rig->pieces; i++) {
		struct rig_piece *p = &rig->piece[i];

		if (addr >= p->segment.addr && addr - p->segment.addr < p->segment.bytes)
			return p;
	}
	return NULL;
}

static void store(void *arg, uint32_t addr, uint8_t byte)
{
	static struct rig_piece *last;
	struct rig *rig = arg;
	uint32_t at;

	if (!last || last < rig->piece || last >= rig->piece + rig->pieces ||
	    addr < last->segment.addr || addr - last->segment.addr >= last->segment.bytes)
		last = find_piece(rig, addr);
	assert_non_null(last);
	assert_true(last->open);
	at = last->offset + (addr - (uint32_t)last->segment.addr);
	rig->bytes[last->frame][at] = byte;
	rig->hits[last->frame][at]++;
}

void rig_serve(struct rig *rig)
{
	const struct grabber_device *d = rig->g->device;
	uint32_t flags;

	while (d->event(rig->g, &flags)) {
		rig->events |= flags;
		while (d->finished(rig->g, &rig->told[rig->told_count]))
			rig->told_count++;
		if (rig->served)
			rig->served(rig);
	}
}

static void irq(void *arg)
{
	rig_serve(arg);
}

struct rig *rig_new(void)
{
	static const struct grabber_io io = { .read = chip_read, .write = chip_write };
	struct rig *rig = calloc(1, sizeof(*rig));

	rig->chip.program = rig->program;
	rig->chip.program_bus = PROGRAM_BUS;
	rig->chip.program_bytes = sizeof(rig->program);
	rig->chip.store = store;
	rig->chip.irq = irq;
	rig->chip.arg = rig;
	chip_reset(&rig->chip);
	rig->g = calloc(1, bt8x8_grabber.size);
	rig->g->device = &bt8x8_grabber;
	rig->g->io = &io;
	rig->g->ctx = &rig->chip;
	assert_int_equal(bt8x8_grabber.init(rig->g), 0);
	return rig;
}

static void free_frames(struct rig *rig)
{
	unsigned int i;

	for (i = 0; i < RIG_FRAMES; i++) {
		free(rig->bytes[i]);
		free(rig->hits[i]);
	}
}

void rig_free(struct rig *rig)
{
	free_frames(rig);
	free(rig->g);
	free(rig);
}

void rig_mode(struct rig *rig, const struct grabber_mode *wish, uint32_t slots, uint32_t chunks)
{
	const struct grabber_device *d = rig->g->device;
	struct grabber_memory memory = { .cpu = rig->program, .bus = PROGRAM_BUS };
	unsigned int i;

	d->halt(rig->g);
	chip_reset(&rig->chip);
	d->set_mode(rig->g, wish);
	memory.bytes = d->memory_bytes(rig->g, slots, chunks, RIG_SEGMENTS);
	assert_in_range(memory.bytes, 1, sizeof(rig->program));
	memset(rig->program, 0xff, sizeof(rig->program));
	rig->chip.program_bytes = memory.bytes;
	d->prepare(rig->g, &memory, slots, chunks, RIG_SEGMENTS);
	rig->slots = slots;
	rig->chunks = chunks;
	rig->pieces = rig->told_count = 0;
	rig->events = 0;
	rig->next_bus = FRAMES_BUS;
	free_frames(rig);
	for (i = 0; i < RIG_FRAMES; i++) {
		rig->bytes[i] = calloc(1, rig->g->mode.bytes);
		rig->hits[i] = calloc(1, rig->g->mode.bytes);
	}
}

struct grabber_mode rig_random_mode(struct rig *rig)
{
	struct grabber_mode mode = { .field = random_between(0, 3) };
	struct grabber_format f;
	uint32_t count = 0;

	while (!bt8x8_grabber.format(rig->g, count, &f))
		count++;
	assert_int_equal(bt8x8_grabber.format(rig->g, random_number() % count, &f), 0);
	mode.fourcc = f.fourcc;
	/* often an edge, and mostly small: the test is to look at many */
	mode.width = random_number() % 8 ? random_between(f.width_min, 200) : f.width_max;
	mode.height = random_number() % 8 ? random_between(f.height_min, 130) : f.height_max;
	return mode;
}

unsigned int rig_scatter(struct rig *rig, unsigned int frame, uint32_t offset, uint32_t bytes,
			 unsigned int max, struct grabber_segment *segments)
{
	const uint32_t align = rig->g->mode.align, largest = bytes / max / align * align + align;
	unsigned int count = 0;

	while (bytes) {
		uint32_t n = count + 1 == max ? bytes : random_between(1, 2 * largest / align) * align;
		struct rig_piece *p = &rig->piece[rig->pieces++];

		if (n > bytes)
			n = bytes;
		rig->next_bus += random_between(0, 64) * align;
		*p = (struct rig_piece){
			.segment = { .addr = rig->next_bus, .bytes = n },
			.offset = offset, .frame = frame, .step = rig->step, .open = true,
		};
		segments[count++] = p->segment;
		rig->next_bus += n;
		offset += n;
		bytes -= n;
		assert_true(rig->pieces < RIG_FRAMES * RIG_SEGMENTS);
	}
	return count;
}

uint64_t rig_queue(struct rig *rig, unsigned int frame, unsigned int max)
{
	const struct grabber_device *d = rig->g->device;
	struct grabber_segment segments[RIG_SEGMENTS];
	int64_t number = d->begin(rig->g, 1);
	unsigned int count;

	assert_true(number > 0);
	count = rig_scatter(rig, frame, 0, rig->g->mode.bytes, max, segments);
	assert_int_equal(d->load(rig->g, number, 0, segments, count), 0);
	return number;
}

void rig_close(struct rig *rig, unsigned int frame, unsigned int step)
{
	unsigned int i;

	for (i = 0; i < rig->pieces; i++)
		if (rig->piece[i].frame == frame && (step == RIG_ALL || rig->piece[i].step == step))
			rig->piece[i].open = false;
}

/* ---- what must be in a frame ---- */


/* The field and the line of it that a row of a plane comes from. */
static void source_of(const struct grabber_mode *m, uint32_t plane, uint32_t row, bool *even,
		      uint32_t *line)
{
	const bool halved = plane && m->lines[plane] < m->lines[0];

	*even = m->field == GRABBER_FIELD_BOTTOM;
	*line = halved ? 2 * row + *even : row;
	if (m->field != GRABBER_FIELD_WOVEN)
		return;
	*even = row & 1;
	/* woven: rows of chroma are of both fields in turn, each field has every other line's */
	*line = halved ? row : row / 2;
}

static uint32_t chip_plane(const struct grabber_mode *m, uint32_t plane)
{
	return plane && m->fourcc == GRABBER_FOURCC('Y', 'V', '1', '2') ? 3 - plane : plane;
}

void rig_check(struct rig *rig, unsigned int frame, uint32_t number)
{
	const struct grabber_mode *m = &rig->g->mode;
	uint32_t plane, row, x, line, at;
	bool even;

	for (plane = 0; plane < m->planes; plane++)
		for (row = 0; row < m->lines[plane]; row++) {
			source_of(m, plane, row, &even, &line);
			for (x = 0; x < m->stride[plane]; x++) {
				at = m->offset[plane] + row * m->stride[plane] + x;
				if (rig->hits[frame][at] != 1 ||
				    rig->bytes[frame][at] != chip_byte(number, even, chip_plane(m, plane), line, x))
					fail_msg("frame %u, plane %u, row %u, byte %u: %u times, 0x%02x",
						 number, plane, row, x, rig->hits[frame][at],
						 rig->bytes[frame][at]);
			}
		}
	at = m->planes - 1;
	assert_int_equal(m->bytes, m->offset[at] + m->stride[at] * m->lines[at]);
}
