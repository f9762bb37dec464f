/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What frames tell of their damage where the device does not, and what is shown of it.
 *
 * Cameras send JPEG that lacks a piece, and no driver looks into it.
 */
#ifndef GRAB_INSPECTION_H
#define GRAB_INSPECTION_H

#include <stdbool.h>

#include "output.h"

struct inspection {
	const struct capture_format *format;
	bool needed;		/* it is JPEG, and an output has to read it */
	bool told;
};

/** inspection_open - @format: kept */
void inspection_open(struct inspection *inspection, const struct capture_format *format,
		     const struct output *outputs, unsigned int count);

/** inspection_look - a frame that is found damaged gets CAPTURE_FRAME_CORRUPT; the first one is told */
void inspection_look(struct inspection *inspection, struct capture_frame *frame);

/** inspection_blank - zeros where a frame that came short left memory as it was: no other frame shows there */
void inspection_blank(const struct inspection *inspection, const struct capture_frame *frame);

#endif /* GRAB_INSPECTION_H */
