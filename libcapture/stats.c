/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happened so far, and whether a frame is what it should be. */
#include "backend.h"

int capture_stats(const struct capture_session *s, struct capture_stats *stats)
{
	*stats = s->stats;
	return 0;
}

int capture_verify(struct capture_session *s, const struct capture_frame *frame)
{
	if (!s->backend->verify)
		return fail(-EOPNOTSUPP, "%s: this source cannot predict its frames", s->uri);
	return s->backend->verify(s, frame);
}
