/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * YUV4MPEG2, as yuv4mpeg(5) of mjpegtools has it:
 *
 *	YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n
 *	FRAME[ parameters]\n and the planes, without any padding
 *
 * Frames are found by walking from header to header, which also finds files
 * that were cut short.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define LINE_MAX_BYTES 1024
#define SIDE_MAX (1u << 24)	/* keeps sums of planes far from their limits */

static const char magic[] = "YUV4MPEG2 ";
static const char frame_word[] = "FRAME";

struct header {
	char line[LINE_MAX_BYTES + 1];
	uint64_t bytes;			/* the line with its end */
	const char *colour, *range;	/* NULL: not told */
	char interlace;
};

static const struct {
	const char *name;
	uint32_t fourcc;
} colours[] = {
	{ "420jpeg", CAPTURE_FOURCC('Y', 'U', '1', '2') },
	{ "420mpeg2", CAPTURE_FOURCC('Y', 'U', '1', '2') },
	{ "420paldv", CAPTURE_FOURCC('Y', 'U', '1', '2') },
	{ "420", CAPTURE_FOURCC('Y', 'U', '1', '2') },
	{ "422", CAPTURE_FOURCC('4', '2', '2', 'P') },
	{ "444", CAPTURE_FOURCC('Y', 'M', '2', '4') },
	{ "mono", CAPTURE_FOURCC('G', 'R', 'E', 'Y') },
	{ "mono10", CAPTURE_FOURCC('Y', '1', '0', ' ') },
	{ "mono12", CAPTURE_FOURCC('Y', '1', '2', ' ') },
	{ "mono16", CAPTURE_FOURCC('Y', '1', '6', ' ') },
};

bool y4m_recognise(const struct recording *r)
{
	char start[sizeof(magic) - 1];

	return pread(r->fd, start, sizeof(start), 0) == sizeof(start) &&
	       !memcmp(start, magic, sizeof(start));
}

/* A line at @offset without its end, and how long it was with it; 0: there is none. */
static uint64_t read_line(const struct recording *r, uint64_t offset, char line[LINE_MAX_BYTES + 1])
{
	ssize_t got = pread(r->fd, line, LINE_MAX_BYTES, (off_t)offset);
	char *end = got > 0 ? memchr(line, '\n', (size_t)got) : NULL;

	if (!end)
		return 0;
	*end = '\0';
	return (uint64_t)(end - line) + 1;
}

/* ---- the stream's header ---- */

static int damaged(const char *name, const char *what)
{
	return fail(-EBADMSG, "file: %s: %s; the file is damaged, or not YUV4MPEG2", name, what);
}

static bool parse_pair(const char *text, uint32_t *a, uint32_t *b)
{
	int used = 0;

	return sscanf(text, "%9" SCNu32 ":%9" SCNu32 "%n", a, b, &used) == 2 && !text[used];
}

static bool parse_side(const char *text, uint32_t *side)
{
	int used = 0;

	return sscanf(text, "%9" SCNu32 "%n", side, &used) == 1 && !text[used] && *side &&
	       *side <= SIDE_MAX;
}

static bool parse_word(struct header *h, struct capture_format *f, const char *word)
{
	static const char range[] = "XCOLORRANGE=";

	switch (*word) {
	case 'W':
		return parse_side(word + 1, &f->width);
	case 'H':
		return parse_side(word + 1, &f->height);
	case 'F':
		return parse_pair(word + 1, &f->fps_num, &f->fps_den);
	case 'I':
		h->interlace = word[1];
		return true;
	case 'C':
		h->colour = word + 1;
		return true;
	case 'X':
		if (!strncmp(word, range, sizeof(range) - 1))
			h->range = word + sizeof(range) - 1;
		return true;
	default:
		return true;	/* aspect, comments, and what is not known */
	}
}

static int find_colour(const struct header *h, const char *name, uint32_t *fourcc)
{
	const char *colour = h->colour ? h->colour : "420jpeg";
	size_t i;

	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (!strcmp(colour, colours[i].name)) {
			*fourcc = colours[i].fourcc;
			return 0;
		}
	return fail(-EOPNOTSUPP, "file: %s: planes of C%.20s are not read; convert it, such as with ffmpeg -pix_fmt yuv444p",
		    name, colour);
}

/* Planes follow each other without a byte of padding, also where a width is odd. */
static void lay_out(struct capture_format *f)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(f->fourcc);
	struct capture_plane *plane;
	unsigned int i;

	f->planes = pf->planes;
	for (i = 0; i < f->planes; i++) {
		unsigned int xsub = i ? pf->xsub : 0, ysub = i ? pf->ysub : 0;

		plane = &f->plane[i];
		plane->offset = f->size;
		plane->stride = ((f->width + (1u << xsub) - 1) >> xsub) * (pf->bits / 8);
		plane->lines = (f->height + (1u << ysub) - 1) >> ysub;
		f->size += (uint64_t)plane->stride * plane->lines;
	}
}

static void set_flags(const struct header *h, struct capture_format *f)
{
	bool limited = f->planes > 1;	/* where nothing is said: as its readers take it */

	if (h->range)
		limited = !strcmp(h->range, "LIMITED");
	if (limited)
		f->flags |= CAPTURE_FORMAT_LIMITED_RANGE;
	if (h->interlace == 't' || h->interlace == 'b' || h->interlace == 'm')
		f->flags |= CAPTURE_FORMAT_INTERLACED;
}

static int read_header(struct recording *r, const char *name, uint64_t *bytes)
{
	struct capture_format *f = &r->format;
	struct header h = { .bytes = 0 };
	char *word, *rest = NULL;
	int err;

	h.bytes = read_line(r, 0, h.line);
	if (!h.bytes)
		return damaged(name, "its first line does not end");
	for (word = strtok_r(h.line + sizeof(magic) - 1, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		if (!parse_word(&h, f, word))
			return damaged(name, "a size or a rate in its first line cannot be read");
	if (!f->width || !f->height)
		return damaged(name, "its first line tells no size");
	if (!f->fps_num || !f->fps_den)
		f->fps_num = f->fps_den = 0;
	err = find_colour(&h, name, &f->fourcc);
	if (err)
		return err;
	lay_out(f);
	set_flags(&h, f);
	*bytes = h.bytes;
	return 0;
}

/* ---- the frames ---- */

static int add_frame(struct recording *r, const char *name, uint64_t *at)
{
	const size_t word = sizeof(frame_word) - 1;
	char line[LINE_MAX_BYTES + 1];
	uint64_t bytes = read_line(r, *at, line), left;

	if (r->length - *at > word && (!bytes || strncmp(line, frame_word, word) ||
				       (line[word] && line[word] != ' ')))
		return fail(-EBADMSG, "file: %s: byte %" PRIu64 " should begin frame %" PRIu64 ", and does not; the file is damaged",
			    name, *at, r->count);
	left = r->length - *at;
	if (!bytes || bytes > left || left - bytes < r->format.size)
		return fail(-EBADMSG, "file: %s was cut short in frame %" PRIu64 "; keep the whole ones: truncate -s %" PRIu64,
			    name, r->count, *at);
	*at += bytes + r->format.size;
	return recording_add(r, *at - r->format.size);
}

int y4m_read(struct recording *r, const char *name)
{
	uint64_t at = 0;
	int err = read_header(r, name, &at);

	while (!err && at < r->length)
		err = add_frame(r, name, &at);
	if (!err && !r->count)
		err = fail(-EBADMSG, "file: %s is YUV4MPEG2 without a frame", name);
	return err;
}
