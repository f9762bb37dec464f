/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All controls of a device as they were at one moment, with copies of all texts. */
#ifndef GRAB_CONTROL_LIST_H
#define GRAB_CONTROL_LIST_H

#include "libcapture.h"

struct control_list {
	struct capture_control *control;
	unsigned int count;
};

/** control_list_read - ask the device. 0; -EOPNOTSUPP: it has none; ... with capture_error(). */
int control_list_read(struct capture_session *session, struct control_list *list);

/** control_list_find - by name or title; case ignored, blanks and "-" read as "_". NULL: none. */
const struct capture_control *control_list_find(const struct control_list *list, const char *name);

void control_list_free(struct control_list *list);

#endif /* GRAB_CONTROL_LIST_H */
