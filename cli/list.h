/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --list-devices, --list-formats, --list-ctrls: on stdout, as text or JSON. */
#ifndef GRAB_LIST_H
#define GRAB_LIST_H

#include "request.h"

/* All return 0, or an exit status after a message. */
int list_devices(const struct request *request);
int list_formats(const struct request *request, struct capture_session *session);
int list_controls(const struct request *request, struct capture_session *session);

#endif /* GRAB_LIST_H */
