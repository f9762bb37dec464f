/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controls of the device before a run, and put back after it. */
#ifndef GRAB_CONTROL_H
#define GRAB_CONTROL_H

#include "request.h"

/* what a control was before */
struct control_saved {
	char *name;
	int64_t value;
};

struct controls {
	struct control_saved *saved;
	unsigned int count;
};

/**
 * controls_apply - --ctrl, --exposure and --gain, in this order
 * @controls:	gets what has been changed; all zero before
 *
 * A value that the device adjusts ends in STATUS_CONFIG, unless --relax.
 *
 * Return: 0, or an exit status after a message.
 */
int controls_apply(struct capture_session *session, const struct request *request,
		   struct controls *controls);

/**
 * controls_restore - put back what was changed, last one first, and forget it
 *
 * What cannot be put back is told and left as it is.
 */
void controls_restore(struct capture_session *session, struct controls *controls);

/* Forget what was changed, and leave it so. */
void controls_forget(struct controls *controls);

/**
 * control_value - what a user wrote as a control's value, as a number
 * @text:	a number, "50%" of the range, "default", a menu entry (case does not
 *		matter), or on, off, yes, no, true, false for a boolean
 *
 * Return: 0, or -EINVAL with words.
 */
int control_value(const struct capture_control *control, const char *text, int64_t *value);

/**
 * control_exposure - a time in the unit of the control
 *
 * Return: 0; -EINVAL with words: a unit that is no time.
 */
int control_exposure(const struct capture_control *control, uint64_t ns, int64_t *value);

#endif /* GRAB_CONTROL_H */
