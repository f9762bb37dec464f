/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that knows libtiff. */
#include "tiff_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "picture_text.h"
#include "words.h"

#define TAGS_BYTES 2048		/* of a directory with its texts, without the places of strips */

struct tiff_page {
	TIFFOpenOptions *options;
	/* of the page at hand, the file as libtiff sees it */
	struct sink *sink;
	uint64_t begin;			/* what stands before is not ours */
	uint64_t pixels_end;
	uint64_t position;
	bool at_directory;		/* all pixels are written */
	bool big;
	int error;
	/* the directory */
	size_t room, length;
	uint8_t directory[];
};

/* ---- a file for libtiff ------------------------------------------------- */

static tmsize_t read_file(thandle_t handle, void *data, tmsize_t length)
{
	return 0;
}

/* Into the directory; it may be longer than what is there already, and then has a gap of zeros. */
static bool keep(struct tiff_page *p, const void *data, size_t length)
{
	uint64_t at = p->position - p->pixels_end;

	if (at > p->room || length > p->room - at) {
		p->error = say_why(-EOVERFLOW, "tiff: a directory of more than %zu bytes", p->room);
		return false;
	}
	memcpy(p->directory + at, data, length);
	if (at + length > p->length)
		p->length = at + length;
	return true;
}

static tmsize_t write_file(thandle_t handle, void *data, tmsize_t length)
{
	struct tiff_page *p = handle;

	if (p->error)
		return 0;
	if (p->position >= p->begin) {
		if (p->at_directory) {
			if (!keep(p, data, (size_t)length))
				return 0;
		} else {
			p->error = sink_write(p->sink, data, (size_t)length);
			if (p->error)
				return 0;
			p->pixels_end += (uint64_t)length;
		}
	}
	p->position += (uint64_t)length;
	return length;
}

static toff_t file_size(thandle_t handle)
{
	const struct tiff_page *p = handle;

	return p->pixels_end + p->length;
}

static toff_t seek_file(thandle_t handle, toff_t offset, int whence)
{
	struct tiff_page *p = handle;

	if (whence == SEEK_END)
		offset += file_size(handle);
	else if (whence == SEEK_CUR)
		offset += p->position;
	p->position = offset;
	return offset;
}

static int close_file(thandle_t handle)
{
	return 0;
}

__attribute__((format(printf, 4, 0)))
static int failed(TIFF *tiff, void *arg, const char *module, const char *format, va_list args)
{
	struct tiff_page *p = arg;
	char text[256];

	if (!p->error) {
		vsnprintf(text, sizeof(text), format, args);
		p->error = say_why(-EIO, "libtiff: %s", text);
	}
	return 1;
}

static int warned(TIFF *tiff, void *arg, const char *module, const char *format, va_list args)
{
	return 1;
}

/* ---- what is told ------------------------------------------------------- */

static void set_texts(TIFF *tiff, const struct encode *e, const struct pixels *pixels,
		      const struct picture *picture)
{
	char text[PICTURE_TEXT_MAX], more[3 * PICTURE_TEXT_MAX];
	size_t length = 0;
	struct tm tm;

	picture_text_software(text, &e->options);
	TIFFSetField(tiff, TIFFTAG_SOFTWARE, text);
	picture_text_source(text, &e->options);
	if (*text)
		length = (size_t)snprintf(more, sizeof(more), "Source: %s\n", text);
	length += (size_t)snprintf(more + length, sizeof(more) - length, "Sequence: %" PRIu64,
				   picture->sequence);
	if (pixels->significant < 8 * pixels->sample_bytes)
		length += (size_t)snprintf(more + length, sizeof(more) - length,
					   "\nSignificant Bits: %u", pixels->significant);
	if (picture_text_time(text, picture, &tm)) {
		snprintf(more + length, sizeof(more) - length, "\nCreation Time: %s", text);
		snprintf(text, sizeof(text), "%04d:%02d:%02d %02d:%02d:%02d", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		TIFFSetField(tiff, TIFFTAG_DATETIME, text);
	}
	TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, more);
}

static void set_samples(TIFF *tiff, const struct pixels *pixels)
{
	TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, pixels->width);
	TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, pixels->height);
	TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8 * pixels->sample_bytes);
	TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, pixels->channels);
	TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
	TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
		     pixels->channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
	TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, pixels->strip);
	/* baseline readers may count on these; only that pixels are square is meant */
	TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
	TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 1.0);
	TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 1.0);
	if (pixels->maxval < (1u << 8 * pixels->sample_bytes) - 1)
		TIFFSetField(tiff, TIFFTAG_MAXSAMPLEVALUE, pixels->maxval);
}

/* ---- a page ------------------------------------------------------------- */

static uint32_t strips_of(const struct pixels *pixels)
{
	return (pixels->height + pixels->strip - 1) / pixels->strip;
}

size_t tiff_page_room(const struct pixels *pixels)
{
	return TAGS_BYTES + 16 * (size_t)strips_of(pixels);
}

int tiff_page_open(const struct pixels *pixels, struct tiff_page **out)
{
	size_t room = tiff_page_room(pixels);
	struct tiff_page *p = malloc(sizeof(*p) + room);

	if (!p)
		return say_why(-ENOMEM, "tiff: no memory for a page");
	memset(p, 0, sizeof(*p) + room);	/* faults it in */
	p->room = room;
	p->options = TIFFOpenOptionsAlloc();
	if (!p->options) {
		free(p);
		return say_why(-ENOMEM, "tiff: libtiff does not start");
	}
	TIFFOpenOptionsSetErrorHandlerExtR(p->options, failed, p);
	TIFFOpenOptionsSetWarningHandlerExtR(p->options, warned, p);
	*out = p;
	return 0;
}

void tiff_page_close(struct tiff_page *p)
{
	if (!p)
		return;
	TIFFOpenOptionsFree(p->options);
	free(p);
}

static bool write_strips(TIFF *tiff, struct pixels *pixels)
{
	uint32_t first, rows, strip = 0;

	for (first = 0; first < pixels->height; first += rows, strip++) {
		rows = pixels->height - first < pixels->strip ? pixels->height - first : pixels->strip;
		if (TIFFWriteRawStrip(tiff, strip, (void *)pixels_packed(pixels, first, rows),
				      (tmsize_t)(rows * pixels->row_bytes)) < 0)
			return false;
	}
	return true;
}

/* Pages begin at even places, as directories must. */
static void even_out(struct tiff_page *p)
{
	static const uint8_t zero;

	p->position = file_size(p);
	if (p->position & 1)
		keep(p, &zero, 1);
}

int tiff_page_write(struct tiff_page *p, const struct encode *e, struct pixels *pixels,
		    const struct picture *picture, struct sink *sink, uint64_t begin, bool big)
{
	TIFF *tiff;

	p->sink = sink;
	p->begin = p->pixels_end = begin;
	p->position = 0;
	p->at_directory = false;
	p->big = big;
	p->error = 0;
	p->length = 0;
	p->directory[0] = 0;	/* a byte that may be left out behind the pixels */
	tiff = TIFFClientOpenExt("page", big ? "w8l" : "wl", p, read_file, write_file, seek_file,
				 close_file, file_size, NULL, NULL, p->options);
	if (!tiff)
		return p->error ? p->error : say_why(-ENOMEM, "tiff: libtiff does not start");
	set_samples(tiff, pixels);
	set_texts(tiff, e, pixels, picture);
	if (write_strips(tiff, pixels)) {
		p->at_directory = true;
		if (TIFFWriteDirectory(tiff))
			even_out(p);
	}
	TIFFClose(tiff);
	return p->error;
}

/* ---- its directory ------------------------------------------------------ */

void tiff_page_number(uint8_t *at, uint64_t value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*at++ = (uint8_t)value;
}

/* Behind the number of entries and these: 12 or 20 bytes each. */
static size_t link_of(const struct tiff_page *p)
{
	size_t at = p->pixels_end & 1;
	size_t entries = p->directory[at] | (size_t)p->directory[at + 1] << 8;

	return at + (p->big ? 8 + 20 * entries : 2 + 12 * entries);
}

void tiff_page_link(struct tiff_page *p, uint64_t next)
{
	tiff_page_number(p->directory + link_of(p), next, p->big ? 8 : 4);
}

const uint8_t *tiff_page_directory(const struct tiff_page *p, size_t *length, size_t *link)
{
	*length = p->length;
	*link = link_of(p);
	return p->directory;
}
