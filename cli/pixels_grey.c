/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grey, and Bayer taken as grey: numbers in some packing. */
#include <string.h>

#include "pixels_source.h"

static enum unpack_kind packing(const struct pixels *p)
{
	return (enum unpack_kind)p->source->arg[0];
}

/* Are the device's samples the file's samples? */
static bool same_samples(const struct pixels *p)
{
	const struct store *store = &p->store;

	switch (packing(p)) {
	case UNPACK_8:
		return store->kind == STORE_8;
	case UNPACK_16BE:
		return store->kind == STORE_16BE && p->source->depth == 16;
	case UNPACK_16LE:
		return store->kind == STORE_16LE && p->source->depth == 16;
	default:
		return false;
	}
}

static int grey_open(struct pixels *p)
{
	p->in_place = same_samples(p);
	return pixels_scratch(p, p->width, sizeof(uint16_t), 1);
}

static void grey_rows(struct pixels *p, uint32_t first, uint32_t rows, uint8_t *out)
{
	uint16_t *numbers = (uint16_t *)(void *)p->scratch;
	uint32_t row;

	for (row = first; row < first + rows; row++, out += p->row_bytes) {
		if (p->in_place) {
			memcpy(out, pixels_source_row(p, row), p->row_bytes);
			continue;
		}
		p->path->unpack(packing(p), p->source->depth, pixels_source_row(p, row), numbers,
				p->width);
		p->path->store(&p->store, numbers, out, p->width);
	}
}

const struct pixels_family pixels_grey = {
	.rank = 8,
	.linear = true,
	.open = grey_open,
	.rows = grey_rows,
};

const struct pixels_family pixels_bayer_grey = {
	.rank = 3,
	.linear = true,
	.open = grey_open,
	.rows = grey_rows,
};
