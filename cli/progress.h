/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is seen while a run runs: a bar on a terminal, or lines of JSON. */
#ifndef GRAB_PROGRESS_H
#define GRAB_PROGRESS_H

#include "tally.h"

struct progress {
	enum progress_form form;	/* never PROGRESS_AUTO */
	const struct request *request;
	uint64_t next_ns;		/* when to draw again; UINT64_MAX: never */
	bool colour;
};

/**
 * progress_open - choose the form
 *
 * The bar is drawn on stderr only if that is a terminal; NO_COLOR is respected.
 */
void progress_open(struct progress *progress, const struct request *request);

/**
 * progress_show - draw, if it is time
 * @busy:	buffers that wait for the writers
 */
void progress_show(struct progress *progress, const struct tally *tally, unsigned int busy,
		   uint64_t now_ns);

/* Wipe the bar; the last JSON line. */
void progress_close(struct progress *progress, const struct tally *tally);

#endif /* GRAB_PROGRESS_H */
