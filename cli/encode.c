/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The encoder table, choosing from it, and the steps every instance goes through. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "encoders.h"
#include "words.h"

static const struct encoder *const encoders[] = {
	&encoder_png,
	&encoder_pnm,
	&encoder_jpeg,
	&encoder_tiff,
	&encoder_raw,
	&encoder_y4m,
	&encoder_null,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct encode_options default_options = ENCODE_OPTIONS_INIT;

/* ---- choosing ----------------------------------------------------------- */

const struct encoder *encoder_at(unsigned int index)
{
	return index < COUNT(encoders) ? encoders[index] : NULL;
}

const struct encoder *encoder_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(encoders); i++)
		if (!strcasecmp(name, encoders[i]->name))
			return encoders[i];
	return NULL;
}

/* Is @word one of the words of @list? */
static bool in_list(const char *list, const char *word)
{
	size_t length = strlen(word), span;

	for (; *list; list += span + (list[span] == ' ')) {
		span = strcspn(list, " ");
		if (span == length && !strncasecmp(list, word, length))
			return true;
	}
	return false;
}

const struct encoder *encoder_for_path(const char *path)
{
	const char *base = strrchr(path, '/');
	const char *dot = strrchr(base ? base : path, '.');
	size_t i;

	if (!dot || !dot[1])
		return NULL;
	for (i = 0; i < COUNT(encoders); i++)
		if (in_list(encoders[i]->suffixes, dot + 1))
			return encoders[i];
	return NULL;
}

int encoder_accepts(const struct encoder *encoder, const struct capture_format *format,
		    const struct encode_options *options)
{
	return encoder->accepts(format, options ? options : &default_options);
}

unsigned int encoder_rank(const struct encoder *encoder, uint32_t fourcc,
			  const struct encode_options *options)
{
	const struct capture_pixel_format *pf = capture_pixel_format_find(fourcc);
	struct capture_format format = { .width = 64, .height = 64, .fourcc = fourcc };

	if (pf && pf->flags & CAPTURE_FORMAT_COMPRESSED)
		format.flags = CAPTURE_FORMAT_COMPRESSED;
	else if (capture_format_layout(&format))
		format.plane[0].stride = 4 * format.width;	/* not known: one roomy plane */
	if (!format.planes) {
		format.planes = 1;
		format.plane[0].lines = format.height;
		format.size = (uint64_t)format.plane[0].stride * format.height;
	}
	if (encoder_accepts(encoder, &format, options))
		return 0;
	return encoder->rank ? encoder->rank(&format, options ? options : &default_options) : 1;
}

/* ---- using -------------------------------------------------------------- */

static int check_options(const struct encode_options *options)
{
	if (options->png_level > 9)
		return say_why(-EINVAL, "png: level %u; it is 0 to 9", options->png_level);
	if (options->jpeg_quality < 1 || options->jpeg_quality > 100)
		return say_why(-EINVAL, "jpeg: quality %u; it is 1 to 100", options->jpeg_quality);
	if ((unsigned int)options->png > ENCODE_PNG_BEST ||
	    (unsigned int)options->png_filter > ENCODE_FILTER_ALL ||
	    (unsigned int)options->jpeg_chroma > ENCODE_CHROMA_420 ||
	    (unsigned int)options->depth > ENCODE_DEPTH_8)
		return say_why(-EINVAL, "an unknown encoder option");
	return 0;
}

static int open_unprepared(const struct encoder *encoder, const struct capture_format *format,
			   const struct encode_options *options, struct encode **out)
{
	struct encode *e;
	int r;

	if (!options)
		options = &default_options;
	r = check_options(options);
	if (!r)
		r = encoder->accepts(format, options);
	if (r)
		return r;
	e = calloc(1, sizeof(*e) + encoder->priv_size);
	if (!e)
		return say_why(-ENOMEM, "no memory for an encoder");
	e->encoder = encoder;
	e->format = *format;
	e->options = *options;
	e->priv = e + 1;
	r = encoder->open ? encoder->open(e) : 0;
	if (r) {
		encode_close(e);
		return r;
	}
	*out = e;
	return 0;
}

int encode_open(const struct encoder *encoder, const struct capture_format *format,
		const struct encode_options *options, struct encode **out)
{
	struct encode *e;
	int r = open_unprepared(encoder, format, options, &e);

	if (!r && encoder->prepare) {
		r = encoder->prepare(e);
		if (r)
			encode_close(e);
	}
	if (!r)
		*out = e;
	return r;
}

int encode_ask(const struct encoder *encoder, const struct capture_format *format,
	       const struct encode_options *options, struct encode_facts *facts)
{
	struct encode *e;
	int r = open_unprepared(encoder, format, options, &e);

	if (r)
		return r;
	*facts = (struct encode_facts){ e->frame_bound, e->frame_fixed, e->parts ? e->parts : 1 };
	encode_close(e);
	return 0;
}

void encode_expect(struct encode *e, uint64_t frames)
{
	e->file_frames = frames;
}

int encode_header(struct encode *e, struct sink *sink)
{
	return e->encoder->header ? e->encoder->header(e, sink) : 0;
}

int encode_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	const struct capture_format *is = picture->format, *was = &e->format;
	int r;

	if (is->fourcc != was->fourcc || is->width != was->width || is->height != was->height ||
	    is->planes != was->planes)
		return say_why(-EINVAL, "a picture of another format than the encoder was opened for");
	r = e->encoder->frame(e, picture, sink);
	if (!r)
		e->frames++;
	return r;
}

void encode_set_helpers(struct encode *e, const struct encode_helpers *helpers)
{
	e->helpers = helpers;
}

void encode_assist(struct encode *e, struct encode *of)
{
	if (e->encoder->assist)
		e->encoder->assist(e, of);
}

int encode_trailer(struct encode *e, struct sink *sink)
{
	return e->encoder->trailer ? e->encoder->trailer(e, sink) : 0;
}

void encode_close(struct encode *e)
{
	if (!e)
		return;
	if (e->encoder->close)
		e->encoder->close(e);
	free(e);
}
