/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One PNG picture as a frame, to the bit: without gamma, without scaling.  The
 * only file of the library that knows libpng, which leaves by longjmp() when
 * something fails.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

#include "file.h"

struct reading {
	const char *name;
	FILE *file;
	png_structp png;
	png_infop info;
	uint8_t *row;
	uint64_t at;		/* in the frame */
	int err;
	char why[96];
};

static void on_error(png_structp png, png_const_charp why)
{
	struct reading *r = png_get_error_ptr(png);

	snprintf(r->why, sizeof(r->why), "%s", why);
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp why)
{
}

static int damaged(const struct reading *r)
{
	return fail(-EBADMSG, "file: %s: %s; the picture is damaged, leave it out or make it anew", r->name,
		    r->why);
}

static int begin(struct reading *r, const char *name)
{
	uint64_t length;
	int fd, err;

	*r = (struct reading){ .name = name };
	err = recording_open_file(name, &fd, &length);
	if (err)
		return err;
	r->file = fdopen(fd, "r");
	if (!r->file) {
		close(fd);
		return fail(-ENOMEM, "file: no memory to read %s", name);
	}
	r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, on_error, on_warning);
	r->info = r->png ? png_create_info_struct(r->png) : NULL;
	return r->info ? 0 : fail(-ENOMEM, "file: no memory to read %s", name);
}

static void end(struct reading *r)
{
	if (r->png)
		png_destroy_read_struct(&r->png, &r->info, NULL);
	if (r->file)
		fclose(r->file);
	free(r->row);
}

static int read_head(struct reading *r)
{
	if (setjmp(png_jmpbuf(r->png)))
		return damaged(r);
	png_init_io(r->png, r->file);
	png_read_info(r->png, r->info);
	return 0;
}

/* ---- what it is ---- */

/* How many bits of 16 mean something: 10, 12 and 14 have formats of their own. */
static uint8_t grey_bits(const struct reading *r)
{
	png_color_8p significant;

	if (!png_get_sBIT(r->png, r->info, &significant))
		return 16;
	switch (significant->gray) {
	case 10:
	case 12:
	case 14:
		return significant->gray;
	default:
		return 16;
	}
}

static uint32_t fourcc_of(const struct reading *r)
{
	const bool deep = png_get_bit_depth(r->png, r->info) == 16;

	switch (png_get_color_type(r->png, r->info)) {
	case PNG_COLOR_TYPE_GRAY:
		return !deep ? CAPTURE_FOURCC('G', 'R', 'E', 'Y') :
		       CAPTURE_FOURCC('Y', '1', '0' + grey_bits(r) - 10, ' ');
	case PNG_COLOR_TYPE_PALETTE:
		return CAPTURE_FOURCC('R', 'G', 'B', '3');
	case PNG_COLOR_TYPE_RGB:
		return deep ? 0 : CAPTURE_FOURCC('R', 'G', 'B', '3');
	case PNG_COLOR_TYPE_RGB_ALPHA:
		return deep ? 0 : CAPTURE_FOURCC('A', 'B', '2', '4');
	default:
		return 0;
	}
}

static int find_format(const struct reading *r, struct capture_format *f)
{
	int err;

	*f = (struct capture_format){
		.width = png_get_image_width(r->png, r->info),
		.height = png_get_image_height(r->png, r->info),
		.fourcc = fourcc_of(r),
	};
	if (!f->fourcc)
		return fail(-EOPNOTSUPP, "file: %s has colours of 16 bits, or grey with transparency, which are not read; convert it, such as with ffmpeg -pix_fmt rgb24",
			    r->name);
	if (png_get_interlace_type(r->png, r->info) != PNG_INTERLACE_NONE)
		return fail(-EOPNOTSUPP, "file: %s is interlaced; convert it, such as with convert -interlace none",
			    r->name);
	err = capture_format_layout(f);
	return err ? fail_in(err, "file: %s: ", r->name) : 0;
}

int picture_format(const char *name, struct capture_format *f)
{
	struct reading r;
	int err = begin(&r, name);

	if (!err)
		err = read_head(&r);
	if (!err)
		err = find_format(&r, f);
	end(&r);
	return err;
}

/* ---- its pixels ---- */

static void set_transformations(const struct reading *r)
{
	png_color_8p significant;

	png_set_expand_gray_1_2_4_to_8(r->png);
	if (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_PALETTE)
		png_set_palette_to_rgb(r->png);
	if (png_get_bit_depth(r->png, r->info) < 16)
		return;
	if (grey_bits(r) < 16 && png_get_sBIT(r->png, r->info, &significant))
		png_set_shift(r->png, significant);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		png_set_swap(r->png);
}

static int read_rows(struct reading *r, const struct capture_format *f, recording_piece_fn *each,
		     void *arg)
{
	const uint32_t stride = f->plane[0].stride;

	if (setjmp(png_jmpbuf(r->png)))
		return damaged(r);
	set_transformations(r);
	png_read_update_info(r->png, r->info);
	if (png_get_rowbytes(r->png, r->info) > stride)
		png_error(r->png, "rows are longer than they should be");
	r->row = malloc(stride);
	if (!r->row)
		return fail(-ENOMEM, "file: no memory to read %s", r->name);
	for (r->at = 0; r->at < f->size && !r->err; r->at += stride) {
		png_read_row(r->png, r->row, NULL);
		r->err = each(arg, r->at, r->row, stride);
	}
	if (!r->err)
		png_read_end(r->png, NULL);
	return r->err;
}

int picture_read(const char *name, const struct capture_format *f, recording_piece_fn *each, void *arg)
{
	struct capture_format found;
	struct reading r;
	int err = begin(&r, name);

	if (!err)
		err = read_head(&r);
	if (!err)
		err = find_format(&r, &found);
	if (!err && (found.fourcc != f->fourcc || found.width != f->width || found.height != f->height))
		err = fail(-EBADMSG, "file: %s has become a picture of another kind; do not write to what is played",
			   name);
	if (!err)
		err = read_rows(&r, f, each, arg);
	end(&r);
	return err;
}
