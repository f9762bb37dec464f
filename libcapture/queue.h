/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CAPTURE_QUEUE_H
#define CAPTURE_QUEUE_H

struct capture_session;

/* Make every queued or finished buffer idle: only for close, after stop. */
void queue_forget(struct capture_session *s);

#endif /* CAPTURE_QUEUE_H */
