/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits on pinned memory that are in force, for the plan and the report. */
#ifndef GRAB_LIMIT_LIST_H
#define GRAB_LIMIT_LIST_H

#include <stdio.h>

#include "jsontext.h"
#include "libcapture.h"

/** limits_array - name, max (null: none) and used of each; what the device does not tell is left out */
json_t *limits_array(struct capture_session *session);

/** limits_print - a line for each, after @indent */
void limits_print(struct capture_session *session, const char *indent, FILE *out);

#endif /* GRAB_LIMIT_LIST_H */
