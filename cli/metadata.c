/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metadata.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "jsontext.h"
#include "words.h"

enum line_state { LINE_PENDING, LINE_WRITTEN, LINE_DROPPED };

/* one frame, from the put to the writers until all before it are done */
struct metadata_line {
	struct metadata_line *next;
	enum line_state state;
	json_t *object;
};

struct metadata {
	bool file_open;
	struct outfile file;
	struct sink_fd stream;
	struct sink *sink;
	bool failed;		/* a line was not written: the file is not whole */
	struct metadata_line *head, *tail;
};

int metadata_open(const char *path, const struct outfile_policy *policy, struct metadata **out)
{
	struct metadata *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return say_why(-ENOMEM, "%m");
	if (!strcmp(path, "-")) {
		sink_fd_init(&m->stream, STDOUT_FILENO, "standard output");
		m->sink = &m->stream.sink;
	} else {
		err = outfile_open(&m->file, path, policy);
		if (err) {
			free(m);
			return say_why_in(err, "--metadata: ");
		}
		m->file_open = true;
		m->sink = &m->file.out.sink;
	}
	*out = m;
	return 0;
}

static json_t *flags_of(const struct capture_frame *frame)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} table[] = {
		{ CAPTURE_FRAME_INCOMPLETE, "incomplete" },	{ CAPTURE_FRAME_COPIED, "copied" },
		{ CAPTURE_FRAME_BOUNCED, "bounced" },		{ CAPTURE_FRAME_REPEATED, "repeated" },
		{ CAPTURE_FRAME_CORRUPT, "corrupt" },		{ CAPTURE_FRAME_LATE, "late" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (frame->flags & table[i].flag)
			json_array_append_new(list, json_string(table[i].name));
	return list;
}

/* "2026-01-02T03:04:05.123456789Z" */
static json_t *utc_text(int64_t utc_ns)
{
	time_t seconds = (time_t)(utc_ns / 1000000000);
	char text[64];
	struct tm tm;
	size_t length;

	if (utc_ns < 0 || !gmtime_r(&seconds, &tm))
		return json_null();
	length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + length, sizeof(text) - length, ".%09dZ", (int)(utc_ns % 1000000000));
	return json_string(text);
}

static json_t *describe(const struct metadata_facts *facts)
{
	static const char *const sources[] = {
		[CAPTURE_TIME_NONE] = "dequeue",	[CAPTURE_TIME_END] = "eof",
		[CAPTURE_TIME_START] = "soe",		[CAPTURE_TIME_COPY] = "copy",
	};
	const struct capture_frame *f = facts->frame;
	const struct picture *p = facts->picture;
	char fourcc[20];

	return json_pack("{s:s, s:I, s:o, s:o, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:I, s:I, s:I,"
			 " s:n, s:n, s:[], s:n, s:I, s:I, s:s, s:I, s:n, s:n}",
			 "schema", "grab.frame/1",
			 "index", (json_int_t)p->index,
			 "seq", json_count_text(f->sequence),
			 "ts", json_count_text(f->time_ns),
			 "clock", "monotonic",
			 "ts_src", f->time_source <= CAPTURE_TIME_COPY ? sources[f->time_source] : "other",
			 "dq", json_count_text(f->dequeue_ns),
			 "utc", utc_text(p->utc_ns),
			 "utc_err", (json_int_t)facts->utc_error_ns,
			 "gap", (json_int_t)f->gap,
			 "flags", flags_of(f),
			 "bytes", (json_int_t)f->bytes,
			 "buf", (json_int_t)facts->buffer,
			 "chunks", (json_int_t)f->chunks,
			 "file",
			 "offset",
			 "outputs",
			 "crc32c",
			 "w", (json_int_t)p->format->width,
			 "h", (json_int_t)p->format->height,
			 "fourcc", capture_fourcc_name(p->format->fourcc, fourcc),
			 "stride", (json_int_t)p->format->plane[0].stride,
			 "trigger",
			 "ctrl");
}

int metadata_add(struct metadata *m, const struct metadata_facts *facts,
		 struct metadata_line **out)
{
	struct metadata_line *line = calloc(1, sizeof(*line));

	if (!line)
		return say_why(-ENOMEM, "%m");
	line->object = describe(facts);
	if (!line->object) {
		free(line);
		return say_why(-ENOMEM, "--metadata: %m");
	}
	if (m->tail)
		m->tail->next = line;
	else
		m->head = line;
	m->tail = line;
	*out = line;
	return 0;
}

static int write_line(struct metadata *m, const struct metadata_line *line)
{
	char *text = json_dumps(line->object, JSON_COMPACT);
	struct iovec pieces[] = { { text, text ? strlen(text) : 0 }, { (void *)"\n", 1 } };
	int err = text ? sink_write_pieces(m->sink, pieces, 2) : say_why(-ENOMEM, "--metadata: %m");

	free(text);
	return err;
}

/* Into @object: the file and offset, or null where the frame is in none. */
static void set_place(json_t *object, const struct metadata_place *place)
{
	json_object_set_new(object, "file", place->written ? json_text(place->file) : json_null());
	json_object_set_new(object, "offset", place->written && place->has_offset ?
			    json_integer((json_int_t)place->offset) : json_null());
}

/* Is the frame anywhere, or needs to be nowhere? */
static bool add_places(json_t *line, const struct metadata_place *places, unsigned int count)
{
	json_t *list = json_object_get(line, "outputs"), *object;
	bool any = !count;

	if (count)
		set_place(line, &places[0]);
	for (unsigned int i = 0; i < count; i++) {
		object = json_object();
		json_object_set_new(object, "written", json_boolean(places[i].written));
		set_place(object, &places[i]);
		json_array_append_new(list, object);
		any |= places[i].written;
	}
	return any;
}

int metadata_done(struct metadata *m, struct metadata_line *line,
		  const struct metadata_place *places, unsigned int count)
{
	int err = 0;

	line->state = add_places(line->object, places, count) ? LINE_WRITTEN : LINE_DROPPED;
	while ((line = m->head) && line->state != LINE_PENDING) {
		if (!m->failed && line->state == LINE_WRITTEN)
			err = write_line(m, line);
		m->failed |= err;
		m->head = line->next;
		if (!m->head)
			m->tail = NULL;
		json_decref(line->object);
		free(line);
	}
	return err;
}

int metadata_finish(struct metadata *m)
{
	if (!m->file_open || m->failed)
		return 0;
	m->file_open = false;
	return outfile_commit(&m->file);
}

void metadata_close(struct metadata *m)
{
	struct metadata_line *line;

	if (!m)
		return;
	if (m->file_open)
		outfile_abort(&m->file);
	while ((line = m->head)) {
		m->head = line->next;
		json_decref(line->object);
		free(line);
	}
	free(m);
}
