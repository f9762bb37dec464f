/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which source to capture from, and why that one. */
#ifndef GRAB_DEVICE_H
#define GRAB_DEVICE_H

#include "request.h"

#define DEVICE_URI_MAX 1024

struct device_choice {
	char uri[DEVICE_URI_MAX];
	const char *why;		/* a few words: "named by --device" */
	bool named;			/* else the only one there is */
	char other[DEVICE_URI_MAX];	/* by device_other_name() */
};

/**
 * device_other_name - the stable URI of a device, or the present one where it was named by that
 *
 * Return: NULL: none is known.
 */
const char *device_other_name(struct device_choice *choice);

/**
 * device_choose - the source that was named, or the only one there is
 *
 * Simulated sources are chosen only where they, or their backend, are named.
 *
 * Return: 0, or an exit status after a message.
 */
int device_choose(const struct request *request, struct device_choice *choice);

/**
 * device_rejections - why the other backends were not chosen
 * @chosen:	the backend of the open session
 * @each:	called once a backend; strings are valid during the call
 */
void device_rejections(const struct device_choice *choice, const char *chosen,
		       void (*each)(void *arg, const char *backend, const char *reason), void *arg);

/**
 * device_open - open it, with chunk, window and budget as asked for
 * @budget:	bytes; 0: no limit
 *
 * Return: 0, or an exit status after a message.
 */
int device_open(const struct request *request, const char *uri, uint64_t budget,
		struct capture_session **out);

#endif /* GRAB_DEVICE_H */
