/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happened so far, and whether a frame is what it should be. */
#include <stdio.h>

#include "backend.h"

int capture_stats(const struct capture_session *s, struct capture_stats *stats)
{
	*stats = s->stats;
	return 0;
}

void capture_count_faults(struct capture_session *s, uint64_t count, const char *words)
{
	snprintf(s->fault, sizeof(s->fault), "%s", words);
	s->stats.fault = s->fault;
	s->stats.faults += count;
}

int capture_verify(struct capture_session *s, const struct capture_frame *frame)
{
	if (!s->backend->verify)
		return fail(-EOPNOTSUPP, "%s: this source cannot predict its frames", s->uri);
	return s->backend->verify(s, frame);
}
