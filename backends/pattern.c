/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames as bytes: any piece of any frame, made on demand a row at a time. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "pattern.h"
#include "pattern_jpeg.h"
#include "pattern_pack.h"
#include "pattern_picture.h"

/* a width is rounded up to at most the next multiple of 4, and groups are filled with 8 zeros */
#define ROW_SPARE 12

const char *const pattern_names[] = {
	"scene", "bars", "checkers", "ramp", "black", "white", "noise", "bytes", NULL,
};

struct pattern {
	struct capture_format format;
	const struct capture_pixel_format *pixels;
	const struct pack *pack;
	uint32_t wide;			/* width in whole units */
	struct pattern_look look;
	uint32_t number;
	struct picture picture;
	struct rgb_row row[2];
	struct pack_work work;
	/* the row that a piece ended in: the next piece begins in it */
	uint8_t *kept;
	uint32_t kept_plane, kept_line;
	bool have_kept;
	struct jpeg *jpeg;		/* compressed formats only */
	const uint8_t *data;
};

bool pattern_can(uint32_t fourcc)
{
	return pack_find(fourcc) != NULL;
}

int pattern_layout(struct capture_format *format)
{
	const struct pack *pack = pack_find(format->fourcc);
	char name[20];
	int err;

	if (!pack)
		return fail(-EOPNOTSUPP, "no picture can be made in %s",
			    capture_fourcc_name(format->fourcc, name));
	if (pack->family != PACK_JPEG) {
		err = capture_format_layout(format);
		if (!err && (pack->family == PACK_YUV422 || pack->family == PACK_SEMI ||
			     pack->family == PACK_PLANAR))
			format->flags |= CAPTURE_FORMAT_LIMITED_RANGE;
		return err;
	}
	format->flags |= CAPTURE_FORMAT_COMPRESSED;
	format->planes = 1;
	memset(format->plane, 0, sizeof(format->plane));
	format->size = jpeg_size_max(format->width, format->height);
	if (!format->size)
		return fail(-EINVAL, "%ux%u is no size for JPEG", format->width, format->height);
	return 0;
}

static int new_rows(struct pattern *p)
{
	size_t room = p->wide + ROW_SPARE;
	uint16_t *all = calloc((6 + PACK_WORK_ROWS) * room, sizeof(*all));
	unsigned int i;

	if (!all)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		p->row[i].r = all + (3 * i) * room;
		p->row[i].g = all + (3 * i + 1) * room;
		p->row[i].b = all + (3 * i + 2) * room;
	}
	p->work.rows = all + 6 * room;
	p->work.room = room;
	return 0;
}

int pattern_new(const struct capture_format *format, struct pattern **out)
{
	struct pattern *p = calloc(1, sizeof(*p));
	int err = -ENOMEM;
	uint32_t i, longest = 1;

	if (!p)
		return fail(-ENOMEM, "no memory for a picture");
	p->format = *format;
	p->pixels = capture_pixel_format_find(format->fourcc);
	p->pack = pack_find(format->fourcc);
	if (!p->pixels || !p->pack) {
		err = -EOPNOTSUPP;
		goto free_it;
	}
	p->wide = (format->width + p->pixels->align - 1) / p->pixels->align * p->pixels->align;
	for (i = 0; i < format->planes; i++)
		if (format->plane[i].stride > longest)
			longest = format->plane[i].stride;
	p->kept = malloc(longest);
	if (!p->kept || new_rows(p) || picture_init(&p->picture, format->width, format->height))
		goto free_it;
	if (p->pack->family == PACK_JPEG) {
		err = jpeg_new(format->width, format->height, &p->jpeg);
		if (err)
			goto free_it;
	}
	*out = p;
	return 0;

free_it:
	pattern_free(p);
	return fail(err, "cannot make pictures of %ux%u: %m", format->width, format->height);
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	jpeg_free(p->jpeg);
	picture_fini(&p->picture);
	free(p->row[0].r);
	free(p->kept);
	free(p);
}

/* ---- bytes ---- */

static uint32_t line_key(uint32_t seed, uint32_t number, uint32_t line)
{
	return pattern_mix(pattern_mix(pattern_mix(seed ^ 0x62797465) + number) + line);
}

uint8_t pattern_byte(uint32_t seed, uint32_t number, uint32_t line, uint32_t column)
{
	uint32_t word = pattern_mix(line_key(seed, number, line) + column / 4);

	return word >> 8 * (column % 4);
}

static void bytes_row(uint32_t key, uint32_t count, uint8_t *out)
{
	uint32_t i, word;

	for (i = 0; i < count / 4; i++) {
		word = htole32(pattern_mix(key + i));
		memcpy(out + 4 * i, &word, 4);
	}
	word = htole32(pattern_mix(key + i));
	memcpy(out + 4 * i, &word, count % 4);
}

/* ---- pictures ---- */

static void repeat_last(uint16_t *v, uint32_t width, uint32_t wide)
{
	for (; width < wide; width++)
		v[width] = v[width - 1];
}

static void draw_row(struct pattern *p, uint32_t y, const struct rgb_row *row)
{
	uint32_t width = p->format.width;

	picture_row(&p->picture, y, row);
	repeat_last(row->r, width, p->wide);
	repeat_last(row->g, width, p->wide);
	repeat_last(row->b, width, p->wide);
}

static void picture_bytes(struct pattern *p, uint32_t plane, uint32_t line, uint8_t *out)
{
	uint32_t stride = p->format.plane[plane].stride, y;
	struct rgb_row rows[2] = { p->row[0], p->row[0] };
	size_t bytes;

	if (pack_rows(p->pack, p->pixels, plane, line, &y) > 1 && y + 1 < p->format.height) {
		rows[1] = p->row[1];
		draw_row(p, y + 1, &rows[1]);
	}
	draw_row(p, y, &rows[0]);
	bytes = pack_row(p->pack, p->pixels, plane, line, rows, p->wide, &p->work, out);
	memset(out + bytes, 0, stride - bytes);
}

static void make_row(struct pattern *p, uint32_t plane, uint32_t line, uint8_t *out)
{
	uint32_t total = line, i;

	if (p->look.kind != PATTERN_BYTES) {
		picture_bytes(p, plane, line, out);
		return;
	}
	for (i = 0; i < plane; i++)
		total += p->format.plane[i].lines;
	bytes_row(line_key(p->look.seed, p->number, total), p->format.plane[plane].stride, out);
}

static int compress(struct pattern *p, uint64_t *bytes)
{
	uint32_t y, width = p->format.width;
	size_t size = 0;
	int err;

	for (y = 0; y < p->format.height; y++) {
		if (p->look.kind == PATTERN_BYTES) {
			bytes_row(line_key(p->look.seed, p->number, y), 3 * width,
				  jpeg_row(p->jpeg, y));
			continue;
		}
		picture_row(&p->picture, y, &p->row[0]);
		pack_rgb(&p->row[0], width, jpeg_row(p->jpeg, y));
	}
	err = jpeg_compress(p->jpeg, &p->data, &size);
	*bytes = size;
	return err;
}

int pattern_begin(struct pattern *p, const struct pattern_look *look, uint32_t number,
		  uint64_t *bytes)
{
	int err;

	p->look = *look;
	p->number = number;
	p->have_kept = false;
	err = picture_begin(&p->picture, look, number);
	if (err)
		return fail(err, "no memory for a picture");
	if (p->jpeg)
		return compress(p, bytes);
	*bytes = p->format.size;
	return 0;
}

void pattern_place(const struct capture_format *format, uint64_t offset, uint32_t *plane,
		   uint32_t *line, uint64_t *column)
{
	uint32_t i = format->planes - 1;

	while (i && offset < format->plane[i].offset)
		i--;
	*plane = i;
	*line = 0;
	*column = offset - format->plane[i].offset;
	if (format->plane[i].stride) {
		*line = *column / format->plane[i].stride;
		*column %= format->plane[i].stride;
	}
}

static const uint8_t *keep_row(struct pattern *p, uint32_t plane, uint32_t line)
{
	if (!p->have_kept || p->kept_plane != plane || p->kept_line != line) {
		make_row(p, plane, line, p->kept);
		p->kept_plane = plane;
		p->kept_line = line;
		p->have_kept = true;
	}
	return p->kept;
}

void pattern_read(struct pattern *p, uint64_t offset, size_t len, uint8_t *out)
{
	uint32_t plane, line, stride;
	uint64_t column;
	size_t part;

	if (p->jpeg) {
		memcpy(out, p->data + offset, len);
		return;
	}
	for (; len; offset += part, out += part, len -= part) {
		pattern_place(&p->format, offset, &plane, &line, &column);
		stride = p->format.plane[plane].stride;
		part = stride - column < len ? stride - column : len;
		if (part == stride)
			make_row(p, plane, line, out);
		else
			memcpy(out, keep_row(p, plane, line) + column, part);
	}
}
