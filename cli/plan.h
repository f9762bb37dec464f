/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run will do, before it does it: the checks of every run, and --explain. */
#ifndef GRAB_PLAN_H
#define GRAB_PLAN_H

#include "budget.h"
#include "device.h"
#include "output.h"
#include "request.h"

struct plan {
	const struct request *request;
	const struct device_choice *choice;
	struct capture_info info;
	struct capture_format format;
	struct output outputs[REQUEST_OUTPUTS_MAX];
	unsigned int output_count;	/* none of them discards */
	struct memory_facts memory;
	uint64_t budget;	/* bytes */
	uint64_t stride;	/* bytes of one buffer */
	unsigned int buffers;
	bool in_place;		/* frames are captured into the output file, if the device can */
	uint64_t pinned;	/* most bytes pinned at once */
};

/**
 * plan_open - how much memory there is, and the device opened within that
 *
 * Return: 0, or an exit status after a message.
 */
int plan_open(struct plan *plan, const struct request *request, const struct device_choice *choice,
	      struct capture_session **session);

/**
 * plan_make - agree with the device, and work out the rest
 * @change:	set the device's format; else only ask
 *
 * No file is looked at, only what kind of file system a raw one is on.
 *
 * Return: 0, or an exit status after a message.
 */
int plan_make(struct plan *plan, struct capture_session *session, bool change);

/**
 * plan_check - may all the files be written, is there room?
 *
 * Nothing is made or changed.
 *
 * Return: 0; else a negative errno with words.
 */
int plan_check(struct plan *plan);

/**
 * plan_writers - threads: as asked, else one less than processors, and all for a single frame
 * @frames:	at once, or in the whole run; 0: any number
 * @parts:	of a frame that threads can share
 *
 * Never more than there are parts.
 */
unsigned int plan_writers(const struct request *request, unsigned int processors, uint64_t frames,
			  uint32_t parts);

#endif /* GRAB_PLAN_H */
