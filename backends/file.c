/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recordings as cameras: raw frames, YUV4MPEG2 and PNG pictures, read into the
 * application's memory at a rate or as fast as it gives buffers.  The operations
 * of backend.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"

#define DEPTH 32
#define RATE_MAX 1000000

struct file {
	struct recording recording;
	struct player player;
	bool paced;
};

static const struct capture_option option_table[] = {
	{ "size", NULL, "WxH of raw frames" },
	{ "format", NULL, "pixel format of raw frames" },
	{ "stride", NULL, "bytes from one row of raw frames to the next, if they are padded" },
	{ "fps", "max", "frames per second, or file: the recording's own, or max: as fast as buffers come" },
	{ "loop", "0", "1: begin anew after the last frame" },
	{ NULL, NULL, NULL },
};

static struct file *file_of(const struct capture_session *s)
{
	return s->priv;
}

/* ---- formats: there is one, and only its rate can be chosen ---- */

static int file_get_format(struct capture_session *s, struct capture_format *format)
{
	const struct file *f = file_of(s);

	*format = f->recording.format;
	if (f->paced) {
		format->fps_num = f->player.fps_num;
		format->fps_den = f->player.fps_den;
	} else {
		format->flags |= CAPTURE_FORMAT_ON_DEMAND;
	}
	return 0;
}

static bool can_pace(const struct capture_format *wish)
{
	return wish->fps_num && wish->fps_num / wish->fps_den < RATE_MAX;
}

static int file_try_format(struct capture_session *s, struct capture_format *format)
{
	struct capture_format wish = *format;
	int err = file_get_format(s, format);

	if (!err && can_pace(&wish)) {
		format->fps_num = wish.fps_num;
		format->fps_den = wish.fps_den;
		format->flags &= ~CAPTURE_FORMAT_ON_DEMAND;
	}
	return err;
}

/* Who asks for a rate gets it, even if it is the one that the recording names. */
static int file_set_format(struct capture_session *s, struct capture_format *format)
{
	struct file *f = file_of(s);

	if (can_pace(format)) {
		f->paced = true;
		f->player.fps_num = format->fps_num;
		f->player.fps_den = format->fps_den;
	}
	return file_get_format(s, format);
}

static int file_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	const struct capture_format *f = &file_of(s)->recording.format;
	const struct capture_format_info info = {
		.fourcc = f->fourcc,
		.width = f->width,
		.height = f->height,
		.width_max = f->width,
		.height_max = f->height,
	};

	return each(arg, &info);
}

/* ---- the session ---- */

static int parse_rate(struct file *f, const struct capture_uri *uri)
{
	const struct capture_format *format = &f->recording.format;
	const char *text = uri_get(uri, "fps");
	int err;

	if (!text || !strcasecmp(text, "max"))
		return 0;
	f->paced = true;
	if (!strcasecmp(text, "file")) {
		f->player.fps_num = format->fps_num;
		f->player.fps_den = format->fps_den;
		if (format->fps_num)
			return 0;
		return fail(-EINVAL, "file: %s does not tell its rate; write fps=N", uri->address);
	}
	err = uri_get_rate(uri, "fps", &f->player.fps_num, &f->player.fps_den);
	if (!err && f->player.fps_num / f->player.fps_den >= RATE_MAX)
		err = fail(-EINVAL, "file: fps=%s is too fast for a clock; less than %u, or max for no clock",
			   text, RATE_MAX);
	return err;
}

static int parse_options(struct file *f, const struct capture_uri *uri)
{
	uint64_t loop = 0;
	int err = parse_rate(f, uri);

	if (!err)
		err = uri_get_u64(uri, "loop", 0, 1, &loop);
	f->player.loop = loop;
	return err;
}

static void describe(struct capture_session *s, const struct capture_uri *uri)
{
	s->info.name = strdup(recording_base_name(uri->address));
	s->fd = file_of(s)->player.event_fd;
	s->depth = DEPTH;
	s->tells_starved = true;
	s->sequence_bits = 64;
	s->sequence_from_start = true;
	s->first_sequence = 0;
	s->info.way = CAPTURE_WAY_COPIED;
	s->info.way_name = "read";
	s->info.way_why = file_of(s)->recording.pattern ?
		"a thread decodes each picture and has the kernel copy it to where it is wanted" :
		"a thread has the kernel copy each frame from the file to where it is wanted";
}

static int file_open(struct capture_session *s, const struct capture_uri *uri)
{
	struct file *f = file_of(s);
	int err = recording_open(&f->recording, uri);

	if (err)
		return err;
	err = player_init(&f->player, &f->recording);
	if (err)
		goto close_recording;
	err = parse_options(f, uri);
	if (err)
		goto end_player;
	describe(s, uri);
	if (s->info.name)
		return 0;
	err = fail(-ENOMEM, "file: no memory for a session");

end_player:
	player_fini(&f->player);
close_recording:
	recording_close(&f->recording);
	return err;
}

static void file_close(struct capture_session *s)
{
	player_fini(&file_of(s)->player);
	recording_close(&file_of(s)->recording);
}

static int file_attach(struct capture_buffer *b)
{
	struct file_buffer *buffer = b->priv;

	buffer->buffer = b;
	return 0;
}

static int file_start(struct capture_session *s)
{
	return player_start(&file_of(s)->player);
}

static int file_queue(struct capture_buffer *b)
{
	return player_queue(&file_of(b->session)->player, b->priv);
}

static int file_reap(struct capture_session *s, struct capture_frame *frame)
{
	return player_reap(&file_of(s)->player, frame);
}

static int file_stop(struct capture_session *s)
{
	player_stop(&file_of(s)->player);
	return 0;
}

/* ---- comparing with the file ---- */

struct comparison {
	const struct capture_session *session;
	const struct capture_frame *frame;
	const uint8_t *data;
};

static uint64_t first_difference(const uint8_t *a, const uint8_t *b, uint64_t length)
{
	uint64_t i;

	for (i = 0; i < length && a[i] == b[i]; i++)
		;
	return i;
}

static int compare(void *arg, uint64_t at, const void *bytes, size_t len)
{
	const struct comparison *c = arg;
	const uint8_t *want = bytes;
	uint64_t wrong = first_difference(c->data + at, want, len);

	if (wrong == len)
		return 0;
	return fail(-EBADMSG, "%s: frame %llu: byte %llu is 0x%02x and in the file 0x%02x", c->session->uri,
		    (unsigned long long)c->frame->sequence, (unsigned long long)(at + wrong),
		    c->data[at + wrong], want[wrong]);
}

static int file_verify(struct capture_session *s, const struct capture_frame *frame)
{
	const struct recording *r = &file_of(s)->recording;
	struct comparison c = { .session = s, .frame = frame };

	if (!frame)
		return 0;
	if (!frame->buffer)
		return fail(-EINVAL, "file: a frame without a buffer cannot be verified");
	if (frame->bytes != r->format.size)
		return fail(-EBADMSG, "%s: frame %llu has %llu bytes and in the file %llu", s->uri,
			    (unsigned long long)frame->sequence, (unsigned long long)frame->bytes,
			    (unsigned long long)r->format.size);
	c.data = capture_buffer_data(frame->buffer);
	return recording_read(r, frame->sequence, compare, &c);
}

const struct capture_backend file_backend = {
	.name = "file",
	.help = "a recording: raw frames, YUV4MPEG2 or PNG pictures, played like a camera",
	.options = option_table,
	.session_size = sizeof(struct file),
	.buffer_size = sizeof(struct file_buffer),
	.open = file_open,
	.close = file_close,
	.get_format = file_get_format,
	.set_format = file_set_format,
	.try_format = file_try_format,
	.formats = file_formats,
	.attach = file_attach,
	.start = file_start,
	.queue = file_queue,
	.reap = file_reap,
	.stop = file_stop,
	.verify = file_verify,
};
