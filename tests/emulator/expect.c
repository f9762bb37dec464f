/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a file of raw frames what the emulated Bt878's camera showed?
 *
 *	expect FOURCC WIDTHxHEIGHT FIELDS INPUT FILE
 *
 * FIELDS is interlaced, top or bottom.  Each frame's number is taken from its
 * first line, and every byte computed from there (bt878_pattern.h).  Prints
 * the frames' numbers, and ends with 0 when every byte is right, 1 when one is
 * not, which is shown, and 2 for other errors.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bt878_pattern.h"

#define BSWAP BT878_PATTERN_BSWAP
#define WSWAP BT878_PATTERN_WSWAP

/* Planes after the first: so many of its lines and columns make one of theirs. */
static const struct format {
	char fourcc[5];
	unsigned int halves;		/* bytes of a pixel in the first plane, doubled */
	uint32_t swap;
	unsigned int columns, lines;	/* 0: one plane */
	bool cr_first;
} formats[] = {
	{ "GREY", 2, 0, 0, 0, false },
	{ "HI24", 2, 0, 0, 0, false },
	{ "RGBO", 4, 0, 0, 0, false },
	{ "RGBQ", 4, BSWAP, 0, 0, false },
	{ "RGBP", 4, 0, 0, 0, false },
	{ "RGBR", 4, BSWAP, 0, 0, false },
	{ "BGR3", 6, 0, 0, 0, false },
	{ "BGR4", 8, 0, 0, 0, false },
	{ "RGB4", 8, BSWAP | WSWAP, 0, 0, false },
	{ "YUYV", 4, 0, 0, 0, false },
	{ "UYVY", 4, BSWAP, 0, 0, false },
	{ "Y41P", 3, 0, 0, 0, false },
	{ "422P", 2, 0, 2, 1, false },
	{ "411P", 2, 0, 4, 1, false },
	{ "YU12", 2, 0, 2, 2, false },
	{ "YV12", 2, 0, 2, 2, true },
	{ "YUV9", 2, 0, 4, 4, false },
	{ "YVU9", 2, 0, 4, 4, true },
};

enum fields { INTERLACED, TOP, BOTTOM };

struct job {
	const struct format *format;
	unsigned int width, height;
	enum fields fields;
	unsigned int input;
};

/* The line of the camera in row @row of a plane that has one row for @lines of them. */
static uint32_t source_line(const struct job *job, unsigned int row, unsigned int lines)
{
	/*
	 * bttv takes chroma from the first of @lines lines of a field.  When both fields are woven
	 * it takes it in turn: from the first of the top field, the one in the middle of the bottom.
	 */
	if (job->fields == INTERLACED && lines > 1)
		return row % 2 ? (row / 2 * lines + lines / 2) * 2 + 1 : row / 2 * lines * 2;
	if (job->fields == INTERLACED)
		return row;
	return row * lines * 2 + (job->fields == BOTTOM);
}

/* One plane; returns false at the first byte that is not right. */
static bool check_plane(const struct job *job, unsigned int plane, unsigned int lines,
			const uint8_t *data, unsigned int bytes, unsigned int rows, uint32_t frame)
{
	struct bt878_place at = { .frame = frame, .plane = plane, .input = job->input };
	unsigned int row, x;

	for (row = 0; row < rows; row++) {
		at.line = source_line(job, row, lines);
		for (x = 0; x < bytes; x++, data++) {
			uint8_t wanted = bt878_byte(&at, x, job->format->swap);

			if (*data == wanted)
				continue;
			printf("frame %" PRIu32 ", plane %u, row %u, byte %u: %02x, not %02x\n",
			       frame, plane, row, x, *data, wanted);
			return false;
		}
	}
	return true;
}

static size_t frame_size(const struct job *job)
{
	const struct format *f = job->format;
	size_t pixels = (size_t)job->width * job->height, size = pixels * f->halves / 2;

	return f->columns ? size + 2 * (pixels / f->columns / f->lines) : size;
}

/* The number that the first line tells, whatever way its bytes are swapped. */
static uint32_t frame_number(const struct job *job, const uint8_t *data)
{
	uint32_t number = 0, i;

	for (i = 0; i < 4; i++)
		number |= (uint32_t)data[i ^ job->format->swap] << i * 8;
	return number;
}

static bool check_frame(const struct job *job, const uint8_t *data)
{
	const struct format *f = job->format;
	unsigned int bytes = job->width * f->halves / 2, chroma, rows, i;
	uint32_t frame = frame_number(job, data);

	printf("%" PRIu32 "\n", frame);
	if (!check_plane(job, 0, 1, data, bytes, job->height, frame))
		return false;
	data += bytes * job->height;
	if (!f->columns)
		return true;
	chroma = job->width / f->columns;
	rows = job->height / f->lines;
	for (i = 0; i < 2; i++, data += chroma * rows)
		if (!check_plane(job, f->cr_first ? 2 - i : 1 + i, f->lines, data, chroma, rows,
				 frame))
			return false;
	return true;
}

static bool parse(struct job *job, char **argv)
{
	static const char *const names[] = { "interlaced", "top", "bottom" };
	unsigned int i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].fourcc, argv[1]))
			job->format = &formats[i];
	for (i = 0; i < 3 && strcmp(names[i], argv[3]); i++)
		;
	job->fields = i;
	job->input = strtoul(argv[4], NULL, 10);
	return job->format && i < 3 && sscanf(argv[2], "%ux%u", &job->width, &job->height) == 2 &&
	       job->width && job->height;
}

int main(int argc, char **argv)
{
	struct job job = { 0 };
	bool right = true;
	unsigned int count;
	uint8_t *data;
	size_t size;
	FILE *f;

	if (argc != 6 || !parse(&job, argv)) {
		fputs("usage: expect FOURCC WIDTHxHEIGHT interlaced|top|bottom INPUT FILE\n", stderr);
		return 2;
	}
	size = frame_size(&job);
	data = malloc(size);
	f = fopen(argv[5], "rb");
	if (!data || !f) {
		fprintf(stderr, "expect: %s: %s\n", argv[5], strerror(errno));
		return 2;
	}
	for (count = 0; right && fread(data, 1, size, f) == size; count++)
		right = check_frame(&job, data);
	if (right && (!count || fgetc(f) != EOF || ftell(f) % (long)size)) {
		printf("%u frames of %zu bytes, and the file goes on or is empty\n", count, size);
		right = false;
	}
	fclose(f);
	free(data);
	return right ? 0 : 1;
}
