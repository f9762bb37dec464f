/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of the Bt878's camera, as the FIFO holds them. */
#include <string.h>

#include "bt878_private.h"

/* ---- geometry ---- */

/* A register of the field, even or odd. */
static uint32_t field_reg(const struct bt878 *b, uint32_t offset)
{
	return reg(b, offset + (b->field.even ? 0 : REG_ODD));
}

/* A number of 10 bits: the low ones have a register, the high ones are in CROP. */
static uint32_t crop_reg(const struct bt878 *b, uint32_t low, unsigned int shift)
{
	return field_reg(b, low) | (field_reg(b, REG_CROP) >> shift & 3) << 8;
}

/* Lines that the vertical scaler gives out. */
static uint32_t scaled_lines(const struct bt878 *b)
{
	uint32_t scale = (field_reg(b, REG_VSCALE_HI) & 0x1f) << 8 | field_reg(b, REG_VSCALE_LO);

	return crop_reg(b, REG_VACTIVE_LO, 4) / 2 * 512 / (512 + ((0x10000 - scale) & 0x1fff));
}

/* Bytes of a line of @width pixels in a colour format, by plane; none: not known. */
static void line_bytes(uint32_t format, uint32_t width, uint32_t bytes[PLANES])
{
	static const uint8_t halves[] = { 8, 6, 4, 4, 4, 3, 2, 2, 2, 2 };	/* of a pixel's bytes */

	memset(bytes, 0, PLANES * sizeof(*bytes));
	if (format < sizeof(halves))
		bytes[0] = width * halves[format] / 2;
	if (format == 8 || format == 9)
		bytes[1] = bytes[2] = width / (format == 8 ? 2 : 4);
}

static void add_section(struct field *field, const struct section *section)
{
	if (!section->lines || !section->bytes[0])
		return;
	field->section[field->sections++] = *section;
	field->lines += section->lines;
}

/* Raw data of the blanking interval: the lines between vertical sync and the picture. */
static void add_vbi(struct bt878 *b)
{
	uint32_t words = reg(b, REG_VBI_PACK_SIZE) | (reg(b, REG_VBI_PACK_DEL) & 1) << 8;
	struct section vbi = {
		.mode = FIFO_FM1, .lines = crop_reg(b, REG_VDELAY_LO, 6) / 2,
		.bytes = { words * 4 }, .plane = BT878_PLANE_VBI,
	};

	if (reg(b, REG_CAP_CTL) & (b->field.even ? 4 : 8))
		add_section(&b->field, &vbi);
}

static void add_picture(struct bt878 *b)
{
	uint32_t format = reg(b, REG_COLOR_FMT) >> (b->field.even ? 0 : 4) & 0xf;
	uint32_t control = reg(b, REG_COLOR_CTL) >> (b->field.even ? 0 : 1);
	struct section picture = { .mode = FIFO_FM1, .lines = scaled_lines(b) };
	uint32_t less = 0;

	if (!(reg(b, REG_CAP_CTL) & (b->field.even ? 1 : 2)))
		return;
	line_bytes(format, crop_reg(b, REG_HACTIVE_LO, 0), picture.bytes);
	if (picture.bytes[1])
		picture.mode = FIFO_FM3;
	else
		picture.swap = (control & 1 ? BT878_PATTERN_BSWAP : 0) |
			       (control & 4 ? BT878_PATTERN_WSWAP : 0);
	if (bt878_fault(b, FAULT_SHORT, &less))
		picture.lines -= less < picture.lines ? less : picture.lines;
	add_section(&b->field, &picture);
}

/* ---- a field ---- */

static uint32_t number(struct bt878 *b)
{
	/* an even field that comes first is one of a frame of its own */
	if (!b->field.even || !b->frame)
		b->frame++;
	return b->frozen ? b->still : b->frame - 1;
}

void bt878_field_begin(struct bt878 *b)
{
	struct field *field = &b->field, old = *field;

	if (b->engine.on && !b->engine.syncing && old.taken < old.lines) {
		b->overruns++;
		bt878_raise(b, INT_FBUS);
	}
	*field = (struct field){ .even = !old.even };
	field->frame = number(b);
	field->input = reg(b, REG_IFORM) >> 5;
	b->fields++;
	b->engine.in_line = false;
	if (b->linger) {
		/* a device that does not stop goes on as it was */
		field->sections = old.sections;
		field->lines = old.lines;
		memcpy(field->section, old.section, sizeof(old.section));
	} else if (!(reg(b, REG_GPIO_DMA_CTL) & CTL_FIFO_ENABLE)) {
		return;
	} else if (!b->blank) {
		add_vbi(b);
		add_picture(b);
	}
	field->vr = true;
	field->mode = field->sections > 0;
	field->arrived = b->pace == PACE_REAL ? 0 : field->lines;
	bt878_fault(b, FAULT_OVERRUN, &field->lost);
}

/* ---- the FIFO ---- */

enum token bt878_head(const struct field *field)
{
	if (field->vr)
		return TOKEN_VR;
	if (field->mode)
		return TOKEN_MODE;
	return field->taken < field->arrived ? TOKEN_LINE : TOKEN_NONE;
}

enum fifo_code bt878_code(const struct field *field)
{
	if (field->vr)
		return field->even ? FIFO_VRO : FIFO_VRE;
	return field->section[field->at].mode;
}

void bt878_drop(struct field *field)
{
	if (field->vr) {
		field->vr = false;
	} else if (field->mode) {
		field->mode = false;
	} else {
		memset(field->byte, 0, sizeof(field->byte));
		field->taken++;
		if (++field->line < field->section[field->at].lines)
			return;
		field->line = 0;
		field->mode = ++field->at < field->sections;
	}
}

void bt878_take(struct field *field, unsigned int plane, uint8_t *to, uint32_t count)
{
	const struct section *section = &field->section[field->at];
	const struct bt878_place place = {
		.frame = field->frame, .line = field->line * 2 + field->even,
		.plane = section->plane + plane, .input = field->input,
	};
	uint32_t i, x, word = 0, at = UINT32_MAX;

	for (i = 0; i < count; i++) {
		x = field->byte[plane]++ ^ section->swap;
		if (x / 4 != at) {
			at = x / 4;
			word = bt878_word(&place, at);
		}
		to[i] = word >> x % 4 * 8;
	}
}
