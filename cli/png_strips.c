/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "png_strips.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "png/coder.h"
#include "words.h"

#define OUTS 2			/* compressed strips of an instance */
#define AHEAD 64		/* strips between the one to be written and the last handed out */
#define ZLIB_HEAD 2		/* bytes before the first strip */
#define ZLIB_TAIL 4		/* Adler-32 behind the last */
#define PLACES 4		/* where a picture is looked at, to see whether it is flat */
#define PLACE_ROWS 4
#define ABOVE 2			/* rows in front of a strip's, since rows are converted in pairs */

/* a compressed strip: a chunk */
struct out {
	struct png_strips *of;	/* whose it is */
	uint8_t *chunk;
	size_t length;		/* of the data in it */
	struct png_strip strip;
	atomic_bool waits;	/* to be written; its instance must not touch it */
};

/* the picture at hand, shared with those who assist */
struct shared {
	pthread_mutex_t lock;	/* protects what follows */
	pthread_cond_t made;	/* a strip is ready */
	struct picture picture;
	enum png_flatness flatness;
	uint32_t strips;	/* of the picture; 0: none at hand */
	uint32_t next;		/* strip to be handed out */
	uint32_t written;	/* strips before it are in the file */
	uint32_t busy;		/* handed out and not ready yet */
	struct out *ready[AHEAD];	/* by strip modulo AHEAD */
};

struct png_strips {
	struct pixels *pixels;
	struct png_coder *coder;
	uint8_t *window;	/* converted rows: ABOVE, and a strip; NULL: they need none */
	uint8_t *memory;	/* of the window and the outs */
	struct out out[OUTS];
	struct shared shared;
};

/* ---- memory ------------------------------------------------------------- */

/* NULL, with words: there is none. */
static const struct png_path *path_wanted(void)
{
	const char *name = getenv("GRAB_PNG_PATH");
	const struct png_path *path = name && name[0] ? png_path_find(name) : png_path_best();

	if (!path)
		say_why(-EINVAL, "GRAB_PNG_PATH=%s: no such path on this processor", name);
	return path;
}

static size_t chunk_bound(const struct png_strips *s, enum png_flatness flatness)
{
	size_t bytes = png_coder_bound(s->coder, png_coder_strip_rows(s->coder, flatness));

	return (PNG_CHUNK_HEAD + ZLIB_HEAD + bytes + ZLIB_TAIL + PNG_CHUNK_TAIL + 63) & ~(size_t)63;
}

/* Converted rows of a strip, and above it. */
static size_t window_bytes(const struct png_strips *s, enum png_flatness flatness)
{
	return s->pixels->in_place ? 0 :
	       s->pixels->row_bytes * (ABOVE + png_coder_strip_rows(s->coder, flatness));
}

/* Memory for the longest strips; what shorter ones leave of it is never touched. */
static int allocate(struct png_strips *s)
{
	const struct pixels *p = s->pixels;
	const size_t room = chunk_bound(s, PNG_BLANK);
	unsigned int i;

	s->memory = malloc(OUTS * room + window_bytes(s, PNG_BLANK));
	if (!s->memory)
		return say_why(-ENOMEM, "png: no memory for pictures of %ux%u pixels", p->width,
			       p->height);
	for (i = 0; i < OUTS; i++) {
		s->out[i].of = s;
		s->out[i].chunk = s->memory + i * room;
	}
	if (!p->in_place)
		s->window = s->memory + OUTS * room;
	return 0;
}

static struct png_shape shape_of(const struct pixels *p)
{
	return (struct png_shape){ p->width, p->height, p->channels, p->sample_bytes };
}

int png_strips_check(void)
{
	return path_wanted() ? 0 : -EINVAL;
}

int png_strips_open(struct pixels *p, struct png_strips **out)
{
	const struct png_shape shape = shape_of(p);
	const struct png_path *path = path_wanted();
	struct png_strips *s;
	int r;

	if (!path)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return say_why(-ENOMEM, "png: no memory for a coder");
	s->pixels = p;
	pthread_mutex_init(&s->shared.lock, NULL);
	pthread_cond_init(&s->shared.made, NULL);
	r = png_coder_open(&shape, path, &s->coder);
	if (r)
		say_why(r, "png: no memory for pictures of %ux%u pixels", p->width, p->height);
	else
		r = allocate(s);
	if (r) {
		png_strips_close(s);
		return r;
	}
	*out = s;
	return 0;
}

uint32_t png_strips_parts(const struct pixels *p)
{
	const struct png_shape shape = shape_of(p);

	if (!pixels_by_strips(p))
		return 1;
	return (p->height - 1) / png_shape_strip_rows(&shape, PNG_NOT_FLAT) + 1;
}

void png_strips_close(struct png_strips *s)
{
	if (!s)
		return;
	pthread_cond_destroy(&s->shared.made);
	pthread_mutex_destroy(&s->shared.lock);
	png_coder_close(s->coder);
	free(s->memory);
	free(s);
}

/* ---- a strip ------------------------------------------------------------ */

/* Rows of the picture that this instance's pixels have taken; @first is even. */
static struct png_rows rows_at(struct png_strips *s, uint32_t first, uint32_t count)
{
	const uint64_t row = s->pixels->row_bytes;
	struct picture_rows at;

	if (s->pixels->in_place) {
		at = pixels_strip(s->pixels, first, count);
		return (struct png_rows){ at.first, at.stride, count,
					  first ? at.first - at.stride : NULL };
	}
	pixels_rows(s->pixels, first ? first - ABOVE : 0, first ? count + ABOVE : count,
		    s->window + (first ? 0 : ABOVE * row));
	return (struct png_rows){ s->window + ABOVE * row, (ptrdiff_t)row, count,
				  first ? s->window + (ABOVE - 1) * row : NULL };
}

static enum png_flatness flatness_of(struct png_strips *s)
{
	const uint32_t height = s->pixels->height;
	enum png_flatness least = PNG_BLANK, here;
	uint32_t i, first;

	for (i = 0; i < PLACES && least != PNG_NOT_FLAT; i++) {
		struct png_rows rows;

		/* the middle first: where it is not flat no other place is looked at */
		first = (uint32_t)((uint64_t)height * ((2 * i + PLACES + 1) % (2 * PLACES)) /
				   (2 * PLACES)) & ~1u;
		rows = rows_at(s, first, height - first < PLACE_ROWS ? height - first : PLACE_ROWS);
		here = png_coder_flatness(s->coder, &rows);
		if (here < least)
			least = here;
	}
	return least;
}

static struct out *free_out(struct png_strips *s)
{
	for (int i = 0; i < OUTS; i++)
		if (!atomic_load(&s->out[i].waits))
			return &s->out[i];
	return NULL;
}

static void make_strip(struct png_strips *s, const struct shared *of, uint32_t number,
		       struct out *out)
{
	const uint32_t each = png_coder_strip_rows(s->coder, of->flatness), first = number * each;
	const uint32_t height = s->pixels->height;
	struct png_rows rows = rows_at(s, first, height - first < each ? height - first : each);
	uint8_t *data = out->chunk + PNG_CHUNK_HEAD;
	const bool final = first + rows.rows == height;

	out->length = 0;
	if (!number) {
		/* deflate, a window of 32 KiB; compressed in a hurry */
		data[0] = 0x78;
		data[1] = 0x01;
		out->length = ZLIB_HEAD;
	}
	png_coder_strip(s->coder, &rows, final, data + out->length, &out->strip);
	out->length += out->strip.length;
	if (!final)
		out->length = png_file_chunk(out->chunk, out->length);
}

/* ---- in whichever thread ------------------------------------------------ */

/* Make the next strip if there is one, and room for it. The lock is held. */
static bool take_strip(struct png_strips *s, struct shared *of)
{
	struct out *out = free_out(s);
	uint32_t number = of->next;

	if (!out || number == of->strips || number - of->written == AHEAD)
		return false;
	of->next++;
	of->busy++;
	atomic_store(&out->waits, true);
	pthread_mutex_unlock(&of->lock);
	make_strip(s, of, number, out);
	pthread_mutex_lock(&of->lock);
	of->busy--;
	of->ready[number % AHEAD] = out;
	pthread_cond_signal(&of->made);
	return true;
}

void png_strips_assist(struct png_strips *s, struct png_strips *other)
{
	struct shared *of = &other->shared;

	pthread_mutex_lock(&of->lock);
	/* it has passed the same checks with the other instance */
	if (of->next < of->strips && !pixels_begin(s->pixels, &of->picture))
		while (take_strip(s, of))
			;
	pthread_mutex_unlock(&of->lock);
}

/* ---- in the owner's thread ---------------------------------------------- */

static int write_strip(struct png_strips *s, struct png_file *file, struct out *out,
		       bool final, uint32_t *adler)
{
	uint8_t *tail = out->chunk + PNG_CHUNK_HEAD + out->length;

	*adler = png_adler_join(*adler, out->strip.adler, out->strip.bytes);
	if (final) {
		tail[0] = (uint8_t)(*adler >> 24);
		tail[1] = (uint8_t)(*adler >> 16);
		tail[2] = (uint8_t)(*adler >> 8);
		tail[3] = (uint8_t)*adler;
		out->length = png_file_chunk(out->chunk, out->length + ZLIB_TAIL);
	}
	return png_file_data(file, out->chunk, out->length);
}

/*
 * What was written, or never will be, is free again.  Its instance may wait for
 * that, at a picture of its own.  No lock is held.
 */
static void release(struct out *out)
{
	struct shared *its = &out->of->shared;

	atomic_store(&out->waits, false);
	pthread_mutex_lock(&its->lock);
	pthread_cond_signal(&its->made);
	pthread_mutex_unlock(&its->lock);
}

/* The next strip that is ready, into the file. The lock is held. */
static int write_next(struct png_strips *s, struct png_file *file, uint32_t *adler)
{
	struct shared *of = &s->shared;
	struct out *out = of->ready[of->written % AHEAD];
	const bool final = of->written + 1 == of->strips;
	int r;

	pthread_mutex_unlock(&of->lock);
	r = write_strip(s, file, out, final, adler);
	release(out);
	pthread_mutex_lock(&of->lock);
	of->ready[of->written % AHEAD] = NULL;
	of->written++;
	return r;
}

/* After a failure: wait for those who still read the picture, let go of what they made. */
static void give_up(struct shared *of)
{
	struct out *out;

	of->strips = of->next;
	while (of->busy)
		pthread_cond_wait(&of->made, &of->lock);
	for (int i = 0; i < AHEAD; i++) {
		out = of->ready[i];
		of->ready[i] = NULL;
		if (!out)
			continue;
		pthread_mutex_unlock(&of->lock);
		release(out);
		pthread_mutex_lock(&of->lock);
	}
}

static int write_all(struct png_strips *s, struct png_file *file,
		     const struct encode_helpers *helpers)
{
	struct shared *of = &s->shared;
	uint32_t adler = 1;
	int r = 0;

	while (!r && of->written < of->strips) {
		if (of->ready[of->written % AHEAD]) {
			r = write_next(s, file, &adler);
			/* who had no room left may have some now */
			if (helpers && of->next < of->strips)
				helpers->call(helpers);
		} else if (!take_strip(s, of)) {
			pthread_cond_wait(&of->made, &of->lock);
		}
	}
	if (r)
		give_up(of);
	return r;
}

int png_strips_write(struct png_strips *s, const struct picture *picture, struct png_file *file,
		     const struct encode_helpers *helpers)
{
	struct shared *of = &s->shared;
	const enum png_flatness flatness = flatness_of(s);
	const uint32_t each = png_coder_strip_rows(s->coder, flatness);
	int r;

	pthread_mutex_lock(&of->lock);
	of->picture = *picture;
	of->flatness = flatness;
	of->next = of->written = 0;
	of->strips = (s->pixels->height - 1) / each + 1;
	if (helpers && of->strips > 1 && pixels_by_strips(s->pixels))
		helpers->call(helpers);
	else
		helpers = NULL;
	r = write_all(s, file, helpers);
	of->strips = of->next = 0;
	pthread_mutex_unlock(&of->lock);
	return r;
}
