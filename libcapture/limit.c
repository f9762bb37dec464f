/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the system lets a session pin. */
#include "backend.h"

int capture_limits(struct capture_session *s, capture_limit_fn *each, void *arg)
{
	return s->backend->limits ? s->backend->limits(s, each, arg) : 0;
}
