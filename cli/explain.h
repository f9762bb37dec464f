/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: the plan in words or JSON, on stdout; the device is only asked. */
#ifndef GRAB_EXPLAIN_H
#define GRAB_EXPLAIN_H

#include "plan.h"

/**
 * explain - make the plan, say it
 * @plan:	from plan_open()
 *
 * Return: 0 if the run could begin; else the exit status that it would end with.
 */
int explain(struct plan *plan, struct capture_session *session);

#endif /* GRAB_EXPLAIN_H */
