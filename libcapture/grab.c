/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One frame, everything in one call. */
#include <stdio.h>

#include "backend.h"

static int grab_frame(struct capture_session *s, struct capture_buffer *b, int timeout_ms,
		      struct capture_frame *frame)
{
	int err;

	err = capture_queue(b);
	if (err)
		return err;
	err = capture_start(s);
	if (err)
		return err;
	err = capture_wait(s, timeout_ms, frame);
	if (err)
		return err;
	if (frame->status)
		return fail(frame->status, "%s: the frame failed: %m", s->uri);
	if (frame->flags & (CAPTURE_FRAME_CORRUPT | CAPTURE_FRAME_INCOMPLETE))
		return fail(-EIO, "%s: the frame is damaged or incomplete (%llu bytes)", s->uri,
			    (unsigned long long)frame->bytes);
	return 0;
}

/* Whatever happened: silent, every buffer back, nothing attached. */
static int put_away(struct capture_session *s, struct capture_buffer *b)
{
	struct capture_frame cancelled;
	int err = capture_stop(s);

	while (!capture_wait(s, 0, &cancelled))
		;
	return capture_detach(b) ? : err;
}

int capture_grab(const char *uri, struct capture_format *format, void *addr, size_t len,
		 int timeout_ms, struct capture_frame *frame)
{
	struct capture_format any = { 0 };
	struct capture_frame taken = { 0 };
	struct capture_session *s;
	struct capture_buffer *b;
	char why[1024];
	int err, away;

	if (!format)
		format = &any;
	err = capture_open(uri, NULL, &s);
	if (err)
		return err;
	err = capture_set_format(s, format);
	if (err)
		goto close_it;
	err = capture_attach(s, addr, len, CAPTURE_ATTACH_STABLE, &b);
	if (err)
		goto close_it;
	err = grab_frame(s, b, timeout_ms, &taken);
	snprintf(why, sizeof(why), "%s", capture_error());
	away = put_away(s, b);
	if (err)
		fail(err, "%s", why);	/* the first failure is the one to tell */
	else
		err = away;
	taken.buffer = NULL;
	if (!err && frame)
		*frame = taken;
close_it:
	capture_close(s);
	return err;
}
